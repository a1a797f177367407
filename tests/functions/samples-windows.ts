/** Calls of the functions that arrange, look up and pool, away from kinks. */
import * as g from 'gradloom';
import type { Any } from './naive.ts';
import type { Sample } from './samples.ts';

const one = (
  name: string,
  shape: readonly number[],
  call: (x: Any) => g.AnyTensor,
  more: Partial<Sample> = {},
): Sample => ({ name, shapes: [shape], call, ...more });
const two = (
  name: string,
  shapes: readonly [readonly number[], readonly number[]],
  call: (x: Any, y: Any) => g.AnyTensor,
): Sample => ({ name, shapes, call });
const ids = (data: number[] | number[][]): g.Tensor<g.Dynamic, 'i32'> =>
  g.tensor(data, { dtype: 'i32' });
const start = (k: number): g.Tensor<[], 'i32'> => g.tensor(k, { dtype: 'i32' });

/** The samples. */
export const windowSamples: readonly Sample[] = [
  one('moveAxis', [2, 3, 2], (x) => g.moveAxis(x, 0, 2)),
  one('roll several', [2, 3], (x) => g.roll(x, [1, -1], [0, 1])),
  one('pad wrap', [2, 3], (x) =>
    g.pad(
      x,
      [
        [1, 5],
        [0, 2],
      ],
      { mode: 'wrap' },
    ),
  ),
  one('pad reflect far', [3, 2], (x) =>
    g.pad(
      x,
      [
        [4, 5],
        [3, 0],
      ],
      { mode: 'reflect' },
    ),
  ),
  one('pad edge', [3, 2], (x) =>
    g.pad(
      x,
      [
        [2, 0],
        [0, 1],
      ],
      { mode: 'edge' },
    ),
  ),
  one('topk', [2, 5], (x) => g.topk(x, 3)[0]),
  one('topk smallest', [3, 2], (x) => g.topk(x, 2, 0, { largest: false })[0]),
  one('sort descending', [2, 5], (x) => g.sort(x, 1, { descending: true })[0]),
  one('argsort descending', [2, 5], (x) => g.argsort(x, 1, { descending: true }), { isFlat: true }),
  two(
    'scatter',
    [
      [2, 3],
      [2, 3],
    ],
    (x, u) =>
      g.scatter(
        x,
        ids([
          [1, 1, 0],
          [0, 2, 2],
        ]),
        u,
        1,
      ),
  ),
  one('dynamicSlice', [4, 3], (x) => g.dynamicSlice(x, [start(9), -2], [2, 2])),
  two(
    'dynamicUpdateSlice',
    [
      [4, 3],
      [2, 2],
    ],
    (x, u) => g.dynamicUpdateSlice(x, u, ids([-3, 1])),
  ),
  two(
    'convTranspose3d',
    [
      [1, 2, 2, 2, 1],
      [2, 1, 2, 1, 2],
    ],
    (x, w) => g.convTranspose3d(x, w, { stride: [2, 1, 1], groups: 2 }),
  ),
  two(
    'convTranspose1d cropped',
    [
      [1, 2, 4],
      [2, 1, 2],
    ],
    (x, w) => g.convTranspose1d(x, w, { stride: 2, padding: 3 }),
  ),
  one('maxPool3d', [1, 1, 3, 4, 3], (x) => g.maxPool3d(x, 2, { stride: 1, dilation: [1, 2, 1] })),
  one('avgPool3d', [1, 1, 3, 4, 3], (x) => g.avgPool3d(x, 2, { stride: 1, padding: 1 })),
  one('adaptiveAvgPool1d', [1, 2, 5], (x) => g.adaptiveAvgPool1d(x, 3)),
  one('adaptiveAvgPool2d', [1, 1, 4, 5], (x) => g.adaptiveAvgPool2d(x, [2, 3])),
  one('adaptiveAvgPool3d', [1, 1, 2, 4, 2], (x) => g.adaptiveAvgPool3d(x, [1, 2, 2])),
  one('adaptiveMaxPool1d', [1, 2, 5], (x) => g.adaptiveMaxPool1d(x, 3)),
  one('adaptiveMaxPool2d', [1, 1, 4, 5], (x) => g.adaptiveMaxPool2d(x, [2, 3])),
  one('adaptiveMaxPool3d', [1, 1, 2, 4, 2], (x) => g.adaptiveMaxPool3d(x, [1, 2, 2])),
  one('globalMaxPool', [1, 2, 3, 2], (x) => g.globalMaxPool(x)),
  one('im2col', [1, 2, 4, 4], (x) => g.im2col(x, [2, 3], { padding: 1, stride: 2 })),
  one('col2im', [1, 8, 4], (x) => g.col2im(x, [3, 3], 2)),
  one('pixelShuffle', [1, 4, 2, 3], (x) => g.pixelShuffle(x, 2)),
  one('pixelUnshuffle', [1, 1, 4, 6], (x) => g.pixelUnshuffle(x, 2)),
  one('resize linear 3d', [1, 1, 2, 3, 2], (x) =>
    g.resize(x, { size: [3, 2, 4], mode: 'linear', alignCorners: true }),
  ),
];
