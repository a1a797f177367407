/** Losses of vectors and of classes against loops from their formulas, and at their edges. */
import { describe, expect, expectTypeOf, test } from 'vitest';
import * as g from '../../src/index.ts';
import * as random from '../../src/stdlib/random/index.ts';
import { checkGradient } from './check-gradient.ts';
import { errorText } from './error-text.ts';

const f64 = { dtype: 'f64' } as const;
const none = { reduction: 'none' } as const;
const numbers = (x: g.AnyTensor): number[] => Array.from(x.dataSync() as ArrayLike<number>);
const close = (found: g.AnyTensor, wanted: readonly number[], digits = 11): void => {
  const got = numbers(found);
  expect(got.length).toBe(wanted.length);
  wanted.forEach((value, k) => {
    expect(got[k], `element ${k}`).toBeCloseTo(value, digits);
  });
};
const vectors = (seed: number): g.Tensor<[4, 3], 'f64'> =>
  random.normal(random.key(seed), [4, 3], f64);
const rows = (x: g.AnyTensor): number[][] =>
  Array.from({ length: 4 }, (_, k) => numbers(x).slice(3 * k, 3 * k + 3));
const product = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((sum, v, k) => sum + v * b[k]!, 0);
const mean = (x: readonly number[]): number => x.reduce((a, b) => a + b, 0) / x.length;
const [a, b, c] = [vectors(1), vectors(2), vectors(3)];
const finite = (x: g.AnyTensor): boolean => numbers(x).every(Number.isFinite);

describe('tripletMarginLoss', () => {
  const distance = (x: readonly number[], y: readonly number[]): number => {
    const d = x.map((v, k) => v - y[k]! + 1e-6);
    return Math.sqrt(product(d, d));
  };
  test('values and gradients', () => {
    const each = rows(a).map((row, k) =>
      Math.max(0, distance(row, rows(b)[k]!) - distance(row, rows(c)[k]!) + 2),
    );
    const found = g.tripletMarginLoss(a, b, c, { margin: 2, reduction: 'none' });
    expectTypeOf(found).toEqualTypeOf<g.Tensor<[4], 'f64'>>();
    close(found, each);
    close(g.tripletMarginLoss(a, b, c, { margin: 2 }), [mean(each)]);
    checkGradient((p) => g.tripletMarginLoss(p.a, p.b, p.c, { margin: 2 }), { a, b, c });
    const slope = (x: g.Tensor<any, any>): any =>
      g.sum(
        g.square(g.grad((v: g.Tensor<any, any>) => g.tripletMarginLoss(v, b, c, { margin: 9 }))(x)),
      );
    checkGradient(slope, a, 1e-5);
  });
  test('equal vectors', () => {
    expect(g.tripletMarginLoss(a, a, a).item()).toBeCloseTo(1, 12);
    const gradient: any = g.grad(((p: g.Tensor<any, any>) =>
      g.tripletMarginLoss(p, a, b)) as never)(a as never);
    expect(finite(gradient)).toBe(true);
    const apart = g.sub(a, 1e-6) as any;
    const atZero: any = g.grad(((p: g.Tensor<any, any>) => g.tripletMarginLoss(p, a, b)) as never)(
      apart as never,
    );
    expect(finite(atZero)).toBe(true);
  });
});

