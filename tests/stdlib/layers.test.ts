/** Layers against loops written from their formulas, and their gradients against differences. */
import { describe, expect, expectTypeOf, test } from 'vitest';
import { grad, jit, mean, mul, sum, type Tensor, tensor, zeros } from '../../src/index.ts';
import * as nn from '../../src/stdlib/nn/index.ts';
import * as random from '../../src/stdlib/random/index.ts';
import { checkGradient } from './check-gradient.ts';
import { errorText } from './error-text.ts';

const seed = random.key(11);
const f64 = { dtype: 'f64' } as const;
const numbersOf = (x: { dataSync(): ArrayLike<number> }): number[] => Array.from(x.dataSync());
const expectClose = (found: ArrayLike<number>, expected: readonly number[], digits = 10): void => {
  expect(found.length).toBe(expected.length);
  expected.forEach((value, k) => {
    expect(found[k]).toBeCloseTo(value, digits);
  });
};
/** A scalar that depends on every element differently. */
const probe = (y: Tensor<any, any>): Tensor<[], any> =>
  sum(mul(y, random.normal(random.key(99), y.shape, f64)));

describe('dense', () => {
  const p = nn.initDense(seed, 3, 2, f64);
  test('x W + b', () => {
    expect([p.w.shape, p.b.shape]).toEqual([[3, 2], [2]]);
    expectTypeOf(p).toEqualTypeOf<nn.Dense<3, 2, 'f64'>>();
    const layer = {
      w: tensor([
        [1, 2],
        [3, 4],
        [5, 6],
      ]),
      b: tensor([10, 20]),
    };
    const y = nn.dense(layer, tensor([[1, 0, 2]]));
    expectTypeOf(y).toEqualTypeOf<Tensor<[1, 2], 'f32'>>();
    expect(y.toArray()).toEqual([[21, 34]]);
    expect(nn.dense({ w: layer.w }, tensor([1, 0, 2])).toArray()).toEqual([11, 14]);
    expect(nn.dense(layer, zeros([4, 5, 3])).shape).toEqual([4, 5, 2]);
  });
  test('gradient', () => {
    const x = random.normal(seed, [4, 3], f64);
    checkGradient((q) => probe(nn.dense(q.p, q.x)), { p, x });
  });
});

describe('conv2d', () => {
  test('a kernel by hand, with stride, padding and bias', () => {
    const x = tensor([
      [
        [
          [1, 2, 3],
          [4, 5, 6],
          [7, 8, 9],
        ],
      ],
    ]);
    const p = {
      w: tensor([
        [
          [
            [1, 0],
            [0, 2],
          ],
        ],
      ]),
      b: tensor([0.5]),
    };
    expect(nn.conv2d(p, x).toArray()).toEqual([
      [
        [
          [11.5, 14.5],
          [20.5, 23.5],
        ],
      ],
    ]);
    expect(nn.conv2d({ w: p.w }, x, { stride: 2 }).toArray()).toEqual([[[[11]]]]);
    expect(nn.conv2d(p, x, { padding: 1 }).shape).toEqual([1, 1, 4, 4]);
  });
  test('parameters and types', () => {
    const p = nn.initConv2d(seed, 3, 8, [5, 3]);
    expectTypeOf(p).toEqualTypeOf<nn.Conv2d<3, 8, 5, 3>>();
    expect(p.w.shape).toEqual([8, 3, 5, 3]);
    const y = nn.conv2d(p, zeros([2, 3, 9, 9]), { padding: 'same' });
    expectTypeOf(y).toEqualTypeOf<Tensor<[2, 8, 9, 9], 'f32'>>();
    expectTypeOf(nn.initConv2d(seed, 1, 6, 5)).toEqualTypeOf<nn.Conv2d<1, 6, 5>>();
    expect(nn.maxPool2d(y, 3).shape).toEqual([2, 8, 3, 3]);
  });
  test('gradient', () => {
    const p = nn.initConv2d(seed, 2, 2, 2, f64);
    const x = random.normal(seed, [1, 2, 3, 3], f64);
    checkGradient((q) => probe(nn.conv2d(q.p, q.x)), { p, x });
  });
});

describe('dropout', () => {
  const x = tensor(Array.from({ length: 4000 }, (_, k) => k + 1));
  test('elements are 0 or scaled, at the rate asked for', () => {
    const y = numbersOf(nn.dropout(seed, x, { rate: 0.25, training: true }));
    const off = y.filter((v) => v === 0).length / y.length;
    expect(off).toBeCloseTo(0.25, 1);
    y.forEach((v, k) => {
      expect(v === 0 || Math.abs(v - (k + 1) / 0.75) < 1e-3 * v).toBe(true);
    });
    const other = nn.dropout(random.key(12), x, { rate: 0.25, training: true });
    expect(numbersOf(other)).not.toEqual(y);
  });
  test('without training or rate it is x itself', () => {
    expect(nn.dropout(seed, x, { training: false })).toBe(x);
    expect(nn.dropout(seed, x, { rate: 0, training: true })).toBe(x);
  });
  test('the gradient has the same mask', () => {
    const f = (v: Tensor<[4000]>): Tensor<[]> => sum(nn.dropout(seed, v, { training: true }));
    const y = numbersOf(nn.dropout(seed, x, { training: true }));
    const g = numbersOf(jit(grad(f))(x));
    expect(g).toEqual(y.map((v) => (v === 0 ? 0 : 2)));
  });
});

