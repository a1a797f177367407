/** Layers over functions that have tests of their own: parameters, types, and what they compute. */
import { describe, expect, expectTypeOf, test } from 'vitest';
import * as g from '../../src/index.ts';
import * as nn from '../../src/stdlib/nn/index.ts';
import * as random from '../../src/stdlib/random/index.ts';
import { errorText } from './error-text.ts';

const key = random.key(7);
const x = random.normal(key, [2, 4, 6]);

describe('layers are the functions with parameters in objects', () => {
  test('groupNorm and rmsNorm', () => {
    const group = nn.initGroupNorm(4);
    expectTypeOf(group).toEqualTypeOf<nn.GroupNorm<4>>();
    const y = nn.groupNorm(group, x, { groups: 2, eps: 0.1 });
    expectTypeOf(y).toEqualTypeOf<g.Tensor<[2, 4, 6], 'f32'>>();
    const { scale, shift } = group;
    expect(y.toArray()).toEqual(g.groupNorm(x, scale, shift, { groups: 2, eps: 0.1 }).toArray());
    const rms = nn.initRmsNorm(6, { dtype: 'f64' });
    expectTypeOf(rms).toEqualTypeOf<nn.RmsNorm<6, 'f64'>>();
    const wide = g.cast(x, 'f64');
    expect(nn.rmsNorm(rms, wide).toArray()).toEqual(g.rmsNorm(wide, rms.scale).toArray());
  });
  test('embedding', () => {
    const p = nn.initEmbedding(key, 10, 3);
    expectTypeOf(p).toEqualTypeOf<nn.Embedding<10, 3>>();
    const ids = g.tensor([[1, 9, 1]], { dtype: 'i32' });
    const rows = nn.embedding(p, ids);
    expectTypeOf(rows).toEqualTypeOf<g.Tensor<[1, 3, 3], 'f32'>>();
    expect(rows.toArray()[0]![1]).toEqual(p.table.toArray()[9]);
    const gradient = g.grad((q: typeof p) => g.sum(nn.embedding(q, ids)))(p);
    expect(gradient.table.toArray().map((row) => row[0])).toEqual([0, 2, 0, 0, 0, 0, 0, 0, 0, 1]);
  });
  test('conv1d', () => {
    const p = nn.initConv1d(key, 4, 3, 5);
    expectTypeOf(p).toEqualTypeOf<nn.Conv1d<4, 3, 5>>();
    const y = nn.conv1d(p, x, { padding: 'same' });
    expectTypeOf(y).toEqualTypeOf<g.Tensor<[2, 3, 6], 'f32'>>();
    expect(y.toArray()).toEqual(g.conv1d(x, p.w, { padding: 'same', bias: p.b }).toArray());
  });
  test('multiHeadAttention', () => {
    const p = nn.initMultiHeadAttention(key, 6);
    expectTypeOf(p).toEqualTypeOf<nn.MultiHeadAttention<6>>();
    expect(p.wq.toArray()).not.toEqual(p.wk.toArray());
    const y = nn.multiHeadAttention(p, x, x, { heads: 3, causal: true });
    expectTypeOf(y).toEqualTypeOf<g.Tensor<[2, 4, 6], 'f32'>>();
    const { wq, wk, wv, wo, bq, bk, bv, bo } = p;
    const options = { heads: 3, causal: true } as const;
    const same = g.multiHeadAttention(x, x, wq, wk, wv, wo, bq, bk, bv, bo, options);
    expect(y.toArray()).toEqual(same.toArray());
    expect(
      g.explain((q: typeof p) => nn.multiHeadAttention(q, x, x, options))(p).launches.length,
    ).toBeLessThanOrEqual(7);
  });
});