describe('cosines', () => {
  test('cosineSimilarity', () => {
    const cosine = (x: readonly number[], y: readonly number[], eps = 1e-8): number =>
      product(x, y) / Math.max(Math.sqrt(product(x, x)) * Math.sqrt(product(y, y)), eps);
    const found = g.cosineSimilarity(a, b);
    expectTypeOf(found).toEqualTypeOf<g.Tensor<[4], 'f64'>>();
    close(
      found,
      rows(a).map((row, k) => cosine(row, rows(b)[k]!)),
    );
    close(
      g.cosineSimilarity(a, b, -1, { eps: 5 }),
      rows(a).map((row, k) => cosine(row, rows(b)[k]!, 5)),
    );
    const columns = (x: g.AnyTensor): number[][] =>
      [0, 1, 2].map((k) => rows(x).map((row) => row[k]!));
    const along = g.cosineSimilarity(a, b, 0);
    expectTypeOf(along).toEqualTypeOf<g.Tensor<[3], 'f64'>>();
    close(
      along,
      columns(a).map((column, k) => cosine(column, columns(b)[k]!)),
    );
    const pairs = g.cosineSimilarity(g.reshape(a, [4, 1, 3]), b);
    expectTypeOf(pairs).toEqualTypeOf<g.Tensor<[4, 4], 'f64'>>();
    close(
      pairs,
      rows(a).flatMap((row) => rows(b).map((other) => cosine(row, other))),
    );
    checkGradient((p) => g.sum(g.cosineSimilarity(p.a, p.b)), { a, b });
    const squared = (x: g.Tensor<any, any>): any => g.sum(g.square(g.cosineSimilarity(x, b)));
    checkGradient((x) => g.sum(g.square(g.grad(squared)(x) as any)), a, 1e-5);
  });
  test('of zero vectors and of very long ones', () => {
    const zero = g.zeros([4, 3], f64);
    expect(numbers(g.cosineSimilarity(zero, b))).toEqual([0, 0, 0, 0]);
    const slope: any = g.grad(((x: g.Tensor<any, any>) =>
      g.sum(g.cosineSimilarity(x, b))) as never)(zero as never);
    expect(finite(slope)).toBe(true);
    const long = g.tensor([1e18, 0]);
    expect(g.cosineSimilarity(long, long).item()).toBeCloseTo(1, 6);
    const y = g.tensor([1, -1, 1, -1], f64);
    for (const pair of [
      [zero, b],
      [zero, zero],
      [a, a],
    ] as const) {
      const loss = (x: g.Tensor<any, any>) => g.cosineEmbeddingLoss(x, pair[1], y);
      expect(finite(g.grad(loss as never)(pair[0] as never) as any)).toBe(true);
    }
    expect(g.cosineEmbeddingLoss(long, long, g.tensor(1)).item()).toBeCloseTo(0, 6);
  });
  test('cosineEmbeddingLoss', () => {
    const labels = [1, -1, -1, 1];
    const y = g.tensor(labels, f64);
    const each = rows(a).map((x1, k) => {
      const x2 = rows(b)[k]!;
      const lengths = (product(x1, x1) + 1e-12) * (product(x2, x2) + 1e-12);
      const cosine = product(x1, x2) / Math.sqrt(lengths);
      return labels[k] === 1 ? 1 - cosine : Math.max(0, cosine + 0.5);
    });
    const options = { margin: -0.5 };
    const found = g.cosineEmbeddingLoss(a, b, y, { ...options, ...none });
    expectTypeOf(found).toEqualTypeOf<g.Tensor<[4], 'f64'>>();
    close(found, each);
    close(g.cosineEmbeddingLoss(a, b, y, options), [mean(each)]);
    checkGradient(
      (p: Record<string, g.Tensor<any, any>>) => g.cosineEmbeddingLoss(p.a!, p.b!, y, options),
      { a, b },
    );
    const odd = g.cosineEmbeddingLoss(a, b, g.tensor([0, 2, 1, -1], f64), none);
    expect(numbers(odd).map(Number.isNaN)).toEqual([true, true, false, false]);
  });
});

describe('nllLoss', () => {
  const ids = [2, 0, 1, 2];
  const t = g.tensor(ids, { dtype: 'i32' });
  const weights = [0.5, 2, 3];
  const w = g.tensor(weights, f64);
  test('values', () => {
    const each = rows(a).map((row, k) => -row[ids[k]!]!);
    const found = g.nllLoss(a, t, none);
    expectTypeOf(found).toEqualTypeOf<g.Tensor<[4], 'f64'>>();
    close(found, each);
    close(g.nllLoss(a, t), [mean(each)]);
    close(g.nllLoss(a, t, { reduction: 'sum' }), [mean(each) * 4]);
    const weighted = each.map((loss, k) => loss * weights[ids[k]!]!);
    close(g.nllLoss(a, t, { weights: w }), [(mean(weighted) * 4) / (3 + 0.5 + 2 + 3)]);
    const counted = [weighted[1]!, weighted[2]!];
    close(g.nllLoss(a, t, { weights: w, ignoreIndex: 2 }), [(counted[0]! + counted[1]!) / 2.5]);
    close(g.nllLoss(a, t, { ignoreIndex: 2, ...none }), [0, each[1]!, each[2]!, 0]);
    checkGradient((p) => g.nllLoss(p.a, t, { weights: p.w }), { a, w });
  });
  test('with logSoftmax it is crossEntropy, also with axes behind the classes', () => {
    const logits = random.normal(random.key(4), [2, 3, 5], f64);
    const classes = random.randint(random.key(5), [2, 5], { max: 3 });
    const options = { weights: w, ignoreIndex: 1 };
    const found = g.nllLoss(g.logSoftmax(logits, 1), classes, { ...options, ...none });
    expectTypeOf(found).toEqualTypeOf<g.Tensor<[2, 5], 'f64'>>();
    close(found, numbers(g.crossEntropy(logits, classes, { ...options, ...none })));
    const whole = g.nllLoss(g.logSoftmax(logits, 1), classes, options).item() as number;
    close(g.crossEntropy(logits, classes, options), [whole]);
  });
  test('ids out of range give NaN', () => {
    const odd = g.nllLoss(a, g.tensor([3, -1, 0, 1], { dtype: 'i32' }), none);
    expect(numbers(odd).map(Number.isNaN)).toEqual([true, true, false, false]);
  });
});

