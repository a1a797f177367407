/**
 * What functions of f32 are made of where they are arithmetic of f32 (expansions.ts): polynomials,
 * powers of two, exponents taken apart. Every operation must round to f32.
 */
import type { Scalars } from './scalar.ts';

/** The instructions that an expansion is written in. */
export interface Arithmetic<E> {
  readonly f: Scalars<E>;
  readonly i: Scalars<E>;
  readonly bool: Scalars<E>;
}
/** A function of x, written in the instructions of f32, i32 and bools. */
export type Expansion = <E>(arithmetic: Arithmetic<E>, x: E) => E;

/** ln 2 in two parts; multiples of the first by whole numbers up to 4095 are exact. */
export const ln2: { readonly high: number; readonly low: number } = {
  high: 0.693359375,
  low: -2.121944400546906e-4,
};

/** A polynomial by Horner's rule, the constant coefficient first. */
export const polynomial = <E>({ f }: Arithmetic<E>, coefficients: readonly number[], x: E): E =>
  coefficients
    .slice(0, -1)
    .reduceRight<E>(
      (sum, coefficient) => f.add(f.constant(coefficient), f.mul(x, sum)),
      f.constant(coefficients.at(-1) as number),
    );

/** 2^n for whole n from -126 to 127. */
export const powerOfTwo = <E>({ f, i }: Arithmetic<E>, n: E): E =>
  i.bitcast(i.shl(i.add(n, i.constant(127)), i.constant(23)), f.dtype);
/** x * 2^n for n from -252 to 254, in two factors, so that results may be subnormal. */
export const scaleByPower = <E>(a: Arithmetic<E>, x: E, n: E): E => {
  const half = a.i.shr(n, a.i.constant(1));
  return a.f.mul(a.f.mul(x, powerOfTwo(a, half)), powerOfTwo(a, a.i.sub(n, half)));
};
/** e^r - 1 for |r| <= ln(2) / 2. */
export const smallExpm1 = <E>(a: Arithmetic<E>, r: E): E => {
  const tail = polynomial(a, [1 / 2, 1 / 6, 1 / 24, 1 / 120, 1 / 720, 1 / 5040], r);
  return a.f.add(r, a.f.mul(a.f.mul(r, r), tail));
};
/** Added to a number below 2^22 this rounds it to a whole one, which its last bits then are. */
export const rounder: { readonly value: number; readonly bits: number } = {
  value: 12582912,
  bits: 0x4b400000,
};
/**
 * x as k ln 2 + r with whole k and |r| <= ln(2) / 2; x is brought into a range first. A range from
 * 0 is for x that is never less.
 */
export const reduceExponent = <E>(
  { f, i }: Arithmetic<E>,
  x: E,
  low: number,
  high: number,
): { k: E; r: E } => {
  // Nothing is below 0 where that is the limit, and a maximum with 0 takes many instructions.
  const raised = low === 0 ? x : f.max(x, f.constant(low));
  const inside = f.min(raised, f.constant(high));
  const rounded = f.add(f.mul(inside, f.constant(Math.LOG2E)), f.constant(rounder.value));
  const n = f.sub(rounded, f.constant(rounder.value));
  const k = i.sub(f.bitcast(rounded, 'i32'), i.constant(rounder.bits));
  const r = f.sub(f.sub(inside, f.mul(n, f.constant(ln2.high))), f.mul(n, f.constant(ln2.low)));
  return { k, r };
};
/** The size of one number with the sign of another. */
export const withSign = <E>({ f, i }: Arithmetic<E>, size: E, sign: E): E => {
  const bit = i.and(f.bitcast(sign, 'i32'), i.constant(-0x80000000));
  return i.bitcast(i.or(f.bitcast(size, 'i32'), bit), f.dtype);
};

/** x = (1 + first) * 2^second with 1 + first between the roots of 1/2 and 2, for x > 0. */
export const takeApart = <E>({ f, i }: Arithmetic<E>, x: E): { first: E; second: E } => {
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
export const smallLog1p = <E>(a: Arithmetic<E>, x: E): E => {
  const { f } = a;
  const s = f.div(x, f.add(f.constant(2), x));
  const square = f.mul(f.mul(f.constant(0.5), x), x);
  const z = f.mul(s, s);
  const series = [2 / 3, 2 / 5, 2 / 7, 2 / 9, 2 / 11, 2 / 13];
  const tail = f.mul(z, polynomial(a, series, z));
  return f.sub(x, f.sub(square, f.mul(s, f.add(square, tail))));
};
/** The result of a logarithm, or what it is at 0, infinity, below 0 and at NaN. */
export const orSpecial = <E>({ f, bool }: Arithmetic<E>, x: E, result: E): E => {
  const infinity = f.constant(Number.POSITIVE_INFINITY);
  const isPlain = bool.and(f.gt(x, f.constant(0)), f.lt(x, infinity));
  const below = f.select(f.lt(x, f.constant(0)), f.constant(Number.NaN), f.neg(infinity));
  const outside = f.select(f.gt(x, f.constant(0)), x, f.select(f.eq(x, x), below, x));
  return f.select(isPlain, result, outside);
};
/**
 * e^r = 1 + r + r^2 times this polynomial, for |r| <= ln 2, relative within 2.7e-8: fitted by
 * least squares with weights that make the largest error small.
 */
const powerTail = [
  0.5000003576278687, 0.16666613519191742, 0.04166126996278763, 0.008336103521287441,
  0.0014104470610618591, 0.00019611598690971732,
];
/** `rounder` with the bias of exponents added: its last bits are those of a power of two. */
const exponentRounder = rounder.value + 127;
/**
 * e^x, or e^(x + rest) for a small rest that x has no digits for: x is 2 n ln 2 + r, and the result
 * 2^n 2^n e^r, so that neither factor leaves the range of floats before the result does.
 */
export const exponential = <E>(a: Arithmetic<E>, x: E, rest?: E): E => {
  const { f, i } = a;
  // Beyond this range the result is infinity or 0, which the powers of two give.
  const inside = f.min(f.max(x, f.constant(-105)), f.constant(90));
  const scaled = f.mul(inside, f.constant(Math.LOG2E / 2));
  const rounded = f.add(scaled, f.constant(exponentRounder));
  const n = f.sub(rounded, f.constant(exponentRounder));
  const high = f.sub(inside, f.mul(n, f.constant(2 * ln2.high)));
  const part = f.sub(high, f.mul(n, f.constant(2 * ln2.low)));
  const r = rest === undefined ? part : f.add(part, rest);
  const power = i.bitcast(i.shl(f.bitcast(rounded, 'i32'), i.constant(23)), f.dtype);
  const near = f.add(r, f.mul(f.mul(r, r), polynomial(a, powerTail, r)));
  return f.mul(f.mul(f.add(f.constant(1), near), power), power);
};
