/** Functions of one and two operands: values, broadcasting, weak numbers, kinks and errors. */
import fc from 'fast-check';
import * as g from 'gradloom';
import { beforeAll, expect, test } from 'vitest';
import {
  type Any,
  arrays,
  broadcastable,
  broadcastShape,
  build,
  errorOf,
  fromTensor,
  readBroadcast,
  toTensor,
} from './naive.ts';

beforeAll(() => g.setDefaultBackend(g.reference));

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
const softplus = (x: number): number => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
const clamp = (x: number, low: number, high: number): number => Math.min(Math.max(x, low), high);
const half = (x: number): number => {
  const floor = Math.floor(x);
  return x - floor === 0.5 ? (floor % 2 === 0 ? floor : floor + 1) : Math.round(x);
};
// Phi(x) at the places below, from tables.
const phi: Record<string, number> = {
  '0': 0.5,
  '0.5': 0.6914624613,
  '-0.5': 0.3085375387,
  '1': 0.8413447461,
  '-1': 0.1586552539,
  '3': 0.998650102,
  '-3': 0.001349898,
  '2.5': 0.9937903347,
  '-2.5': 0.0062096653,
};

type Pointwise = readonly [string, (x: Any) => Any, (x: number) => number];
const pointwise: readonly Pointwise[] = [
  ['neg', g.neg, (x) => -x],
  ['abs', g.abs, Math.abs],
  ['sign', g.sign, Math.sign],
  ['square', g.square, (x) => x * x],
  ['floor', g.floor, Math.floor],
  ['ceil', g.ceil, Math.ceil],
  ['round', g.round, half],
  ['trunc', g.trunc, Math.trunc],
  ['sqrt', g.sqrt, Math.sqrt],
  ['rsqrt', g.rsqrt, (x) => 1 / Math.sqrt(x)],
  ['reciprocal', g.reciprocal, (x) => 1 / x],
  ['exp', g.exp, Math.exp],
  ['exp2', g.exp2, (x) => 2 ** x],
  ['expm1', g.expm1, Math.expm1],
  ['log', g.log, Math.log],
  ['log2', g.log2, Math.log2],
  ['log10', g.log10, Math.log10],
  ['log1p', g.log1p, Math.log1p],
  ['sin', g.sin, Math.sin],
  ['cos', g.cos, Math.cos],
  ['tan', g.tan, Math.tan],
  ['atan', g.atan, Math.atan],
  ['tanh', g.tanh, Math.tanh],
  ['sinc', g.sinc, (x) => (x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x))],
  ['relu', g.relu, (x) => Math.max(x, 0)],
  ['relu6', g.relu6, (x) => clamp(x, 0, 6)],
  ['sigmoid', g.sigmoid, sigmoid],
  ['logSigmoid', g.logSigmoid, (x) => -softplus(-x)],
  ['softplus', g.softplus, softplus],
  ['silu', g.silu, (x) => x * sigmoid(x)],
  ['mish', g.mish, (x) => x * Math.tanh(softplus(x))],
  ['softsign', g.softsign, (x) => x / (1 + Math.abs(x))],
  ['hardSigmoid', g.hardSigmoid, (x) => clamp(x / 6 + 0.5, 0, 1)],
  ['hardSwish', g.hardSwish, (x) => (x * clamp(x + 3, 0, 6)) / 6],
  ['hardTanh', g.hardTanh, (x) => clamp(x, -1, 1)],
  ['leakyRelu', (x) => g.leakyRelu(x, { alpha: 0.1 }), (x) => (x > 0 ? x : 0.1 * x)],
  ['elu', (x) => g.elu(x, { alpha: 2 }), (x) => (x > 0 ? x : 2 * Math.expm1(x))],
  ['celu', (x) => g.celu(x, { alpha: 2 }), (x) => (x > 0 ? x : 2 * Math.expm1(x / 2))],
  ['selu', g.selu, (x) => 1.0507009873554805 * (x > 0 ? x : 1.6732632423543772 * Math.expm1(x))],
  ['gelu', g.gelu, (x) => x * phi[String(x === 0 ? 0 : x)]!],
  [
    'gelu tanh',
    (x) => g.gelu(x, { approximate: 'tanh' }),
    (x) => 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3))),
  ],
  ['erf', g.erf, (x) => 2 * (erfTable[String(x === 0 ? 0 : x)] ?? Number.NaN)],
];
// erf(x) / 2 from tables.
const erfTable: Record<string, number> = {
  '0': 0,
  '0.5': 0.2602499389,
  '-0.5': -0.2602499389,
  '1': 0.4213503965,
  '-1': -0.4213503965,
  '3': 0.4999889548,
  '-3': -0.4999889548,
  '2.5': 0.499796524,
  '-2.5': -0.499796524,
};
const places = [0, 0.5, -0.5, 1, -1, 3, -3, 2.5, -2.5];