test('over a batch they are loops', () => {
  const y = g.tensor([1, -1, 1, -1], f64);
  const t = g.tensor([2, 0, 1, 2], { dtype: 'i32' });
  const calls: ((x: g.Tensor<any, any>, other: g.Tensor<any, any>) => g.Tensor<any, any>)[] = [
    (x, other) => g.tripletMarginLoss(x, other, g.neg(other)),
    (x, other) => g.cosineEmbeddingLoss(x, other, y),
    (x, other) => g.cosineSimilarity(x, other),
    (x) => g.nllLoss(x, t),
  ];
  for (const call of calls) {
    const both = (g.vmap as any)(call)(g.stack([a, b]), g.stack([c, a]));
    close(g.at(both, 0), numbers(call(a, c)));
    close(g.at(both, 1), numbers(call(b, a)));
  }
});

test('mistakes are one sentence, in the editor and at run time', () => {
  const x = g.zeros([4, 3]);
  const ids = g.zeros([4], { dtype: 'i32' });
  // @ts-expect-error: tripletMarginLoss: shapes [4, 3] and [4] differ
  const wrongShape = () => g.tripletMarginLoss(x, x, g.zeros([4]));
  // @ts-expect-error: cosineEmbeddingLoss: y must have shape [4], not [3]
  const wrongLabel = () => g.cosineEmbeddingLoss(x, x, g.ones([3]));
  // @ts-expect-error: cosineSimilarity: cannot broadcast [4, 3] with [4]
  const wrongPair = () => g.cosineSimilarity(x, g.ones([4]));
  // @ts-expect-error: cosineSimilarity: axis 2 is out of range for shape [4, 3] (rank 2)
  const wrongAxis = () => g.cosineSimilarity(x, x, 2);
  // @ts-expect-error: nllLoss: log-probabilities [4, 3] need class ids [4], got [3]
  const wrongCount = () => g.nllLoss(x, g.zeros([3], { dtype: 'i32' }));
  // @ts-expect-error: nllLoss: targets are class ids i32, not f32
  const wrongIds = () => g.nllLoss(x, g.zeros([4]));
  const texts = [
    wrongShape,
    wrongLabel,
    wrongPair,
    wrongAxis,
    wrongCount,
    wrongIds,
    () => g.tripletMarginLoss(g.ones([]) as never, g.ones([]) as never, g.ones([]) as never),
    () => g.tripletMarginLoss(x, x, x, { p: 2 } as never),
    () => g.cosineEmbeddingLoss(x, x, g.ones([4]), { margin: Number.NaN }),
    () => g.cosineSimilarity(x, x, -1, { eps: -1 }),
    () => g.nllLoss(x, ids, { weights: g.ones([4]) }),
    () => g.nllLoss(x, ids, { labelSmoothing: 1 } as never),
    () => g.nllLoss(g.ones([]) as never, g.zeros([], { dtype: 'i32' }) as never),
  ].map(errorText);
  expect(texts.join('\n')).toMatchInlineSnapshot(`
    "ShapeError: tripletMarginLoss: shapes [4, 3] and [4] differ
    ShapeError: cosineEmbeddingLoss: y must have shape [4], not [3]
      got: input [4, 3]
    ShapeError: cosineSimilarity: cannot broadcast [4, 3] with [4]: dimensions 3 and 4 differ
    ShapeError: cosineSimilarity: axis 2 is out of range for shape [4, 3] (rank 2)
    ShapeError: nllLoss: log-probabilities [4, 3] need class ids [4], got [3]
    DTypeError: nllLoss: targets are class ids i32, not f32
      hint: convert them with cast(x, 'i32')
    ShapeError: tripletMarginLoss: axis -1 is out of range for shape [] (rank 0)
    ArgumentError: tripletMarginLoss: unknown option 'p'
      hint: valid options: reduction, margin
    ArgumentError: cosineEmbeddingLoss: margin must be a finite number, not NaN
    ArgumentError: cosineSimilarity: eps must be a number >= 0, not -1
    ShapeError: nllLoss: weights must have shape [3], one per class, not [4]
    ArgumentError: nllLoss: unknown option 'labelSmoothing'
      hint: valid options: reduction, ignoreIndex, weights
    ShapeError: nllLoss: log-probabilities are [N, K] or [N, K, ...], not []"
  `);
});
