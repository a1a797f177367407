/** The share of right answers of a classifier. */
import { checkClassIndices } from './class-indices.ts';

/**
 * The share of places where the class indices agree, 0 to 1; NaN for no places at all. Throws a
 * ShapeError for lists of unequal length, an ArgumentError for values that are not class indices
 * (scores, say).
 */
export const accuracy = (predicted: ArrayLike<number>, expected: ArrayLike<number>): number => {
  checkClassIndices('accuracy', predicted, expected);
  let right = 0;
  for (let i = 0; i < predicted.length; i++) if (predicted[i] === expected[i]) right++;
  return right / predicted.length;
};