test.each(pointwise)('%s of some numbers', (_, f, wanted) => {
  const got = fromTensor(f(g.tensor(places))).data;
  places.forEach((x, k) => {
    const [a, b] = [got[k]!, wanted(x)];
    if (Object.is(a, b)) return;
    expect(Math.abs(a - b), `at ${x}: ${a}, not ${b}`).toBeLessThanOrEqual(
      1e-6 * Math.max(1, Math.abs(b)),
    );
  });
});

test.each(pointwise.filter(([name]) => name !== 'gelu' && name !== 'erf'))(
  '%s keeps NaN and is 0-sized on nothing',
  (_, f) => {
    expect(fromTensor(f(g.tensor([Number.NaN]))).data).toEqual([Number.NaN]);
    expect(fromTensor(f(g.zeros([2, 0])))).toEqual({ shape: [2, 0], data: [] });
    expect(f(g.zeros([])).shape).toEqual([]);
  },
);

test('functions that would overflow when written plainly', () => {
  const x = g.tensor([-1000, 1000]);
  expect(g.softplus(x).toArray()).toEqual([0, 1000]);
  expect(g.logSigmoid(x).toArray()).toEqual([-1000, -0]);
  expect(g.sigmoid(x).toArray()).toEqual([0, 1]);
  expect(g.silu(x).toArray()).toEqual([-0, 1000]);
  expect(g.elu(x).toArray()).toEqual([-1, 1000]);
  expect(g.hypot(g.tensor(3e30), 4e30).item()).toBeCloseTo(5e30, -25);
  expect(g.logaddexp(x, x).toArray()).toEqual(
    [-1000 + Math.fround(Math.LN2), 1000 + Math.LN2].map(Math.fround),
  );
  const infinite = g.tensor([-Infinity, Infinity]);
  expect(g.logaddexp(infinite, infinite).toArray()).toEqual([-Infinity, Infinity]);
});

test('tests of single elements', () => {
  const x = g.tensor([1, Number.NaN, Infinity, -Infinity, 0]);
  expect(g.isnan(x).toArray()).toEqual([false, true, false, false, false]);
  expect(g.isinf(x).toArray()).toEqual([false, false, true, true, false]);
  expect(g.isfinite(x).toArray()).toEqual([true, false, false, false, true]);
  expect(g.logicalNot(x).toArray()).toEqual([false, false, false, false, true]);
});

