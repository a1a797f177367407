/**
 * The logarithm of the gamma function and its derivatives of every order in double precision.
 * JavaScript lacks them; the reference interpreter and the js backend share these.
 */

const EULER = 0.5772156649015329;
const HALF_LOG_TWO_PI = 0.9189385332046728;

/** sin(pi x) and cos(pi x), exact where they are 0 or 1: x is reduced before it meets pi. */
export const sinPi = (x: number): number => {
  if (!Number.isFinite(x)) return Number.NaN;
  const half = Math.round(2 * x);
  const rest = (x - half / 2) * Math.PI;
  switch (((half % 4) + 4) % 4) {
    case 0:
      return Math.sin(rest);
    case 1:
      return Math.cos(rest);
    case 2:
      return -Math.sin(rest);
    default:
      return -Math.cos(rest);
  }
};

/** (-1)^k (zeta(k) - 1) / k for k = 2, 3...: the Taylor coefficients of lgamma(2 + z). */
const nearTwo = [
  0.3224670334241132, -0.0673523010531981, 0.020580808427784546, -0.007385551028673986,
  0.0028905103307415234, -0.001192753911703261, 0.0005096695247430425, -0.00022315475845357939,
  9.945751278180853e-5, -4.492623673813314e-5, 2.050721277567069e-5, -9.439488275268397e-6,
  4.374866789907488e-6, -2.039215753801366e-6, 9.55141213040742e-7, -4.492469198764566e-7,
  2.1207184805554665e-7, -1.0043224823968099e-7, 4.7698101693639804e-8, -2.2711094608943164e-8,
  1.0838659214896955e-8, -5.183475041970047e-9, 2.4836745438024785e-9, -1.1921401405860912e-9,
  5.731367241678862e-10, -2.7595228851242334e-10, 1.330476437424449e-10, -6.4229645638381e-11,
];
/** lgamma(2 + z) for |z| <= 1/2. */
const logGammaNearTwo = (z: number): number => {
  let sum = 0;
  for (let k = nearTwo.length - 1; k >= 0; k--) sum = sum * z + (nearTwo[k] as number);
  return z * (1 - EULER + z * sum);
};

/** B(2k) / (2k (2k - 1)) for k = 1, 2...: the series of Stirling. */
const stirling = [
  0.08333333333333333, -0.002777777777777778, 0.0007936507936507937, -0.0005952380952380953,
  0.0008417508417508417, -0.0019175269175269176, 0.00641025641025641, -0.029550653594771242,
  0.17964437236883057, -1.3924322169059011,
];

/** log |gamma(x)|: infinity at 0 and the negative whole numbers, and at both infinities. */
export const lgamma = (x: number): number => {
  if (x < 0.5) {
    if (x > -0.5) return x === 0 ? Number.POSITIVE_INFINITY : lgamma(x + 1) - Math.log(Math.abs(x));
    if (Number.isInteger(x) || x === Number.NEGATIVE_INFINITY) return Number.POSITIVE_INFINITY;
    // Euler's reflection.
    return Math.log(Math.PI / Math.abs(x * sinPi(x))) - lgamma(-x);
  }
  if (x <= 1.5) return logGammaNearTwo(x - 1) - Math.log1p(x - 1);
  if (x <= 2.5) return logGammaNearTwo(x - 2);
  if (x < 8) {
    let [rest, product] = [x, 1];
    while (rest > 2.5) {
      rest--;
      product *= rest;
    }
    return Math.log(product) + logGammaNearTwo(rest - 2);
  }
  const z = 1 / (x * x);
  let series = 0;
  for (let k = stirling.length - 1; k >= 0; k--) series = series * z + (stirling[k] as number);
  return (x - 0.5) * (Math.log(x) - 1) + (HALF_LOG_TWO_PI - 0.5 + series / x);
};

