/** The error function and the gamma function of big-float.ts, by their series and fractions. */
import { exp, log, one, pi, sinCosPi, two } from './big-elementary.ts';
import {
  abs,
  add,
  type Big,
  big,
  div,
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
const rootOfPi = sqrt(pi);

/** e^(-x^2). */
const bell = (x: Big): Big => exp(neg(mul(x, x)));
/** erf by 2 / sqrt(pi) e^(-x^2) times the sum of 2^n x^(2n+1) / (1 3 ... 2n+1). */
const erfSeries = (x: Big): Big => {
  const square = 2n * toFixed(mul(x, x));
  let [sum, term] = [ONE, ONE];
  for (let k = 3n; term > 64n; k += 2n) {
    term = ((term * square) >> F) / k;
    sum += term;
  }
  return div(mul(shift(mul(x, fromFixed(sum)), 1), bell(x)), rootOfPi);
};
/** e^(x^2) sqrt(pi) erfc(x) for x >= 4 by the continued fraction of Laplace. */
const erfcFraction = (x: Big): Big => {
  const at = toFixed(x);
  let fraction = at;
  for (let k = 60n; k > 0n; k--) fraction = at + ((k * ONE * ONE) >> 1n) / fraction;
  return fromFixed((ONE * ONE) / fraction);
};
/** The error function. */
export const erf = (x: Big): Big => {
  const size = toNumber(abs(x));
  if (size < 4) return erfSeries(x);
  const near = sub(one, erfc(abs(x)));
  return signOf(x) < 0 ? neg(near) : near;
};
/** 1 - erf(x). */
export const erfc = (x: Big): Big => {
  const size = toNumber(x);
  if (size < 4) return sub(one, erf(x));
  // Beyond 1e4 the fraction is 1 / x to all digits that matter, and the bell is 0.
  return size > 1e4 ? big(0) : div(mul(bell(x), erfcFraction(x)), rootOfPi);
};
/** The normal distribution function. */
export const normalCdf = (x: Big): Big => shift(erfc(neg(div(x, sqrt(two)))), -1);
/** The inverse of erf near a guess, by one step of Newton. */
export const erfInv = (x: Big, guess: number): Big => {
  const y = big(guess);
  const error =
    toNumber(abs(x)) < 0.5
      ? sub(x, erf(y))
      : signOf(x) > 0
        ? sub(erfc(y), sub(one, x))
        : sub(add(one, x), erfc(neg(y)));
  return add(y, div(mul(error, rootOfPi), shift(bell(y), 1)));
};

/** Bernoulli's numbers B(2), B(4)... as fractions, by their recurrence. */
const bernoulli: Big[] = [];
{
  const all: [bigint, bigint][] = [[1n, 1n]];
  const gcd = (a: bigint, b: bigint): bigint => (b === 0n ? a : gcd(b, a % b));
  for (let m = 1; m <= 44; m++) {
    let [top, bottom] = [0n, 1n];
    let binomial = 1n;
    for (let k = 0; k < m; k++) {
      const [a, b] = all[k] as [bigint, bigint];
      [top, bottom] = [top * b + binomial * a * bottom, bottom * b];
      binomial = (binomial * BigInt(m + 1 - k)) / BigInt(k + 1);
    }
    bottom *= -BigInt(m + 1);
    let divisor = gcd(top < 0n ? -top : top, bottom < 0n ? -bottom : bottom);
    if (bottom < 0n) divisor = -divisor;
    all.push(divisor === 0n ? [0n, 1n] : [top / divisor, bottom / divisor]);
    if (m % 2 === 0) {
      const [a, b] = all[m] as [bigint, bigint];
      bernoulli.push(div({ m: a, e: 0 }, { m: b, e: 0 }));
    }
  }
}
/** Where the asymptotic series begin. */
const FAR = 30;
const halfLogTwoPi = shift(log(shift(pi, 1)), -1);
const stirling = bernoulli.map((b, k) => div(b, big((2 * k + 2) * (2 * k + 1))));
const digammaSeries = bernoulli.map((b, k) => div(b, big(2 * k + 2)));
/** The sum of coefficients times x^-2, x^-4...; enough of them for x >= FAR. */
const descending = (coefficients: readonly Big[], x: Big): Big => {
  const z = div(one, mul(x, x));
  const short = toNumber(x) > 1e8 ? coefficients.slice(0, 3) : coefficients;
  return mul(
    z,
    short.reduceRight((sum, c) => add(mul(sum, z), c), big(0)),
  );
};

/** log |gamma(x)|, x no pole. */
export const lgamma = (x: Big): Big => {
  if (signOf(x) < 0) {
    const sine = abs(sinCosPi(x)[0]);
    return sub(log(div(pi, mul(abs(x), sine))), lgamma(neg(x)));
  }
  let [at, product] = [x, one];
  for (; toNumber(at) < FAR; at = add(at, one)) product = mul(product, at);
  const main = sub(mul(sub(at, big(0.5)), log(at)), at);
  const rest = add(halfLogTwoPi, mul(descending(stirling, at), at));
  return sub(add(main, rest), log(product));
};
/** The derivative of lgamma, x no pole. */
export const digamma = (x: Big): Big => {
  if (signOf(x) < 0) {
    const [sine, cosine] = sinCosPi(x);
    return sub(digamma(sub(one, x)), div(mul(pi, cosine), sine));
  }
  let [at, below] = [x, big(0)];
  for (; toNumber(at) < FAR; at = add(at, one)) below = add(below, div(one, at));
  const main = sub(log(at), div(big(0.5), at));
  return sub(sub(main, descending(digammaSeries, at)), below);
};
