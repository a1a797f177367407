/** Functions of angles and hyperbolic functions, element by element, and their inverses. */
import type { Value } from '../graph.ts';
import { constantLike } from './constants.ts';
import { binary, type ParamOp, type PlainOp, unary } from './define.ts';
import { derivative, type OrderParams } from './derivative.ts';
import { add, div, hypot, mul, neg, scale, sqrt, sub, unscale } from './elementwise.ts';

const one = (x: Value): Value => constantLike(x, 1);

/** Sine of radians. */
export const sin: PlainOp = unary('sin', {
  scalar: (s, x) => s.sin(x),
  vjp: (ct, x) => scale(ct, cos(x)),
});
/** Cosine of radians. */
export const cos: PlainOp = unary('cos', {
  scalar: (s, x) => s.cos(x),
  vjp: (ct, x) => neg(scale(ct, sin(x))),
});
/** Tangent of radians. */
export const tan: PlainOp = unary('tan', {
  scalar: (s, x) => s.tan(x),
  vjp: (ct, _, y) => scale(ct, add(one(y), mul(y, y))),
});
/** 1 - x^2, with all its digits near 1. */
const oneMinusSquare = (x: Value): Value => mul(sub(one(x), x), add(one(x), x));
/** Arcsine in [-pi / 2, pi / 2]; NaN outside of [-1, 1]. */
export const asin: PlainOp = unary('asin', {
  scalar: (s, x) => s.asin(x),
  vjp: (ct, x) => unscale(ct, sqrt(oneMinusSquare(x))),
});
/** Arccosine in [0, pi]; NaN outside of [-1, 1]. */
export const acos: PlainOp = unary('acos', {
  scalar: (s, x) => s.acos(x),
  vjp: (ct, x) => neg(unscale(ct, sqrt(oneMinusSquare(x)))),
});
/** Arctangent in [-pi / 2, pi / 2]. */
export const atan: PlainOp = unary('atan', {
  scalar: (s, x) => s.atan(x),
  vjp: (ct, x) => div(ct, add(one(x), mul(x, x))),
});
/** The angle of the point (y, x) of the arguments y, x, in (-pi, pi]; derivative 0 at (0, 0). */
export const atan2: PlainOp = binary('atan2', {
  domain: 'float',
  scalar: (s, y, x) => s.atan2(y, x),
  vjp: (ct, y, x) => {
    const radius = hypot(x, y);
    const slope = (side: Value): Value => unscale(unscale(side, radius), radius);
    return [scale(ct, slope(x)), neg(scale(ct, slope(y)))];
  },
});

/** Hyperbolic sine. */
export const sinh: PlainOp = unary('sinh', {
  scalar: (s, x) => s.sinh(x),
  vjp: (ct, x) => scale(ct, cosh(x)),
});
/** Hyperbolic cosine. */
export const cosh: PlainOp = unary('cosh', {
  scalar: (s, x) => s.cosh(x),
  vjp: (ct, x) => scale(ct, sinh(x)),
});
/** Hyperbolic tangent. */
export const tanh: PlainOp = unary('tanh', {
  scalar: (s, x) => s.tanh(x),
  vjp: (ct, _, y) => mul(ct, sub(one(y), mul(y, y))),
});
/** Inverse hyperbolic sine. */
export const asinh: PlainOp = unary('asinh', {
  scalar: (s, x) => s.asinh(x),
  vjp: (ct, x) => div(ct, hypot(x, one(x))),
});
/** Inverse hyperbolic cosine; NaN below 1. */
export const acosh: PlainOp = unary('acosh', {
  scalar: (s, x) => s.acosh(x),
  vjp: (ct, x) => unscale(ct, sqrt(mul(sub(x, one(x)), add(x, one(x))))),
});
/** Inverse hyperbolic tangent: infinite at +-1, NaN beyond. */
export const atanh: PlainOp = unary('atanh', {
  scalar: (s, x) => s.atanh(x),
  vjp: (ct, x) => unscale(ct, oneMinusSquare(x)),
});

/** The derivative of some order of sin(pi x) / (pi x), whose value at 0 is 1. */
export const sinc: ParamOp<OrderParams> = derivative('sinc', {
  scalar: (s, order, x) => s.sinc(order, x),
  vjp: (ct, next) => mul(ct, next),
});
