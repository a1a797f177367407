/** Running folds: values against loops, options, ties and infinities, gradients, batches. */
import fc from 'fast-check';
import * as g from 'gradloom';
import { beforeAll, describe, expect, test } from 'vitest';
import { checkGradient } from '../stdlib/check-gradient.ts';
import {
  type Any,
  arrays,
  build,
  errorOf,
  fromTensor,
  type Naive,
  read,
  shapes,
  toTensor,
} from './naive.ts';

beforeAll(() => g.setDefaultBackend(g.js));

interface Options {
  readonly exclusive: boolean;
  readonly reverse: boolean;
}
type Running = (x: Any, axis: number, options: Options) => g.AnyTensor;
const logSum = (values: readonly number[]): number => {
  const most = Math.max(...values);
  if (!Number.isFinite(most)) return most;
  return most + Math.log(values.reduce((sum, x) => sum + Math.exp(x - most), 0));
};
/** Each with the fold of a list, which it must agree with at every place. */
const folds: readonly (readonly [string, Running, (values: number[]) => number])[] = [
  ['cumsum', g.cumsum as Running, (values) => values.reduce((a, b) => a + b, 0)],
  ['cumprod', g.cumprod as Running, (values) => values.reduce((a, b) => a * b, 1)],
  ['cummax', g.cummax as Running, (values) => Math.max(...values)],
  ['cummin', g.cummin as Running, (values) => Math.min(...values)],
  ['cumlogsumexp', g.cumlogsumexp as Running, logSum],
];
/** The fold of all elements of x that come before and at each place along the axis. */
const running = (
  x: Naive,
  axis: number,
  { exclusive, reverse }: Options,
  fold: (values: number[]) => number,
): Naive =>
  build(x.shape, (at) => {
    const here = at[axis]!;
    const places = Array.from({ length: x.shape[axis]! }, (_, k) => k);
    const seen = places.filter((k) => (reverse ? k > here : k < here));
    if (!exclusive) seen.push(here);
    return fold(
      seen.map((k) =>
        read(
          x,
          at.map((index, k2) => (k2 === axis ? k : index)),
        ),
      ),
    );
  });
const expectNear = (got: Naive, wanted: Naive): void => {
  expect(got.shape).toEqual(wanted.shape);
  wanted.data.forEach((b, k) => {
    const a = got.data[k]!;
    const isNear = Object.is(a, b) || a === b || Math.abs(a - b) <= 1e-6 * (1 + Math.abs(b));
    expect(isNear, `element ${k}: ${a}, not ${b}`).toBe(true);
  });
};
const options: fc.Arbitrary<Options> = fc.record({
  exclusive: fc.boolean(),
  reverse: fc.boolean(),
});
const wide = (data: number[] | number[][]): Any =>
  g.tensor(data, { dtype: 'f64' }) as unknown as Any;

describe.each(folds)('%s', (_, f, fold) => {
  test('agrees with a fold of what came before, along every axis', () => {
    const cases = shapes(1, 3).chain((shape) =>
      fc.record({
        x: arrays(shape),
        axis: fc.integer({ min: -shape.length, max: shape.length - 1 }),
        options,
      }),
    );
    fc.assert(
      fc.property(cases, ({ x, axis, options: chosen }) => {
        const along = axis < 0 ? axis + x.shape.length : axis;
        expectNear(
          fromTensor(f(toTensor(x) as Any, axis, chosen)),
          running(x, along, chosen, fold),
        );
      }),
      { numRuns: 60 },
    );
  });

  test('has the right gradient of first and second order', () => {
    const x = wide([
      [0.7, -1.3, 0.4, 1.9, -0.2],
      [1.1, 0.3, -0.8, 0.6, 1.4],
    ]);
    for (const chosen of [
      { exclusive: false, reverse: false },
      { exclusive: true, reverse: true },
    ]) {
      // Places that hold what nothing folds to are infinite for some; they are left out.
      const kept = (y: g.AnyTensor): Any => {
        const part = chosen.exclusive ? ([0, 4] as const) : ([0, 5] as const);
        return g.slice(y as Any, [null, part]) as Any;
      };
      const loss = (v: Any): g.Tensor<[]> => g.sum(g.sin(kept(f(v, 1, chosen)))) as g.Tensor<[]>;
      checkGradient(loss as never, x);
      const slope = (v: Any): g.Tensor<[]> =>
        g.sum(g.square((g.grad(loss) as (v: Any) => Any)(v))) as g.Tensor<[]>;
      checkGradient(slope as never, x, 1e-5);
    }
  });

  test('over a batch it is a loop', () => {
    const x = toTensor(build([3, 2, 4], (at) => Math.sin(at[0]! * 8 + at[1]! * 4 + at[2]!))) as Any;
    const one = (row: Any): Any => f(row, 0, { exclusive: false, reverse: true }) as Any;
    const all = fromTensor(g.vmap(one)(x));
    const rows = [0, 1, 2].map((k) => fromTensor(one(g.at(x, k))).data);
    expect(all).toEqual({ shape: [3, 2, 4], data: rows.flat() });
  });
});

test('the axis is the last one when none is named', () => {
  const x = g.tensor([
    [1, 2],
    [3, 4],
  ]);
  expect(g.cumsum(x).toArray()).toEqual([
    [1, 3],
    [3, 7],
  ]);
  expect(g.cumsum(x, 0).toArray()).toEqual([
    [1, 2],
    [4, 6],
  ]);
});

