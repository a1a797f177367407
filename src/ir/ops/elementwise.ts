/**
 * Arithmetic, powers and the functions of networks, element by element. Subgradients at kinks are
 * 0. Angles stand in trigonometry.ts, quotients in division.ts, the rest in special.ts.
 */
import type { Value } from '../graph.ts';
import { isFloat } from '../types.ts';
import { constantLike } from './constants.ts';
import { binary, type PlainOp, unary } from './define.ts';
import { and, eq, gt, lt, select } from './logic.ts';

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
  vjp: (ct, _, y) => unscale(ct, add(y, y)),
});
/** e^x. */
export const exp: PlainOp = unary('exp', {
  scalar: (s, x) => s.exp(x),
  vjp: (ct, _, y) => scale(ct, y),
});
/** 2^x, exact for whole x. */
export const exp2: PlainOp = unary('exp2', {
  scalar: (s, x) => s.exp2(x),
  vjp: (ct, _, y) => scale(ct, mul(y, constantLike(y, Math.LN2))),
});
/** e^x - 1, accurate near 0. */
export const expm1: PlainOp = unary('expm1', {
  scalar: (s, x) => s.expm1(x),
  vjp: (ct, _, y) => scale(ct, add(y, one(y))),
});
/** Natural logarithm. */
export const log: PlainOp = unary('log', {
  scalar: (s, x) => s.log(x),
  vjp: (ct, x) => unscale(ct, x),
});
/** The logarithm to base 2, exact for powers of 2. */
export const log2: PlainOp = unary('log2', {
  scalar: (s, x) => s.log2(x),
  vjp: (ct, x) => unscale(ct, mul(x, constantLike(x, Math.LN2))),
});
/** The logarithm to base 10, exact for powers of 10. */
export const log10: PlainOp = unary('log10', {
  scalar: (s, x) => s.log10(x),
  vjp: (ct, x) => unscale(ct, mul(x, constantLike(x, Math.LN10))),
});
/** log(1 + x), accurate near 0. */
export const log1p: PlainOp = unary('log1p', {
  scalar: (s, x) => s.log1p(x),
  vjp: (ct, x) => unscale(ct, add(x, one(x))),
});
/** max(x, 0); NaN stays, the derivative at 0 is 0. */
export const relu: PlainOp = unary('relu', {
  scalar: (s, x) => s.select(s.le(x, s.constant(0)), s.constant(0), x),
  vjp: (ct, _, y) => select(gt(y, constantLike(y, 0)), ct, constantLike(ct, 0)),
});
/** 1 / (1 + e^-x), by e^-|x|, which cannot overflow. */
export const sigmoid: PlainOp = unary('sigmoid', {
  scalar: (s, x) => {
    const e = s.exp(s.neg(s.abs(x)));
    const one = s.constant(1);
    return s.div(s.select(s.lt(x, s.constant(0)), e, one), s.add(one, e));
  },
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
  vjp: (ct, _, y, z) => [unscale(ct, y), neg(unscale(scale(ct, z), y))],
  simplify: ([x, y], _, { uniform }) => (uniform(y as Value) === 1 ? x : undefined),
});
/**
 * x * y where zero wins: 0 when a factor is 0, whatever the other is. Cotangents are multiplied by
 * it where a derivative may be infinite, so that what does not reach the loss contributes nothing.
 */
export const scale: PlainOp = binary('scale', {
  domain: 'float',
  scalar: (s, x, y) => s.scale(x, y),
  vjp: (ct, x, y) => [scale(ct, y), scale(ct, x)],
  simplify: ([x, y], _, { uniform }) =>
    [x, y].some((factor) => isPlain(uniform(factor as Value)))
      ? mul(x as Value, y as Value)
      : undefined,
});
/** x / y where a zero x wins: the quotient that goes with `scale`. */
export const unscale: PlainOp = binary('unscale', {
  domain: 'float',
  scalar: (s, x, y) => s.unscale(x, y),
  vjp: (ct, _, y, z) => [unscale(ct, y), neg(unscale(scale(ct, z), y))],
  simplify: ([x, y], _, { uniform }) =>
    isPlain(uniform(x as Value)) || isPlain(uniform(y as Value))
      ? div(x as Value, y as Value)
      : undefined,
});
/** Whether a number is known that is neither zero nor infinite nor NaN. */
const isPlain = (x: number | undefined): boolean =>
  x !== undefined && x !== 0 && Number.isFinite(x);

/** x to the power y (IEEE 754). The derivative by y at (0, 0) is 0. */
export const pow: PlainOp = binary('pow', {
  domain: 'float',
  scalar: (s, x, y) => s.pow(x, y),
  vjp: (ct, x, y, z) => {
    const zero = constantLike(x, 0);
    // 0 wins over the infinite power, and over the infinite logarithm, except at 0^0 = 1.
    const lowered = scale(y, pow(x, sub(y, one(y))));
    const logarithm = log(select(and(eq(x, zero), eq(y, zero)), one(x), x));
    return [scale(ct, lowered), scale(ct, scale(z, logarithm))];
  },
  simplify: ([base, exponent], _, { uniform }) => {
    const [x, y] = [base as Value, uniform(exponent as Value)];
    if (y === 0) return one(x);
    return y === 1 ? x : y === 2 ? mul(x, x) : undefined;
  },
});
/** sqrt(x^2 + y^2) without overflow of the squares; derivatives of every order at (0, 0) are 0. */
export const hypot: PlainOp = binary('hypot', {
  domain: 'float',
  scalar: (s, x, y) => s.hypot(x, y),
  vjp: (ct, x, y, z) => {
    const zero = constantLike(z, 0);
    const isZero = eq(z, zero);
    const length = select(isZero, one(z), z);
    const slope = (side: Value): Value => select(isZero, zero, div(side, length));
    return [mul(ct, slope(x)), mul(ct, slope(y))];
  },
});
/** log(e^x + e^y) without overflow: max(x, y) + log1p(e^-|x - y|). */
export const logaddexp: PlainOp = binary('logaddexp', {
  domain: 'float',
  scalar: (s, x, y) => {
    // The difference of two equal infinities would be NaN.
    const gap = s.select(s.eq(x, y), s.constant(0), s.sub(x, y));
    return s.add(s.max(x, y), s.log1p(s.exp(s.neg(s.abs(gap)))));
  },
  vjp: (ct, x, y) => {
    const isInfinite = eq(abs(x), constantLike(x, Number.POSITIVE_INFINITY));
    const gap = select(and(eq(x, y), isInfinite), constantLike(x, 0), sub(x, y));
    return [mul(ct, sigmoid(gap)), mul(ct, sigmoid(neg(gap)))];
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
