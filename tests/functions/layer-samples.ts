/** Calls of the functions behind layers, for the samples that all array functions have. */
import * as g from 'gradloom';
import type { Any } from './naive.ts';
import type { Sample } from './samples.ts';

const image = [3, 2, 2];
const vector = [2];
const cell = (gates: number): number[][] => [
  [4 * gates, 3],
  [4 * gates, 4],
  [4 * gates],
  [4 * gates],
];
const scaled = { interval: [-0.7, 0.7] } as const;

/** The samples. */
export const layerSamples: readonly Sample[] = [
  {
    name: 'batchNorm',
    shapes: [image, vector, vector, vector, vector],
    call: (x, gamma, beta, mean, variance) => g.batchNorm(x!, gamma!, beta!, mean!, variance!),
  },
  {
    name: 'batchNorm training',
    shapes: [image, vector, vector],
    call: (x, gamma, beta) => {
      const still = g.onesLike(gamma!);
      return g.batchNorm(x!, gamma!, beta!, still, still, { training: true })[0];
    },
  },
  {
    name: 'layerNorm',
    shapes: [image, [2, 2], [2, 2]],
    call: (x, gamma, beta) => g.layerNorm(x!, gamma!, beta!),
  },
  {
    name: 'groupNorm',
    shapes: [[2, 4, 2], [4], [4]],
    call: (x, gamma, beta) => g.groupNorm(x!, gamma!, beta!, { groups: 2 }),
  },
  {
    name: 'instanceNorm',
    shapes: [[2, 2, 3], [2], [2]],
    call: (x, gamma, beta) => g.instanceNorm(x!, gamma!, beta!),
  },
  {
    name: 'rmsNorm',
    shapes: [[2, 3], [3]],
    call: (x, gamma) => g.rmsNorm(x!, gamma!),
  },
  { name: 'l2Normalize', shapes: [[2, 3]], call: (x) => g.l2Normalize(x!, 0) },
  {
    name: 'localResponseNorm',
    shapes: [[2, 4, 2]],
    call: (x) => g.localResponseNorm(x!, { size: 3, alpha: 0.5, k: 2 }),
  },
  {
    name: 'attention',
    shapes: [
      [2, 3, 2],
      [2, 4, 2],
      [2, 4, 3],
    ],
    call: (q, k, v) => {
      const mask = g.tensor([true, true, false, true]);
      return g.attention(q!, k!, v!, { causal: true, mask });
    },
  },
  {
    name: 'multiHeadAttention',
    shapes: [[1, 2, 4], [1, 3, 4], ...Array(4).fill([4, 4]), ...Array(4).fill([4])],
    interval: [-0.9, 0.9],
    call: (...inputs: Any[]) => {
      const call = g.multiHeadAttention as (...all: unknown[]) => Any;
      return call(...inputs, { heads: 2 });
    },
  },
  { name: 'rope', shapes: [[2, 3, 4]], call: (x) => g.rope(x!, { base: 100 }) },
  {
    name: 'rnnCell',
    shapes: [[2, 3], [2, 4], ...cell(1)],
    ...scaled,
    call: (x, h, w, u, b, c) => g.rnnCell(x!, h!, w!, u!, b!, c!),
  },
  {
    name: 'lstmCell',
    shapes: [[2, 3], [2, 4], [2, 4], ...cell(4)],
    ...scaled,
    call: (x, h, k, w, u, b, c) => {
      const [next, carried] = g.lstmCell(x!, h!, k!, w!, u!, b!, c!);
      return g.concat([next, carried], 1);
    },
  },
  {
    name: 'gruCell',
    shapes: [[2, 3], [2, 4], ...cell(3)],
    ...scaled,
    call: (x, h, w, u, b, c) => g.gruCell(x!, h!, w!, u!, b!, c!),
  },
  {
    name: 'rnn',
    shapes: [[3, 2, 3], [2, 4], ...cell(1)],
    ...scaled,
    call: (x, h, w, u, b, c) => g.rnn(x!, h!, w!, u!, b!, c!)[0],
  },
  {
    name: 'lstm',
    shapes: [[3, 2, 3], [2, 4], [2, 4], ...cell(4)],
    ...scaled,
    call: (x, h, k, w, u, b, c) => {
      const [ys, , carried] = g.lstm(x!, h!, k!, w!, u!, b!, c!, { reverse: true });
      return g.concat([g.reshape(ys, [-1]), g.reshape(carried, [-1])], 0);
    },
  },
  {
    name: 'gru',
    shapes: [[3, 2, 3], [2, 4], ...cell(3)],
    ...scaled,
    call: (x, h, w, u, b, c) => g.gru(x!, h!, w!, u!, b!, c!)[0],
  },
];
