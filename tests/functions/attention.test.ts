/** Attention and rotary embedding against loops, with masks, heads and hard scores. */
import * as g from 'gradloom';
import * as random from 'gradloom/random';
import { describe, expect, expectTypeOf, test } from 'vitest';
import { checkGradient } from '../stdlib/check-gradient.ts';
import { errorText } from '../stdlib/error-text.ts';

const f64 = { dtype: 'f64' } as const;
type Matrix = readonly (readonly number[])[];
const draw = <const S extends readonly number[]>(seed: number, shape: S) =>
  random.normal(random.key(seed), shape, f64);
const numbers = (x: g.AnyTensor): number[] => Array.from(x.dataSync() as ArrayLike<number>);
const close = (found: g.AnyTensor, wanted: readonly unknown[], digits = 11): void => {
  const got = numbers(found);
  const flat = wanted.flat(9) as number[];
  expect(got.length).toBe(flat.length);
  flat.forEach((value, k) => {
    expect(got[k], `element ${k}`).toBeCloseTo(value, digits);
  });
};
/** One matrix product after the other, for one example and head. */
const naive = (
  q: Matrix,
  k: Matrix,
  v: Matrix,
  isAllowed: (row: number, column: number) => boolean = () => true,
  scale: number = 1 / Math.sqrt(q[0]!.length),
): number[][] =>
  q.map((query, r) => {
    const scores = k.map((key, s) => {
      const dot = query.reduce((sum, x, d) => sum + x * key[d]!, 0);
      return isAllowed(r, s) ? dot * scale : Number.NEGATIVE_INFINITY;
    });
    const most = Math.max(...scores);
    const weights = scores.map((x) => (most === Number.NEGATIVE_INFINITY ? 0 : Math.exp(x - most)));
    const total = weights.reduce((a, b) => a + b, 0) || 1;
    return v[0]!.map((_, e) =>
      weights.reduce((sum, weight, s) => sum + (weight / total) * v[s]![e]!, 0),
    );
  });
const probe = (y: g.Tensor<any, any>): g.Tensor<[], any> =>
  g.sum(g.mul(y, random.normal(random.key(99), y.shape, f64)));

