/** The one place where numbers become text of generated JavaScript. */
import { InternalError } from '../../ir/errors.ts';
import { wrapTo } from '../../ir/scalar.ts';
import type { DType } from '../../ir/types.ts';

/**
 * JavaScript text of a number; -0, NaN, infinities and subnormals survive. Takes nothing but
 * numbers.
 */
export const literal = (value: number): string => {
  if (typeof value !== 'number') {
    throw new InternalError('js', `a literal must be a number, not ${typeof value}`);
  }
  return Object.is(value, -0) ? '-0' : String(value);
};

/**
 * JavaScript text of a constant of a dtype, brought into the dtype first; bools are `true` and
 * `false`.
 */
export const typedLiteral = (value: number, dtype: DType): string => {
  const rounded = wrapTo[dtype](value);
  return dtype === 'bool' ? String(rounded !== 0) : literal(rounded);
};
