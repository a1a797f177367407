/**
 * One asymmetric sample or more per op: lengths differ between axes, so that a transposed axis
 * shows. The type makes an op without a sample a compile error; everything in coherence.test.ts is
 * generated from here.
 */
import type { Params } from '../../src/ir/op.ts';
import type { OpName } from '../../src/ir/ops/registry.ts';
import type { DType, Shape } from '../../src/ir/types.ts';
import type { DataRange } from '../../src/testing/sample-data.ts';
import { cumulativeSamples, matrixSamples } from './block-samples.ts';
import { controlFlowSamples } from './control-flow-samples.ts';
import { functionSamples } from './function-samples.ts';

/** An input of a sample: f32 unless it says otherwise. */
export interface SampleInput extends DataRange {
  readonly shape: Shape;
  readonly dtype?: DType;
  readonly values?: readonly number[];
}
/** Inputs and attributes on which an op is checked. */
export interface Sample {
  readonly inputs: readonly SampleInput[];
  readonly params?: Params;
  /** How near the derivative must be to the finite difference; 1e-6 of the largest when absent. */
  readonly derivativeError?: number;
  /** The derivative is 0 by definition whatever the finite difference says. */
  readonly isConstant?: true;
  /** The modes of differentiation that the op has; both when absent. */
  readonly modes?: readonly ('forward' | 'reverse')[];
}

const unary = (low = -2, high = 2, shape: Shape = [3, 4]): Sample => ({
  inputs: [{ shape, low, high }],
});
const binary = (x: DataRange = {}, y: DataRange = {}): Sample => ({
  inputs: [
    { shape: [2, 3, 2], ...x },
    { shape: [2, 3, 2], ...y },
  ],
});
const integers = (x: DataRange = {}, y: DataRange = {}): Sample => ({
  inputs: [
    { shape: [3, 4], dtype: 'i32', ...x },
    { shape: [3, 4], dtype: 'i32', ...y },
  ],
});
const reduction = (shape: Shape, axes: readonly number[], dtype: DType = 'f32'): Sample => ({
  inputs: [{ shape, dtype }],
  params: { axes },
});
const reductions = (dtype: DType = 'f32'): Sample[] => [
  reduction([2, 5, 3], [1], dtype),
  reduction([3, 2, 2, 2], [0, 2], dtype),
  reduction([4, 3], [0, 1], dtype),
  reduction([2, 3], [], dtype),
];
const dot = (
  x: Shape,
  y: Shape,
  contract: readonly [readonly number[], readonly number[]],
  batch: readonly [readonly number[], readonly number[]] = [[], []],
): Sample => ({ inputs: [{ shape: x }, { shape: y }], params: { contract, batch } });
const conv = (
  x: Shape,
  kernel: Shape,
  stride: readonly number[],
  dilation: readonly number[],
): Sample => ({ inputs: [{ shape: x }, { shape: kernel }], params: { stride, dilation } });
const view = (shape: Shape, params: Params): Sample => ({ inputs: [{ shape }], params });
const windows = {
  plain: { leading: 1, length: [7, 10], windows: [3, 2], stride: [2, 3], dilation: [1, 2] },
  sparse: { leading: 0, length: [8], windows: [2], stride: [4], dilation: [3] },
} as const;
const ids = (shape: Shape, length: number): SampleInput => ({
  shape,
  dtype: 'i32',
  low: -length,
  high: length - 1,
});

