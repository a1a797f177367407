/** Samples of sequential ops: running folds of the last axis, and algorithms on square matrices. */
import type * as cumulative from '../../src/ir/ops/cumulative.ts';
import type * as factorizations from '../../src/ir/ops/factorizations.ts';
import type * as linearSystems from '../../src/ir/ops/linear-systems.ts';
import type { Sample } from './samples.ts';

const rows = (...shapes: readonly (readonly number[])[]): Sample[] => [
  { inputs: shapes.map((shape) => ({ shape })), params: { reverse: false } },
  { inputs: shapes.map((shape) => ({ shape })), params: { reverse: true } },
  { inputs: shapes.map(() => ({ shape: [3, 1] })), params: { reverse: false } },
  { inputs: shapes.map(() => ({ shape: [2, 0] })), params: { reverse: true } },
];

/** Two matrices of size 3 whose largest elements do not stand on the diagonal. */
const square = {
  shape: [2, 3, 3],
  values: [
    0.3, -1.1, 2, 1.9, 0.4, -0.7, -0.2, 1.6, 0.9, -0.5, 1.2, 0.1, 0.8, 0.6, -1.7, 1.4, -0.3, 1,
  ],
};
/** A factor of the same, both triangles far from singular. */
const triangular = {
  shape: [2, 3, 3],
  values: [
    1.5, 0.4, -0.6, 0.7, -1.2, 0.3, -0.9, 0.5, 1.1, 0.8, -0.2, 0.6, 1.3, 1.9, 0.4, 0.2, -0.7, -1,
  ],
};
/** Two positive definite matrices, as far as their lower triangles tell. */
const definite = {
  shape: [2, 3, 3],
  values: [4, 9, -9, 1.2, 5, 9, -0.6, 0.8, 3, 2, 7, 7, -0.9, 2.5, 7, 0.4, 0.3, 1.5],
};
const one = { shape: [1, 1], values: [1.7] };
const none = { shape: [2, 0, 0] };
const matrices: readonly Sample[] = [{ inputs: [square] }, { inputs: [one] }, { inputs: [none] }];
const system = (...params: readonly Sample['params'][]): Sample[] =>
  params.map((each) => ({
    inputs: [triangular, { shape: [2, 3, 2] }],
    ...(each === undefined ? {} : { params: each }),
  }));

/** The samples of the ops that run along the last axis. */
export const cumulativeSamples: Readonly<
  Record<Exclude<keyof typeof cumulative, 'delayed'>, readonly Sample[]>
> = {
  cumulativeSum: rows([2, 3, 5]),
  linearRecurrence: rows([2, 3, 5], [2, 3, 5]),
  cumulativeProduct: [
    ...rows([2, 3, 5]),
    // Rows without, with one and with two zeros: gradients of all orders stay exact.
    {
      inputs: [{ shape: [3, 5], values: [2, -1, 3, 0.5, 1, 2, 0, 3, 0.5, 1, 0, 2, -1, 0, 3] }],
      params: { reverse: false },
    },
  ],
  cumulativeArgMax: rows([2, 3, 5]),
  cumulativeArgMin: rows([2, 3, 5]),
  cumulativeLogSumExp: rows([2, 3, 5]),
};

/** The samples of the ops on matrices. */
export const matrixSamples: Readonly<
  Record<keyof typeof factorizations | keyof typeof linearSystems, readonly Sample[]>
> = {
  cholesky: [{ inputs: [definite] }, { inputs: [one] }, { inputs: [none] }],
  lu: matrices,
  triangularSolve: [
    ...system(
      { lower: true, transpose: false, unitDiagonal: false },
      { lower: true, transpose: true, unitDiagonal: true },
      { lower: false, transpose: false, unitDiagonal: true },
      { lower: false, transpose: true, unitDiagonal: false },
    ),
    {
      inputs: [one, { shape: [1, 3] }],
      params: { lower: true, transpose: false, unitDiagonal: false },
    },
  ],
  solve: [
    { inputs: [square, { shape: [2, 3, 2] }] },
    { inputs: [one, { shape: [1, 1] }] },
    { inputs: [none, { shape: [2, 0, 2] }] },
    { inputs: [square, { shape: [2, 3, 0] }] },
  ],
  determinant: matrices,
  adjugate: matrices,
};
