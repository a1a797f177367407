/** Which classes a classifier takes for which. */
import { ArgumentError } from '../../ir/errors.ts';
import { type ArrayData, allocate } from '../data/array-data.ts';
import { checkClassIndices } from './class-indices.ts';

/**
 * Counts answers: element [e, p] says how often class e was expected and class p predicted; i32
 * [classes, classes]. Throws a ShapeError for lists of unequal length, an ArgumentError for an
 * index outside of 0 to `classes - 1` or for `classes` outside of 1 to 32767.
 */
export const confusionMatrix = (
  predicted: ArrayLike<number>,
  expected: ArrayLike<number>,
  classes: number,
): ArrayData<'i32'> => {
  if (!Number.isInteger(classes) || classes < 1 || classes > 32767) {
    throw new ArgumentError('confusionMatrix: the number of classes is from 1 to 32767', {
      got: String(classes),
    });
  }
  checkClassIndices('confusionMatrix', predicted, expected, classes);
  const data = allocate('confusionMatrix', 'i32', classes * classes);
  for (let i = 0; i < expected.length; i++) {
    const cell = (expected[i] as number) * classes + (predicted[i] as number);
    data[cell] = (data[cell] as number) + 1;
  }
  return { dtype: 'i32', shape: [classes, classes], data };
};
