/** Folds of axes: values against loops, nothing and everything, stability, gradients. */
import fc from 'fast-check';
import * as g from 'gradloom';
import { beforeAll, expect, test } from 'vitest';
import {
  type Any,
  arrays,
  build,
  errorOf,
  fromTensor,
  indexes,
  type Naive,
  read,
  shapes,
  toTensor,
} from './naive.ts';

beforeAll(() => g.setDefaultBackend(g.reference));

/** Folds the listed axes of x, each element of the result seeing what it folds in row-major order. */
const fold = (
  x: Naive,
  axes: readonly number[],
  keepDims: boolean,
  f: (values: number[]) => number,
): Naive => {
  const kept = x.shape.flatMap((n, k) => (axes.includes(k) ? [] : [n]));
  const out = build(kept, (at) => {
    const rest = [...at];
    const ranges = x.shape.map((_, k) => (axes.includes(k) ? null : (rest.shift() as number)));
    const values = indexes(x.shape).filter((place) =>
      place.every((i, k) => ranges[k] === null || ranges[k] === i),
    );
    return f(values.map((place) => read(x, place)));
  });
  const shape = keepDims ? x.shape.map((n, k) => (axes.includes(k) ? 1 : n)) : kept;
  return { shape, data: out.data };
};
const add = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
const average = (values: readonly number[]): number => add(values) / values.length;
const spreadOf = (values: readonly number[], correction: number): number => {
  const middle = average(values);
  return add(values.map((x) => (x - middle) ** 2)) / (values.length - correction);
};

type Options = { keepDims: boolean };
type Fold = readonly [
  string,
  (x: Any, axis: number[] | undefined, options: Options) => g.AnyTensor,
  (values: number[]) => number,
];
const folds: readonly Fold[] = [
  ['sum', g.sum, add],
  ['mean', g.mean, average],
  ['prod', g.prod, (values) => values.reduce((a, b) => a * b, 1)],
  ['any', g.any, (values) => Number(values.some((x) => x !== 0))],
  ['all', g.all, (values) => Number(values.every((x) => x !== 0))],
  ['countNonzero', g.countNonzero, (values) => values.filter((x) => x !== 0).length],
  ['variance', g.variance, (values) => spreadOf(values, 0)],
  [
    'variance of a sample',
    (x, axis, options) => g.variance(x, axis, { ...options, correction: 1 }),
    (values) => (values.length < 2 ? Number.NaN : spreadOf(values, 1)),
  ],
  ['std', g.std, (values) => Math.sqrt(spreadOf(values, 0))],
  ['norm', g.norm, (values) => Math.sqrt(add(values.map((x) => x * x)))],
  ['norm 1', (x, axis, o) => g.norm(x, axis, { ...o, ord: 1 }), (v) => add(v.map(Math.abs))],
  [
    'norm inf',
    (x, axis, o) => g.norm(x, axis, { ...o, ord: 'inf' }),
    (v) => Math.max(0, ...v.map(Math.abs)),
  ],
  [
    'norm Infinity',
    (x, axis, o) => g.norm(x, axis, { ...o, ord: Number.POSITIVE_INFINITY }),
    (v) => Math.max(0, ...v.map(Math.abs)),
  ],
  [
    'norm 0',
    (x, axis, o) => g.norm(x, axis, { ...o, ord: 0 }),
    (values) => values.filter((x) => x !== 0).length,
  ],
  [
    'norm 3',
    (x, axis, o) => g.norm(x, axis, { ...o, ord: 3 }),
    (values) => Math.cbrt(add(values.map((x) => Math.abs(x) ** 3))),
  ],
  [
    'norm 0.5',
    (x, axis, o) => g.norm(x, axis, { ...o, ord: 0.5 }),
    (values) => add(values.map((x) => Math.sqrt(Math.abs(x)))) ** 2,
  ],
  ['logsumexp', g.logsumexp, (values) => Math.log(add(values.map(Math.exp)))],
];
const extremes: readonly Fold[] = [
  ['max', g.max, (values) => Math.max(...values)],
  ['min', g.min, (values) => Math.min(...values)],
  [
    'norm -inf',
    (x, axis, o) => g.norm(x, axis, { ...o, ord: '-inf' }),
    (values) => Math.min(...values.map(Math.abs)),
  ],
];

