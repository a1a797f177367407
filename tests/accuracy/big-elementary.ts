/**
 * Elementary functions of big-float.ts to about 100 bits. Series run in fixed point; what may be
 * tiny is a factor outside of them, so that errors stay relative.
 */
import {
  abs,
  add,
  type Big,
  big,
  div,
  exponentOf,
  fromFixed,
  mul,
  neg,
  PRECISION,
  shift,
  signOf,
  sqrt,
  sub,
  toFixed,
  toNumber,
} from './big-float.ts';

const F = BigInt(PRECISION);
const ONE = 1n << F;
/** 1 and 2 as big numbers. */
export const one: Big = big(1);
export const two: Big = big(2);

const times = (x: bigint, y: bigint): bigint => (x * y) >> F;
/** 1 + r / d(1) (1 + r / d(2) (...)), the series whose terms have these ratios. */
const series = (r: bigint, ratio: (k: number) => readonly [number, number]): bigint => {
  let [sum, term] = [ONE, ONE];
  for (let k = 1; term > 64n || term < -64n; k++) {
    const [top, bottom] = ratio(k);
    term = (times(term, r) * BigInt(top)) / BigInt(bottom);
    sum += term;
  }
  return sum;
};

/** atan(1 / n) with `bits` behind the point. */
const arctangentOfInverse = (n: bigint, bits: bigint): bigint => {
  let power = (1n << bits) / n;
  let sum = power;
  for (let k = 3n; power !== 0n; k += 2n) {
    power = -power / (n * n);
    sum += power / k;
  }
  return sum;
};
const PI_BITS = 1500n;
// Machin: pi / 4 = 4 atan(1/5) - atan(1/239).
const piBits = 4n * (4n * arctangentOfInverse(5n, PI_BITS) - arctangentOfInverse(239n, PI_BITS));
/** The number pi. */
export const pi: Big = fromFixed(piBits >> (PI_BITS - F));

/** e^r for |r| < 1. */
const expFixed = (r: bigint): bigint => {
  let y = series(r >> 8n, (k) => [1, k]);
  for (let k = 0; k < 8; k++) y = times(y, y);
  return y;
};
/** log of a fixed point number near 1, by one step from the double. */
const logFixed = (m: bigint): bigint => {
  const guess = Math.log(toNumber(fromFixed(m)));
  const start = toFixed(big(guess));
  const z = times(m, expFixed(-start)) - ONE;
  const square = times(z, z);
  return start + z - square / 2n + times(square, z) / 3n;
};
const ln2Fixed =
  2n * logFixed((ONE * 1414213562373095n) / 1000000000000000n) +
  logFixed((2n * ONE * 10n ** 30n) / 1414213562373095n ** 2n);

const isTiny = (x: Big): boolean => x.m === 0n || exponentOf(x) < -8;
/** e^x; 0 where that is far below every double. */
export const exp = (x: Big): Big => {
  if (toNumber(x) < -1e4) return big(0);
  const n = Math.round(toNumber(x) / Math.LN2);
  return shift(fromFixed(expFixed(toFixed(x) - BigInt(n) * ln2Fixed)), n);
};
/** e^x - 1. */
export const expm1 = (x: Big): Big =>
  isTiny(x) ? mul(x, fromFixed(series(toFixed(x), (k) => [1, k + 1]))) : sub(exp(x), one);
/** The natural logarithm of a positive number. */
export const log = (x: Big): Big => {
  // The mantissa between 0.75 and 1.5.
  let k = exponentOf(x);
  let m = toFixed(shift(x, -k));
  if (2n * m >= 3n * ONE) {
    m >>= 1n;
    k++;
    m = toFixed(shift(x, -k));
  }
  return fromFixed(BigInt(k) * ln2Fixed + logFixed(m));
};
/** log(1 + x). */
export const log1p = (x: Big): Big =>
  isTiny(x) ? mul(x, fromFixed(series(toFixed(x), (k) => [-k, k + 1]))) : log(add(one, x));

/** sin and cos of r in [-1, 1]. */
const sinFixed = (r: bigint): bigint =>
  times(
    r,
    series(times(r, r), (k) => [-1, 2 * k * (2 * k + 1)]),
  );
