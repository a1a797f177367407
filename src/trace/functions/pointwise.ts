/**
 * Signs, rounding, powers and logarithms of one tensor, element by element. Subgradients at kinks
 * are 0.
 */
import { constantLike } from '../../ir/ops/constants.ts';
import * as elementwise from '../../ir/ops/elementwise.ts';
import type { FloatFunction, NumberFunction } from './function-types.ts';
import { applyUnary } from './operands.ts';

/** -x; integers wrap. */
export const neg: NumberFunction<'neg'> = (x) => applyUnary('neg', 'number', x, elementwise.neg);
/** |x|; the derivative at 0 is 0. */
export const abs: NumberFunction<'abs'> = (x) => applyUnary('abs', 'number', x, elementwise.abs);
/** -1, 0 or 1; NaN stays. The derivative is 0. */
export const sign: NumberFunction<'sign'> = (x) =>
  applyUnary('sign', 'number', x, elementwise.sign);
/** x * x. */
export const square: NumberFunction<'square'> = (x) =>
  applyUnary('square', 'number', x, (value) => elementwise.mul(value, value));
/** The largest integer <= x. The derivative is 0. */
export const floor: FloatFunction<'floor'> = (x) =>
  applyUnary('floor', 'float', x, elementwise.floor);
/** The smallest integer >= x. The derivative is 0. */
export const ceil: FloatFunction<'ceil'> = (x) => applyUnary('ceil', 'float', x, elementwise.ceil);
/** The nearest integer, ties to even. The derivative is 0. */
export const round: FloatFunction<'round'> = (x) =>
  applyUnary('round', 'float', x, elementwise.round);
/** x without its fraction. The derivative is 0. */
export const trunc: FloatFunction<'trunc'> = (x) =>
  applyUnary('trunc', 'float', x, elementwise.trunc);
/** The square root; NaN below 0. */
export const sqrt: FloatFunction<'sqrt'> = (x) => applyUnary('sqrt', 'float', x, elementwise.sqrt);
/** 1 / sqrt(x). */
export const rsqrt: FloatFunction<'rsqrt'> = (x) =>
  applyUnary('rsqrt', 'float', x, (value) =>
    elementwise.div(constantLike(value, 1), elementwise.sqrt(value)),
  );
/** 1 / x. */
export const reciprocal: FloatFunction<'reciprocal'> = (x) =>
  applyUnary('reciprocal', 'float', x, (value) => elementwise.div(constantLike(value, 1), value));
/** e^x. */
export const exp: FloatFunction<'exp'> = (x) => applyUnary('exp', 'float', x, elementwise.exp);
/** 2^x, exact for whole x. */
export const exp2: FloatFunction<'exp2'> = (x) => applyUnary('exp2', 'float', x, elementwise.exp2);
/** e^x - 1, accurate near 0. */
export const expm1: FloatFunction<'expm1'> = (x) =>
  applyUnary('expm1', 'float', x, elementwise.expm1);
/** The natural logarithm: -infinity at 0, NaN below. */
export const log: FloatFunction<'log'> = (x) => applyUnary('log', 'float', x, elementwise.log);
/** The logarithm to base 2, exact for powers of 2. */
export const log2: FloatFunction<'log2'> = (x) => applyUnary('log2', 'float', x, elementwise.log2);
/** The logarithm to base 10, exact for powers of 10. */
export const log10: FloatFunction<'log10'> = (x) =>
  applyUnary('log10', 'float', x, elementwise.log10);
/** log(1 + x), accurate near 0. */
export const log1p: FloatFunction<'log1p'> = (x) =>
  applyUnary('log1p', 'float', x, elementwise.log1p);