const floorMod = (x: number, y: number): number => {
  const rest = x % y;
  // A zero has the sign of y too.
  if (rest === 0) return y < 0 ? -0 : 0;
  return rest < 0 !== y < 0 ? rest + y : rest;
};
type Two = readonly [string, (a: Any, b: Any) => g.AnyTensor, (x: number, y: number) => number];
const two: readonly Two[] = [
  ['add', g.add, (x, y) => x + y],
  ['sub', g.sub, (x, y) => x - y],
  ['mul', g.mul, (x, y) => x * y],
  ['div', g.div, (x, y) => Math.fround(x / y)],
  ['maximum', g.maximum, Math.max],
  ['minimum', g.minimum, Math.min],
  ['fmod', g.fmod, (x, y) => x % y],
  ['remainder', g.remainder, floorMod],
  ['floorDivide', g.floorDivide, (x, y) => Math.floor(x / y)],
  ['truncDivide', g.truncDivide, (x, y) => Math.trunc(x / y)],
  ['squaredDifference', g.squaredDifference, (x, y) => (x - y) ** 2],
  ['atan2', g.atan2, (x, y) => Math.fround(Math.atan2(x, y))],
  ['eq', g.eq, (x, y) => Number(x === y)],
  ['ne', g.ne, (x, y) => Number(x !== y)],
  ['lt', g.lt, (x, y) => Number(x < y)],
  ['le', g.le, (x, y) => Number(x <= y)],
  ['gt', g.gt, (x, y) => Number(x > y)],
  ['ge', g.ge, (x, y) => Number(x >= y)],
  ['logicalAnd', g.logicalAnd, (x, y) => Number(x !== 0 && y !== 0)],
  ['logicalOr', g.logicalOr, (x, y) => Number(x !== 0 || y !== 0)],
  ['logicalXor', g.logicalXor, (x, y) => Number((x !== 0) !== (y !== 0))],
];
test.each(two)('%s broadcasts like NumPy', (_, f, wanted) => {
  const pair = broadcastable.chain(([a, b]) => fc.tuple(arrays(a), arrays(b)));
  fc.assert(
    fc.property(pair, ([a, b]) => {
      const shape = broadcastShape(a.shape, b.shape);
      const expected = build(shape, (at) => wanted(readBroadcast(a, at), readBroadcast(b, at)));
      expect(fromTensor(f(toTensor(a), toTensor(b)))).toEqual(expected);
    }),
    { numRuns: 25 },
  );
});

test('integers: division, remainders, bits and wrapping', () => {
  const x = g.tensor([7, -7, 7, -7, 2147483647, -2147483648], { dtype: 'i32' });
  const y = g.tensor([2, 2, -2, -2, 1, -1], { dtype: 'i32' });
  expect(g.floorDivide(x, y).toArray()).toEqual([3, -4, -4, 3, 2147483647, -2147483648]);
  expect(g.truncDivide(x, y).toArray()).toEqual([3, -3, -3, 3, 2147483647, -2147483648]);
  expect(
    g
      .fmod(x, y)
      .toArray()
      .map((k) => k + 0),
  ).toEqual([1, -1, 1, -1, 0, 0]);
  expect(
    g
      .remainder(x, y)
      .toArray()
      .map((k) => k + 0),
  ).toEqual([1, 1, -1, -1, 0, 0]);
  expect(g.floorDivide(x, 0).toArray()).toEqual([0, 0, 0, 0, 0, 0]);
  expect(g.add(x, 1).toArray()[4]).toBe(-2147483648);
  const bits = g.tensor([12, 10], { dtype: 'i32' });
  expect(g.bitwiseAnd(bits, 6).toArray()).toEqual([4, 2]);
  expect(g.bitwiseOr(bits, 6).toArray()).toEqual([14, 14]);
  expect(g.bitwiseXor(bits, 6).toArray()).toEqual([10, 12]);
  expect(g.bitwiseNot(bits).toArray()).toEqual([-13, -11]);
  expect(g.shiftLeft(bits, 2).toArray()).toEqual([48, 40]);
  expect(g.shiftRight(g.neg(bits), 1).toArray()).toEqual([-6, -5]);
  const unsigned = g.tensor([4294967280], { dtype: 'u32' });
  expect(g.shiftRight(unsigned, 4).toArray()).toEqual([268435455]);
});

test('pow follows IEEE 754', () => {
  const x = g.tensor([1, 0, 0, -2, -8, 2]);
  const y = g.tensor([Number.NaN, 0, -1, 3, 1 / 3, 0.5]);
  const [a, b, c, d, e, f] = g.pow(x, y).toArray() as number[];
  expect([a, b, c, d, e]).toEqual([1, 1, Infinity, -8, Number.NaN]);
  expect(f).toBeCloseTo(Math.SQRT2, 6);
});