const cosFixed = (r: bigint): bigint => series(times(r, r), (k) => [-1, (2 * k - 1) * 2 * k]);
/** The rest of x by pi / 2, and which quarter it is in. */
const quarter = (x: Big): [bigint, number] => {
  const more = BigInt(Math.min(1100, Math.max(0, exponentOf(x)) + 64));
  const wide = toFixed(shift(x, Number(more)));
  const half = piBits >> (PI_BITS - F - more + 1n);
  let n = wide / half;
  let rest = wide - n * half;
  if (2n * rest > half) [n, rest] = [n + 1n, rest - half];
  else if (-2n * rest > half) [n, rest] = [n - 1n, rest + half];
  return [rest >> more, Number(((n % 4n) + 4n) % 4n)];
};
/** The sine and cosine. */
export const sinCos = (x: Big): [Big, Big] => {
  if (isTiny(x)) {
    const square = toFixed(mul(x, x));
    const sine = fromFixed(series(square, (k) => [-1, 2 * k * (2 * k + 1)]));
    return [mul(x, sine), fromFixed(cosFixed(toFixed(x)))];
  }
  const [rest, n] = quarter(x);
  const [s, c] = [fromFixed(sinFixed(rest)), fromFixed(cosFixed(rest))];
  return n === 0 ? [s, c] : n === 1 ? [c, neg(s)] : n === 2 ? [neg(s), neg(c)] : [neg(c), s];
};
/** sin(pi x) and cos(pi x). */
export const sinCosPi = (x: Big): [Big, Big] => {
  // Whole pairs of turns go before pi comes in.
  const whole = shift(big(Math.round(toNumber(x) / 2)), 1);
  const rest = sub(x, whole);
  const near = toNumber(rest);
  // Exact where the digits of pi would not be.
  if (Number.isInteger(near)) return [big(0), big(near === 0 ? 1 : -1)];
  return sinCos(mul(pi, rest));
};

/** The arctangent. */
export const atan = (x: Big): Big => {
  if (isTiny(x)) {
    const square = toFixed(mul(x, x));
    let [sum, power] = [ONE, ONE];
    for (let k = 3n; power > 64n || power < -64n; k += 2n) {
      power = -times(power, square);
      sum += power / k;
    }
    return mul(x, fromFixed(sum));
  }
  if (exponentOf(x) > 8) {
    const right = shift(pi, -1);
    return sub(signOf(x) < 0 ? neg(right) : right, atan(div(one, x)));
  }
  const guess = big(Math.atan(toNumber(x)));
  const [s, c] = sinCos(guess);
  const t = div(sub(mul(x, c), s), add(c, mul(x, s)));
  return add(guess, sub(t, div(mul(t, mul(t, t)), big(3))));
};
/** The angle of the point (x, y). */
export const atan2 = (y: Big, x: Big): Big => {
  const side = signOf(y) < 0 ? neg(pi) : pi;
  if (signOf(x) === 0) return shift(side, -1);
  const angle = atan(div(y, x));
  return signOf(x) > 0 ? angle : add(angle, side);
};

/** sqrt(1 - x^2). */
const cofunction = (x: Big): Big => sqrt(mul(sub(one, x), add(one, x)));
/** The arcsine. */
export const asin = (x: Big): Big => atan2(x, cofunction(x));
/** The arccosine. */
export const acos = (x: Big): Big => atan2(cofunction(x), x);
/** The hyperbolic sine. */
export const sinh = (x: Big): Big => {
  const e = expm1(abs(x));
  const y = shift(add(e, div(e, add(e, one))), -1);
  return signOf(x) < 0 ? neg(y) : y;
};
/** The hyperbolic cosine. */
export const cosh = (x: Big): Big => {
  const e = exp(abs(x));
  return shift(add(e, div(one, e)), -1);
};
/** The hyperbolic tangent. */
export const tanh = (x: Big): Big => {
  const e = expm1(shift(x, 1));
  return div(e, add(e, two));
};
/** The inverse hyperbolic sine. */
export const asinh = (x: Big): Big => {
  const size = abs(x);
  const square = mul(size, size);
  const y = log1p(add(size, div(square, add(one, sqrt(add(one, square))))));
  return signOf(x) < 0 ? neg(y) : y;
};
/** The inverse hyperbolic cosine. */
export const acosh = (x: Big): Big => {
  const t = sub(x, one);
  return log1p(add(t, sqrt(add(shift(t, 1), mul(t, t)))));
};
/** The inverse hyperbolic tangent. */
export const atanh = (x: Big): Big => shift(log1p(div(shift(x, 1), sub(one, x))), -1);
