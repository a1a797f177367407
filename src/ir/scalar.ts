/**
 * The scalar instruction set. What an op means is written once over `Scalars<E>`: with E = number
 * it is the reference interpreter (this file), with E = Expr it is the lowering (kernel.ts).
 * Rounding to the dtype is part of the meaning.
 */
import type { DType } from './types.ts';

/** Instructions of one operand that keep the dtype. `not` flips bits, or the truth of a bool. */
export const unaryNames = [
  'neg',
  'abs',
  'sign',
  'floor',
  'ceil',
  'round',
  'trunc',
  'sqrt',
  'exp',
  'expm1',
  'log',
  'log1p',
  'sin',
  'cos',
  'tan',
  'asin',
  'acos',
  'atan',
  'sinh',
  'cosh',
  'tanh',
  'asinh',
  'acosh',
  'atanh',
  'erf',
  'not',
] as const;
/**
 * Instructions of two operands that keep the dtype. Integer `div` and `rem` truncate; shifts take
 * the low 5 bits.
 */
export const binaryNames = [
  'add',
  'sub',
  'mul',
  'div',
  'rem',
  'pow',
  'min',
  'max',
  'atan2',
  'and',
  'or',
  'xor',
  'shl',
  'shr',
] as const;
/** Comparisons: their result is a bool; with NaN all are false but `ne`. */
export const compareNames = ['eq', 'ne', 'lt', 'le', 'gt', 'ge'] as const;
/** The name of an instruction of one operand. */
export type UnaryName = (typeof unaryNames)[number];
/** The name of an instruction of two operands. */
export type BinaryName = (typeof binaryNames)[number];
/** The name of a comparison. */
export type CompareName = (typeof compareNames)[number];

/** The instructions at one dtype, over scalars of type E. */
export type Scalars<E> = {
  readonly [K in UnaryName]: (x: E) => E;
} & {
  readonly [K in BinaryName | CompareName]: (x: E, y: E) => E;
} & {
  readonly dtype: DType;
  /** A literal of this dtype. */
  constant(value: number): E;
  /** `condition ? x : y`; `condition` is a bool. Both sides may be evaluated. */
  select(condition: E, x: E, y: E): E;
  /**
   * The value of `x`, of this dtype, in dtype `to`: float to integer truncates and saturates, NaN
   * becomes 0.
   */
  cast(x: E, to: DType): E;
  /** The bits of `x`, of this dtype, read as `to` (both of 32 bits). */
  bitcast(x: E, to: DType): E;
  /** The same instructions at another dtype. */
  as(dtype: DType): Scalars<E>;
};

/** Rounds to the nearest integer, ties to even; keeps the sign of zero. */
export const roundHalfEven = (x: number): number => {
  const floor = Math.floor(x);
  const rest = x - floor;
  if (rest < 0.5) return floor === 0 && (x < 0 || Object.is(x, -0)) ? -0 : floor;
  if (rest > 0.5) return floor + 1 === 0 ? -0 : floor + 1;
  if (Number.isNaN(rest)) return x;
  const even = floor % 2 === 0 ? floor : floor + 1;
  return even === 0 && x < 0 ? -0 : even;
};

/**
 * The error function in double precision: W. J. Cody, "Rational Chebyshev approximations for the
 * error function", Math. Comp. 23 (1969), the coefficients of his CALERF; relative error below
 * 1e-15.
 */
export const erf = (x: number): number => {
  const y = Math.abs(x);
  if (Number.isNaN(x)) return x;
  if (y <= 0.46875) {
    const z = y * y;
    const top =
      (((1.85777706184603153e-1 * z + 3.1611237438705656) * z + 1.13864154151050156e2) * z +
        3.77485237685302021e2) *
        z +
      3.20937758913846947e3;
    const bottom =
      (((z + 2.36012909523441209e1) * z + 2.44024637934444173e2) * z + 1.28261652607737228e3) * z +
      2.84423683343917062e3;
    return (x * top) / bottom;
  }
  if (y >= 6) return x > 0 ? 1 : -1;
  const complement = y <= 4 ? erfcMiddle(y) : erfcTail(y);
  return x > 0 ? 1 - complement : complement - 1;
};