describe('batchNorm', () => {
  const x = random.normal(seed, [3, 2, 2, 2], { mean: 3, std: 2, dtype: 'f64' });
  const p = { scale: tensor([2, -1], f64), shift: tensor([0.5, 1], f64) };
  const state = { mean: tensor([1, 2], f64), variance: tensor([4, 9], f64) };
  /** The values of one channel in order. */
  const channel = (t: { dataSync(): ArrayLike<number> }, c: number): number[] =>
    numbersOf(t).filter((_, k) => Math.floor(k / 4) % 2 === c);

  test('training uses the batch and moves the state', () => {
    const [y, next] = nn.batchNorm(p, state, x, { training: true, momentum: 0.2, eps: 1e-3 });
    expectTypeOf(y).toEqualTypeOf<Tensor<[3, 2, 2, 2], 'f64'>>();
    for (const c of [0, 1]) {
      const values = channel(x, c);
      const average = values.reduce((total, v) => total + v, 0) / 12;
      const variance = values.reduce((total, v) => total + (v - average) ** 2, 0) / 12;
      const [scale, shift] = [[2, -1][c]!, [0.5, 1][c]!];
      expectClose(
        channel(y, c),
        values.map((v) => ((v - average) / Math.sqrt(variance + 1e-3)) * scale + shift),
      );
      expect(next.mean.toArray()[c]).toBeCloseTo(0.8 * [1, 2][c]! + 0.2 * average, 10);
      const unbiased = (variance * 12) / 11;
      expect(next.variance.toArray()[c]).toBeCloseTo(0.8 * [4, 9][c]! + 0.2 * unbiased, 10);
    }
  });
  test('inference uses the state and keeps it', () => {
    const [y, next] = nn.batchNorm(p, state, x, { training: false });
    expect(next).toBe(state);
    const values = channel(x, 1);
    expectClose(
      channel(y, 1),
      values.map((v) => 1 - (v - 2) / Math.sqrt(9 + 1e-5)),
    );
  });
  test('first parameters normalise', () => {
    const [q, first] = nn.initBatchNorm(2);
    expectTypeOf(q).toEqualTypeOf<nn.BatchNorm<2>>();
    const [y] = nn.batchNorm(q, first, random.normal(seed, [50, 2]), { training: true });
    const values = numbersOf(mean(y, 0));
    expectClose(values, [0, 0], 5);
  });
  test('gradients', () => {
    const train = { training: true } as const;
    checkGradient((q) => probe(nn.batchNorm(q.p, state, q.x, train)[0]), { p, x }, 1e-5);
    const infer = { training: false } as const;
    checkGradient((q) => probe(nn.batchNorm(q.p, state, q.x, infer)[0]), { p, x }, 1e-5);
    const moved = (q: Tensor<[3, 2, 2, 2], 'f64'>): Tensor<[], 'f64'> =>
      sum(nn.batchNorm(p, state, q, train)[1].mean);
    expect(numbersOf(grad(moved)(x)).every((v) => v === 0)).toBe(true);
  });
});

describe('layerNorm', () => {
  test('the last axes, as many as the parameters have', () => {
    const x = random.normal(seed, [2, 3, 4], f64);
    const p = { scale: random.normal(seed, [3, 4], f64), shift: zeros([3, 4], f64) };
    const y = nn.layerNorm(p, x, { eps: 1e-4 });
    expectTypeOf(y).toEqualTypeOf<Tensor<[2, 3, 4], 'f64'>>();
    const values = numbersOf(x).slice(12);
    const average = values.reduce((total, v) => total + v, 0) / 12;
    const variance = values.reduce((total, v) => total + (v - average) ** 2, 0) / 12;
    const scale = numbersOf(p.scale);
    expectClose(
      numbersOf(y).slice(12),
      values.map((v, k) => ((v - average) / Math.sqrt(variance + 1e-4)) * scale[k]!),
    );
    checkGradient((q) => probe(nn.layerNorm(q.p, q.x)), { p, x }, 1e-5);
    expectTypeOf(nn.initLayerNorm([4])).toEqualTypeOf<nn.LayerNorm<[4]>>();
  });
});

