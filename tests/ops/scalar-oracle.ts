/**
 * What elementwise ops compute, written a second time from the documentation and not from the code:
 * integers in BigInt, floats by the functions of Math. The type makes an elementwise op without a
 * second opinion a compile error.
 */
import type { OpName } from '../../src/ir/ops/registry.ts';
import type { DType } from '../../src/ir/types.ts';

/** The element for the elements of the inputs, all of dtype `dtype`. */
export type Oracle = (dtype: DType, ...xs: number[]) => number;

const isInteger = (dtype: DType): boolean => dtype === 'i32' || dtype === 'u32';
/** An exact integer brought into 32 bits. */
const wrap = (dtype: DType, x: bigint): number =>
  Number(dtype === 'i32' ? BigInt.asIntN(32, x) : BigInt.asUintN(32, x));
const whole =
  (exact: (x: bigint, y: bigint) => bigint, float: (x: number, y: number) => number): Oracle =>
  (dtype, x, y = 0) =>
    isInteger(dtype) ? wrap(dtype, exact(BigInt(x), BigInt(y))) : float(x, y);
const float =
  (f: (x: number) => number): Oracle =>
  (_, x) =>
    f(x as number);
const truth =
  (f: (x: number, y: number) => boolean): Oracle =>
  (_, x, y) =>
    f(x as number, y as number) ? 1 : 0;
const bits =
  (exact: (x: bigint, y: bigint) => bigint): Oracle =>
  (dtype, x, y = 0) => {
    const result = exact(BigInt(x as number), BigInt(y));
    return dtype === 'bool' ? Number(result & 1n) : wrap(dtype, result);
  };
const shift = (y: bigint): bigint => y & 31n;

