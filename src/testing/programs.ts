/**
 * The programs of the conformance suite: one or more of every kind of op, alone and fused. The
 * reference backend says what they compute.
 */
import { buildGraph, currentBuilder, type Value } from '../ir/graph.ts';
import { backward } from '../ir/ops/backward.ts';
import { constantLike, full, iota } from '../ir/ops/constants.ts';
import { conv, dot } from '../ir/ops/contractions.ts';
import { cumulativeSum } from '../ir/ops/cumulative.ts';
import type { PlainOp } from '../ir/ops/define.ts';
import { fmod } from '../ir/ops/division.ts';
import { dynamicSlice, dynamicUpdateSlice } from '../ir/ops/dynamic-slices.ts';
import {
  abs,
  add,
  ceil,
  div,
  exp,
  expm1,
  floor,
  log,
  log1p,
  maximum,
  minimum,
  mul,
  neg,
  pow,
  relu,
  round,
  sigmoid,
  sign,
  softplus,
  sqrt,
  stopGradient,
  sub,
  trunc,
} from '../ir/ops/elementwise.ts';
import { argSort, pick, scatterAdd, scatterSet, take } from '../ir/ops/indexing.ts';
import { determinant, solve } from '../ir/ops/linear-systems.ts';
import * as logic from '../ir/ops/logic.ts';
import { assemble } from '../ir/ops/matrix-values.ts';
import { threefry2x32 } from '../ir/ops/random.ts';
import {
  argMax,
  argMin,
  firstMax,
  reduceAnd,
  reduceMax,
  reduceMin,
  reduceOr,
  reduceProd,
  reduceSum,
} from '../ir/ops/reductions.ts';
import { checkpoint } from '../ir/ops/regions.ts';
import { erf, erfInv } from '../ir/ops/special.ts';
import { atan, atan2, cos, sin, tan, tanh } from '../ir/ops/trigonometry.ts';
import * as views from '../ir/ops/views.ts';
import { type DType, dtypes, isDifferentiable, isHalf, isInteger } from '../ir/types.ts';
import { loopPrograms } from './loop-programs.ts';
import { type ProgramCase, program, type Typed } from './program-case.ts';
import type { DataRange } from './sample-data.ts';

const { and, bitcast, cast, gt, not, or, select, xor } = logic;

const spread = (rows: Value, like: Value): Value =>
  views.broadcast(rows, { shape: like.type.shape, axes: rows.type.shape.map((_, axis) => axis) });
const overRows = (vector: Value, like: Value): Value =>
  views.broadcast(vector, { shape: like.type.shape, axes: [like.type.shape.length - 1] });
const softmax = (x: Value): Value => {
  const axes = [x.type.shape.length - 1];
  const powers = exp(sub(x, spread(stopGradient(reduceMax(x, { axes })), x)));
  return div(powers, spread(reduceSum(powers, { axes }), x));
};
const product = (x: Value, y: Value): Value =>
  dot([x, y], { contract: [[1], [0]], batch: [[], []] });

const constants = (): ProgramCase[] => [
  ...dtypes.map((dtype) =>
    program(`constants of ${dtype}`, [], () => full([], { value: 1, shape: [3], dtype })),
  ),
  program('special constants', [], () =>
    [-0, Number.NaN, Number.POSITIVE_INFINITY, 1e-45, 16777217].map((value) =>
      full([], { value, shape: [2], dtype: 'f32' }),
    ),
  ),
  program('an index as a number', [[[3, 5]]], (x) => {
    const columns = iota([], { axis: 1, shape: [3, 5], dtype: 'i32' });
    return mul(x, cast(columns, { dtype: 'f32' }));
  }),
];

const smooth = { exp, expm1, sin, cos, tanh, atan, erf, sigmoid, softplus } as const;
const positive = { sqrt, log, log1p } as const;
const jumping = { floor, ceil, round, trunc, sign, abs, neg, relu } as const;
const binary = { add, sub, mul, maximum, minimum, fmod } as const;
const ofOne = (ops: Readonly<Record<string, PlainOp>>, range: DataRange): ProgramCase[] =>
  Object.entries(ops).map(([name, op]) => program(name, [[[37], 'f32', range]], (x) => op(x)));
