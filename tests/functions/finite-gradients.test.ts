/**
 * Derivatives where a formula is 0 times infinity: they must be what mathematics says, in reverse
 * mode, in forward mode and in every mix of them, eager and compiled.
 */
import * as g from 'gradloom';
import { describe, expect, test } from 'vitest';
import type { Any } from './naive.ts';

type Scalar = g.Tensor<[], 'f64'>;
type Function = (x: Scalar) => Scalar;
const wide = (x: number): Scalar => g.tensor(x, { dtype: 'f64' }) as Scalar;
const slope =
  (f: Function): Function =>
  (x) =>
    g.jvp(f, [x], [wide(1)])[1] as Scalar;
const gradient =
  (f: Function): Function =>
  (x) =>
    g.grad(f)(x) as Scalar;
/** Every way to the first and to the second derivative. */
const ways: readonly (readonly [string, 1 | 2, (f: Function) => Function])[] = [
  ['reverse', 1, gradient],
  ['forward', 1, slope],
  ['reverse over reverse', 2, (f) => gradient(gradient(f))],
  ['forward over reverse', 2, (f) => slope(gradient(f))],
  ['reverse over forward', 2, (f) => gradient(slope(f))],
  ['forward over forward', 2, (f) => slope(slope(f))],
];

const { POSITIVE_INFINITY: infinity } = Number;
const positive = (x: Scalar): Any => g.gt(x, 0) as unknown as Any;
const masked = (f: Function): Function =>
  ((x: Scalar) => g.where(positive(x) as never, f(x), 0)) as Function;
const vector = (...xs: readonly (Scalar | number)[]): Any =>
  g.stack(xs.map((x) => (typeof x === 'number' ? wide(x) : x))) as unknown as Any;
const at = (x: number, first: number, second: number) => [x, first, second] as const;
type Place = ReturnType<typeof at>;

type Entry = readonly [name: string, f: Function, ...places: Place[]];
const entries: readonly Entry[] = [
  ['where(x > 0, sqrt(x), 0)', masked(g.sqrt), at(0, 0, 0), at(-1, 0, 0), at(4, 1 / 4, -1 / 32)],
  ['where(x > 0, log(x), 0)', masked(g.log), at(0, 0, 0), at(-1, 0, 0), at(2, 1 / 2, -1 / 4)],
  ['where(x > 0, log1p(-x), 0)', masked((x) => g.log1p(g.neg(x)) as Scalar), at(-1, 0, 0)],
  ['where(x > 0, log2(x), 0)', masked(g.log2), at(0, 0, 0)],
  ['where(x > 0, log10(x), 0)', masked(g.log10), at(0, 0, 0)],
  ['where(x > 0, 1 / x, 0)', masked(g.reciprocal), at(0, 0, 0), at(2, -1 / 4, 1 / 4)],
  ['where(x > 0, x / x, 0)', masked((x) => g.div(x, x) as Scalar), at(0, 0, 0), at(3, 0, 0)],
  [
    'where(x > 0, rsqrt(x), 0)',
    masked(g.rsqrt),
    at(0, 0, 0),
    at(-2, 0, 0),
    at(4, -1 / 16, 3 / 128),
  ],
  ['where(x > 0, x^0.5, 0)', masked((x) => g.pow(x, 0.5) as Scalar), at(0, 0, 0)],
  ['where(x > 0, x^-1, 0)', masked((x) => g.pow(x, -1) as Scalar), at(0, 0, 0)],
  ['where(x > 0, lgamma(x), 0)', masked(g.lgamma), at(0, 0, 0), at(-1, 0, 0)],
  ['where(x > 0, digamma(x), 0)', masked(g.digamma), at(0, 0, 0), at(-1, 0, 0)],
  ['where(x > 0, exp(-x), 0)', masked((x) => g.exp(g.neg(x)) as Scalar), at(-1000, 0, 0)],
  ['where(x > 0, exp2(-x), 0)', masked((x) => g.exp2(g.neg(x)) as Scalar), at(-2000, 0, 0)],
  ['where(x > 0, expm1(-x), 0)', masked((x) => g.expm1(g.neg(x)) as Scalar), at(-1000, 0, 0)],
  ['where(x > 0, sinh(x), 0)', masked(g.sinh), at(-1000, 0, 0)],
  ['where(x > 0, cosh(x), 0)', masked(g.cosh), at(-1000, 0, 0)],
  ['where(x > 0, sin(x), 0)', masked(g.sin), at(-infinity, 0, 0)],
  ['where(x > 0, asin(x), 0)', masked(g.asin), at(-1, 0, 0), at(-2, 0, 0)],
  ['where(x > 0, acos(x), 0)', masked(g.acos), at(-1, 0, 0), at(-2, 0, 0)],
  ['where(x > 0, atanh(x), 0)', masked(g.atanh), at(-1, 0, 0), at(-2, 0, 0)],
  ['where(x > 0, acosh(x), 0)', masked(g.acosh), at(-1, 0, 0), at(-2, 0, 0)],
  ['where(x > 0, erfInv(x), 0)', masked(g.erfInv), at(-1, 0, 0), at(-2, 0, 0)],
  ['where(x > 0, atan2(x, x), 0)', masked((x) => g.atan2(x, x) as Scalar), at(0, 0, 0)],
  ['where(x > 0, fmod(1, x), 0)', masked((x) => g.fmod(1, x) as Scalar), at(0, 0, 0)],
  ['x^0', (x) => g.pow(x, 0) as Scalar, at(0, 0, 0), at(2, 0, 0), at(-2, 0, 0)],
  ['x^1', (x) => g.pow(x, 1) as Scalar, at(0, 1, 0), at(-2, 1, 0)],
  ['x^2', (x) => g.pow(x, 2) as Scalar, at(0, 0, 2), at(-2, -4, 2)],
  ['x^3', (x) => g.pow(x, 3) as Scalar, at(0, 0, 0), at(-2, 12, -12)],
  ['x^1.5', (x) => g.pow(x, 1.5) as Scalar, at(0, 0, infinity)],
  ['0^x', (x) => g.pow(0, x) as Scalar, at(0, 0, 0), at(1, 0, 0), at(2, 0, 0)],
  ['2^x', (x) => g.pow(2, x) as Scalar, at(0, Math.LN2, Math.LN2 ** 2)],
  ['norm of [x, 0]', (x) => g.norm(vector(x, 0)) as never, at(0, 0, 0), at(-2, -1, 0)],
  ['norm of [x, 3]', (x) => g.norm(vector(x, 3)) as never, at(4, 4 / 5, 9 / 125)],
  ['1-norm of [x, 0]', (x) => g.norm(vector(x, 0), undefined, { ord: 1 }) as never, at(0, 0, 0)],
  [
    'inf-norm of [x, 0]',
    (x) => g.norm(vector(x, 0), undefined, { ord: 'inf' }) as never,
    at(0, 0, 0),
  ],
  ['hypot(x, 0)', (x) => g.hypot(x, 0) as Scalar, at(0, 0, 0), at(-2, -1, 0)],
  ['hypot(x, 3)', (x) => g.hypot(x, 3) as Scalar, at(4, 4 / 5, 9 / 125)],
  ['std of equal elements', (x) => g.std(vector(x, 2, 2)) as never, at(2, 0, 0)],
  ['std of [x, 0]', (x) => g.std(vector(x, 0)) as never, at(3, 1 / 2, 0)],
  [
    'logsumexp of -inf',
    (x) => g.logsumexp(vector(x, -infinity)) as never,
    at(-infinity, 0, 0),
    at(3, 1, 0),
  ],
  ['logaddexp(x, x0) of equals', (x) => g.logaddexp(x, 1) as Scalar, at(1, 1 / 2, 1 / 4)],
  ['logaddexp(x, -inf)', (x) => g.logaddexp(x, -infinity) as Scalar, at(1, 1, 0)],
  ['product with a zero', (x) => g.prod(vector(x, 2, x, 3)) as never, at(0, 0, 12)],
  ['product with other zeros', (x) => g.prod(vector(x, 0, 2, 0)) as never, at(3, 0, 0)],
  ['product of all', (x) => g.prod(vector(x, 0, 2)) as never, at(0, 0, 0), at(5, 0, 0)],
  ['sinc', g.sinc, at(0, 0, -(Math.PI ** 2) / 3), at(1, -1, 2)],
  [
    'softmax of a masked row',
    (x) => g.at(g.softmax(vector(x, -infinity)), 0) as never,
    at(-infinity, 0, 0),
  ],
  ['digamma', g.digamma, at(1, Math.PI ** 2 / 6, -2.4041138063191885)],
];

