/** Calls of the losses, for the samples that all array functions have. */
import * as g from 'gradloom';
import type { Any } from './naive.ts';
import type { Sample } from './samples.ts';

const pair = (
  name: string,
  call: (x: Any, y: Any) => g.AnyTensor,
  more: Partial<Sample> = {},
): Sample => ({
  name,
  shapes: [
    [2, 3],
    [2, 3],
  ],
  call,
  ...more,
});
const triple = (
  name: string,
  call: (x: Any, y: Any, z: Any) => g.AnyTensor,
  shapes: readonly (readonly number[])[] = [
    [2, 3],
    [2, 3],
    [2, 3],
  ],
): Sample => ({ name, shapes, call });
const probabilities = { interval: [0.1, 0.9] } as const;
const ids = (data: number[] | number[][]): g.Tensor<g.Dynamic, 'i32'> =>
  g.tensor(data, { dtype: 'i32' });
const signs = (x: Any): Any => g.sub(g.mul(g.cast(g.gt(x, 1), 'f32'), 2), 1) as Any;
const like = (x: Any, y: Any): Any => g.cast(y, x.dtype as 'f32') as Any;

/** The samples. */
export const lossSamples: readonly Sample[] = [
  pair('mseLoss', g.mseLoss),
  pair('l1Loss', (x, y) => g.l1Loss(x, y, { reduction: 'sum' })),
  pair('huberLoss', (x, y) => g.huberLoss(x, y, { delta: 0.4 })),
  pair('smoothL1Loss', (x, y) => g.smoothL1Loss(x, y, { beta: 0.4 })),
  pair('bceLoss', g.bceLoss, probabilities),
  pair('klDiv', (x, y) => g.klDiv(x, y, { reduction: 'none' })),
  pair('hingeLoss', (x, y) => g.hingeLoss(x, like(x, signs(y)))),
  pair('squaredHingeLoss', (x, y) => g.squaredHingeLoss(x, like(x, signs(y)))),
  pair('poissonNllLoss', g.poissonNllLoss),
  pair('cosineSimilarity', (x, y) => g.cosineSimilarity(x, y, 0)),
  triple('bceWithLogits', (x, y, posWeight) => g.bceWithLogits(x, y, { posWeight }), [
    [2, 3],
    [2, 3],
    [3],
  ]),
  triple('marginRankingLoss', (x, y, z) => g.marginRankingLoss(x, y, z, { margin: 2 })),
  triple('gaussianNllLoss', g.gaussianNllLoss),
  triple('tripletMarginLoss', (x, y, z) => g.tripletMarginLoss(x, y, z, { margin: 4 })),
  {
    name: 'cosineEmbeddingLoss',
    shapes: [
      [2, 3],
      [2, 3],
    ],
    call: (x, y) => g.cosineEmbeddingLoss(x!, y!, like(x!, g.tensor([1, -1]) as unknown as Any)),
  },
  {
    name: 'crossEntropy',
    shapes: [[2, 3]],
    call: (x) => g.crossEntropy(x!, ids([2, 0]), { labelSmoothing: 0.1 }),
  },
  {
    name: 'crossEntropy of probabilities',
    shapes: [
      [2, 3],
      [2, 3],
    ],
    call: (x, y) => g.crossEntropy(x!, y!, { reduction: 'none' }),
  },
  {
    name: 'nllLoss',
    shapes: [[2, 3, 2]],
    call: (x) =>
      g.nllLoss(
        x!,
        ids([
          [2, 0],
          [1, 1],
        ]),
      ),
  },
  {
    name: 'ctcLoss',
    shapes: [[4, 2, 3]],
    call: (x) =>
      g.ctcLoss(
        x!,
        ids([
          [1, 2],
          [2, 2],
        ]),
        { targetLengths: [2, 1] },
      ),
  },
];
