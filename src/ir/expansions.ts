/**
 * Functions of f32 as arithmetic of f32, for machines whose vector instructions have no such
 * functions: range reduction in two parts and polynomials, every branch computed and chosen from.
 * Every operation must round to f32. NaN stays NaN.
 */
import type { Scalars, UnaryName } from './scalar.ts';

/** The instructions that an expansion is written in. */
interface Arithmetic<E> {
  readonly f: Scalars<E>;
  readonly i: Scalars<E>;
  readonly bool: Scalars<E>;
}
type Expansion = <E>(arithmetic: Arithmetic<E>, x: E) => E;

/** ln 2 in two parts; multiples of the first by whole numbers up to 4095 are exact. */
const ln2 = { high: 0.693359375, low: -2.121944400546906e-4 };

/** A polynomial by Horner's rule, the constant coefficient first. */
const polynomial = <E>({ f }: Arithmetic<E>, coefficients: readonly number[], x: E): E =>
  coefficients
    .slice(0, -1)
    .reduceRight<E>(
      (sum, coefficient) => f.add(f.constant(coefficient), f.mul(x, sum)),
      f.constant(coefficients.at(-1) as number),
    );

/** 2^n for whole n from -126 to 127. */
const powerOfTwo = <E>({ f, i }: Arithmetic<E>, n: E): E =>
  i.bitcast(i.shl(i.add(n, i.constant(127)), i.constant(23)), f.dtype);
/** x * 2^n for n from -252 to 254, in two factors, so that results may be subnormal. */
const scaleByPower = <E>(a: Arithmetic<E>, x: E, n: E): E => {
  const half = a.i.shr(n, a.i.constant(1));
  return a.f.mul(a.f.mul(x, powerOfTwo(a, half)), powerOfTwo(a, a.i.sub(n, half)));
};
/** e^r - 1 for |r| <= ln(2) / 2. */
const smallExpm1 = <E>(a: Arithmetic<E>, r: E): E => {
  const tail = polynomial(a, [1 / 2, 1 / 6, 1 / 24, 1 / 120, 1 / 720, 1 / 5040], r);
  return a.f.add(r, a.f.mul(a.f.mul(r, r), tail));
};
/** Added to a number below 2^22 this rounds it to a whole one, which its last bits then are. */
const rounder = { value: 12582912, bits: 0x4b400000 };
/** x as k ln 2 + r with whole k and |r| <= ln(2) / 2; x is brought into a range first. */
const reduceExponent = <E>({ f, i }: Arithmetic<E>, x: E, low: number, high: number) => {
  const inside = f.min(f.max(x, f.constant(low)), f.constant(high));
  const rounded = f.add(f.mul(inside, f.constant(Math.LOG2E)), f.constant(rounder.value));
  const n = f.sub(rounded, f.constant(rounder.value));
  const k = i.sub(f.bitcast(rounded, 'i32'), i.constant(rounder.bits));
  const r = f.sub(f.sub(inside, f.mul(n, f.constant(ln2.high))), f.mul(n, f.constant(ln2.low)));
  return { k, r };
};
/** The size of one number with the sign of another. */
const withSign = <E>({ f, i }: Arithmetic<E>, size: E, sign: E): E => {
  const bit = i.and(f.bitcast(sign, 'i32'), i.constant(-0x80000000));
  return i.bitcast(i.or(f.bitcast(size, 'i32'), bit), f.dtype);
};

/** e^x, or e^(x + rest) for a small rest that x has no digits for. */
const exponential = <E>(a: Arithmetic<E>, x: E, rest?: E): E => {
  const { f } = a;
  // Beyond this range the result is infinity or 0, which the power of two gives.
  const { k, r } = reduceExponent(a, x, -105, 90);
  const whole = rest === undefined ? r : f.add(r, rest);
  return scaleByPower(a, f.add(f.constant(1), smallExpm1(a, whole)), k);
};
const exp: Expansion = (a, x) => exponential(a, x);

/** (e^x - 1) for x in [-18, 60]; beyond, the limits. */
const expm1: Expansion = (a, x) => {
  const { f } = a;
  const { k, r } = reduceExponent(a, x, -18, 90);
  const power = scaleByPower(a, f.constant(1), k);
  const rest = f.sub(power, f.constant(1));
  const scaled = scaleByPower(a, smallExpm1(a, r), k);
  // Where the power is infinite, so is the result.
  const large = f.gt(x, f.constant(60));
  const result = f.select(
    large,
    scaleByPower(a, f.add(f.constant(1), smallExpm1(a, r)), k),
    f.add(scaled, rest),
  );
  const isPlain = a.bool.and(f.eq(x, x), f.ne(x, f.constant(0)));
  return f.select(isPlain, result, x);
};

/** tanh x = t / (t + 2) with t = e^2|x| - 1, and a polynomial near 0. */
const tanh: Expansion = (a, x) => {
  const { f } = a;
  const size = f.min(f.abs(x), f.constant(10));
  const { k, r } = reduceExponent(a, f.mul(size, f.constant(2)), 0, 20);
  const power = powerOfTwo(a, k);
  const t = f.add(f.mul(smallExpm1(a, r), power), f.sub(power, f.constant(1)));
  return withSign(a, f.div(t, f.add(t, f.constant(2))), x);
};