/**
 * exp(-y^2) without the rounding error of y^2: y^2 = s^2 + (y - s)(y + s) with s exact in few bits.
 */
const expMinusSquare = (y: number): number => {
  const s = Math.trunc(y * 16) / 16;
  return Math.exp(-s * s) * Math.exp(-(y - s) * (y + s));
};

const middleTop = [
  2.15311535474403846e-8, 5.64188496988670089e-1, 8.88314979438837594, 6.61191906371416295e1,
  2.98635138197400131e2, 8.8195222124176909e2, 1.71204761263407058e3, 2.05107837782607147e3,
  1.23033935479799725e3,
];
const middleBottom = [
  1, 1.57449261107098347e1, 1.17693950891312499e2, 5.37181101862009858e2, 1.62138957456669019e3,
  3.29079923573345963e3, 4.36261909014324716e3, 3.43936767414372164e3, 1.23033935480374942e3,
];
const tailTop = [
  1.63153871373020978e-2, 3.05326634961232344e-1, 3.60344899949804439e-1, 1.25781726111229246e-1,
  1.60837851487422766e-2, 6.58749161529837803e-4,
];
const tailBottom = [
  1, 2.56852019228982242, 1.87295284992346725, 5.27905102951428412e-1, 6.05183413124413191e-2,
  2.33520497626869185e-3,
];
const horner = (coefficients: readonly number[], x: number): number =>
  coefficients.reduce((sum, coefficient) => sum * x + coefficient, 0);
const erfcMiddle = (y: number): number =>
  (expMinusSquare(y) * horner(middleTop, y)) / horner(middleBottom, y);
const erfcTail = (y: number): number => {
  const z = 1 / (y * y);
  const rational = (z * horner(tailTop, z)) / horner(tailBottom, z);
  return (expMinusSquare(y) * (0.5641895835477562869 - rational)) / y;
};

/**
 * What the floating point instructions compute, before rounding. `Math` names that mean the same
 * are used as such.
 */
export const floatUnary: Readonly<Record<Exclude<UnaryName, 'not'>, (x: number) => number>> = {
  neg: (x) => -x,
  abs: Math.abs,
  sign: Math.sign,
  floor: Math.floor,
  ceil: Math.ceil,
  round: roundHalfEven,
  trunc: Math.trunc,
  sqrt: Math.sqrt,
  exp: Math.exp,
  expm1: Math.expm1,
  log: Math.log,
  log1p: Math.log1p,
  sin: Math.sin,
  cos: Math.cos,
  tan: Math.tan,
  asin: Math.asin,
  acos: Math.acos,
  atan: Math.atan,
  sinh: Math.sinh,
  cosh: Math.cosh,
  tanh: Math.tanh,
  asinh: Math.asinh,
  acosh: Math.acosh,
  atanh: Math.atanh,
  erf,
};

/**
 * x to the power y with the IEEE 754 answers that JavaScript lacks: pow(1, y) = 1 and pow(-1, inf)
 * = 1.
 */
export const ieeePow = (x: number, y: number): number => {
  if (x === 1 || (x === -1 && Math.abs(y) === Number.POSITIVE_INFINITY)) return 1;
  return x ** y;
};

const floatBinary: Readonly<Record<BinaryName, (x: number, y: number) => number>> = {
  add: (x, y) => x + y,
  sub: (x, y) => x - y,
  mul: (x, y) => x * y,
  div: (x, y) => x / y,
  rem: (x, y) => x % y,
  pow: ieeePow,
  min: Math.min,
  max: Math.max,
  atan2: Math.atan2,
  and: (x, y) => x & y,
  or: (x, y) => x | y,
  xor: (x, y) => x ^ y,
  shl: (x, y) => x << y,
  shr: (x, y) => x >> y,
};

const integerBinary: Readonly<Record<BinaryName, (x: number, y: number) => number>> = {
  ...floatBinary,
  mul: Math.imul,
  div: (x, y) => Math.trunc(x / y),
};

