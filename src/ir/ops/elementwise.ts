/** Arithmetic and functions of real numbers, element by element. Subgradients at kinks are 0. */

import type { Value } from '../graph.ts';
import { isFloat } from '../types.ts';
import { constantLike } from './constants.ts';
import { binary, type PlainOp, unary } from './define.ts';
import { eq, gt, lt, select } from './logic.ts';

const one = (x: Value): Value => constantLike(x, 1);

/** -x. */
export const neg: PlainOp = unary('neg', {
  domain: 'number',
  scalar: (s, x) => s.neg(x),
  vjp: (ct) => neg(ct),
  simplify: ([x], _, { definition }) => {
    const inner = definition(x as Value);
    return inner?.op === neg ? inner.inputs[0] : undefined;
  },
});
/** |x|. */
export const abs: PlainOp = unary('abs', {
  domain: 'number',
  scalar: (s, x) => s.abs(x),
  vjp: (ct, x) => mul(ct, sign(x)),
});
/** -1, 0 or 1; NaN stays. */
export const sign: PlainOp = unary('sign', {
  domain: 'number',
  scalar: (s, x) => s.sign(x),
  vjp: 'zero',
});
/** Largest integer <= x. */
export const floor: PlainOp = unary('floor', { scalar: (s, x) => s.floor(x), vjp: 'zero' });
/** Smallest integer >= x. */
export const ceil: PlainOp = unary('ceil', { scalar: (s, x) => s.ceil(x), vjp: 'zero' });
/** Nearest integer, ties to even. */
export const round: PlainOp = unary('round', { scalar: (s, x) => s.round(x), vjp: 'zero' });
/** Toward zero. */
export const trunc: PlainOp = unary('trunc', { scalar: (s, x) => s.trunc(x), vjp: 'zero' });
/** Square root. */
export const sqrt: PlainOp = unary('sqrt', {
  scalar: (s, x) => s.sqrt(x),
  vjp: (ct, _, y) => div(ct, add(y, y)),
});
/** e^x. */
export const exp: PlainOp = unary('exp', {
  scalar: (s, x) => s.exp(x),
  vjp: (ct, _, y) => mul(ct, y),
});
/** e^x - 1, accurate near 0. */
export const expm1: PlainOp = unary('expm1', {
  scalar: (s, x) => s.expm1(x),
  vjp: (ct, _, y) => mul(ct, add(y, one(y))),
});
/** Natural logarithm. */
export const log: PlainOp = unary('log', {
  scalar: (s, x) => s.log(x),
  vjp: (ct, x) => div(ct, x),
});
/** log(1 + x), accurate near 0. */
export const log1p: PlainOp = unary('log1p', {
  scalar: (s, x) => s.log1p(x),
  vjp: (ct, x) => div(ct, add(x, one(x))),
});
/** Sine of radians. */
export const sin: PlainOp = unary('sin', {
  scalar: (s, x) => s.sin(x),
  vjp: (ct, x) => mul(ct, cos(x)),
});
/** Cosine of radians. */
export const cos: PlainOp = unary('cos', {
  scalar: (s, x) => s.cos(x),
  vjp: (ct, x) => neg(mul(ct, sin(x))),
});
/** Tangent of radians. */
export const tan: PlainOp = unary('tan', {
  scalar: (s, x) => s.tan(x),
  vjp: (ct, _, y) => mul(ct, add(one(y), mul(y, y))),
});
/** Hyperbolic tangent. */
export const tanh: PlainOp = unary('tanh', {
  scalar: (s, x) => s.tanh(x),
  vjp: (ct, _, y) => mul(ct, sub(one(y), mul(y, y))),
});
/** Arctangent. */
export const atan: PlainOp = unary('atan', {
  scalar: (s, x) => s.atan(x),
  vjp: (ct, x) => div(ct, add(one(x), mul(x, x))),
});
/** The error function; its derivative is 2/sqrt(pi) e^(-x^2). */
export const erf: PlainOp = unary('erf', {
  scalar: (s, x) => s.erf(x),
  vjp: (ct, x) => mul(ct, mul(constantLike(x, 2 / Math.sqrt(Math.PI)), exp(neg(mul(x, x))))),
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
/** The inverse of the error function: Giles' single precision polynomials; +-1 gives +-infinity. */
export const erfInv: PlainOp = unary('erfInv', {
  scalar: (s, x) => {
    const w = s.neg(s.log1p(s.neg(s.mul(x, x))));
    const central = s.lt(w, s.constant(5));
    const z = s.select(central, s.sub(w, s.constant(2.5)), s.sub(s.sqrt(w), s.constant(3)));
    let p = s.select(
      central,
      s.constant(giles.central[0] as number),
      s.constant(giles.tail[0] as number),
    );
    for (let k = 1; k < giles.central.length; k++) {
      const c = s.select(
        central,
        s.constant(giles.central[k] as number),
        s.constant(giles.tail[k] as number),
      );
      p = s.add(c, s.mul(p, z));
    }
    const atOne = s.eq(s.abs(x), s.constant(1));
    return s.select(atOne, s.mul(x, s.constant(Number.POSITIVE_INFINITY)), s.mul(p, x));
  },
  vjp: (ct, _, y) => mul(ct, mul(constantLike(y, Math.sqrt(Math.PI) / 2), exp(mul(y, y)))),
});

/** max(x, 0); NaN stays, the derivative at 0 is 0. */
export const relu: PlainOp = unary('relu', {
  scalar: (s, x) => s.select(s.le(x, s.constant(0)), s.constant(0), x),
  vjp: (ct, _, y) => select(gt(y, constantLike(y, 0)), ct, constantLike(ct, 0)),
});
/** 1 / (1 + e^-x). */
export const sigmoid: PlainOp = unary('sigmoid', {
  scalar: (s, x) => s.div(s.constant(1), s.add(s.constant(1), s.exp(s.neg(x)))),
  vjp: (ct, _, y) => mul(ct, mul(y, sub(one(y), y))),
});
/** log(1 + e^x) without overflow: max(x, 0) + log1p(e^-|x|). */
export const softplus: PlainOp = unary('softplus', {
  scalar: (s, x) => s.add(s.max(x, s.constant(0)), s.log1p(s.exp(s.neg(s.abs(x))))),
  vjp: (ct, x) => mul(ct, sigmoid(x)),
});
/** x, with derivative 0. */
export const stopGradient: PlainOp = unary('stopGradient', {
  domain: 'any',
  scalar: (_, x) => x,
  vjp: 'zero',
});

/** x + y. */
export const add: PlainOp = binary('add', {
  scalar: (s, x, y) => s.add(x, y),
  vjp: (ct) => [ct, ct],
  // Only -0 is neutral for floats: -0 + 0 is 0.
  simplify: ([x, y], _, { uniform }) => {
    const neutral = isFloat((x as Value).type.dtype) ? -0 : 0;
    if (Object.is(uniform(y as Value), neutral)) return x;
    return Object.is(uniform(x as Value), neutral) ? y : undefined;
  },
});
/** x - y. */
export const sub: PlainOp = binary('sub', {
  scalar: (s, x, y) => s.sub(x, y),
  vjp: (ct) => [ct, neg(ct)],
  simplify: ([x, y], _, { uniform }) => (Object.is(uniform(y as Value), 0) ? x : undefined),
});
/** x * y; integers wrap at 32 bits. */
export const mul: PlainOp = binary('mul', {
  scalar: (s, x, y) => s.mul(x, y),
  vjp: (ct, x, y) => [mul(ct, y), mul(ct, x)],
  simplify: ([x, y], _, { uniform }) =>
    uniform(y as Value) === 1 ? x : uniform(x as Value) === 1 ? y : undefined,
});
/** x / y in floating point. */
export const div: PlainOp = binary('div', {
  domain: 'float',
  scalar: (s, x, y) => s.div(x, y),
  vjp: (ct, _, y, z) => [div(ct, y), neg(div(mul(ct, z), y))],
  simplify: ([x, y], _, { uniform }) => (uniform(y as Value) === 1 ? x : undefined),
});
/** x to the power y (IEEE 754). At x = 0 the derivative by y is 0 for y >= 0. */
export const pow: PlainOp = binary('pow', {
  domain: 'float',
  scalar: (s, x, y) => s.pow(x, y),
  vjp: (ct, x, y, z) => {
    const zero = constantLike(x, 0);
    const isZero = eq(x, zero);
    const lowered = select(eq(y, zero), zero, mul(y, pow(x, sub(y, one(y)))));
    const logarithm = log(select(isZero, one(x), x));
    return [mul(ct, lowered), mul(ct, select(isZero, zero, mul(z, logarithm)))];
  },
});
/** The larger; NaN wins; ties share the gradient. */
export const maximum: PlainOp = binary('maximum', {
  scalar: (s, x, y) => s.max(x, y),
  vjp: (ct, x, y) => [
    mul(ct, shareWhere(gt(x, y), lt(x, y), ct)),
    mul(ct, shareWhere(lt(x, y), gt(x, y), ct)),
  ],
});
/** The smaller; NaN wins; ties share the gradient. */
export const minimum: PlainOp = binary('minimum', {
  scalar: (s, x, y) => s.min(x, y),
  vjp: (ct, x, y) => [
    mul(ct, shareWhere(lt(x, y), gt(x, y), ct)),
    mul(ct, shareWhere(gt(x, y), lt(x, y), ct)),
  ],
});
/** 1 where it wins, 0 where it loses, 1/2 at ties. */
const shareWhere = (wins: Value, loses: Value, like: Value): Value =>
  select(
    wins,
    constantLike(like, 1),
    select(loses, constantLike(like, 0), constantLike(like, 0.5)),
  );
/**
 * The remainder of x / y with the sign of x (C fmod, JavaScript %). Integers divided by 0 give 0.
 */
export const fmod: PlainOp = binary('fmod', {
  scalar: (s, x, y) => s.rem(x, y),
  vjp: (ct, x, y) => [ct, neg(mul(ct, trunc(div(x, y))))],
});
/** The angle of the point (y, x) of the arguments y, x, in (-pi, pi]. */
export const atan2: PlainOp = binary('atan2', {
  domain: 'float',
  scalar: (s, y, x) => s.atan2(y, x),
  vjp: (ct, y, x) => {
    const square = add(mul(x, x), mul(y, y));
    return [div(mul(ct, x), square), neg(div(mul(ct, y), square))];
  },
});
