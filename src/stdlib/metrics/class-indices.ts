/**
 * The check that all metrics of classes share: two lists of equal length that hold class indices.
 */
import { ArgumentError, ShapeError } from '../../ir/errors.ts';

const checkList = (
  metric: string,
  what: string,
  list: ArrayLike<number>,
  classes: number,
): void => {
  for (let i = 0; i < list.length; i++) {
    const index = list[i] as number;
    if (Number.isInteger(index) && index >= 0 && index < classes) continue;
    const range = classes === Number.POSITIVE_INFINITY ? 'from 0' : `from 0 to ${classes - 1}`;
    throw new ArgumentError(`${metric}: ${what}[${i}] is not a class index ${range}`, {
      got: String(index),
      hint: 'scores become class indices by argmax along the class axis',
    });
  }
};

/**
 * Throws a ShapeError unless both lists have one length below 2^31, an ArgumentError unless they
 * hold integers from 0 to `classes - 1`.
 */
export const checkClassIndices = (
  metric: string,
  predicted: ArrayLike<number>,
  expected: ArrayLike<number>,
  classes: number = Number.POSITIVE_INFINITY,
): void => {
  if (predicted.length !== expected.length || !(predicted.length < 2 ** 31)) {
    throw new ShapeError(`${metric}: predicted and expected have one length, below 2^31`, {
      got: `${predicted.length} and ${expected.length}`,
    });
  }
  checkList(metric, 'predicted', predicted, classes);
  checkList(metric, 'expected', expected, classes);
};
