/** Quality of a classifier class by class, from its confusion matrix. */
import { DTypeError, ShapeError } from '../../ir/errors.ts';
import { type ArrayData, checkArray } from '../data/array-data.ts';

/** Quality per class: element c belongs to class c. */
export interface ClassQuality {
  /** Of the answers "c", the share that is right; NaN for a class that is never predicted. */
  readonly precision: Float64Array;
  /** Of the members of c, the share that is found; NaN for a class without members. */
  readonly recall: Float64Array;
  /**
   * 2 true positives / (predicted + expected), the harmonic mean of both; NaN for a class that
   * occurs in neither.
   */
  readonly f1: Float64Array;
  /** How many members each class has. */
  readonly support: Int32Array;
}

/**
 * Precision, recall and F1 of every class of a matrix that `confusionMatrix` made (rows are the
 * expected classes). Throws a ShapeError unless the matrix is square, a DTypeError unless it is
 * i32.
 */
export const precisionRecall = (matrix: ArrayData<'i32'>): ClassQuality => {
  checkArray('precisionRecall', matrix);
  const [classes, columns] = matrix.shape;
  if (matrix.dtype !== 'i32') {
    throw new DTypeError('precisionRecall: the matrix is i32', { got: String(matrix.dtype) });
  }
  if (classes === undefined || classes !== columns || matrix.shape.length !== 2) {
    throw new ShapeError('precisionRecall: the matrix is [classes, classes]', {
      got: `[${matrix.shape.join(', ')}]`,
    });
  }
  const precision = new Float64Array(classes);
  const recall = new Float64Array(classes);
  const f1 = new Float64Array(classes);
  const support = new Int32Array(classes);
  for (let c = 0; c < classes; c++) {
    let expected = 0;
    let predicted = 0;
    for (let other = 0; other < classes; other++) {
      expected += matrix.data[c * classes + other] as number;
      predicted += matrix.data[other * classes + c] as number;
    }
    const right = matrix.data[c * classes + c] as number;
    precision[c] = right / predicted;
    recall[c] = right / expected;
    f1[c] = (2 * right) / (predicted + expected);
    support[c] = expected;
  }
  return { precision, recall, f1, support };
};
