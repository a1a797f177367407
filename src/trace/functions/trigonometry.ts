/** Functions of angles and hyperbolic functions of one tensor, element by element. */
import * as trigonometry from '../../ir/ops/trigonometry.ts';
import type { FloatFunction } from './function-types.ts';
import { applyUnary } from './operands.ts';

/** The sine of radians. */
export const sin: FloatFunction<'sin'> = (x) => applyUnary('sin', 'float', x, trigonometry.sin);
/** The cosine of radians. */
export const cos: FloatFunction<'cos'> = (x) => applyUnary('cos', 'float', x, trigonometry.cos);
/** The tangent of radians. */
export const tan: FloatFunction<'tan'> = (x) => applyUnary('tan', 'float', x, trigonometry.tan);
/** The arcsine, in radians from -pi / 2 to pi / 2; NaN outside of [-1, 1]. */
export const asin: FloatFunction<'asin'> = (x) => applyUnary('asin', 'float', x, trigonometry.asin);
/** The arccosine, in radians from 0 to pi; NaN outside of [-1, 1]. */
export const acos: FloatFunction<'acos'> = (x) => applyUnary('acos', 'float', x, trigonometry.acos);
/** The arctangent, in radians from -pi / 2 to pi / 2. */
export const atan: FloatFunction<'atan'> = (x) => applyUnary('atan', 'float', x, trigonometry.atan);
/** The hyperbolic sine. */
export const sinh: FloatFunction<'sinh'> = (x) => applyUnary('sinh', 'float', x, trigonometry.sinh);
/** The hyperbolic cosine. */
export const cosh: FloatFunction<'cosh'> = (x) => applyUnary('cosh', 'float', x, trigonometry.cosh);
/** The hyperbolic tangent. */
export const tanh: FloatFunction<'tanh'> = (x) => applyUnary('tanh', 'float', x, trigonometry.tanh);
/** The inverse of the hyperbolic sine. */
export const asinh: FloatFunction<'asinh'> = (x) =>
  applyUnary('asinh', 'float', x, trigonometry.asinh);
/** The inverse of the hyperbolic cosine; NaN below 1. */
export const acosh: FloatFunction<'acosh'> = (x) =>
  applyUnary('acosh', 'float', x, trigonometry.acosh);
/** The inverse of the hyperbolic tangent: infinite at +-1, NaN beyond. */
export const atanh: FloatFunction<'atanh'> = (x) =>
  applyUnary('atanh', 'float', x, trigonometry.atanh);
/** sin(pi x) / (pi x), 1 at 0; derivatives of every order are exact there too. */
export const sinc: FloatFunction<'sinc'> = (x) =>
  applyUnary('sinc', 'float', x, (value) => trigonometry.sinc(value, { order: 0 }));