test('whole numbers stay whole, and of nothing there is a neutral element', () => {
  const x = g.tensor([3, -1, 4], { dtype: 'i32' });
  expect(g.cumsum(x).toArray()).toEqual([3, 2, 6]);
  expect(g.cumprod(x, 0, { exclusive: true }).toArray()).toEqual([1, 3, -3]);
  expect(g.cummax(x, 0, { exclusive: true }).toArray()).toEqual([-2147483648, 3, 3]);
  expect(g.cummin(x, 0, { exclusive: true, reverse: true }).toArray()).toEqual([-1, 4, 2147483647]);
  expect(g.cummax(x).dtype).toBe('i32');
  expect(g.cumlogsumexp(g.zeros([2]), 0, { exclusive: true }).toArray()).toEqual([-Infinity, 0]);
});

test('of equals the first met has the gradient, and NaN wins from where it stands', () => {
  const x = g.tensor([2, 1, 2, 3, 3]);
  const slope = (options_: g.CumulativeOptions): number[] =>
    g
      .grad((v: g.Tensor<[5]>) => g.sum(g.cummax(v, 0, options_)))(x)
      .toArray();
  expect(slope({})).toEqual([3, 0, 0, 2, 0]);
  expect(slope({ reverse: true })).toEqual([0, 0, 0, 0, 5]);
  const y = g.tensor([1, Number.NaN, 5]);
  expect(g.cummax(y).toArray()).toEqual([1, Number.NaN, Number.NaN]);
  expect(g.cummin(y, 0, { reverse: true }).toArray()).toEqual([Number.NaN, Number.NaN, 5]);
});

test('the gradient of a running product is exact with zeros', () => {
  const x = wide([2, 0, 3, 0, 5]);
  const loss = (v: Any): g.Tensor<[]> => g.sum(g.cumprod(v, 0)) as g.Tensor<[]>;
  // d(x0 + x0 x1 + x0 x1 x2 + ...) by hand.
  expect((g.grad(loss) as (v: Any) => Any)(x).toArray()).toEqual([1, 8, 0, 0, 0]);
});

test('running sums of exponentials are finite wherever the result is', () => {
  const none = Number.NEGATIVE_INFINITY;
  const x = g.tensor([none, none, 1000, 1000, none, -1000]);
  const y = g.cumlogsumexp(x).toArray() as number[];
  expect(y.slice(0, 3)).toEqual([none, none, 1000]);
  expect(y[3]).toBeCloseTo(1000 + Math.LN2, 3);
  expect(g.cumlogsumexp(g.tensor([0, Infinity, 1])).toArray()).toEqual([0, Infinity, Infinity]);
  const loss = (v: g.Tensor<[6]>) => g.sum(g.slice(g.cumlogsumexp(v), [[2, null]]));
  const slope = g.grad(loss)(x).toArray();
  expect(slope.every(Number.isFinite)).toBe(true);
  [0, 0, 2.5, 1.5, 0, 0].forEach((wanted, k) => {
    expect(slope[k]).toBeCloseTo(wanted, 3);
  });
  const empty = g.grad((v: g.Tensor<[2]>) => g.sum(g.exp(g.cumlogsumexp(v))))(
    g.tensor([none, none]),
  );
  expect(empty.toArray()).toEqual([0, 0]);
});

test('a long running sum of single precision numbers is rounded once per element', () => {
  const n = 1 << 20;
  const sums = g.cumsum(g.full([n], 0.1)).dataSync();
  const tenth = Math.fround(0.1);
  for (const k of [1, 999, 65535, n - 1]) {
    expect(Math.abs(sums[k]! / (tenth * (k + 1)) - 1)).toBeLessThan(1e-7);
  }
});

test('what makes the elements and what is made of the results share the kernel', () => {
  const f = (x: g.Tensor<[4, 9]>): g.Tensor<[4, 9]> =>
    g.exp(g.mul(g.cumsum(g.sin(x), 1), x)) as g.Tensor<[4, 9]>;
  expect(g.explain(f)(g.zeros([4, 9])).launches).toHaveLength(1);
  // The places of the largest elements are never stored.
  const { launches } = g.explain((x: g.Tensor<[4, 9]>) => g.cummax(x))(g.zeros([4, 9]));
  expect(launches).toHaveLength(1);
});

test('what is wrong is said', () => {
  const loose = g as unknown as Record<string, (...all: unknown[]) => unknown>;
  const calls = [
    () => loose.cumsum!(g.zeros([2, 3]), 2),
    () => loose.cumsum!(g.zeros([])),
    () => loose.cumsum!(g.zeros([2], { dtype: 'bool' })),
    () => loose.cumlogsumexp!(g.zeros([2], { dtype: 'i32' })),
    () => loose.cummax!(g.zeros([2]), 0, { reversed: true }),
    () => loose.cumprod!(g.zeros([2]), 0, { exclusive: 1 }),
  ];
  expect(calls.map(errorOf).join('\n')).toMatchInlineSnapshot(`
    "ShapeError: cumsum: axis 2 is out of range for shape [2, 3] (rank 2)
    ShapeError: cumsum: axis -1 is out of range for shape [] (rank 0)
    DTypeError: cumsum: bool is not supported (hint: convert with cast(x, 'f32') or cast(x, 'i32'))
    DTypeError: cumlogsumexp: i32 is not supported (hint: convert with cast(x, 'f32'))
    ArgumentError: cummax: unknown option 'reversed' (hint: did you mean 'reverse'?)
    ArgumentError: cumprod: exclusive must be true or false, not a number"
  `);
});