/** An array, some of its axes (some counted from the end), and whether they stay. */
const cases = (longest: number, shortest = 0): fc.Arbitrary<[Naive, number[], boolean]> =>
  shapes(0, 3, longest)
    .filter((shape) => shape.every((n) => n >= shortest))
    .chain((shape) =>
      fc.tuple(
        arrays(shape),
        fc
          .subarray([...shape.keys()])
          .chain((axes) =>
            fc
              .array(fc.boolean(), { minLength: axes.length, maxLength: axes.length })
              .map((ends) => axes.map((axis, k) => (ends[k] ? axis - shape.length : axis))),
          ),
        fc.boolean(),
      ),
    );
const expectClose = (got: Naive, wanted: Naive): void => {
  expect(got.shape).toEqual(wanted.shape);
  wanted.data.forEach((b, k) => {
    const a = got.data[k]!;
    if (Object.is(a, b) || a === b) return;
    expect(Math.abs(a - b), `${a}, not ${b}`).toBeLessThanOrEqual(2e-6 * Math.max(1, Math.abs(b)));
  });
};

test.each(folds)('%s over random axes', (_, f, naive) => {
  fc.assert(
    fc.property(cases(3), ([x, axes, keepDims]) => {
      const fromFront = axes.map((axis) => (axis < 0 ? axis + x.shape.length : axis));
      expectClose(
        fromTensor(f(toTensor(x), axes, { keepDims })),
        fold(x, fromFront, keepDims, naive),
      );
    }),
    { numRuns: 30 },
  );
});
test.each(extremes)('%s over random axes', (_, f, naive) => {
  fc.assert(
    fc.property(cases(3, 1), ([x, axes, keepDims]) => {
      const fromFront = axes.map((axis) => (axis < 0 ? axis + x.shape.length : axis));
      expectClose(
        fromTensor(f(toTensor(x), axes, { keepDims })),
        fold(x, fromFront, keepDims, naive),
      );
    }),
    { numRuns: 30 },
  );
});

test('all axes by default, one axis as a number', () => {
  const x = g.tensor([
    [1, 2],
    [3, 4],
  ]);
  expect(g.sum(x).item()).toBe(10);
  expect(g.sum(x, 0).toArray()).toEqual([4, 6]);
  expect(g.sum(x, -1, { keepDims: true }).toArray()).toEqual([[3], [7]]);
  expect(g.mean(x, undefined, { keepDims: true }).toArray()).toEqual([[2.5]]);
  expect(g.sum(g.tensor([2147483647, 1], { dtype: 'i32' })).item()).toBe(-2147483648);
  expect(g.sum(g.tensor(5)).item()).toBe(5);
});

test('positions of extremes', () => {
  const x = g.tensor([
    [1, 5, 5],
    [7, Number.NaN, 9],
  ]);
  expect(g.argmax(x).toArray()).toEqual([1, 1]);
  expect(g.argmin(x).toArray()).toEqual([0, 1]);
  expect(g.argmax(x, 0).toArray()).toEqual([1, 1, 1]);
  expect(g.argmax(x, null).item()).toBe(4);
  expect(g.argmax(x, 1, { keepDims: true }).shape).toEqual([2, 1]);
  expect(g.argmin(g.tensor([3, 1, 1], { dtype: 'i32' })).item()).toBe(1);
});

test('NaN, infinities and nothing', () => {
  const nothing = g.zeros([0, 3]);
  expect(g.sum(nothing).item()).toBe(0);
  expect(g.sum(nothing, 0).toArray()).toEqual([0, 0, 0]);
  expect(g.prod(nothing).item()).toBe(1);
  expect(g.mean(nothing).item()).toBe(Number.NaN);
  expect(g.mean(nothing, 1).toArray()).toEqual([]);
  expect(g.max(nothing, 1).toArray()).toEqual([]);
  expect(g.variance(nothing).item()).toBe(Number.NaN);
  expect(g.logsumexp(nothing, 0).toArray()).toEqual([-Infinity, -Infinity, -Infinity]);
  expect([g.any(nothing).item(), g.all(nothing).item()]).toEqual([false, true]);
  expect(g.max(g.tensor([1, Number.NaN, 3])).item()).toBe(Number.NaN);
  expect(g.variance(g.tensor([5]), 0, { correction: 1 }).item()).toBe(Number.NaN);
  expect(g.norm(nothing, 0, { ord: 'inf' }).toArray()).toEqual([0, 0, 0]);
});

