/** The error function and the gamma function of one tensor, element by element. */
import * as special from '../../ir/ops/special.ts';
import type { FloatFunction } from './function-types.ts';
import { applyUnary } from './operands.ts';

/** The error function: 2 / sqrt(pi) times the integral of e^(-t^2) from 0 to x. */
export const erf: FloatFunction<'erf'> = (x) => applyUnary('erf', 'float', x, special.erf);
/** 1 - erf(x), with all its digits where erf is near 1. */
export const erfc: FloatFunction<'erfc'> = (x) => applyUnary('erfc', 'float', x, special.erfc);
/** The inverse of the error function; +-1 gives +-infinity, beyond it is NaN. */
export const erfInv: FloatFunction<'erfInv'> = (x) =>
  applyUnary('erfInv', 'float', x, special.erfInv);
/** log |gamma(x)|: infinity at 0 and the negative whole numbers. */
export const lgamma: FloatFunction<'lgamma'> = (x) =>
  applyUnary('lgamma', 'float', x, special.lgamma);
/** The derivative of lgamma; NaN at the negative whole numbers. */
export const digamma: FloatFunction<'digamma'> = (x) =>
  applyUnary('digamma', 'float', x, (value) => special.polygamma(value, { order: 0 }));