const pair = (dtype: DType): readonly Typed[] => [
  [[19], dtype],
  [[19], dtype],
];
const numeric: readonly DType[] = dtypes.filter((dtype) => dtype !== 'bool' && !isHalf(dtype));
const elements = (): ProgramCase[] => [
  ...ofOne(smooth, { low: -4, high: 4 }),
  ...ofOne(positive, { low: 0.01, high: 9 }),
  ...ofOne(jumping, { low: -4, high: 4 }),
  ...ofOne({ tan }, { low: -1.5, high: 1.5 }),
  ...ofOne({ erfInv }, { low: -0.99, high: 0.99 }),
  ...Object.entries(binary).flatMap(([name, op]) =>
    numeric.map((dtype) => program(`${name} of ${dtype}`, pair(dtype), (x, y) => op(x, y))),
  ),
  program('div', [[[19]], [[19], 'f32', { low: 0.2, high: 3 }]], (x, y) => div(x, y)),
  program('pow', [[[19], 'f32', { low: 0.2, high: 3 }], [[19]]], (x, y) => pow(x, y)),
  program('atan2', [[[19]], [[19], 'f32', { low: -3, high: 2 }]], (x, y) => atan2(x, y)),
  ...(['f32', 'i32', 'u32', 'bool'] as const).map((dtype) =>
    program(
      `comparisons and choices of ${dtype}`,
      [
        [[21], dtype],
        [[21], dtype],
      ],
      (x, y) => {
        const isEqual = logic.eq(x, y);
        if (dtype === 'bool')
          return [isEqual, select(isEqual, not(x), xor(x, y)), or(x, and(x, y))];
        const all = [logic.ne(x, y), logic.lt(x, y), logic.le(x, y), gt(x, y), logic.ge(x, y)];
        return [isEqual, ...all, select(logic.lt(x, y), x, y)];
      },
    ),
  ),
  ...(['i32', 'u32'] as const).map((dtype) =>
    program(
      `bits of ${dtype}`,
      [
        [[21], dtype, { low: dtype === 'i32' ? -1e9 : 0, high: 2e9 }],
        [[21], dtype],
      ],
      (x, y) => [
        and(x, y),
        or(x, y),
        xor(x, y),
        not(x),
        logic.shiftLeft(x, y),
        logic.shiftRight(x, y),
        mul(x, x),
        sub(y, x),
      ],
    ),
  ),
  ...dtypes.flatMap((from) =>
    dtypes.map((to) =>
      program(
        `${from} to ${to}`,
        [[[23], from, isDifferentiable(from) ? { low: -5e9, high: 5e9 } : {}]],
        (x) => cast(x, { dtype: to }),
      ),
    ),
  ),
  program(
    'bits read as another dtype',
    [[[9]], [[9], 'i32', { low: 1e9, high: 1.2e9 }]],
    (x, y) => [bitcast(x, { dtype: 'u32' }), bitcast(y, { dtype: 'f32' })],
  ),
];

