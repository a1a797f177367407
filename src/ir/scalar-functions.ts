/**
 * Scalar instructions that JavaScript lacks or answers differently, in double precision: written
 * here once for the reference interpreter and for generated JavaScript.
 */
import { erf, erfc, erfInv, normalCdf } from './error-functions.ts';
import { lgamma, polygamma, sinPi } from './gamma-functions.ts';

/** Rounds to the nearest integer, ties to even; keeps the sign of zero. */
export const roundHalfEven = (x: number): number => {
  const floor = Math.floor(x);
  const rest = x - floor;
  if (rest < 0.5) return floor === 0 && (x < 0 || Object.is(x, -0)) ? -0 : floor;
  if (rest > 0.5) return floor + 1 === 0 ? -0 : floor + 1;
  if (Number.isNaN(rest)) return x;
  const even = floor % 2 === 0 ? floor : floor + 1;
  return even === 0 && x < 0 ? -0 : even;
};

/**
 * x to the power y with the IEEE 754 answers that JavaScript lacks: pow(1, y) = 1 and pow(-1, inf)
 * = 1. Squares are those of multiplication.
 */
export const ieeePow = (x: number, y: number): number => {
  if (y === 2) return x * x;
  if (x === 1 || (x === -1 && Math.abs(y) === Number.POSITIVE_INFINITY)) return 1;
  return x ** y;
};

/**
 * sqrt(x^2 + y^2) without overflow of the squares, within 1 ulp: C. F. Borges, "An improved
 * algorithm for hypot(a, b)" (2019), the form without fused multiplication. Infinity wins over NaN.
 */
export const hypot = (x: number, y: number): number => {
  const [u, v] = [Math.abs(x), Math.abs(y)];
  if (u === Number.POSITIVE_INFINITY || v === Number.POSITIVE_INFINITY) {
    return Number.POSITIVE_INFINITY;
  }
  const a = u < v ? v : u;
  const b = u < v ? u : v;
  if (Number.isNaN(a + b)) return Number.NaN;
  if (b <= a * 2 ** -27) return a;
  if (a > 1e150) return hypot(a * 2 ** -600, b * 2 ** -600) * 2 ** 600;
  if (b < 1e-150) return hypot(a * 2 ** 600, b * 2 ** 600) * 2 ** -600;
  const h = Math.sqrt(a * a + b * b);
  const overB = h - b;
  const overA = h - a;
  const error =
    h <= 2 * b
      ? a * (2 * overB - a) + (overB - 2 * (a - b)) * overB
      : 2 * overA * (a - 2 * b) + (4 * overA - b) * b + overA * overA;
  return h - error / (2 * h);
};

/** The highest order of derivative of sinc that is defined. */
const highestSincOrder = 170;
/**
 * The derivative of order n of sin(u) / u, for small u by its Taylor series, else by the recurrence
 * from u f = sin u: u f(n) + n f(n - 1) = sin(u + n pi / 2), which is stable where u > n.
 */
const cardinalSine = (n: number, u: number, sine: number, cosine: number): number => {
  if (Math.abs(u) > Math.max(n, 1.5)) {
    const cycle = [sine, cosine, -sine, -cosine];
    let f = sine / u;
    for (let k = 1; k <= n; k++) f = ((cycle[k % 4] as number) - k * f) / u;
    return f;
  }
  const first = Math.ceil(n / 2);
  let power = first % 2 === 0 ? 1 : -1;
  if (n % 2 === 1) power *= u;
  let sum = 0;
  for (let k = first; ; k++) {
    const next = sum + power / (2 * k + 1);
    // Terms first grow to about u^u / u!, and the loop ends after that.
    if (next === sum && 2 * k - n > Math.abs(u)) return sum;
    sum = next;
    const j = 2 * k - n;
    power *= -(u * u) / ((j + 1) * (j + 2));
  }
};
/**
 * The derivative of order n of sin(pi x) / (pi x), for whole n from 0 to 170; NaN for other n. The
 * value at 0 is the limit, and infinity gives 0.
 */
export const sinc = (n: number, x: number): number => {
  if (!Number.isInteger(n) || n < 0 || n > highestSincOrder || Number.isNaN(x)) return Number.NaN;
  if (!Number.isFinite(x)) return 0;
  if (n === 0) return x === 0 ? 1 : sinPi(x) / (Math.PI * x);
  return Math.PI ** n * cardinalSine(n, Math.PI * x, sinPi(x), sinPi(x + 0.5));
};

/** x * y where zero wins: 0 when a factor is 0, whatever the other is. */
export const scale = (x: number, y: number): number => {
  const product = x * y;
  return Number.isNaN(product) && (x === 0 || y === 0) ? 0 : product;
};
/** x / y where a zero x wins: 0 / 0 and 0 / NaN are 0. */
export const unscale = (x: number, y: number): number => {
  const quotient = x / y;
  return Number.isNaN(quotient) && x === 0 ? 0 : quotient;
};

/** 2^x. */
const exp2 = (x: number): number => 2 ** x;

/** The functions behind scalar instructions that are no function of `Math`, by instruction. */
export const scalarFunctions: {
  readonly round: typeof roundHalfEven;
  readonly exp2: typeof exp2;
  readonly erf: typeof erf;
  readonly erfc: typeof erfc;
  readonly erfInv: typeof erfInv;
  readonly normalCdf: typeof normalCdf;
  readonly lgamma: typeof lgamma;
  readonly pow: typeof ieeePow;
  readonly hypot: typeof hypot;
  readonly polygamma: typeof polygamma;
  readonly sinc: typeof sinc;
  readonly scale: typeof scale;
  readonly unscale: typeof unscale;
} = {
  round: roundHalfEven,
  exp2,
  erf,
  erfc,
  erfInv,
  normalCdf,
  lgamma,
  pow: ieeePow,
  hypot,
  polygamma,
  sinc,
  scale,
  unscale,
};