test('large values do not overflow', () => {
  const x = g.tensor([1000, 1000]);
  expect(g.logsumexp(x).item()).toBeCloseTo(1000 + Math.LN2, 3);
  expect(g.softmax(x).toArray()).toEqual([0.5, 0.5]);
  expect(g.logSoftmax(g.tensor([1000, 0])).toArray()).toEqual([0, -1000]);
  const far = g.tensor([16777216, 16777218, 16777220]);
  expect(g.variance(far).item()).toBeCloseTo(8 / 3, 5);
  expect(g.std(far).item()).toBeCloseTo(Math.sqrt(8 / 3), 5);
});

test('softmax and its logarithm are what they say', () => {
  fc.assert(
    fc.property(arrays([3, 4]), fc.constantFrom(0, 1, -1), (x, axis) => {
      const t = toTensor(x);
      const sums = fold({ ...x, data: x.data.map(Math.exp) }, [axis < 0 ? 1 : axis], true, add);
      const wanted = build(x.shape, ([i, j]) => {
        const total = read(sums, axis === 0 ? [0, j!] : [i!, 0]);
        return Math.exp(read(x, [i!, j!])) / total;
      });
      expectClose(fromTensor(g.softmax(t, axis)), wanted);
      expectClose(fromTensor(g.logSoftmax(t, axis)), {
        ...wanted,
        data: wanted.data.map(Math.log),
      });
    }),
    { numRuns: 20 },
  );
  expect(
    g
      .softmax(
        g.tensor([
          [1, 1],
          [1, 1],
        ]),
        [0, 1],
      )
      .toArray(),
  ).toEqual([
    [0.25, 0.25],
    [0.25, 0.25],
  ]);
  expect(g.softmax(g.zeros([2, 0])).shape).toEqual([2, 0]);
  expect(g.softmax(g.tensor(3)).item()).toBe(1);
});

const masked = [
  [-Infinity, -Infinity],
  [0, -Infinity],
];
test('fully masked rows', () => {
  const x = g.tensor(masked);
  expect(g.softmax(x).toArray()).toEqual([
    [0, 0],
    [1, 0],
  ]);
  expect(g.logSoftmax(x).toArray()).toEqual([
    [-Infinity, -Infinity],
    [0, -Infinity],
  ]);
  expect(g.logsumexp(x, 1).toArray()).toEqual([-Infinity, 0]);
  const gradients = [
    g.grad((y: g.Tensor<[2, 2]>) =>
      g.sum(
        g.mul(
          g.softmax(y),
          g.tensor([
            [1, 2],
            [3, 4],
          ]),
        ),
      ),
    )(x),
    g.grad((y: g.Tensor<[2, 2]>) => g.sum(g.logsumexp(y, 1)))(x),
    g.grad((y: g.Tensor<[2, 2]>) => g.sum(g.maximum(g.logSoftmax(y), -10)))(x),
  ];
  for (const gradient of gradients) {
    expect(fromTensor(gradient).data.every(Number.isFinite)).toBe(true);
  }
  expect(gradients[1]!.toArray()).toEqual([
    [0, 0],
    [1, 0],
  ]);
});

