/** Sines and their inverses as arithmetic of f32 (expansions.ts). */
import {
  type Arithmetic,
  type Expansion,
  polynomial,
  rounder,
  withSign,
} from './expansion-parts.ts';

/** pi / 2 in parts of 14 bits, of which multiples by numbers up to 1024 are exact, and the rest. */
const quarterTurn = [
  1.5706787109375, 0.00011761486530303955, 9.920313459588215e-10, 6.223372171896613e-14,
] as const;

/** x as n quarter turns and r with |r| <= pi / 4, for |x| <= 1600. */
const reduceAngle = <E>({ f, i }: Arithmetic<E>, x: E): { n: E; r: E } => {
  const turns = f.mul(x, f.constant(2 / Math.PI));
  const rounded = f.add(turns, f.constant(rounder.value));
  const whole = f.sub(rounded, f.constant(rounder.value));
  const r = quarterTurn.reduce<E>((rest, part) => f.sub(rest, f.mul(whole, f.constant(part))), x);
  return { n: i.sub(f.bitcast(rounded, 'i32'), i.constant(rounder.bits)), r };
};
/** sin r for |r| <= pi / 4. */
const smallSine = <E>(a: Arithmetic<E>, r: E): E => {
  const { f } = a;
  const z = f.mul(r, r);
  const tail = polynomial(a, [-1 / 6, 1 / 120, -1 / 5040, 1 / 362880], z);
  return f.add(r, f.mul(f.mul(r, z), tail));
};
/** cos r for |r| <= pi / 4. */
const smallCosine = <E>(a: Arithmetic<E>, r: E): E => {
  const { f } = a;
  const one = f.constant(1);
  const z = f.mul(r, r);
  const half = f.mul(z, f.constant(0.5));
  const near = f.sub(one, half);
  const tail = polynomial(a, [1 / 24, -1 / 720, 1 / 40320, -1 / 3628800], z);
  // What the difference from 1 lost is added to the small terms.
  const lost = f.sub(f.sub(one, near), half);
  return f.add(near, f.add(lost, f.mul(f.mul(z, z), tail)));
};
const isOdd = <E>({ i }: Arithmetic<E>, n: E): E => i.ne(i.and(n, i.constant(1)), i.constant(0));
/** sin of r and n quarter turns. */
const sineAt = <E>(a: Arithmetic<E>, n: E, r: E): E => {
  const { f, i } = a;
  const size = f.select(isOdd(a, n), smallCosine(a, r), smallSine(a, r));
  const bit = i.shl(i.and(n, i.constant(2)), i.constant(30));
  return i.bitcast(i.xor(f.bitcast(size, 'i32'), bit), f.dtype);
};
/** The sine. */
export const sine: Expansion = (a, x) => {
  const { n, r } = reduceAngle(a, x);
  // A zero keeps its sign.
  return a.f.select(a.f.eq(x, a.f.constant(0)), x, sineAt(a, n, r));
};
/** The cosine. */
export const cosine: Expansion = (a, x) => {
  const { n, r } = reduceAngle(a, x);
  return sineAt(a, a.i.add(n, a.i.constant(1)), r);
};
/** The tangent. */
export const tangent: Expansion = (a, x) => {
  const { f } = a;
  const { n, r } = reduceAngle(a, x);
  const [s, c] = [smallSine(a, r), smallCosine(a, r)];
  const odd = isOdd(a, n);
  const result = f.div(f.select(odd, f.neg(c), s), f.select(odd, s, c));
  return f.select(f.eq(x, f.constant(0)), x, result);
};

/** The arcus tangent; near 1 and beyond that of (x - 1) / (x + 1) and of -1 / x. */
export const arctangent: Expansion = (a, x) => {
  const { f } = a;
  const [zero, one] = [f.constant(0), f.constant(1)];
  const size = f.abs(x);
  const isMiddle = f.gt(size, f.constant(Math.SQRT2 - 1));
  const isLarge = f.gt(size, f.constant(Math.SQRT2 + 1));
  const above = f.select(isLarge, f.constant(-1), f.select(isMiddle, f.sub(size, one), size));
  const below = f.select(isLarge, size, f.select(isMiddle, f.add(size, one), one));
  const t = f.div(above, below);
  const z = f.mul(t, t);
  const series = [-1 / 3, 1 / 5, -1 / 7, 1 / 9, -1 / 11, 1 / 13, -1 / 15, 1 / 17];
  const tail = f.mul(f.mul(t, z), polynomial(a, series, z));
  const choose = (large: number, middle: number) =>
    f.select(isLarge, f.constant(large), f.select(isMiddle, f.constant(middle), zero));
  const [half, quarter] = [Math.PI / 2, Math.PI / 4].map(Math.fround) as [number, number];
  const low = choose(Math.PI / 2 - half, Math.PI / 4 - quarter);
  return withSign(a, f.add(choose(half, quarter), f.add(t, f.add(tail, low))), x);
};

/** asin(s) - s for s = sqrt(z), over s, for z <= 1 / 4: a fit of S. Moshier's Cephes library. */
const arcsineTail = <E>(a: Arithmetic<E>, z: E): E => {
  const fit = [1.6666752422e-1, 7.4953002686e-2, 4.5470025998e-2, 2.4181311049e-2, 4.2163199048e-2];
  return a.f.mul(z, polynomial(a, fit, z));
};
/** The arcus sine of |x| beyond 1/2 by that of the root of (1 - |x|) / 2. */
const halve = <E>(a: Arithmetic<E>, x: E) => {
  const { f } = a;
  const size = f.abs(x);
  const isLarge = f.gt(size, f.constant(0.5));
  const part = f.mul(f.constant(0.5), f.sub(f.constant(1), size));
  const s = f.select(isLarge, f.sqrt(part), size);
  const z = f.select(isLarge, part, f.mul(size, size));
  const tail = f.mul(s, arcsineTail(a, z));
  return { isLarge, s, tail };
};
const half = Math.fround(Math.PI / 2);
const halfLow = Math.PI / 2 - half;
/** The arcus sine. */
export const arcsine: Expansion = (a, x) => {
  const { f } = a;
  const { isLarge, s, tail } = halve(a, x);
  const inner = f.add(s, tail);
  const outer = f.sub(f.constant(half), f.sub(f.add(inner, inner), f.constant(halfLow)));
  return withSign(a, f.select(isLarge, outer, inner), x);
};
/** The arcus cosine. */
export const arccosine: Expansion = (a, x) => {
  const { f } = a;
  const { isLarge, s, tail } = halve(a, x);
  const inner = f.add(s, tail);
  const twice = f.add(inner, inner);
  const isBelow = f.lt(x, f.constant(0));
  const far = f.sub(f.constant(2 * half), f.sub(twice, f.constant(2 * halfLow)));
  const signed = withSign(a, inner, x);
  const middle = f.sub(f.constant(half), f.sub(signed, f.constant(halfLow)));
  return f.select(isLarge, f.select(isBelow, far, twice), middle);
};