describe('attention', () => {
  const q = draw(1, [2, 3, 4]);
  const k = draw(2, [2, 5, 4]);
  const v = draw(3, [2, 5, 2]);
  const each = (
    isAllowed?: (n: number, row: number, column: number) => boolean,
    scale?: number,
  ): number[][][] => {
    const [a, b, c] = [q, k, v].map((x) => x.toArray()) as [
      number[][][],
      number[][][],
      number[][][],
    ];
    return a.map((rows, n) =>
      naive(rows, b[n]!, c[n]!, isAllowed && ((r, s) => isAllowed(n, r, s)), scale),
    );
  };
  test('values, with a scale, causal', () => {
    const y = g.attention(q, k, v);
    expectTypeOf(y).toEqualTypeOf<g.Tensor<[2, 3, 2], 'f64'>>();
    close(y, each());
    close(g.attention(q, k, v, { scale: 0.3 }), each(undefined, 0.3));
    close(
      g.attention(q, k, v, { causal: true }),
      each((_, r, s) => s <= r),
    );
  });
  test('masks broadcast to the scores', () => {
    const row = g.tensor([true, false, true, true, false]);
    close(
      g.attention(q, k, v, { mask: row }),
      each((_, __, s) => s !== 1 && s !== 4),
    );
    const perExample = g.tensor([
      [[true, true, false, false, false]],
      [[true, true, true, true, false]],
    ]);
    close(
      g.attention(q, k, v, { mask: perExample }),
      each((n, _, s) => s < [2, 4][n]!),
    );
    const both = each((n, r, s) => s < [2, 4][n]! && s <= r);
    close(g.attention(q, k, v, { mask: perExample, causal: true }), both);
  });
  test('leading axes broadcast', () => {
    const shared = draw(4, [5, 4]);
    const y = g.attention(g.reshape(q, [2, 1, 3, 4]), shared, v);
    expectTypeOf(y).toEqualTypeOf<g.Tensor<[2, 2, 3, 2], 'f64'>>();
    const [a, b, c] = [q.toArray(), shared.toArray(), v.toArray()];
    close(y, [
      [naive(a[0]!, b, c[0]!), naive(a[0]!, b, c[1]!)],
      [naive(a[1]!, b, c[0]!), naive(a[1]!, b, c[1]!)],
    ]);
    const one = g.attention(g.at(q, 0), g.at(k, 0), g.at(v, 0));
    expectTypeOf(one).toEqualTypeOf<g.Tensor<[3, 2], 'f64'>>();
    close(one, each()[0]!);
  });
  test('a query that may look at nothing gets zeros, and its gradient is 0', () => {
    const mask = g.tensor([[true], [false], [true]]);
    const y = g.attention(q, k, v, { mask });
    close(
      y,
      each((_, r) => r !== 1),
    );
    expect(numbers(y).slice(2, 4)).toEqual([0, 0]);
    const loss = (p: any): g.Tensor<[], any> => probe(g.attention(p.q, p.k, p.v, { mask }));
    checkGradient(loss, { q, k, v });
    const slope: any = g.grad(loss as never)({ q, k, v } as never);
    expect(numbers(slope.q).slice(4, 8).map(Math.abs)).toEqual([0, 0, 0, 0]);
    const never = g.cast(g.zeros([5]), 'bool');
    expect(numbers(g.attention(q, k, v, { mask: never })).every((x) => x === 0)).toBe(true);
  });
  test('gradients, also of second order', () => {
    const loss = (p: any): g.Tensor<[], any> => probe(g.attention(p.q, p.k, p.v, { causal: true }));
    checkGradient(loss, { q, k, v });
    const square = (x: any): g.Tensor<[], any> => {
      const slope: any = g.grad(((y: any) => loss({ q: y, k, v })) as never)(x as never);
      return g.sum(g.square(slope) as any);
    };
    checkGradient(square, q, 1e-5);
  });
  test('scores of +-1e4 choose one key', () => {
    const far = g.tensor([
      [100, 0],
      [-100, 0],
    ]);
    const values = g.tensor([[1], [2]]);
    expect(numbers(g.attention(far, far, values, { scale: 1 }))).toEqual([1, 2]);
    const slope: any = g.grad(((x: g.Tensor<any, any>) =>
      g.sum(g.attention(x, x, values))) as never)(far as never);
    expect(numbers(slope).every(Number.isFinite)).toBe(true);
  });
});

describe('multiHeadAttention', () => {
  const xq = draw(1, [2, 3, 6]);
  const xkv = draw(2, [2, 4, 6]);
  const weights = [3, 4, 5, 6].map((seed) => draw(seed, [6, 6]));
  const biases = [7, 8, 9, 10].map((seed) => draw(seed, [6]));
  const call = g.multiHeadAttention as unknown as (...all: unknown[]) => g.Tensor<any, 'f64'>;
  /** x w^T + b of one example. */
  const project = (x: Matrix, w: Matrix, b: readonly number[]): number[][] =>
    x.map((row) => w.map((line, o) => line.reduce((sum, v, i) => sum + v * row[i]!, b[o]!)));
  const expected = (heads: number, isAllowed?: (r: number, s: number) => boolean): number[][][] => {
    const [wq, wk, wv, wo] = weights.map((x) => x.toArray()) as unknown as [
      Matrix,
      Matrix,
      Matrix,
      Matrix,
    ];
    const b = biases.map((x) => x.toArray());
    return xq.toArray().map((rows, n) => {
      const source = xkv.toArray()[n]!;
      const [q, k, v] = [
        project(rows, wq, b[0]!),
        project(source, wk, b[1]!),
        project(source, wv, b[2]!),
      ];
      const width = 6 / heads;
      const part = (x: Matrix, h: number): number[][] =>
        x.map((row) => row.slice(h * width, (h + 1) * width));
      const found = Array.from({ length: heads }, (_, h) =>
        naive(part(q, h), part(k, h), part(v, h), isAllowed),
      );
      const merged = rows.map((_, r) => found.flatMap((head) => head[r]!));
      return project(merged, wo, b[3]!);
    });
  };
  test.each([1, 2, 3, 6])('%i heads', (heads) => {
    const y = call(xq, xkv, ...weights, ...biases, { heads });
    close(y, expected(heads));
    close(
      call(xq, xkv, ...weights, ...biases, { heads, causal: true }),
      expected(heads, (r, s) => s <= r),
    );
    const mask = g.tensor([true, false, true, true]);
    const masked = call(xq, xkv, ...weights, ...biases, { heads, mask });
    close(
      masked,
      expected(heads, (_, s) => s !== 1),
    );
  });
  test('gradients', () => {
    const p = { xq, xkv, weights, biases };
    const loss = (t: any): g.Tensor<[], any> =>
      probe(call(t.xq, t.xkv, ...t.weights, ...t.biases, { heads: 2, causal: true }));
    checkGradient(loss, p, 1e-5);
  });
});

