/** Checks of shapes given as arguments. */
import { ArgumentError } from '../../ir/errors.ts';
import { sizeOf } from '../../ir/types.ts';
import { describe } from '../tensor.ts';
import { requireWhole } from './operands.ts';

/**
 * A copy of a shape argument; throws when it is no array of sizes or too large, before anything is
 * allocated.
 */
export const requireShape = (name: string, shape: unknown): number[] => {
  if (!Array.isArray(shape)) {
    throw new ArgumentError(`${name}: the shape must be an array, not ${describe(shape)}`);
  }
  const copy = Array.from(shape, (size: unknown) => requireWhole(name, 'a dimension', size, 0));
  sizeOf(copy);
  return copy;
};
