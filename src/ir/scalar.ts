/**
 * The scalar instruction set. What an op means is written once over `Scalars<E>`: with E = number
 * it is the reference interpreter (this file), with E = Expr it is the lowering (kernel.ts).
 * Rounding to the dtype is part of the meaning.
 */
import { halfFormats } from './half.ts';
import { scalarFunctions } from './scalar-functions.ts';
import { type DType, isDifferentiable } from './types.ts';

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
  'exp2',
  'expm1',
  'log',
  'log2',
  'log10',
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
  'erfc',
  'erfInv',
  'normalCdf',
  'lgamma',
  'not',
] as const;
/**
 * Instructions of two operands that keep the dtype. Integer `div` and `rem` truncate and give 0 for
 * a divisor of 0; shifts take the low 5 bits. `scale` is a product and `unscale` a quotient where
 * zero wins over infinity and NaN. `polygamma` and `sinc` are derivatives of digamma and sinc: x is
 * their order, y where they are taken.
 */
export const binaryNames = [
  'add',
  'sub',
  'mul',
  'div',
  'rem',
  'pow',
  'scale',
  'unscale',
  'hypot',
  'polygamma',
  'sinc',
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
  round: scalarFunctions.round,
  trunc: Math.trunc,
  sqrt: Math.sqrt,
  exp: Math.exp,
  exp2: scalarFunctions.exp2,
  expm1: Math.expm1,
  log: Math.log,
  log2: Math.log2,
  log10: Math.log10,
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
  erf: scalarFunctions.erf,
  erfc: scalarFunctions.erfc,
  erfInv: scalarFunctions.erfInv,
  normalCdf: scalarFunctions.normalCdf,
  lgamma: scalarFunctions.lgamma,
};

const floatBinary: Readonly<Record<BinaryName, (x: number, y: number) => number>> = {
  add: (x, y) => x + y,
  sub: (x, y) => x - y,
  mul: (x, y) => x * y,
  div: (x, y) => x / y,
  rem: (x, y) => x % y,
  pow: scalarFunctions.pow,
  scale: scalarFunctions.scale,
  unscale: scalarFunctions.unscale,
  hypot: scalarFunctions.hypot,
  polygamma: scalarFunctions.polygamma,
  sinc: scalarFunctions.sinc,
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
  f16: halfFormats.f16.round,
  bf16: halfFormats.bf16.round,
};

/**
 * Converts a value of dtype `from` to dtype `to`: float to integer truncates and saturates, NaN
 * becomes 0.
 */
export const castNumber = (x: number, from: DType, to: DType): number => {
  if (to === 'bool') return x !== 0 ? 1 : 0;
  if ((to === 'i32' || to === 'u32') && isDifferentiable(from)) {
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
  const float = isDifferentiable(dtype);
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

const caches: Readonly<Record<Precision, Map<DType, Scalars<number>>>> = {
  exact: new Map(),
  double: new Map(),
};
/** The instructions on JavaScript numbers. With precision 'double', f32 values are not rounded. */
export const numbers = (dtype: DType, precision: Precision = 'exact'): Scalars<number> => {
  const cache = caches[precision];
  let found = cache.get(dtype);
  if (found === undefined) {
    found = makeNumbers(dtype, precision);
    cache.set(dtype, found);
  }
  return found;
};