describe('rope', () => {
  test('pairs are turned by their place', () => {
    const x = draw(1, [2, 5, 6]);
    const y = g.rope(x, { base: 50 });
    expectTypeOf(y).toEqualTypeOf<g.Tensor<[2, 5, 6], 'f64'>>();
    const expected = x.toArray().map((rows) =>
      rows.map((row, t) => {
        const angle = (k: number): number => t * 50 ** ((-2 * k) / 6);
        const first = [0, 1, 2].map(
          (k) => row[k]! * Math.cos(angle(k)) - row[k + 3]! * Math.sin(angle(k)),
        );
        const second = [0, 1, 2].map(
          (k) => row[k]! * Math.sin(angle(k)) + row[k + 3]! * Math.cos(angle(k)),
        );
        return [...first, ...second];
      }),
    );
    close(y, expected);
    checkGradient((v) => probe(g.rope(v)), x);
  });
  test('far places keep the precision of f32', () => {
    const rows = g.broadcastTo(g.tensor([1, 0]), [20000, 2]);
    const found = numbers(g.rope(rows)).slice(-2);
    expect(found).toEqual([Math.fround(Math.cos(19999)), Math.fround(Math.sin(19999))]);
  });
  test('products depend on distances alone, also inside of jit', () => {
    const same = g.broadcastTo(draw(1, [4]), [6, 4]);
    const gram = g.jit((x: g.Tensor<[6, 4], 'f64'>) => {
      const turned = g.rope(x);
      return g.matmul(turned, g.transpose(turned));
    })(same);
    const table = gram.toArray();
    for (let r = 1; r < 6; r++) expect(table[r]![r - 1]).toBeCloseTo(table[1]![0]!, 11);
  });
});