const compares: Readonly<Record<CompareName, (x: number, y: number) => boolean>> = {
  eq: (x, y) => x === y,
  ne: (x, y) => x !== y,
  lt: (x, y) => x < y,
  le: (x, y) => x <= y,
  gt: (x, y) => x > y,
  ge: (x, y) => x >= y,
};

/** Brings a double into a dtype whose range it is known to fit modulo 2^32 (integers wrap). */
export const wrapTo: Readonly<Record<DType, (x: number) => number>> = {
  f32: Math.fround,
  f64: (x) => x,
  i32: (x) => x | 0,
  u32: (x) => x >>> 0,
  bool: (x) => (x ? 1 : 0),
};

/**
 * Converts a value of dtype `from` to dtype `to`: float to integer truncates and saturates, NaN
 * becomes 0.
 */
export const castNumber = (x: number, from: DType, to: DType): number => {
  if (to === 'bool') return x !== 0 ? 1 : 0;
  if ((to === 'i32' || to === 'u32') && (from === 'f32' || from === 'f64')) {
    const low = to === 'i32' ? -2147483648 : 0;
    const high = to === 'i32' ? 2147483647 : 4294967295;
    return Number.isNaN(x) ? 0 : Math.min(high, Math.max(low, Math.trunc(x))) + 0;
  }
  return wrapTo[to](x);
};

const bits = new DataView(new ArrayBuffer(4));
/** The 32 bits of a number of dtype `from`, read as dtype `to`. */
export const bitcastNumber = (x: number, from: DType, to: DType): number => {
  if (from === 'f32') bits.setFloat32(0, x);
  else bits.setUint32(0, x >>> 0);
  return to === 'f32' ? bits.getFloat32(0) : to === 'i32' ? bits.getInt32(0) : bits.getUint32(0);
};

/** How a dtype rounds: f32 to single precision, or, in a double precision run, not at all. */
export type Precision = 'exact' | 'double';

const makeNumbers = (dtype: DType, precision: Precision): Scalars<number> => {
  const round = precision === 'double' && dtype === 'f32' ? wrapTo.f64 : wrapTo[dtype];
  const float = dtype === 'f32' || dtype === 'f64';
  const table = float ? floatBinary : integerBinary;
  const not = dtype === 'bool' ? (x: number) => (x ? 0 : 1) : (x: number) => round(~x);
  const shr =
    dtype === 'u32' ? (x: number, y: number) => (x >>> y) >>> 0 : (x: number, y: number) => x >> y;
  const unary = Object.fromEntries(
    Object.entries(floatUnary).map(([name, f]) => [name, (x: number) => round(f(x))]),
  );
  const binary = Object.fromEntries(
    Object.entries(table).map(([name, f]) => [name, (x: number, y: number) => round(f(x, y))]),
  );
  const compare = Object.fromEntries(
    Object.entries(compares).map(([name, f]) => [
      name,
      (x: number, y: number) => (f(x, y) ? 1 : 0),
    ]),
  );
  return {
    ...unary,
    ...binary,
    ...compare,
    not,
    ...(float ? {} : { shr }),
    dtype,
    constant: round,
    select: (condition: number, x: number, y: number) => (condition ? x : y),
    cast: (x: number, to: DType) =>
      precision === 'double' && to === 'f32' ? x : castNumber(x, dtype, to),
    bitcast: (x: number, to: DType) => bitcastNumber(x, dtype, to),
    as: (to: DType) => numbers(to, precision),
  } as unknown as Scalars<number>;
};

const cache = new Map<string, Scalars<number>>();
/** The instructions on JavaScript numbers. With precision 'double', f32 values are not rounded. */
export const numbers = (dtype: DType, precision: Precision = 'exact'): Scalars<number> => {
  const key = `${dtype} ${precision}`;
  let found = cache.get(key);
  if (found === undefined) {
    found = makeNumbers(dtype, precision);
    cache.set(key, found);
  }
  return found;
};
