/** The error functions and their inverse as arithmetic of f32 (expansions.ts). */
import {
  type Arithmetic,
  type Expansion,
  exponential,
  polynomial,
  withSign,
} from './expansion-parts.ts';

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
 * (1 + y) e^(y^2) erfc(y) in (y - 2) / (y + 2) for y from 0 to 11: fitted by least squares with
 * weights that make the largest error small, within 4e-8.
 */
const erfcSeries = [
  0.7661870121955872, -0.2599748373031616, 0.037813376635313034, 0.04253658279776573,
  -0.025235973298549652, -0.0005185396294109523, 0.0038979356177151203, 0.00013370817760005593,
  -0.0006172316498123109, -0.00009197517647407949, 0.00003979427856393158,
];
/** erfc(y) with e^(-weight x^2) for e^(-y^2), x = y / sqrt(weight), for y >= 0. */
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
/** The error function. */
export const erf: Expansion = (a, x) => {
  const { f } = a;
  const size = f.min(f.abs(x), f.constant(11));
  const large = withSign(a, f.sub(f.constant(1), erfcTail(a, size, size, 1)), x);
  return f.select(f.gt(size, f.constant(1)), large, f.select(f.eq(x, x), smallErf(a, x), x));
};
/** The distribution function of the normal distribution. */
export const normalCdf: Expansion = (a, x) => {
  const { f } = a;
  const size = f.min(f.abs(x), f.constant(15.5));
  const y = f.mul(size, f.constant(Math.SQRT1_2));
  const tail = f.mul(f.constant(0.5), erfcTail(a, size, y, 0.5));
  return f.select(f.lt(x, f.constant(0)), tail, f.sub(f.constant(1), tail));
};

/** 1 - erf x, also where that is small. */
export const erfc: Expansion = (a, x) => {
  const { f } = a;
  const size = f.min(f.abs(x), f.constant(11));
  const tail = erfcTail(a, size, size, 1);
  const large = f.select(f.lt(x, f.constant(0)), f.sub(f.constant(2), tail), tail);
  const small = f.sub(f.constant(1), smallErf(a, x));
  return f.select(f.gt(size, f.constant(0.65)), large, small);
};

/**
 * Polynomials in w = -ln(1 - x^2), or its root, of M. Giles, "Approximating the erfinv function"
 * (2011), single precision; the constant coefficient first.
 */
const inverseNear = [
  1.50140941, 0.246640727, -0.00417768164, -0.00125372503, 0.00021858087, -4.39150654e-6,
  -3.5233877e-6, 3.43273939e-7, 2.81022636e-8,
];
const inverseFar = [
  2.83297682, 1.00167406, 0.00943887047, -0.0076224613, 0.00573950773, -0.00367342844,
  0.00134934322, 0.000100950558, -0.000200214257,
];
/** The inverse of the error function, by the logarithm that the caller has. */
export const erfInv =
  (log: Expansion): Expansion =>
  (a, x) => {
    const { f } = a;
    const one = f.constant(1);
    const w = f.neg(log(a, f.mul(f.sub(one, x), f.add(one, x))));
    const near = polynomial(a, inverseNear, f.sub(w, f.constant(2.5)));
    const far = polynomial(a, inverseFar, f.sub(f.sqrt(w), f.constant(3)));
    const inner = f.mul(f.select(f.lt(w, f.constant(5)), near, far), x);
    const infinity = f.constant(Number.POSITIVE_INFINITY);
    return f.select(f.eq(f.abs(x), one), f.mul(x, infinity), inner);
  };
