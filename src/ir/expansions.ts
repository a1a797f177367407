/**
 * Functions of f32 as arithmetic of f32, for machines whose vector instructions have no such
 * functions: range reduction in parts and polynomials, every branch computed and chosen from.
 * Every operation must round to f32. NaN stays NaN.
 */
import {
  type Arithmetic,
  type Expansion,
  exponential,
  ln2,
  orSpecial,
  polynomial,
  powerOfTwo,
  reduceExponent,
  rounder,
  scaleByPower,
  smallExpm1,
  smallLog1p,
  takeApart,
  withSign,
} from './expansion-parts.ts';
import { arccosine, arcsine, arctangent, cosine, sine, tangent } from './expansions-of-angles.ts';
import { erf, erfc, erfInv, normalCdf } from './expansions-of-errors.ts';
import type { Scalars, UnaryName } from './scalar.ts';

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

const log10: Expansion = (a, x) => {
  const { f } = a;
  const { first, second } = takeApart(a, x);
  const inner = f.mul(smallLog1p(a, first), f.constant(Math.LOG10E));
  const rest = f.add(inner, f.mul(second, f.constant(log10Of2.low)));
  return orSpecial(a, x, f.add(f.mul(second, f.constant(log10Of2.high)), rest));
};
/** In two parts, as ln 2. */
const log10Of2 = { high: 0.30078125, low: Math.LOG10E * Math.LN2 - 0.30078125 };

/** ln(1 + x): the logarithm of the sum, and what the sum lost. */
const log1p: Expansion = (a, x) => {
  const { f, bool } = a;
  const one = f.constant(1);
  const sum = f.add(x, one);
  const { first, second } = takeApart(a, sum);
  const isLarge = f.gt(x, one);
  const lost = f.select(isLarge, f.sub(one, f.sub(sum, x)), f.sub(x, f.sub(sum, one)));
  const low = f.add(f.div(lost, sum), f.mul(second, f.constant(ln2.low)));
  const rest = f.add(smallLog1p(a, first), low);
  const large = orSpecial(a, sum, f.add(f.mul(second, f.constant(ln2.high)), rest));
  const isSmall = bool.and(f.gt(x, f.constant(-0.29)), f.lt(x, f.constant(0.41)));
  return f.select(isSmall, smallLog1p(a, x), large);
};

/** 2^x for x from -151 to 129; beyond, infinity or 0. */
const exp2: Expansion = (a, x) => {
  const { f, i } = a;
  const inside = f.min(f.max(x, f.constant(-151)), f.constant(129));
  const rounded = f.add(inside, f.constant(rounder.value));
  const k = i.sub(f.bitcast(rounded, 'i32'), i.constant(rounder.bits));
  const part = f.sub(inside, f.sub(rounded, f.constant(rounder.value)));
  const rest = f.mul(part, f.constant(Math.LN2));
  return scaleByPower(a, f.add(f.constant(1), smallExpm1(a, rest)), k);
};