test('the gradient penalty of a critic is differentiated twice', () => {
  // I. Gulrajani et al., "Improved training of Wasserstein GANs" (2017), for the critic
  // D(x) = tanh(x W1^T + b1) w2.
  const f64 = { dtype: 'f64' } as const;
  const [n, i, h] = [3, 2, 4];
  const p = {
    w1: random.normal(random.key(1), [h, i], f64),
    b1: random.normal(random.key(2), [h], f64),
    w2: random.normal(random.key(3), [h], f64),
  };
  const data = random.normal(random.key(4), [n, i], f64);
  type Params = typeof p;
  const critic = (q: Params, v: g.Tensor<any, 'f64'>): g.Tensor<any, 'f64'> =>
    g.matmul(g.tanh(g.linear(v, q.w1, q.b1)), q.w2);
  const penalty = (q: Params): g.Tensor<[], 'f64'> => {
    const slope = g.grad((v: g.Tensor<any, 'f64'>) => g.sum(critic(q, v)))(data);
    return g.mean(g.square(g.sub(g.norm(slope, -1), 1)));
  };
  const [w1, b1, w2, rows] = [p.w1, p.b1, p.w2, data].map((t) => Array.from(t.dataSync()));
  const penaltyOf = (flat: readonly number[]): number => {
    const [a, b, c] = [flat.slice(0, h * i), flat.slice(h * i, h * i + h), flat.slice(h * i + h)];
    let total = 0;
    for (let r = 0; r < n; r++) {
      const slope = Array.from({ length: i }, () => 0);
      for (let k = 0; k < h; k++) {
        let sum = b[k]!;
        for (let j = 0; j < i; j++) sum += rows![r * i + j]! * a[k * i + j]!;
        const by = (1 - Math.tanh(sum) ** 2) * c[k]!;
        for (let j = 0; j < i; j++) slope[j]! += by * a[k * i + j]!;
      }
      total += (Math.hypot(...slope) - 1) ** 2;
    }
    return total / n;
  };
  const flat = [...w1!, ...b1!, ...w2!];
  expect(penalty(p).item()).toBeCloseTo(penaltyOf(flat), 11);
  for (const differentiate of [g.grad(penalty), g.jit(g.grad(penalty))]) {
    const found = differentiate(p);
    const gradient = [found.w1, found.b1, found.w2].flatMap((t) => Array.from(t.dataSync()));
    gradient.forEach((value, k) => {
      const moved = [1e-5, -1e-5].map((by) =>
        penaltyOf(flat.map((v, at) => (at === k ? v + by : v))),
      );
      expect(value, `element ${k}`).toBeCloseTo((moved[0]! - moved[1]!) / 2e-5, 6);
    });
  }
});

test('mistakes are one sentence, in the editor and at run time', () => {
  const attention = nn.initMultiHeadAttention(key, 6);
  // @ts-expect-error: groupNorm: the input [2, 4, 6] has 4 channels but the parameters have 3
  const wrongChannels = () => nn.groupNorm(nn.initGroupNorm(3), x, { groups: 3 });
  // @ts-expect-error: groupNorm: 3 groups do not divide 4 channels
  const wrongGroups = () => nn.groupNorm(nn.initGroupNorm(4), x, { groups: 3 });
  // @ts-expect-error: rmsNorm: the input [2, 4, 6] does not end in the shape [4] of the parameters
  const wrongEnding = () => nn.rmsNorm(nn.initRmsNorm(4), x);
  // @ts-expect-error: multiHeadAttention: 4 heads do not divide 6 features
  const wrongHeads = () => nn.multiHeadAttention(attention, x, x, { heads: 4 });
  // @ts-expect-error: conv1d: input has 4 channels but the kernel expects 3
  const wrongKernel = () => nn.conv1d(nn.initConv1d(key, 3, 2, 3), x);
  const texts = [
    wrongChannels,
    wrongGroups,
    wrongEnding,
    wrongHeads,
    wrongKernel,
    () => nn.groupNorm(undefined as never, x, { groups: 1 }),
    () => nn.rmsNorm(undefined as never, x as never),
    () => nn.embedding(undefined as never, g.zeros([1], { dtype: 'i32' }) as never),
    () => nn.multiHeadAttention(undefined as never, x as never, x as never, { heads: 1 } as never),
    () => nn.initEmbedding(key, 0, 1),
    () => nn.initGroupNorm(1.5),
    () => nn.initRmsNorm(2, { type: 'f64' } as never),
    () => nn.initMultiHeadAttention(key, -1),
    () => nn.initConv1d(key, 1, 2, 0),
  ].map(errorText);
  expect(texts.join('\n')).toMatchInlineSnapshot(`
    "ShapeError: groupNorm: the input [2, 4, 6] has 4 channels but the parameters have 3
    ShapeError: groupNorm: 3 groups do not divide 4 channels
    ShapeError: rmsNorm: the input [2, 4, 6] does not end in the shape [4] of the parameters
    ShapeError: multiHeadAttention: 4 heads do not divide 6 features
    ShapeError: conv1d: input has 4 channels but the kernel expects 3 (input [2, 4, 6] NCW, kernel [2, 3, 3] OIW)
    ArgumentError: groupNorm: the parameters must be an object, not undefined
    ArgumentError: rmsNorm: the parameters must be an object, not undefined
    ArgumentError: embedding: the parameters must be an object, not undefined
    ArgumentError: multiHeadAttention: the parameters must be an object, not undefined
    ArgumentError: initEmbedding: the number of ids must be a whole number >= 1, not 0
    ArgumentError: initGroupNorm: the number of channels must be a whole number >= 1, not 1.5
    ArgumentError: initRmsNorm: unknown option 'type'
      hint: did you mean 'dtype'?
    ArgumentError: initMultiHeadAttention: the number of features must be a whole number >= 1, not -1
    ArgumentError: initConv1d: the size of a kernel must be a whole number >= 1, not 0"
  `);
});