const cases = entries.map(([name, f, ...places]) => ({ name, f, places }));

describe.each([g.js, g.reference].map((backend) => [backend.name, backend] as const))(
  '%s',
  (_, backend) => {
    describe.each(ways)('%s', (_way, order, derive) => {
      test.each(cases)('$name', ({ f, places }) => {
        g.setDefaultBackend(backend);
        for (const [x, ...wanted] of places) {
          for (const differentiate of [derive(f), g.jit(derive(f))]) {
            const got = (differentiate as Function)(wide(x)).item();
            const expected = wanted[order - 1] as number;
            const isNear =
              got === expected ||
              Math.abs(got - expected) <= 1e-12 * Math.max(1, Math.abs(expected));
            expect(isNear, `at ${x}: ${got}, not ${expected}`).toBe(true);
          }
        }
      });
    });
  },
);

test('the mixed derivative of a power at exponent 0 is 1 / x', () => {
  const power = (x: Scalar, y: Scalar): Scalar => g.pow(x, y) as Scalar;
  for (const [first, second] of [
    [0, 1],
    [1, 0],
  ]) {
    const inner = g.grad(power, { argnums: first as 0 });
    const mixed = g.grad((x: Scalar, y: Scalar) => inner(x, y) as Scalar, { argnums: second as 0 });
    expect((mixed(wide(4), wide(0)) as Scalar).item()).toBe(0.25);
    expect((mixed(wide(3), wide(2)) as Scalar).item()).toBeCloseTo(3 + 6 * Math.log(3), 12);
    expect((mixed(wide(0), wide(2)) as Scalar).item()).toBe(0);
  }
});

test('a quotient is masked by its divisor, in both operands', () => {
  const ratio = (x: Any, y: Any): g.Tensor<[]> =>
    g.sum(g.where(g.ne(y, 0) as never, g.div(x, y) as Any, 0)) as unknown as g.Tensor<[]>;
  const [dx, dy] = g.grad(ratio, { argnums: [0, 1] })(
    g.tensor([1, 2, 0]) as unknown as Any,
    g.tensor([0, 4, 0]) as unknown as Any,
  ) as unknown as [Any, Any];
  expect(dx.toArray()).toEqual([0, 0.25, 0]);
  expect((dy.toArray() as number[]).map((v) => v + 0)).toEqual([0, -0.125, 0]);
});