const moves = (): ProgramCase[] => [
  program('permute', [[[3, 4, 5]]], (x) => views.permute(x, { axes: [2, 0, 1] })),
  program('reshape of permute', [[[4, 6]]], (x) =>
    views.reshape(views.permute(x, { axes: [1, 0] }), { shape: [3, 8] }),
  ),
  program('broadcast', [[[3, 1]]], (x) => views.broadcast(x, { shape: [2, 3, 5], axes: [1, 2] })),
  program('reverse', [[[3, 5]]], (x) => views.reverse(x, { axes: [0, 1] })),
  program('slice', [[[7, 9]]], (x) =>
    views.slice(x, { start: [1, 0], size: [3, 4], step: [2, 2] }),
  ),
  program('pad', [[[3, 4]]], (x) =>
    views.pad(x, { low: [1, 0], high: [0, 2], interior: [0, 1], value: -1.5 }),
  ),
  program('concat', [[[2, 3]], [[2, 0]], [[2, 4]]], (...all) => views.concat(all, { axis: 1 })),
  program('windows', [[[2, 9, 3]]], (x) => {
    const params = { leading: 1, length: [9], windows: [4], stride: [2], dilation: [1] };
    const seen = views.window(x, params);
    return [seen, reduceMax(seen, { axes: [2] }), views.unwindow(seen, params)];
  }),
  ...dtypes.map((dtype) =>
    program(
      `take of ${dtype}`,
      [
        [[5, 3], dtype],
        [[7], 'i32', { low: -6, high: 6 }],
      ],
      (x, ids) => take([x, ids], { axis: 0, batch: 0 }),
    ),
  ),
  program('take along a shared axis', [[[4, 6]], [[4, 3], 'i32', { low: 0, high: 5 }]], (x, ids) =>
    take([x, ids], { axis: 1, batch: 1 }),
  ),
  program('pick', [[[5, 4]], [[5], 'i32', { low: -4, high: 3 }]], (x, ids) => pick([x, ids], {})),
  ...(['f32', 'i32'] as const).map((dtype) =>
    program(
      `scatterAdd of ${dtype}`,
      [
        [[4, 3], dtype],
        [[9], 'i32', { low: -5, high: 4 }],
        [[9, 3], dtype],
      ],
      (x, ids, updates) => scatterAdd([x, ids, updates], { axis: 0, batch: 0 }),
    ),
  ),
  ...(['f32', 'u32', 'bool'] as const).map((dtype) =>
    program(
      `scatterSet of ${dtype}`,
      [
        [[4, 3], dtype],
        [[9], 'i32', { low: -5, high: 4 }],
        [[9, 3], dtype],
      ],
      (x, ids, updates) => scatterSet([x, ids, updates], { axis: 0, batch: 0 }),
    ),
  ),
  program(
    'parts that begin where data say',
    [[[5, 6]], [[2, 3]], [[2], 'i32', { low: -7, high: 7 }]],
    (x, part, starts) => [
      dynamicSlice([x, starts], { sizes: [2, 3], batch: 0 }),
      dynamicUpdateSlice([x, part, starts], { batch: 0 }),
    ],
  ),
  ...(['f32', 'i32', 'bool'] as const).map((dtype) =>
    program(`argSort of ${dtype}`, [[[3, 21], dtype]], (x) => argSort(x)),
  ),
  ...(['f32', 'i32'] as const).map((dtype) =>
    program(`running sums of ${dtype}`, [[[3, 21], dtype]], (x) => [
      cumulativeSum(x, { reverse: true }),
      mul(cumulativeSum(mul(x, x), { reverse: false }), x),
    ]),
  ),
  program('systems of equations', [[[2, 5, 5]], [[2, 5, 3]]], (x, sides) => {
    const diagonal = add(x, constantLike(x, 9));
    const matrix = assemble(x, { below: x, diagonal, above: x });
    return [solve([matrix, sides], {}), determinant(matrix, {})];
  }),
];

const folds = (): ProgramCase[] => [
  ...Object.entries({
    reduceSum,
    reduceMax,
    reduceMin,
    reduceProd,
    argMax,
    argMin,
    firstMax,
  }).flatMap(([name, op]) =>
    numeric.map((dtype) => {
      const range = isInteger(dtype) ? {} : { low: -1.5, high: 1.5 };
      return program(`${name} of ${dtype}`, [[[5, 7, 3], dtype, range]], (x) =>
        [[2], [0, 1], [1], [0, 1, 2]].map((axes) => op(x, { axes })),
      );
    }),
  ),
  program('truths', [[[4, 5], 'bool']], (x) => [
    reduceAnd(x, { axes: [1] }),
    reduceOr(x, { axes: [0] }),
  ]),
  program('sum of squares of columns', [[[6, 19]]], (x) => reduceSum(mul(x, x), { axes: [0] })),
  ...(['f32', 'f64', 'i32'] as const).map((dtype) =>
    program(
      `products of matrices of ${dtype}`,
      [
        [[7, 9], dtype],
        [[9, 6], dtype],
      ],
      (x, y) => product(x, y),
    ),
  ),
  program('products in batches', [[[3, 5, 4]], [[3, 6, 4]]], (x, y) =>
    dot([x, y], { contract: [[2], [2]], batch: [[0], [0]] }),
  ),
  program('product of vectors', [[[33]], [[33]]], (x, y) =>
    dot([x, y], { contract: [[0], [0]], batch: [[], []] }),
  ),
  program('convolution', [[[2, 1, 3, 8, 7]], [[1, 5, 3, 3, 2]]], (x, w) =>
    conv([x, w], { stride: [2, 1], dilation: [1, 2] }),
  ),
  program('convolution in groups', [[[2, 3, 2, 9]], [[3, 4, 2, 3]]], (x, w) =>
    conv([x, w], { stride: [1], dilation: [1] }),
  ),
];