/** e^|x| / 2, infinite only where cosh x is. */
const halfPower = <E>(a: Arithmetic<E>, x: E): E => {
  const { k, r } = reduceExponent(a, a.f.abs(x), 0, 90);
  return scaleByPower(a, a.f.add(a.f.constant(1), smallExpm1(a, r)), a.i.sub(k, a.i.constant(1)));
};
const cosh: Expansion = (a, x) => {
  const { f } = a;
  const half = halfPower(a, x);
  return f.add(half, f.div(f.constant(0.25), half));
};
const sinh: Expansion = (a, x) => {
  const { f } = a;
  const half = halfPower(a, x);
  const large = withSign(a, f.sub(half, f.div(f.constant(0.25), half)), x);
  const z = f.mul(x, x);
  const tail = polynomial(a, [1 / 6, 1 / 120, 1 / 5040, 1 / 362880, 1 / 39916800], z);
  const small = f.add(x, f.mul(f.mul(x, z), tail));
  const isPlain = a.bool.and(f.lt(f.abs(x), f.constant(1)), f.ne(x, f.constant(0)));
  const isLarge = f.ge(f.abs(x), f.constant(1));
  return f.select(isPlain, small, f.select(isLarge, large, x));
};
/** ln(1 + x), and ln x + ln 2 beyond a size from which on squares would overflow. */
const logOfSum = <E>(a: Arithmetic<E>, size: E, more: E): E => {
  const { f } = a;
  const isHuge = f.gt(size, f.constant(2 ** 14));
  const given = f.select(isHuge, f.sub(size, f.constant(1)), more);
  const result = log1p(a, given);
  return f.select(isHuge, f.add(result, f.constant(Math.LN2)), result);
};
const asinh: Expansion = (a, x) => {
  const { f } = a;
  const size = f.abs(x);
  const square = f.mul(size, size);
  const root = f.add(f.constant(1), f.sqrt(f.add(square, f.constant(1))));
  return withSign(a, logOfSum(a, size, f.add(size, f.div(square, root))), x);
};
const acosh: Expansion = (a, x) => {
  const { f } = a;
  const above = f.sub(x, f.constant(1));
  const root = f.sqrt(f.add(f.mul(above, above), f.add(above, above)));
  const result = logOfSum(a, x, f.add(above, root));
  return f.select(f.lt(x, f.constant(1)), f.constant(Number.NaN), result);
};
const atanh: Expansion = (a, x) => {
  const { f } = a;
  const size = f.abs(x);
  const twice = f.add(size, size);
  const more = f.add(twice, f.div(f.mul(twice, size), f.sub(f.constant(1), size)));
  const result = withSign(a, f.mul(f.constant(0.5), log1p(a, more)), x);
  return f.select(f.gt(size, f.constant(1)), f.constant(Number.NaN), result);
};
const sign: Expansion = ({ f }, x) => {
  const zero = f.constant(0);
  const above = f.select(f.gt(x, zero), f.constant(1), x);
  return f.select(f.lt(x, zero), f.constant(-1), above);
};

const table: Readonly<Partial<Record<UnaryName, Expansion>>> = {
  sign,
  exp,
  exp2,
  expm1,
  log,
  log2,
  log10,
  log1p,
  sin: sine,
  cos: cosine,
  tan: tangent,
  asin: arcsine,
  acos: arccosine,
  atan: arctangent,
  sinh,
  cosh,
  tanh,
  asinh,
  acosh,
  atanh,
  erf,
  erfc,
  erfInv: erfInv(log),
  normalCdf,
};

/** The size of x beyond which the expansion of a function does not hold; undefined if it does. */
export const reachOf = (name: UnaryName): number | undefined =>
  name === 'sin' || name === 'cos' || name === 'tan' ? 1600 : undefined;

/**
 * An instruction of f32 as arithmetic on `x`, within 4 units in the last place, for |x| up to
 * `reachOf`; undefined where there is none.
 */
export const expand = <E>(name: UnaryName, f: Scalars<E>, x: E): E | undefined =>
  table[name]?.({ f, i: f.as('i32'), bool: f.as('bool') }, x);

/**
 * x to a literal power as arithmetic, within 2 units in the last place; undefined where that takes
 * more than products, one quotient or a root.
 */
export const expandPower = <E>(f: Scalars<E>, x: E, exponent: number): E | undefined => {
  if (exponent === 0.5) {
    const infinity = f.constant(Number.POSITIVE_INFINITY);
    // A root of -0 is -0, and of -infinity NaN; the powers are 0 and infinity.
    return f.select(f.eq(x, f.neg(infinity)), infinity, f.add(f.sqrt(x), f.constant(0)));
  }
  if (![-2, -1, 1, 2, 3, 4].includes(exponent)) return undefined;
  const count = Math.abs(exponent);
  const base = exponent < 0 ? f.div(f.constant(1), x) : x;
  if (count === 1) return base;
  const square = f.mul(base, base);
  return count === 2 ? square : f.mul(square, count === 3 ? base : square);
};