test('mistakes are one sentence, in the editor and at run time', () => {
  const layer = nn.initDense(seed, 784, 128);
  const filters = nn.initConv2d(seed, 3, 8, 5);
  const [norm, state] = nn.initBatchNorm(3);
  const inferring = { training: false };
  // @ts-expect-error: matmul: inner dimensions 785 and 784 differ ([32, 785] @ [784, 128])
  const wrongInner = () => nn.dense(layer, zeros([32, 785]));
  // @ts-expect-error: conv2d: input has 1 channels but the kernel expects 3
  const wrongKernel = () => nn.conv2d(filters, zeros([2, 1, 9, 9]));
  // @ts-expect-error: batchNorm: the input [2, 4, 5] has 4 channels but the parameters have 3
  const wrongChannels = () => nn.batchNorm(norm, state, zeros([2, 4, 5]), inferring);
  // @ts-expect-error: layerNorm: the input [32, 10] does not end in the shape [12]
  const wrongEnding = () => nn.layerNorm(nn.initLayerNorm([12]), zeros([32, 10]));
  const texts = [
    wrongInner,
    wrongKernel,
    wrongChannels,
    wrongEnding,
    () => nn.dense(undefined as never, zeros([2, 3]) as never),
    () => nn.dense({ w: zeros([3, 2]), b: zeros([3]) as never }, zeros([2, 3])),
    () => nn.conv2d(filters, zeros([1, 3, 9, 9]), { bias: zeros([8]) } as never),
    () => nn.conv2d(filters, zeros([1, 3, 4, 4]) as never),
    () => nn.initDense(seed, 0, 2),
    () => nn.initDense(seed, 3, 2, { initialiser: nn.init.zeros } as never),
    () => nn.initConv2d(seed, 3, 2, [1, 2, 3] as never),
    () => nn.dropout(seed, zeros([3]), {} as never),
    () => nn.dropout(seed, zeros([3]), { rate: 1, training: true }),
    () => nn.dropout(seed, zeros([3]), { rate: -1, training: false }),
    () => nn.dropout(zeros([2]) as never, zeros([3]), { training: false }),
    () => nn.batchNorm(norm, state, zeros([3]) as never, inferring),
    () => nn.batchNorm(norm, state, zeros([1, 3]), { training: true }),
    () => nn.batchNorm(norm, state, zeros([2, 3], { dtype: 'f64' }), inferring),
    () => nn.batchNorm(norm, undefined as never, zeros([2, 3]), inferring),
    () => nn.batchNorm(norm, { ...state, mean: zeros([4]) as never }, zeros([2, 3]), inferring),
    () => nn.batchNorm(norm, state, zeros([2, 3]), { training: false, momentum: 2 }),
    () => nn.layerNorm(nn.initLayerNorm([3]), zeros([2, 3]), { eps: -1 }),
  ].map(errorText);
  expect(texts.join('\n')).toMatchInlineSnapshot(`
    "ShapeError: matmul: inner dimensions 785 and 784 differ ([32, 785] @ [784, 128])
    ShapeError: conv2d: input has 1 channels but the kernel expects 3 (input [2, 1, 9, 9] NCHW, kernel [8, 3, 5, 5] OIHW)
    ShapeError: batchNorm: the input [2, 4, 5] has 4 channels but the parameters have 3
    ShapeError: layerNorm: the input [32, 10] does not end in the shape [12] of the parameters
    ArgumentError: dense: the parameters must be an object, not undefined
    ShapeError: dense: the bias must have shape [2], not [3]
      got: weights [3, 2]
    ArgumentError: conv2d: unknown option 'bias'
      hint: valid options: stride, padding, dilation, groups
    ShapeError: conv2d: the 5x5 window is larger than the input [1, 3, 4, 4]
    ArgumentError: initDense: the number of inputs must be a whole number >= 1, not 0
    ArgumentError: initDense: unknown option 'initialiser'
      hint: valid options: init, dtype
    ArgumentError: initConv2d: the size of a kernel is a number or [height, width]
      got: 3 numbers
    ArgumentError: dropout: training must be true or false, not undefined
    ArgumentError: dropout: rate 1 would leave nothing
    ArgumentError: dropout: rate must be in [0, 1], not -1
    DTypeError: dropout: a key has dtype u32
      got: [2] f32
      hint: make a key with random.key(seed)
    ShapeError: batchNorm: expected an input [N, C, ...], got [3]
    ShapeError: batchNorm: training needs more than 1 values per channel
      got: input [1, 3]
    DTypeError: batchNorm: dtypes f64 and f32 differ; convert one with cast
    ArgumentError: batchNorm: the state must be an object, not undefined
    ShapeError: batchNorm: mean must have shape [3], not [4]
      got: input [2, 3]
    ArgumentError: batchNorm: momentum must be in [0, 1], not 2
    ArgumentError: layerNorm: eps must be a number >= 0, not -1"
  `);
});