const fused = (): ProgramCase[] => [
  program('softmax', [[[6, 17]]], (x) => softmax(x)),
  program('softmax of shifted columns', [[[5, 9]], [[5]]], (x, y) => softmax(add(x, spread(y, x)))),
  program('layer norm', [[[4, 33]], [[33]], [[33]]], (x, scale, shift) => {
    const mean = (y: Value): Value => {
      const sum = reduceSum(y, { axes: [1] });
      return div(sum, constantLike(sum, 33));
    };
    const centred = sub(x, spread(mean(x), x));
    const variance = mean(mul(centred, centred));
    const deviation = sqrt(add(variance, constantLike(variance, 1e-5)));
    return add(mul(div(centred, spread(deviation, x)), overRows(scale, x)), overRows(shift, x));
  }),
  program('dense with bias and gelu', [[[9, 18]], [[18, 7]], [[7]]], (x, w, b) => {
    const y = product(x, w);
    const z = add(y, overRows(b, y));
    const half = mul(z, constantLike(z, 0.5));
    return mul(half, add(constantLike(z, 1), erf(mul(z, constantLike(z, Math.SQRT1_2)))));
  }),
  program('a gradient', [[[5, 6]], [[6, 4]], [[5], 'i32', { low: 0, high: 3 }]], (x, w, labels) => {
    const y = product(relu(x), w);
    const rows = neg(log(pick([softmax(y), labels], {})));
    const loss = reduceSum(rows, { axes: [0] });
    const eqns = [...currentBuilder().eqns];
    const gradients = backward(eqns, [loss], [constantLike(loss, 1)], [x, w]);
    return [loss, ...gradients.map((gradient, k) => gradient ?? constantLike(k === 0 ? x : w, 0))];
  }),
  program('something computed again', [[[12]]], (x) => {
    const graph = buildGraph('held', [x.type], ([y]) => [mul(tanh(y as Value), y as Value)]);
    const [held] = checkpoint([x], { graph });
    return reduceSum(held as Value, { axes: [0] });
  }),
  program(
    'random bits',
    [1, 2, 3, 4].map((): Typed => [[5], 'u32', { low: 0, high: 4294967295 }]),
    (...words) => threefry2x32(words, {}),
  ),
];

/** Lengths around powers of two and the edges of tiles. */
const lengths: readonly number[] = [
  0, 1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 64, 65, 255, 256, 257, 1023, 1024, 1025,
];
const sizes = (): ProgramCase[] =>
  lengths.map((n) =>
    program(`length ${n}`, [[[n]], [[3, n]], [[n, 3]]], (x, y, z) => [
      add(mul(x, x), tanh(x)),
      reduceSum(y, { axes: [1] }),
      reduceSum(z, { axes: [0] }),
      product(y, z),
      mul(y, overRows(x, y)),
    ]),
  );

/** All programs of the suite, built anew at every call. */
export const conformancePrograms = (): readonly ProgramCase[] => [
  ...constants(),
  ...elements(),
  ...moves(),
  ...folds(),
  ...fused(),
  ...loopPrograms(),
  ...sizes(),
];
