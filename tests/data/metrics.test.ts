/** Metrics of classifiers against counting by hand. */
import fc from 'fast-check';
import { accuracy, confusionMatrix, precisionRecall } from 'gradloom/data';
import { describe, expect, test } from 'vitest';
import { ArgumentError, DTypeError, ShapeError } from '../../src/ir/errors.ts';

const expected = [0, 0, 0, 1, 1, 2];
const predicted = Int32Array.of(0, 1, 0, 1, 1, 0);

describe('metrics', () => {
  test('accuracy is the share of right answers', () => {
    expect(accuracy(predicted, expected)).toBe(4 / 6);
    expect(accuracy([], [])).toBeNaN();
    expect(() => accuracy([1], [1, 2])).toThrow(ShapeError);
    expect(() => accuracy([0.7], [1])).toThrow('predicted[0] is not a class index');
    expect(() => accuracy([1], [-1])).toThrow('expected[0]');
  });

  test('rows of the confusion matrix are the expected classes', () => {
    expect(confusionMatrix(predicted, expected, 3)).toEqual({
      dtype: 'i32',
      shape: [3, 3],
      data: Int32Array.of(2, 1, 0, 0, 2, 0, 1, 0, 0),
    });
    expect(() => confusionMatrix(predicted, expected, 2)).toThrow('expected[5]');
    expect(() => confusionMatrix([0], [0, 1], 2)).toThrow(ShapeError);
    for (const classes of [0, -1, 1.5, 40_000, Number.NaN]) {
      expect(() => confusionMatrix([], [], classes)).toThrow(ArgumentError);
    }
  });

  test('precision, recall and F1 class by class', () => {
    const quality = precisionRecall(confusionMatrix(predicted, expected, 4));
    expect([...quality.precision]).toEqual([2 / 3, 2 / 3, Number.NaN, Number.NaN]);
    expect([...quality.recall]).toEqual([2 / 3, 1, 0, Number.NaN]);
    expect([...quality.f1]).toEqual([4 / 6, 4 / 5, 0, Number.NaN]);
    expect([...quality.support]).toEqual([3, 2, 1, 0]);
  });

  test('the matrix must be square and i32', () => {
    const wide = { dtype: 'i32', shape: [1, 2], data: Int32Array.of(1, 2) } as const;
    expect(() => precisionRecall(wide)).toThrow(ShapeError);
    expect(() => precisionRecall({ ...wide, shape: [2] })).toThrow(ShapeError);
    const f32 = { dtype: 'f32', shape: [1, 1], data: Float32Array.of(1) };
    expect(() => precisionRecall(f32 as unknown as typeof wide)).toThrow(DTypeError);
  });

  test('counts agree with the lists', () => {
    const pairs = fc.array(fc.tuple(fc.nat({ max: 4 }), fc.nat({ max: 4 })), { minLength: 1 });
    fc.assert(
      fc.property(pairs, (list) => {
        const p = list.map(([a]) => a);
        const e = list.map(([, b]) => b);
        const matrix = confusionMatrix(p, e, 5);
        let trace = 0;
        for (let row = 0; row < 5; row++) {
          trace += matrix.data[row * 5 + row] as number;
          for (let column = 0; column < 5; column++) {
            const count = list.filter(([a, b]) => a === column && b === row).length;
            expect(matrix.data[row * 5 + column]).toBe(count);
          }
        }
        expect(accuracy(p, e)).toBe(trace / list.length);
        const { precision, recall, f1 } = precisionRecall(matrix);
        for (let c = 0; c < 5; c++) {
          const [a, b] = [precision[c] as number, recall[c] as number];
          if (a + b > 0) expect(f1[c]).toBeCloseTo((2 * a * b) / (a + b), 12);
        }
      }),
    );
  });
});