const halfToEven = (x: number): number => {
  const low = Math.floor(x);
  const distance = x - low;
  const even = low % 2 === 0 ? low : low + 1;
  const rounded = distance < 0.5 ? low : distance > 0.5 ? low + 1 : Number.isNaN(x) ? x : even;
  // The sign of x stays, on zeros too.
  return rounded === 0 && (x < 0 || Object.is(x, -0)) ? -0 : rounded;
};
/** The error function: its series near 0, the continued fraction of its complement elsewhere. */
const erfSeries = (x: number): number => {
  const size = Math.abs(x);
  if (!(size < 6)) return Math.sign(x);
  if (size > 2) {
    let fraction = 0;
    for (let n = 80; n > 0; n--) fraction = n / 2 / (size + fraction);
    const complement = Math.exp(-size * size) / Math.sqrt(Math.PI) / (size + fraction);
    return Math.sign(x) * (1 - complement);
  }
  let term = x;
  let sum = x;
  for (let n = 1; n < 100; n++) {
    term *= (-x * x) / n;
    sum += term / (2 * n + 1);
  }
  return (2 / Math.sqrt(Math.PI)) * sum;
};
/** The inverse by bisection. */
const inverseOfErf = (x: number): number => {
  if (!(Math.abs(x) <= 1)) return Number.NaN;
  if (Math.abs(x) === 1) return x * Number.POSITIVE_INFINITY;
  if (Math.abs(x) < 2e-3) {
    const z = Math.PI * x * x;
    return (Math.sqrt(Math.PI) / 2) * x * (1 + z / 12 + (7 * z * z) / 480);
  }
  let [low, high] = [-6, 6];
  for (let k = 0; k < 60; k++) {
    const middle = (low + high) / 2;
    if (erfSeries(middle) < x) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
};
/** 1 - erf(x); its continued fraction where erf is near 1. */
const complementOfErf = (x: number): number => {
  if (!(x > 1.5)) return 1 - erfSeries(x);
  if (x > 28) return 0;
  let fraction = 0;
  for (let n = 200; n > 0; n--) fraction = n / 2 / (x + fraction);
  return Math.exp(-x * x) / Math.sqrt(Math.PI) / (x + fraction);
};
/** log |gamma(x)| by the series of Stirling beyond 12, and the recurrence to get there. */
const logGamma = (x: number): number => {
  if (Number.isNaN(x)) return x;
  if (x === 1 || x === 2) return 0;
  if (Math.abs(x) === Number.POSITIVE_INFINITY || (x <= 0 && Number.isInteger(x))) {
    return Number.POSITIVE_INFINITY;
  }
  if (x < -1e6) return Math.log(Math.PI / Math.abs(x * Math.sin(Math.PI * (x % 2)))) - logGamma(-x);
  let [at, rest] = [x, 0];
  for (; at < 12; at++) rest -= Math.log(Math.abs(at));
  const series =
    1 / 12 / at -
    1 / 360 / at ** 3 +
    1 / 1260 / at ** 5 -
    1 / 1680 / at ** 7 +
    1 / 1188 / at ** 9 -
    691 / 360360 / at ** 11;
  return (at - 0.5) * Math.log(at) - at + Math.log(2 * Math.PI) / 2 + series + rest;
};
/** The exact quotient of two floats, without its fraction or rounded down. */
const quotientOf =
  (isFloor: boolean): Oracle =>
  (dtype, x, y) => {
    if (y === 0 && isInteger(dtype)) return 0;
    const plain = x! / y!;
    if (!Number.isFinite(x!) || Number.isNaN(y!) || y === 0) return plain;
    const isBelow = plain < 0 || Object.is(plain, -0);
    if (!Number.isFinite(y!)) return isFloor && isBelow && x !== 0 ? -1 : plain;
    // Every float is a whole multiple of 2^-1074.
    const exact = (f: number): bigint => {
      let [mantissa, exponent] = [f, 0];
      while (!Number.isInteger(mantissa)) {
        mantissa *= 2;
        exponent++;
      }
      return BigInt(mantissa) << BigInt(1074 - exponent);
    };
    const [a, b] = [exact(x!), exact(y!)];
    const whole = a / b - (isFloor && isBelow && a % b !== 0n ? 1n : 0n);
    if (isInteger(dtype)) return wrap(dtype, whole);
    return whole === 0n && isBelow ? -0 : Number(whole);
  };
/** The remainder with the sign of y, also of zero. */
const moduloOf: Oracle = (dtype, x, y) => {
  if (y === 0 && isInteger(dtype)) return 0;
  const rest = x! % y!;
  if (rest === 0) return y! < 0 && !isInteger(dtype) ? -0 : 0;
  return rest < 0 !== y! < 0 && !Number.isNaN(rest) ? rest + y! : rest;
};
const larger = (x: number, y: number): number =>
  Number.isNaN(x) || Number.isNaN(y) ? Number.NaN : x > y || (x === y && !Object.is(x, -0)) ? x : y;
const smaller = (x: number, y: number): number =>
  Number.isNaN(x) || Number.isNaN(y) ? Number.NaN : x < y || (x === y && Object.is(x, -0)) ? x : y;
const power = (x: number, y: number): number =>
  x === 1 || (x === -1 && Math.abs(y) === Number.POSITIVE_INFINITY) ? 1 : x ** y;

/** The second opinions. */
export const oracles = {
  neg: whole(
    (x) => -x,
    (x) => -x,
  ),
  abs: whole((x) => (x < 0n ? -x : x), Math.abs),
  sign: (_, x) => (x! > 0 ? 1 : x! < 0 ? -1 : x!),
  floor: float(Math.floor),
  ceil: float(Math.ceil),
  round: float(halfToEven),
  trunc: float(Math.trunc),
  sqrt: float(Math.sqrt),
  exp: float(Math.exp),
  exp2: float((x) => 2 ** x),
  expm1: float(Math.expm1),
  log: float(Math.log),
  log1p: float(Math.log1p),
  log2: float(Math.log2),
  log10: float(Math.log10),
  sin: float(Math.sin),
  cos: float(Math.cos),
  tan: float(Math.tan),
  tanh: float(Math.tanh),
  atan: float(Math.atan),
  asin: float(Math.asin),
  acos: float(Math.acos),
  sinh: float(Math.sinh),
  cosh: float(Math.cosh),
  asinh: float(Math.asinh),
  acosh: float(Math.acosh),
  atanh: float(Math.atanh),
  erf: float(erfSeries),
  erfc: float(complementOfErf),
  normalCdf: float((x) => complementOfErf(-x / Math.SQRT2) / 2),
  lgamma: float(logGamma),
  erfInv: float(inverseOfErf),
  erfInvSingle: float(inverseOfErf),
  relu: float((x) => (x <= 0 ? 0 : x)),
  sigmoid: float((x) => (x < 0 ? Math.exp(x) / (1 + Math.exp(x)) : 1 / (1 + Math.exp(-x)))),
  softplus: float((x) => (x > 30 ? x : Math.log1p(Math.exp(x)))),
  stopGradient: (_, x) => x!,
  add: whole(
    (x, y) => x + y,
    (x, y) => x + y,
  ),
  sub: whole(
    (x, y) => x - y,
    (x, y) => x - y,
  ),
  mul: whole(
    (x, y) => x * y,
    (x, y) => x * y,
  ),
  div: (_, x, y) => x! / y!,
  pow: (_, x, y) => power(x!, y!),
  maximum: (_, x, y) => larger(x!, y!),
  minimum: (_, x, y) => smaller(x!, y!),
  fmod: whole(
    (x, y) => (y === 0n ? 0n : x % y),
    (x, y) => x % y,
  ),
  truncDivide: quotientOf(false),
  floorDivide: quotientOf(true),
  remainder: moduloOf,
  hypot: (_, x, y) => Math.hypot(x!, y!),
  scale: (_, x, y) => (Number.isNaN(x! * y!) && (x === 0 || y === 0) ? 0 : x! * y!),
  unscale: (_, x, y) => (x === 0 && (y === 0 || Number.isNaN(y)) ? 0 : x! / y!),
  logaddexp: (_, x, y) => {
    if (x === y) return x! + Math.LN2;
    return Math.max(x!, y!) + Math.log1p(Math.exp(-Math.abs(x! - y!)));
  },
  atan2: (_, y, x) => Math.atan2(y!, x!),
  eq: truth((x, y) => x === y),
  ne: truth((x, y) => !(x === y)),
  lt: truth((x, y) => x < y),
  le: truth((x, y) => x <= y),
  gt: truth((x, y) => x > y),
  ge: truth((x, y) => x >= y),
  and: bits((x, y) => x & y),
  or: bits((x, y) => x | y),
  xor: bits((x, y) => x ^ y),
  not: (dtype, x) => (dtype === 'bool' ? 1 - x! : wrap(dtype, ~BigInt(x!))),
  shiftLeft: bits((x, y) => x << shift(y)),
  // BigInts keep the sign, and unsigned numbers have none.
  shiftRight: bits((x, y) => x >> shift(y)),
} satisfies Partial<Record<OpName, Oracle>>;
