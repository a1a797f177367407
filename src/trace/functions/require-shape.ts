/** Checks of shapes given as arguments. */
import { ArgumentError } from '../../ir/errors.ts';
import { sizeOf } from '../../ir/types.ts';
import { describe } from '../tensor.ts';

/**
 * A copy of a shape argument; throws when it is no array of sizes or too large, before anything is
 * allocated.
 */
export const requireShape = (name: string, shape: unknown): number[] => {
  if (!Array.isArray(shape)) {
    throw new ArgumentError(`${name}: the shape must be an array, not ${describe(shape)}`);
  }
  const copy = Array.from(shape, (size: unknown) => {
    if (typeof size === 'number') return size;
    throw new ArgumentError(`${name}: a size must be a number, not ${describe(size)}`);
  });
  sizeOf(copy);
  return copy;
};