/** The samples of every op. */
export const samples: Readonly<Record<OpName, Sample | readonly Sample[]>> = {
  ...cumulativeSamples,
  ...matrixSamples,
  full: [
    { inputs: [], params: { value: 1.5, shape: [2, 3], dtype: 'f32' } },
    { inputs: [], params: { value: -0, shape: [], dtype: 'f32' } },
  ],
  iota: [
    { inputs: [], params: { axis: 1, shape: [2, 5, 3], dtype: 'i32' } },
    { inputs: [], params: { axis: 0, shape: [4, 2], dtype: 'f32' } },
  ],

  ...functionSamples,
  neg: unary(),
  abs: unary(),
  sign: unary(),
  floor: unary(),
  ceil: unary(),
  round: unary(),
  trunc: unary(),
  sqrt: unary(0.2, 3),
  exp: unary(),
  expm1: unary(),
  log: unary(0.2, 3),
  log1p: unary(-0.7, 3),
  relu: unary(),
  sigmoid: unary(-4, 4),
  softplus: unary(-4, 4),
  stopGradient: { ...unary(), isConstant: true },
  add: binary(),
  sub: binary(),
  mul: binary(),
  div: binary({}, { low: 0.5, high: 2 }),
  maximum: binary(),
  minimum: binary(),

  eq: [integers(), binary()],
  ne: [integers(), binary()],
  lt: [integers(), binary()],
  le: [integers(), binary()],
  gt: [integers(), binary()],
  ge: [integers(), binary()],
  and: integers(),
  or: integers(),
  xor: integers(),
  not: { inputs: [{ shape: [3, 4], dtype: 'i32' }] },
  shiftLeft: integers({ low: -99999, high: 99999 }, { low: 0, high: 33 }),
  shiftRight: integers({ low: -99999, high: 99999 }, { low: 0, high: 33 }),
  select: {
    inputs: [{ shape: [3, 4], dtype: 'bool' }, { shape: [3, 4] }, { shape: [3, 4] }],
  },
  cast: [
    { inputs: [{ shape: [3, 4], low: -3, high: 3 }], params: { dtype: 'f64' } },
    { inputs: [{ shape: [3, 4], low: -3, high: 3 }], params: { dtype: 'i32' } },
    { inputs: [{ shape: [3, 4], low: -3, high: 3 }], params: { dtype: 'u32' } },
    { inputs: [{ shape: [3, 4], low: -3, high: 3 }], params: { dtype: 'bool' } },
    { inputs: [{ shape: [3, 4], low: -3, high: 3, dtype: 'f64' }], params: { dtype: 'f32' } },
  ],
  bitcast: [
    { inputs: [{ shape: [3, 4] }], params: { dtype: 'i32' }, isConstant: true },
    { inputs: [{ shape: [3, 4] }], params: { dtype: 'u32' }, isConstant: true },
    {
      inputs: [{ shape: [3, 2], dtype: 'i32', low: 1e9, high: 1.1e9 }],
      params: { dtype: 'f32' },
    },
  ],

  broadcast: [
    view([3, 1], { shape: [2, 3, 4], axes: [1, 2] }),
    view([2, 4], { shape: [4, 3, 2], axes: [2, 0] }),
    view([], { shape: [2, 3], axes: [] }),
    view([1, 1], { shape: [1, 1], axes: [1, 0] }),
  ],
  permute: [view([2, 3, 4], { axes: [2, 0, 1] }), view([2, 3, 4, 5], { axes: [1, 3, 0, 2] })],
  reshape: [
    view([4, 6], { shape: [3, 8] }),
    view([2, 3, 4], { shape: [6, 1, 4] }),
    view([1, 1], { shape: [] }),
  ],
  reverse: [view([3, 4], { axes: [1] }), view([2, 3, 4], { axes: [0, 2] })],
  slice: [
    view([7, 5], { start: [1, 0], size: [3, 4], step: [2, 1] }),
    view([4, 6], { start: [3, 1], size: [1, 2], step: [5, 4] }),
    view([4, 3], { start: [4, 0], size: [0, 3], step: [1, 1] }),
  ],
  pad: [
    view([2, 3], { low: [1, 0], high: [0, 2], interior: [0, 0], value: 1.5 }),
    view([3, 2], { low: [0, 2], high: [1, 1], interior: [2, 1], value: -0.5 }),
    view([0, 3], { low: [2, 0], high: [0, 1], interior: [1, 0], value: 2 }),
  ],
  concat: [
    {
      inputs: [{ shape: [2, 3] }, { shape: [2, 1] }, { shape: [2, 4] }],
      params: { axis: 1 },
    },
    { inputs: [{ shape: [1, 2] }, { shape: [0, 2] }, { shape: [3, 2] }], params: { axis: 0 } },
  ],
  window: [
    view([2, 7, 10, 3, 4], windows.plain),
    view([8, 2], windows.sparse),
    view([5, 3, 2], { leading: 1, length: [3], windows: [3], stride: [1], dilation: [0] }),
  ],
  unwindow: [view([2, 3, 2, 3, 4], windows.plain), view([2, 2], windows.sparse)],

  reduceSum: reductions(),
  reduceMax: reductions(),
  reduceMin: reductions(),
  reduceProd: [
    ...reductions(),
    // Rows without, with one and with two zeros: gradients of all orders stay exact.
    {
      inputs: [{ shape: [3, 5], values: [2, -1, 3, 0.5, 1, 2, 0, 3, 0.5, 1, 0, 2, -1, 0, 3] }],
      params: { axes: [1] },
    },
  ],
  reduceAnd: reductions('bool'),
  reduceOr: reductions('bool'),
  argMax: reductions(),
  argMin: reductions(),
  firstMax: reductions(),

  dot: [
    dot([3, 4], [4, 5], [[1], [0]]),
    dot([2, 4, 3], [2, 5, 4], [[1], [2]], [[0], [0]]),
    // Two contracted axes in different orders, the batch axis last on one side.
    dot(
      [2, 3, 4, 5],
      [4, 6, 2, 3],
      [
        [1, 2],
        [3, 0],
      ],
      [[0], [2]],
    ),
    dot([3], [4], [[], []]),
    dot([6], [6], [[0], [0]]),
  ],
  conv: [
    conv([2, 1, 3, 7, 6], [1, 4, 3, 3, 2], [1, 1], [1, 1]),
    conv([1, 2, 2, 9, 8], [2, 3, 2, 2, 3], [2, 3], [3, 1]),
    // The last places are reached by no window.
    conv([1, 1, 2, 8], [1, 2, 2, 2], [3], [2]),
    conv([2, 1, 2], [1, 3, 2], [], []),
    // A kernel longer than the image.
    conv([1, 1, 2, 2], [1, 2, 2, 3], [1], [2]),
  ],
  take: [
    { inputs: [{ shape: [3, 5, 2] }, ids([4], 5)], params: { axis: 1, batch: 0 } },
    { inputs: [{ shape: [2, 5, 3] }, ids([2, 4], 5)], params: { axis: 1, batch: 1 } },
    { inputs: [{ shape: [2, 3, 4, 2] }, ids([2, 2, 3], 4)], params: { axis: 2, batch: 1 } },
    { inputs: [{ shape: [6] }, ids([], 6)], params: { axis: 0, batch: 0 } },
  ],
  scatterAdd: [
    {
      inputs: [{ shape: [3, 5, 2] }, ids([4], 5), { shape: [3, 4, 2] }],
      params: { axis: 1, batch: 0 },
    },
    {
      inputs: [{ shape: [2, 5, 3] }, ids([2, 4], 5), { shape: [2, 4, 3] }],
      params: { axis: 1, batch: 1 },
    },
    {
      inputs: [{ shape: [4] }, { ...ids([3], 4), values: [1, 9, -2] }, { shape: [3] }],
      params: { axis: 0, batch: 0 },
    },
  ],
  scatterSet: [
    {
      inputs: [
        { shape: [3, 5, 2] },
        { ...ids([4], 5), values: [1, -1, 4, 0] },
        { shape: [3, 4, 2] },
      ],
      params: { axis: 1, batch: 0 },
    },
    {
      inputs: [{ shape: [2, 5, 3] }, ids([2, 4], 5), { shape: [2, 4, 3] }],
      params: { axis: 1, batch: 1 },
    },
    {
      inputs: [{ shape: [4] }, { ...ids([3], 4), values: [1, 9, -2] }, { shape: [3] }],
      params: { axis: 0, batch: 0 },
    },
  ],
  dynamicSlice: [
    {
      inputs: [{ shape: [4, 5] }, { ...ids([2], 4), values: [1, -2] }],
      params: { sizes: [2, 3], batch: 0 },
    },
    {
      inputs: [{ shape: [2, 5, 3] }, ids([2, 2], 7)],
      params: { sizes: [4, 3], batch: 1 },
    },
    { inputs: [{ shape: [3, 2] }, ids([2], 3)], params: { sizes: [0, 1], batch: 0 } },
  ],
  dynamicUpdateSlice: [
    {
      inputs: [{ shape: [4, 5] }, { shape: [2, 3] }, { ...ids([2], 4), values: [9, 1] }],
      params: { batch: 0 },
    },
    {
      inputs: [{ shape: [2, 5, 3] }, { shape: [2, 4, 3] }, ids([2, 2], 7)],
      params: { batch: 1 },
    },
    { inputs: [{ shape: [3, 2] }, { shape: [0, 1] }, ids([2], 3)], params: { batch: 0 } },
  ],
  pick: [
    { inputs: [{ shape: [2, 3, 5] }, ids([2, 3], 5)] },
    { inputs: [{ shape: [4] }, ids([], 4)] },
  ],
  argSort: [{ inputs: [{ shape: [3, 7] }] }, { inputs: [{ shape: [2, 9], dtype: 'i32' }] }],
  threefry2x32: {
    inputs: [1, 2, 3, 4].map(() => ({
      shape: [2, 3],
      dtype: 'u32',
      low: 0,
      high: 4294967295,
    })),
  },
  ...controlFlowSamples,
};
