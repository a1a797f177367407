/** Functions of one tensor, element by element. Subgradients at kinks are 0. */
import type { Value } from '../../ir/graph.ts';
import { constantLike } from '../../ir/ops/constants.ts';
import * as elementwise from '../../ir/ops/elementwise.ts';
import { eq, select } from '../../ir/ops/logic.ts';
import type { ElementFunction, FloatFunction } from './function-types.ts';
import { applyUnary } from './operands.ts';

/** -x; integers wrap. */
export const neg: ElementFunction = (x) => applyUnary('neg', 'number', x, elementwise.neg);
/** |x|; the derivative at 0 is 0. */
export const abs: ElementFunction = (x) => applyUnary('abs', 'number', x, elementwise.abs);
/** -1, 0 or 1; NaN stays. The derivative is 0. */
export const sign: ElementFunction = (x) => applyUnary('sign', 'number', x, elementwise.sign);
/** x * x. */
export const square: ElementFunction = (x) =>
  applyUnary('square', 'number', x, (value) => elementwise.mul(value, value));
/** The largest integer <= x. The derivative is 0. */
export const floor: FloatFunction = (x) => applyUnary('floor', 'float', x, elementwise.floor);
/** The smallest integer >= x. The derivative is 0. */
export const ceil: FloatFunction = (x) => applyUnary('ceil', 'float', x, elementwise.ceil);
/** The nearest integer, ties to even. The derivative is 0. */
export const round: FloatFunction = (x) => applyUnary('round', 'float', x, elementwise.round);
/** x without its fraction. The derivative is 0. */
export const trunc: FloatFunction = (x) => applyUnary('trunc', 'float', x, elementwise.trunc);
/** The square root; NaN below 0. */
export const sqrt: FloatFunction = (x) => applyUnary('sqrt', 'float', x, elementwise.sqrt);
/** 1 / sqrt(x). */
export const rsqrt: FloatFunction = (x) =>
  applyUnary('rsqrt', 'float', x, (value) =>
    elementwise.div(constantLike(value, 1), elementwise.sqrt(value)),
  );
/** 1 / x. */
export const reciprocal: FloatFunction = (x) =>
  applyUnary('reciprocal', 'float', x, (value) => elementwise.div(constantLike(value, 1), value));
/** e^x. */
export const exp: FloatFunction = (x) => applyUnary('exp', 'float', x, elementwise.exp);
/** 2^x. */
export const exp2: FloatFunction = (x) =>
  applyUnary('exp2', 'float', x, (value) => elementwise.pow(constantLike(value, 2), value));
/** e^x - 1, accurate near 0. */
export const expm1: FloatFunction = (x) => applyUnary('expm1', 'float', x, elementwise.expm1);
/** The natural logarithm: -infinity at 0, NaN below. */
export const log: FloatFunction = (x) => applyUnary('log', 'float', x, elementwise.log);
/** The logarithm to base 2. */
export const log2: FloatFunction = (x) =>
  applyUnary('log2', 'float', x, (value) => logarithm(value, Math.LN2));
/** The logarithm to base 10. */
export const log10: FloatFunction = (x) =>
  applyUnary('log10', 'float', x, (value) => logarithm(value, Math.LN10));
/** log(1 + x), accurate near 0. */
export const log1p: FloatFunction = (x) => applyUnary('log1p', 'float', x, elementwise.log1p);
/** The sine of radians. */
export const sin: FloatFunction = (x) => applyUnary('sin', 'float', x, elementwise.sin);
/** The cosine of radians. */
export const cos: FloatFunction = (x) => applyUnary('cos', 'float', x, elementwise.cos);
/** The tangent of radians. */
export const tan: FloatFunction = (x) => applyUnary('tan', 'float', x, elementwise.tan);
/** The arctangent, in radians. */
export const atan: FloatFunction = (x) => applyUnary('atan', 'float', x, elementwise.atan);
/** The hyperbolic tangent. */
export const tanh: FloatFunction = (x) => applyUnary('tanh', 'float', x, elementwise.tanh);
/** The error function. */
export const erf: FloatFunction = (x) => applyUnary('erf', 'float', x, elementwise.erf);
/** The inverse of the error function in single precision; +-1 gives +-infinity. */
export const erfInv: FloatFunction = (x) => applyUnary('erfInv', 'float', x, elementwise.erfInv);
/** sin(pi x) / (pi x), 1 at 0. */
export const sinc: FloatFunction = (x) =>
  applyUnary('sinc', 'float', x, (value) => {
    const isZero = eq(value, constantLike(value, 0));
    const one = constantLike(value, 1);
    const angle = elementwise.mul(value, constantLike(value, Math.PI));
    const ratio = elementwise.div(elementwise.sin(angle), select(isZero, one, angle));
    return select(isZero, one, ratio);
  });

const logarithm = (value: Value, base: number): Value =>
  elementwise.div(elementwise.log(value), constantLike(value, base));
