/**
 * Arithmetic of two operands with NumPy broadcasting; JavaScript numbers take the dtype of the
 * tensor.
 */
import type { Value } from '../../ir/graph.ts';
import { constantLike } from '../../ir/ops/constants.ts';
import * as elementwise from '../../ir/ops/elementwise.ts';
import { and, cast as castValue, eq, lt, ne, select, xor } from '../../ir/ops/logic.ts';
import { isFloat } from '../../ir/types.ts';
import type { Arithmetic } from './function-types.ts';
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
export const div: Arithmetic<'div'> = (a, b) =>
  applyElementwise('div', 'float', [a, b], elementwise.div);
/** a to the power b by the rules of IEEE 754; at a = 0 the derivative by b is 0 for b >= 0. */
export const pow: Arithmetic<'pow'> = (a, b) =>
  applyElementwise('pow', 'float', [a, b], elementwise.pow);
/** The larger of two; NaN wins, ties share the gradient. */
export const maximum: Arithmetic<'maximum'> = (a, b) =>
  applyElementwise('maximum', 'number', [a, b], elementwise.maximum);
/** The smaller of two; NaN wins, ties share the gradient. */
export const minimum: Arithmetic<'minimum'> = (a, b) =>
  applyElementwise('minimum', 'number', [a, b], elementwise.minimum);
/** The angle of the point (x, y) of the arguments y, x in (-pi, pi]. */
export const atan2: Arithmetic<'atan2'> = (y, x) =>
  applyElementwise('atan2', 'float', [y, x], elementwise.atan2);
/** The remainder with the sign of a: C's fmod, JavaScript's %. Integers divided by 0 give 0. */
export const fmod: Arithmetic<'fmod'> = (a, b) =>
  applyElementwise('fmod', 'number', [a, b], elementwise.fmod);
/** The remainder with the sign of b: Python's %. Integers divided by 0 give 0. */
export const remainder: Arithmetic<'remainder'> = (a, b) =>
  applyElementwise('remainder', 'number', [a, b], pythonRemainder);
/** floor(a / b); integers divided by 0 give 0. */
export const floorDivide: Arithmetic<'floorDivide'> = (a, b) =>
  applyElementwise('floorDivide', 'number', [a, b], (x, y) => quotient(x, y, elementwise.floor));
/** a / b without its fraction; integers divided by 0 give 0. */
export const truncDivide: Arithmetic<'truncDivide'> = (a, b) =>
  applyElementwise('truncDivide', 'number', [a, b], (x, y) => quotient(x, y, elementwise.trunc));
/** sqrt(a^2 + b^2) without overflow of the squares; the derivative at (0, 0) is 0. */
export const hypot: Arithmetic<'hypot'> = (a, b) =>
  applyElementwise('hypot', 'float', [a, b], hypotenuse);
/** log(e^a + e^b) without overflow. */
export const logaddexp: Arithmetic<'logaddexp'> = (a, b) =>
  applyElementwise('logaddexp', 'float', [a, b], (x, y) => {
    // The difference of two equal infinities would be NaN.
    const zero = constantLike(x, 0);
    const gap = select(eq(x, y), zero, elementwise.sub(x, y));
    const rest = elementwise.log1p(elementwise.exp(elementwise.neg(elementwise.abs(gap))));
    return elementwise.add(elementwise.maximum(x, y), rest);
  });
/** (a - b)^2. */
export const squaredDifference: Arithmetic<'squaredDifference'> = (a, b) =>
  applyElementwise('squaredDifference', 'number', [a, b], (x, y) => {
    const difference = elementwise.sub(x, y);
    return elementwise.mul(difference, difference);
  });

/** fmod moved by y where its sign is not that of y; more exact than x - y * floor(x / y). */
const pythonRemainder = (x: Value, y: Value): Value => {
  const rest = elementwise.fmod(x, y);
  const zero = constantLike(rest, 0);
  const wrongSign = and(ne(rest, zero), xor(lt(rest, zero), lt(y, zero)));
  return select(wrongSign, elementwise.add(rest, y), rest);
};

/**
 * Quotients of 32 bit integers are exact in f64: q + (1 - 1/y) never rounds up to the next integer.
 */
const quotient = (x: Value, y: Value, round: (x: Value) => Value): Value => {
  if (isFloat(x.type.dtype)) return round(elementwise.div(x, y));
  const divided = elementwise.div(castValue(x, { dtype: 'f64' }), castValue(y, { dtype: 'f64' }));
  const zero = constantLike(x, 0);
  return select(eq(y, zero), zero, castValue(round(divided), { dtype: x.type.dtype }));
};

const hypotenuse = (x: Value, y: Value): Value => {
  const [a, b] = [elementwise.abs(x), elementwise.abs(y)];
  const large = elementwise.maximum(a, b);
  const zero = constantLike(x, 0);
  const isPlain = and(ne(large, zero), ne(large, constantLike(x, Number.POSITIVE_INFINITY)));
  const divisor = select(isPlain, large, constantLike(x, 1));
  const ratio = select(isPlain, elementwise.div(elementwise.minimum(a, b), divisor), zero);
  const one = constantLike(x, 1);
  const root = elementwise.sqrt(elementwise.add(one, elementwise.mul(ratio, ratio)));
  return elementwise.mul(large, root);
};