/** The root of digamma above 0, in two parts, and the Taylor coefficients there from power 1 on. */
const root = 1.4616321449683622;
const rootRest = 9.549995429965697e-17;
const nearRoot = [
  0.9676722454476212, -0.4427631689835921, 0.258499760955651, -0.16394270544240652,
  0.10782405069126237, -0.07219956125645471, 0.04880428816414311, -0.03316112647484736,
  0.022597648232218104, -0.01542476590494896, 0.010538791616612175, -0.007204534386356869,
  0.004926781395729853, -0.003369801655439328, 0.002305126326734928, -0.0015769367714301972,
  0.0010788252019162967, -0.0007380709389960052, 0.000504953265834602, -0.0003454680251063077,
  0.00023635601564027053, -0.00016170622091974803, 0.0001106337276874741,
];
/** B(2k) / 2k for k = 1, 2... */
const digammaSeries = [
  0.08333333333333333, -0.008333333333333333, 0.003968253968253968, -0.004166666666666667,
  0.007575757575757576, -0.021092796092796094, 0.08333333333333333, -0.4432598039215686,
  3.0539543302701198, -26.456212121212122,
];

/** The derivative of lgamma: at 0 infinite with the sign of -x, NaN at negative whole numbers. */
const digamma = (x: number): number => {
  if (x === 0) return -1 / x;
  if (x < 0) {
    if (Number.isInteger(x) || x === Number.NEGATIVE_INFINITY) return Number.NaN;
    const rest = x - Math.round(x);
    return digamma(1 - x) - Math.PI / Math.tan(Math.PI * rest);
  }
  const t = x - root - rootRest;
  if (Math.abs(t) < 0.25) {
    let sum = 0;
    for (let k = nearRoot.length - 1; k >= 0; k--) sum = sum * t + (nearRoot[k] as number);
    return t * sum;
  }
  let [at, below] = [x, 0];
  for (; at < 8; at++) below += 1 / at;
  const z = 1 / (at * at);
  let series = 0;
  for (let k = digammaSeries.length - 1; k >= 0; k--) {
    series = series * z + (digammaSeries[k] as number);
  }
  return Math.log(at) - (0.5 / at + series * z) - below;
};

/** B(2k) / (2k)! for k = 1, 2... */
const eulerMaclaurin = [
  0.08333333333333333, -0.001388888888888889, 3.306878306878307e-5, -8.267195767195768e-7,
  2.08767569878681e-8, -5.284190138687493e-10, 1.3382536530684679e-11, -3.3896802963225827e-13,
  8.586062056277845e-15, -2.174868698558062e-16, 5.5090028283602295e-18, -1.3954464685812522e-19,
];
/** The zeta function of Hurwitz, the sum of (a + k)^-s over k >= 0, for whole s > 1 and a > 0. */
const hurwitz = (s: number, a: number): number => {
  let [at, sum] = [a, 0];
  for (const end = Math.max(10, s); at < end; at++) sum += at ** -s;
  const last = at ** -s;
  let term = (last / at) * s;
  let tail = at ** (1 - s) / (s - 1) + last / 2;
  for (let k = 0; k < eulerMaclaurin.length; k++) {
    tail += term * (eulerMaclaurin[k] as number);
    term *= ((s + 2 * k + 1) * (s + 2 * k + 2)) / (at * at);
  }
  return sum + tail;
};

/** The highest order of derivative for which n! is a double. */
const highestOrder = 170;

/**
 * The derivative of order n of digamma, for whole n from 0 to 170; NaN for other n. Negative whole
 * numbers are poles: infinity where the poles of both sides agree, NaN where they do not.
 */
export const polygamma = (n: number, x: number): number => {
  if (!Number.isInteger(n) || n < 0 || n > highestOrder) return Number.NaN;
  if (n === 0) return digamma(x);
  if (x === Number.NEGATIVE_INFINITY) return Number.NaN;
  const s = n + 1;
  const sign = s % 2 === 0 ? 1 : -1;
  let factorial = 1;
  for (let k = 2; k <= n; k++) factorial *= k;
  if (x > 0) return sign * factorial * hurwitz(s, x);
  // The terms on both sides of the pole at 0, each side a sum of its own.
  const rest = x - Math.round(x);
  if (rest === 0 && sign < 0 && x !== 0) return Number.NaN;
  const right = (x === 0 ? x : rest) ** -s + hurwitz(s, 1 + rest);
  const left = x === rest ? 0 : hurwitz(s, 1 - rest) - hurwitz(s, 1 - x);
  return sign * factorial * (right + sign * left);
};