test('gradients at ties and zeros', () => {
  const of = (f: (x: Any) => g.AnyTensor, x: number[]): unknown =>
    g
      .grad((y: Any) => g.sum(f(y) as Any))(g.tensor(x) as Any)
      .toArray();
  expect(of((x) => g.max(x), [1, 3, 3])).toEqual([0, 0.5, 0.5]);
  expect(of((x) => g.min(x), [1, 1, 3])).toEqual([0.5, 0.5, 0]);
  expect(of((x) => g.prod(x), [2, 0, 3])).toEqual([0, 6, 0]);
  expect(of((x) => g.prod(x), [0, 0, 3])).toEqual([0, 0, 0]);
  expect(of((x) => g.norm(x), [0, 0])).toEqual([0, 0]);
  expect(of((x) => g.norm(x, undefined, { ord: 1 }), [0, -2])).toEqual([0, -1]);
  expect(of((x) => g.norm(x, undefined, { ord: 'inf' }), [1, -2])).toEqual([0, -1]);
  expect(of((x) => g.norm(x, undefined, { ord: 3 }), [0, 0])).toEqual([0, 0]);
  expect(of((x) => g.norm(x, undefined, { ord: 0.5 }), [0, -4])).toEqual([0, -1]);
  expect(of((x) => g.norm(x, undefined, { ord: 0 }), [3, -4])).toEqual([0, 0]);
  expect(of((x) => g.norm(x, undefined, { ord: '-inf' }), [3, 4])).toEqual([1, 0]);
  expect(of((x) => g.std(x), [4, 4])).toEqual([0, 0]);
  expect(of((x) => g.mean(x), [1, 2])).toEqual([0.5, 0.5]);
});

test('long sums of single precision numbers are rounded once', () => {
  g.setDefaultBackend(g.js);
  expect(g.sum(g.ones([2e7])).item()).toBe(2e7);
  g.setDefaultBackend(g.reference);
});

test('an infinity among exponents is the result', () => {
  expect(g.logsumexp(g.tensor([0, Number.POSITIVE_INFINITY, 1])).item()).toBe(Infinity);
  expect(g.logsumexp(g.tensor([Number.NEGATIVE_INFINITY, 2])).item()).toBe(2);
});

test('variance is also to be had as var', () => {
  expect(g.var).toBe(g.variance);
});

test('mistakes', () => {
  const x = g.zeros([2, 3]) as Any;
  const loose = g as unknown as Record<string, (...args: unknown[]) => unknown>;
  const messages = [
    () => g.sum(x, 2),
    () => g.sum(x, -3),
    () => g.sum(x, 0.5),
    () => g.sum(x, [0, 0]),
    () => g.sum(x, [0, -2]),
    () => loose.sum!(x, 0, { keepdims: true }),
    () => loose.sum!(x, 0, { keepDims: 1 }),
    () => loose.sum!(x, 0, true),
    () => loose.sum!([1, 2]),
    () => loose.sum!(g.tensor([true])),
    () => loose.mean!(g.arange(3)),
    () => g.max(g.zeros([0, 3]) as Any, 0),
    () => g.argmax(g.zeros([2, 0]) as Any),
    () => g.variance(x, 0, { correction: -1 }),
    () => loose.norm!(x, 0, { ord: 'fro' }),
    () => loose.norm!(x, 0, { ord: Number.NaN }),
    () => loose.norm!(g.zeros([0, 3]), 0, { ord: '-inf' }),
    () => g.softmax(x, 2),
  ].map(errorOf);
  expect(messages.join('\n')).toMatchInlineSnapshot(`
    "ShapeError: sum: axis 2 is out of range for shape [2, 3] (rank 2)
    ShapeError: sum: axis -3 is out of range for shape [2, 3] (rank 2)
    ShapeError: sum: axis 0.5 is out of range for shape [2, 3] (rank 2)
    ShapeError: sum: axis 0 is given twice for shape [2, 3]
    ShapeError: sum: axis 0 is given twice for shape [2, 3]
    ArgumentError: sum: unknown option 'keepdims' (hint: did you mean 'keepDims'?)
    ArgumentError: sum: keepDims must be true or false, not a number
    ArgumentError: sum: the options must be a plain object (got: boolean)
    ArgumentError: sum: expected a tensor, not an array (hint: make one with tensor(data))
    DTypeError: sum: bool is not supported (hint: convert with cast(x, 'f32') or cast(x, 'i32'))
    DTypeError: mean: i32 is not supported (hint: convert with cast(x, 'f32'))
    ShapeError: max: shape [0, 3] has no elements to choose from
    ShapeError: argmax: shape [2, 0] has no elements to choose from
    ArgumentError: variance: correction must be a number >= 0, not -1
    ArgumentError: norm: ord must be a number, 'inf' or '-inf', not 'fro'
    ArgumentError: norm: ord must be a number, 'inf' or '-inf', not NaN
    ShapeError: norm: shape [0, 3] has no elements to choose from
    ShapeError: softmax: axis 2 is out of range for shape [2, 3] (rank 2)"
  `);
});