test('numbers take the dtype of the tensor', () => {
  const counts = g.tensor([1, 2], { dtype: 'i32' });
  expect(g.add(counts, 1).dtype).toBe('i32');
  expect(g.sub(10, counts).toArray()).toEqual([9, 8]);
  expect(g.add(g.tensor([0.5], { dtype: 'f64' }), 0.1).toArray()).toEqual([0.6]);
  expect(g.add(1, 2).dtype).toBe('f32');
  expect(g.where(g.tensor([true, false]), 1, 0).toArray()).toEqual([1, 0]);
});

test('choices, bounds and conversions', () => {
  const x = g.tensor([
    [-2, 0.5],
    [2, Number.NaN],
  ]);
  expect(g.where(g.gt(x, 0), x, g.tensor([10, 20])).toArray()).toEqual([
    [10, 0.5],
    [2, 20],
  ]);
  expect(g.maskedFill(x, g.tensor([true, false]), 7).toArray()).toEqual([
    [7, 0.5],
    [7, Number.NaN],
  ]);
  expect(g.clamp(x, { min: -1, max: 1 }).toArray()).toEqual([
    [-1, 0.5],
    [1, Number.NaN],
  ]);
  expect(g.clamp(x, { min: 0 }).toArray()).toEqual([
    [0, 0.5],
    [2, Number.NaN],
  ]);
  expect(g.clamp(x, { min: 3, max: 1 }).toArray()).toEqual([
    [1, 1],
    [1, Number.NaN],
  ]);
  expect(g.lerp(g.tensor([0, 10]), g.tensor([10, 20]), 0.25).toArray()).toEqual([2.5, 12.5]);
  expect(g.cast(x, 'i32').toArray()).toEqual([
    [-2, 0],
    [2, 0],
  ]);
  expect(g.cast(x, 'bool').toArray()).toEqual([
    [true, true],
    [true, true],
  ]);
  expect(g.cast(g.tensor([true, false]), 'f32').toArray()).toEqual([1, 0]);
  expect(g.identity(x).toArray()).toEqual(x.toArray());
});

test('subgradients at kinks', () => {
  const at = (f: (x: g.Tensor<[]>) => g.Tensor<[]>, x: number): number =>
    g.grad(f)(g.tensor(x)).item();
  expect(at(g.relu, 0)).toBe(0);
  expect(at(g.abs, 0)).toBe(0);
  expect([at(g.relu6, 0), at(g.relu6, 6), at(g.relu6, 3)]).toEqual([0, 0, 1]);
  expect([at(g.hardTanh, 1), at(g.hardTanh, -1), at(g.hardTanh, 2)]).toEqual([1, 1, 0]);
  expect([at((x) => g.clamp(x, { max: 1 }), 1), at((x) => g.clamp(x, { max: 1 }), 1.5)]).toEqual([
    1, 0,
  ]);
  expect([at(g.elu, 0), at(g.elu, 200), at(g.elu, -200)]).toEqual([1, 1, 0]);
  expect(at((x) => g.leakyRelu(x, { alpha: 0.5 }), 0)).toBe(0.5);
  expect(at((x) => g.hypot(x, 0), 0)).toBe(0);
  expect(at((x) => g.hypot(x, 4), 3)).toBeCloseTo(0.6, 6);
  expect(at((x) => g.hypot(x, 3), 3)).toBeCloseTo(Math.SQRT1_2, 6);
  expect(at((x) => g.logaddexp(x, 1), 1)).toBe(0.5);
  expect(at((x) => g.maximum(x, 1), 1)).toBe(0.5);
  expect(at((x) => g.pow(0, x), 2)).toBe(0);
  expect(at(g.sinc, 0)).toBe(0);
  expect(at((x) => g.where(g.gt(x, 0), 1, g.mul(x, 2)), 0)).toBe(2);
  expect(at((x) => g.where(g.gt(x, 0), 1, g.mul(x, 2)), 1)).toBe(0);
  expect(at((x) => g.stopGradient(x), 3)).toBe(0);
});

