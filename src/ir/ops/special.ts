/** The error function and its family, and the gamma function and its derivatives. */
import type { Value } from '../graph.ts';
import { constantLike } from './constants.ts';
import { type ParamOp, type PlainOp, unary } from './define.ts';
import { derivative, type OrderParams } from './derivative.ts';
import { exp, mul, neg, scale } from './elementwise.ts';

/** factor * e^(weight x^2). */
const bell = (x: Value, factor: number, weight: number): Value => {
  const exponent = mul(scale(x, x), constantLike(x, weight));
  return mul(constantLike(x, factor), exp(exponent));
};

/** The error function; its derivative is 2/sqrt(pi) e^(-x^2). */
export const erf: PlainOp = unary('erf', {
  scalar: (s, x) => s.erf(x),
  vjp: (ct, x) => mul(ct, bell(x, 2 / Math.sqrt(Math.PI), -1)),
});
/** 1 - erf(x), with all its digits where erf is near 1. */
export const erfc: PlainOp = unary('erfc', {
  scalar: (s, x) => s.erfc(x),
  vjp: (ct, x) => neg(mul(ct, bell(x, 2 / Math.sqrt(Math.PI), -1))),
});
/** The inverse of the error function; +-1 gives +-infinity. */
export const erfInv: PlainOp = unary('erfInv', {
  scalar: (s, x) => s.erfInv(x),
  vjp: (ct, _, y) => scale(ct, bell(y, Math.sqrt(Math.PI) / 2, 1)),
});
/**
 * Coefficients, highest power first, of M. Giles, "Approximating the erfinv function" (2010), table
 * 5.
 */
const giles = {
  central: [
    2.81022636e-8, 3.43273939e-7, -3.5233877e-6, -4.39150654e-6, 0.00021858087, -0.00125372503,
    -0.00417768164, 0.246640727, 1.50140941,
  ],
  tail: [
    -0.000200214257, 0.000100950558, 0.00134934322, -0.00367342844, 0.00573950773, -0.0076224613,
    0.00943887047, 1.00167406, 2.83297682,
  ],
};
/**
 * `erfInv` by the single precision polynomials of Giles: a few ulp of f32 from the truth, but next
 * to what JAX computes, whose normal numbers are made with them.
 */
export const erfInvSingle: PlainOp = unary('erfInvSingle', {
  scalar: (s, x) => {
    const w = s.neg(s.log1p(s.neg(s.mul(x, x))));
    const central = s.lt(w, s.constant(5));
    const z = s.select(central, s.sub(w, s.constant(2.5)), s.sub(s.sqrt(w), s.constant(3)));
    const coefficient = (k: number) =>
      s.select(
        central,
        s.constant(giles.central[k] as number),
        s.constant(giles.tail[k] as number),
      );
    let p = coefficient(0);
    for (let k = 1; k < giles.central.length; k++) p = s.add(coefficient(k), s.mul(p, z));
    const atOne = s.eq(s.abs(x), s.constant(1));
    return s.select(atOne, s.mul(x, s.constant(Number.POSITIVE_INFINITY)), s.mul(p, x));
  },
  vjp: (ct, _, y) => scale(ct, bell(y, Math.sqrt(Math.PI) / 2, 1)),
});
/** The normal distribution function: the probability that a standard normal number is below x. */
export const normalCdf: PlainOp = unary('normalCdf', {
  scalar: (s, x) => s.normalCdf(x),
  vjp: (ct, x) => mul(ct, bell(x, 1 / Math.sqrt(2 * Math.PI), -0.5)),
});

/** log |gamma(x)|: infinity at 0 and the negative whole numbers. */
export const lgamma: PlainOp = unary('lgamma', {
  scalar: (s, x) => s.lgamma(x),
  vjp: (ct, x) => scale(ct, polygamma(x, { order: 0 })),
});
/** The derivative of some order of digamma, which is the derivative of lgamma. */
export const polygamma: ParamOp<OrderParams> = derivative('polygamma', {
  scalar: (s, order, x) => s.polygamma(order, x),
  vjp: (ct, next) => scale(ct, next),
});
