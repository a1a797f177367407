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
  if (Math.abs(x) < 1e-4) return (Math.sqrt(Math.PI) / 2) * x * (1 + (Math.PI / 12) * x * x);
  let [low, high] = [-6, 6];
  for (let k = 0; k < 60; k++) {
    const middle = (low + high) / 2;
    if (erfSeries(middle) < x) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
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
  expm1: float(Math.expm1),
  log: float(Math.log),
  log1p: float(Math.log1p),
  sin: float(Math.sin),
  cos: float(Math.cos),
  tan: float(Math.tan),
  tanh: float(Math.tanh),
  atan: float(Math.atan),
  erf: float(erfSeries),
  erfInv: float(inverseOfErf),
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
