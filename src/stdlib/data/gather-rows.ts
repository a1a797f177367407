/** Picks rows of an array by index, as a batch is put together. */
import { ArgumentError, ShapeError } from '../../ir/errors.ts';
import {
  type ArrayData,
  allocate,
  checkArray,
  elementCount,
  type StorageDType,
} from './array-data.ts';

/**
 * The rows `array[indices[0]], array[indices[1]], ...` along axis 0, as a copy: [N, ...] gives
 * [indices.length, ...]. Throws a ShapeError for an array of rank 0, an ArgumentError for an index
 * that is not an integer from 0 to N - 1.
 */
export const gatherRows = <D extends StorageDType>(
  array: ArrayData<D>,
  indices: ArrayLike<number>,
): ArrayData<D> => {
  checkArray('gatherRows', array);
  const [rows, ...rest] = array.shape;
  if (rows === undefined) throw new ShapeError('gatherRows: an array of rank 0 has no rows');
  const width = elementCount(rest);
  const shape = [indices.length, ...rest];
  const total = elementCount(shape);
  if (width === undefined || total === undefined) {
    throw new ShapeError('gatherRows: the result is too large', { got: `[${shape.join(', ')}]` });
  }
  for (let i = 0; i < indices.length; i++) {
    const row = indices[i] as number;
    if (Number.isInteger(row) && row >= 0 && row < rows) continue;
    throw new ArgumentError(`gatherRows: index ${i} is outside of 0 to ${rows - 1}`, {
      got: String(row),
    });
  }
  const data = allocate('gatherRows', array.dtype, total);
  for (let i = 0; i < indices.length; i++) {
    const start = (indices[i] as number) * width;
    data.set(array.data.subarray(start, start + width), i * width);
  }
  return { dtype: array.dtype, shape, data };
};