test('mistakes', () => {
  const x = g.tensor([1, 2]);
  const i = g.tensor([1, 2], { dtype: 'i32' });
  const b = g.tensor([true, false]);
  const loose = g as unknown as Record<string, (...args: unknown[]) => unknown>;
  const messages = [
    () => loose.add!(x, i),
    () => loose.add!(x, g.zeros([3])),
    () => loose.add!(b, b),
    () => loose.add!(i, 0.5),
    () => g.add(i, 3e9),
    () => loose.add!(g.tensor([1], { dtype: 'u32' }), -1),
    () => loose.add!(x, 'a'),
    () => loose.add!(x, [1, 2]),
    () => loose.add!(x),
    () => loose.sqrt!(i),
    () => loose.sqrt!(4),
    () => loose.div!(i, i),
    () => loose.bitwiseAnd!(x, x),
    () => loose.shiftLeft!(b, b),
    () => loose.cast!(x, 'float32'),
    () => loose.where!(x, 1, 0),
    () => loose.where!(b, x, i),
    () => loose.where!(b, x, g.zeros([3])),
    () => loose.where!(g.tensor([true, true, true]), x, 0),
    () => loose.leakyRelu!(x, { alfa: 1 }),
    () => loose.leakyRelu!(x, { alpha: '1' }),
    () => loose.gelu!(x, { approximate: 'erf' }),
    () => loose.clamp!(x, {}),
    () => loose.clamp!(i, { min: 0.5 }),
    () => g.celu(x, { alpha: 0 }),
  ].map(errorOf);
  expect(messages.join('\n')).toMatchInlineSnapshot(`
    "DTypeError: add: dtypes f32 and i32 differ; convert one with cast
    ShapeError: add: cannot broadcast [2] with [3]: dimensions 2 and 3 differ
    DTypeError: add: bool is not supported (hint: convert with cast(x, 'f32') or cast(x, 'i32'))
    DTypeError: add: the number 0.5 is not a value of i32 (hint: a number takes the dtype of the tensor; cast(x, ...) gives it another one)
    DTypeError: add: the number 3000000000 is out of range for i32 (hint: a number takes the dtype of the tensor; cast(x, ...) gives it another one)
    DTypeError: add: the number -1 is out of range for u32 (hint: a number takes the dtype of the tensor; cast(x, ...) gives it another one)
    ArgumentError: add: expected a tensor or a number, not a string
    ArgumentError: add: expected a tensor or a number, not an array
    ArgumentError: add: expected a tensor or a number, not undefined
    DTypeError: sqrt: i32 is not supported (hint: convert with cast(x, 'f32'))
    ArgumentError: sqrt: expected a tensor, not a number (hint: make one with tensor(data))
    DTypeError: div: i32 is not supported (hint: convert with cast(x, 'f32'))
    DTypeError: bitwiseAnd: f32 is not supported (hint: convert with cast(x, 'i32'))
    DTypeError: shiftLeft: bool is not supported (hint: convert with cast(x, 'i32'))
    DTypeError: cast: 'float32' is no dtype (hint: dtypes are f32, f64, i32, u32, bool, f16, bf16)
    DTypeError: where: the condition is f32, not bool (hint: compare, for example with ne(x, 0))
    DTypeError: where: dtypes f32 and i32 differ; convert one with cast
    ShapeError: where: cannot broadcast [2] with [3]: dimensions 2 and 3 differ
    ShapeError: where: cannot broadcast [3] with [2]: dimensions 3 and 2 differ
    ArgumentError: leakyRelu: unknown option 'alfa' (hint: did you mean 'alpha'?)
    ArgumentError: leakyRelu: alpha must be a number, not a string
    ArgumentError: gelu: approximate must be 'none' or 'tanh', not 'erf'
    ArgumentError: clamp: give min, max or both
    DTypeError: clamp: the number 0.5 is not a value of i32 (hint: a number takes the dtype of the tensor; cast(x, ...) gives it another one)
    ArgumentError: celu: alpha must not be 0"
  `);
});

test('an error carries the line of the caller', () => {
  try {
    g.add(g.zeros([2]) as Any, g.zeros([3]) as Any);
  } catch (error) {
    expect(String((error as g.ShapeError).parts.site)).toMatch(/elementwise\.test\.ts:\d+:\d+$/);
    expect((error as Error).stack).not.toContain('operands.ts');
    return;
  }
  throw new Error('nothing was thrown');
});