test('mistakes are one sentence, in the editor and at run time', () => {
  const q = g.zeros([2, 3, 4]);
  const w = g.zeros([4, 4]);
  const b = g.zeros([4]);
  // @ts-expect-error: attention: queries [2, 3, 4] have 4 features but keys [2, 3, 5] have 5
  const wrongFeatures = () => g.attention(q, g.zeros([2, 3, 5]), q);
  // @ts-expect-error: attention: 3 keys [2, 3, 4] but 5 values [2, 5, 4]
  const wrongCount = () => g.attention(q, q, g.zeros([2, 5, 4]));
  // @ts-expect-error: attention (batch dimensions): cannot broadcast [2] with [3]
  const wrongBatch = () => g.attention(q, g.zeros([3, 3, 4]), q);
  // @ts-expect-error: attention: expected queries [..., T, D], got [4]
  const wrongQueries = () => g.attention(b, q, q);
  // @ts-expect-error: attention: cannot broadcast [2] to [2, 3, 3]: dimensions 2 and 3 differ
  const wrongMask = () => g.attention(q, q, q, { mask: g.tensor([true, false]) });
  // @ts-expect-error: multiHeadAttention: 3 heads do not divide 4 features
  const wrongHeads = () => g.multiHeadAttention(q, q, w, w, w, w, b, b, b, b, { heads: 3 });
  const few = g.zeros([3]);
  // @ts-expect-error: multiHeadAttention: bk must have shape [4], not [3]
  const wrongBias = () => g.multiHeadAttention(q, q, w, w, w, w, b, few, b, b, { heads: 2 });
  const other = g.zeros([3, 3, 4]);
  // @ts-expect-error: multiHeadAttention: xkv must have shape [2, ?, 4], not [3, 3, 4]
  const wrongKeys = () => g.multiHeadAttention(q, other, w, w, w, w, b, b, b, b, { heads: 2 });
  // @ts-expect-error: multiHeadAttention: expected queries [N, T, D], got [4, 4]
  const wrongInput = () => g.multiHeadAttention(w, q, w, w, w, w, b, b, b, b, { heads: 2 });
  // @ts-expect-error: rope: 5 features are not pairs
  const wrongPairs = () => g.rope(g.zeros([3, 5]));
  // @ts-expect-error: rope: expected an input [..., T, D], got [4]
  const wrongRank = () => g.rope(b);
  const texts = [
    wrongFeatures,
    wrongCount,
    wrongBatch,
    wrongQueries,
    wrongMask,
    wrongHeads,
    wrongBias,
    wrongKeys,
    wrongInput,
    wrongPairs,
    wrongRank,
    () => g.attention(q, q, g.zeros([2, 3, 4], f64) as never),
    () => g.attention(q, q, q, { mask: g.zeros([3]) as never }),
    () => g.attention(q, q, q, { heads: 2 } as never),
    () => g.attention(q, q, q, { causal: 1 as never }),
    () => g.attention(q, q, q, { scale: '1' as never }),
    () => g.multiHeadAttention(q, q, w, w, w, w, b, b, b, b, {} as never),
    () => g.rope(q, { base: 0 }),
    () => g.rope(q, { theta: 1 } as never),
  ].map(errorText);
  expect(texts.join('\n')).toMatchInlineSnapshot(`
    "ShapeError: attention: queries [2, 3, 4] have 4 features but keys [2, 3, 5] have 5
    ShapeError: attention: 3 keys [2, 3, 4] but 5 values [2, 5, 4]
    ShapeError: attention (batch dimensions): cannot broadcast [2] with [3]: dimensions 2 and 3 differ
    ShapeError: attention: expected queries [..., T, D], got [4]
    ShapeError: attention: cannot broadcast [2] to [2, 3, 3]: dimensions 2 and 3 differ
    ShapeError: multiHeadAttention: 3 heads do not divide 4 features
    ShapeError: multiHeadAttention: bk must have shape [4], not [3]
      got: input [2, 3, 4]
    ShapeError: multiHeadAttention: xkv must have shape [2, ?, 4], not [3, 3, 4]
      got: input [2, 3, 4]
    ShapeError: multiHeadAttention: expected queries [N, T, D], got [4, 4]
    ShapeError: rope: 5 features are not pairs
    ShapeError: rope: expected an input [..., T, D], got [4]
    DTypeError: attention: dtypes f32 and f64 differ; convert one with cast
    DTypeError: attention: the mask must be bool, not f32
      hint: true is where a query may look at a key
    ArgumentError: attention: unknown option 'heads'
      hint: valid options: mask, causal, scale, queryBlock
    ArgumentError: attention: causal must be true or false, not a number
    ArgumentError: attention: scale must be a number, not a string
    ArgumentError: multiHeadAttention: heads must be a whole number >= 1, not undefined
    ArgumentError: rope: base must be a positive number, not 0
    ArgumentError: rope: unknown option 'theta'
      hint: valid options: base"
  `);
});