/** x = (1 + first) * 2^second with 1 + first between the roots of 1/2 and 2, for x > 0. */
const takeApart = <E>({ f, i }: Arithmetic<E>, x: E): { first: E; second: E } => {
  const isSmall = f.lt(x, f.constant(2 ** -126));
  const normal = f.select(isSmall, f.mul(x, f.constant(2 ** 23)), x);
  const least = 0x3f3504f3;
  const bits = i.add(f.bitcast(normal, 'i32'), i.constant(0x3f800000 - least));
  const offset = i.select(isSmall, i.constant(-150), i.constant(-127));
  const exponent = i.add(i.shr(bits, i.constant(23)), offset);
  const fraction = i.add(i.and(bits, i.constant(0x7fffff)), i.constant(least));
  return {
    first: f.sub(i.bitcast(fraction, f.dtype), f.constant(1)),
    second: i.cast(exponent, f.dtype),
  };
};
/** ln(1 + f) for 1 + f between the roots of 1/2 and 2. */
const smallLog1p = <E>(a: Arithmetic<E>, x: E): E => {
  const { f } = a;
  const s = f.div(x, f.add(f.constant(2), x));
  const square = f.mul(f.mul(f.constant(0.5), x), x);
  const z = f.mul(s, s);
  const series = [2 / 3, 2 / 5, 2 / 7, 2 / 9, 2 / 11, 2 / 13];
  const tail = f.mul(z, polynomial(a, series, z));
  return f.sub(x, f.sub(square, f.mul(s, f.add(square, tail))));
};
/** The result of a logarithm, or what it is at 0, infinity, below 0 and at NaN. */
const orSpecial = <E>({ f, bool }: Arithmetic<E>, x: E, result: E): E => {
  const infinity = f.constant(Number.POSITIVE_INFINITY);
  const isPlain = bool.and(f.gt(x, f.constant(0)), f.lt(x, infinity));
  const below = f.select(f.lt(x, f.constant(0)), f.constant(Number.NaN), f.neg(infinity));
  const outside = f.select(f.gt(x, f.constant(0)), x, f.select(f.eq(x, x), below, x));
  return f.select(isPlain, result, outside);
};
const log: Expansion = (a, x) => {
  const { f } = a;
  const { first, second } = takeApart(a, x);
  const rest = f.add(smallLog1p(a, first), f.mul(second, f.constant(ln2.low)));
  return orSpecial(a, x, f.add(f.mul(second, f.constant(ln2.high)), rest));
};
const log2: Expansion = (a, x) => {
  const { f } = a;
  const { first, second } = takeApart(a, x);
  const result = f.add(second, f.mul(smallLog1p(a, first), f.constant(Math.LOG2E)));
  return orSpecial(a, x, result);
};

/** (-1)^k / (k! (2k + 1)): the Taylor coefficients of erf(x) / x, but for 2 / sqrt(pi). */
const erfTaylor = [1];
for (let k = 1, factorial = 1; k < 12; k++) {
  factorial *= -k;
  erfTaylor.push(1 / (factorial * (2 * k + 1)));
}
/** erf x for |x| <= 1. */
const smallErf = <E>(a: Arithmetic<E>, x: E): E => {
  const { f } = a;
  const series = polynomial(a, erfTaylor, f.mul(x, x));
  return f.mul(f.mul(f.constant(2 / Math.sqrt(Math.PI)), x), series);
};
/**
 * (1 + y) e^(y^2) erfc(y) in (y - 2) / (y + 2) for y from 0.35 to 11: a Chebyshev fit of degree 8,
 * within 2e-8.
 */
const erfcSeries = [
  0.7661870121955872, -0.2599746584892273, 0.037813276052474976, 0.04253171384334564,
  -0.025233479216694832, -0.0004819811147172004, 0.003880300559103489, 3.297692092019133e-5,
  -0.0005711756530217826,
];
/** erfc(y) with e^(-weight x^2) for e^(-y^2), x = y / sqrt(weight), from 0.35 on. */
const erfcTail = <E>(a: Arithmetic<E>, x: E, y: E, weight: number): E => {
  const { f, i } = a;
  // The square of the upper half of the digits is exact.
  const upper = i.bitcast(i.and(f.bitcast(x, 'i32'), i.constant(-4096)), f.dtype);
  const square = f.mul(f.mul(upper, upper), f.constant(-weight));
  const rest = f.mul(f.mul(f.sub(upper, x), f.add(upper, x)), f.constant(weight));
  const power = exponential(a, square, rest);
  const u = f.div(f.sub(y, f.constant(2)), f.add(y, f.constant(2)));
  return f.mul(power, f.div(polynomial(a, erfcSeries, u), f.add(y, f.constant(1))));
};
const erf: Expansion = (a, x) => {
  const { f } = a;
  const size = f.min(f.abs(x), f.constant(11));
  const large = withSign(a, f.sub(f.constant(1), erfcTail(a, size, size, 1)), x);
  return f.select(f.gt(size, f.constant(1)), large, f.select(f.eq(x, x), smallErf(a, x), x));
};
const normalCdf: Expansion = (a, x) => {
  const { f } = a;
  const size = f.min(f.abs(x), f.constant(15.5));
  const y = f.mul(size, f.constant(Math.SQRT1_2));
  const tail = f.mul(f.constant(0.5), erfcTail(a, size, y, 0.5));
  const large = f.select(f.lt(x, f.constant(0)), tail, f.sub(f.constant(1), tail));
  const inner = smallErf(a, f.mul(x, f.constant(Math.SQRT1_2)));
  const small = f.add(f.constant(0.5), f.mul(f.constant(0.5), inner));
  return f.select(f.gt(y, f.constant(0.5)), large, small);
};

const table: Readonly<Partial<Record<UnaryName, Expansion>>> = {
  exp,
  expm1,
  tanh,
  log,
  log2,
  erf,
  normalCdf,
};

/**
 * An instruction of f32 as arithmetic on `x`, within 4 units in the last place; undefined where
 * there is none.
 */
export const expand = <E>(name: UnaryName, f: Scalars<E>, x: E): E | undefined =>
  table[name]?.({ f, i: f.as('i32'), bool: f.as('bool') }, x);
