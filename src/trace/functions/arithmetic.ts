/**
 * Arithmetic of two operands with NumPy broadcasting; JavaScript numbers take the dtype of the
 * tensor.
 */
import * as division from '../../ir/ops/division.ts';
import * as elementwise from '../../ir/ops/elementwise.ts';
import { atan2 as atan2Op } from '../../ir/ops/trigonometry.ts';
import type { Arithmetic, FloatArithmetic } from './function-types.ts';
import { applyElementwise } from './operands.ts';

/** a + b. */
export const add: Arithmetic<'add'> = (a, b) =>
  applyElementwise('add', 'number', [a, b], elementwise.add);
/** a - b. */
export const sub: Arithmetic<'sub'> = (a, b) =>
  applyElementwise('sub', 'number', [a, b], elementwise.sub);
/** a * b; integers wrap at 32 bits. */
export const mul: Arithmetic<'mul'> = (a, b) =>
  applyElementwise('mul', 'number', [a, b], elementwise.mul);
/** a / b in floating point; for integers see `floorDivide` and `truncDivide`. */
export const div: FloatArithmetic<'div'> = (a, b) =>
  applyElementwise('div', 'float', [a, b], elementwise.div);
/** a to the power b by the rules of IEEE 754; at a = 0 the derivative by b is 0 for b >= 0. */
export const pow: FloatArithmetic<'pow'> = (a, b) =>
  applyElementwise('pow', 'float', [a, b], elementwise.pow);
/** The larger of two; NaN wins, ties share the gradient. */
export const maximum: Arithmetic<'maximum'> = (a, b) =>
  applyElementwise('maximum', 'number', [a, b], elementwise.maximum);
/** The smaller of two; NaN wins, ties share the gradient. */
export const minimum: Arithmetic<'minimum'> = (a, b) =>
  applyElementwise('minimum', 'number', [a, b], elementwise.minimum);
/** The angle of the point (x, y) of the arguments y, x in (-pi, pi]; derivative 0 at (0, 0). */
export const atan2: FloatArithmetic<'atan2'> = (y, x) =>
  applyElementwise('atan2', 'float', [y, x], atan2Op);
/** The remainder with the sign of a: C's fmod, JavaScript's %. Integers divided by 0 give 0. */
export const fmod: Arithmetic<'fmod'> = (a, b) =>
  applyElementwise('fmod', 'number', [a, b], division.fmod);
/**
 * The remainder with the sign of b, also where it is 0: Python's %. Integers divided by 0 give 0.
 */
export const remainder: Arithmetic<'remainder'> = (a, b) =>
  applyElementwise('remainder', 'number', [a, b], division.remainder);
/**
 * floor(a / b) of the exact quotient, as in Python; integers divided by 0 give 0. The derivative is
 * 0.
 */
export const floorDivide: Arithmetic<'floorDivide'> = (a, b) =>
  applyElementwise('floorDivide', 'number', [a, b], division.floorDivide);
/** The exact quotient without its fraction; integers divided by 0 give 0. The derivative is 0. */
export const truncDivide: Arithmetic<'truncDivide'> = (a, b) =>
  applyElementwise('truncDivide', 'number', [a, b], division.truncDivide);
/** sqrt(a^2 + b^2) without overflow of the squares; the derivative at (0, 0) is 0. */
export const hypot: FloatArithmetic<'hypot'> = (a, b) =>
  applyElementwise('hypot', 'float', [a, b], elementwise.hypot);
/** log(e^a + e^b) without overflow, also of infinities. */
export const logaddexp: FloatArithmetic<'logaddexp'> = (a, b) =>
  applyElementwise('logaddexp', 'float', [a, b], elementwise.logaddexp);
/** (a - b)^2. */
export const squaredDifference: Arithmetic<'squaredDifference'> = (a, b) =>
  applyElementwise('squaredDifference', 'number', [a, b], (x, y) => {
    const difference = elementwise.sub(x, y);
    return elementwise.mul(difference, difference);
  });
