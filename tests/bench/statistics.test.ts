/** Statistics of the benchmarks: quantiles, thinning, and differences that nothing may hide in. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  difference,
  differenceOfAll,
  quantile,
  summarise,
  thinned,
} from '../../bench/running/statistics.ts';

const samples = fc.array(fc.double({ min: 0, max: 1e6, noNaN: true }), { minLength: 1 });

test('quantiles of known samples', () => {
  expect(summarise([4, 1, 3, 2, 5])).toEqual({ count: 5, least: 1, lower: 2, median: 3, upper: 4 });
  expect(quantile([1, 2], 0.5)).toBe(1.5);
  expect(quantile([7], 0.9)).toBe(7);
  expect(() => summarise([])).toThrow(RangeError);
});

test('a summary is in order and within the samples', () => {
  fc.assert(
    fc.property(samples, (values) => {
      const { count, least, lower, median, upper } = summarise(values);
      expect(count).toBe(values.length);
      expect(least).toBe(Math.min(...values));
      expect([least, lower, median, upper]).toEqual(
        [least, lower, median, upper].sort((a, b) => a - b),
      );
      expect(upper).toBeLessThanOrEqual(Math.max(...values));
      expect(values.filter((value) => value < median).length * 2).toBeLessThanOrEqual(count);
    }),
  );
});

test('thinned samples keep the ends and nearly the median', () => {
  const values = Array.from({ length: 1000 }, (_, k) => ((k * 7919) % 1000) ** 2);
  const kept = thinned(values, 201);
  expect(kept).toHaveLength(201);
  expect([kept[0], kept.at(-1)]).toEqual([0, 999 ** 2]);
  const middle = summarise(values).median;
  expect(Math.abs(summarise(kept).median / middle - 1)).toBeLessThan(0.01);
  expect(thinned([3, 1, 2], 201)).toEqual([1, 2, 3]);
});

test('differences are relative to the largest element, and NaN is one', () => {
  expect(difference([1, 2, 4], [1, 2, 5])).toBe(0.2);
  expect(difference([0, 0], [0, 0])).toBe(0);
  expect(difference([1], [1, 1])).toBe(Number.POSITIVE_INFINITY);
  expect(difference([Number.NaN], [1])).toBe(Number.POSITIVE_INFINITY);
  expect(difference([1, 1], [1, Number.NaN])).toBe(Number.POSITIVE_INFINITY);
  expect(difference([Number.POSITIVE_INFINITY], [1])).toBe(Number.POSITIVE_INFINITY);
  expect(differenceOfAll([[1e6], [1]], [[1e6], [2]])).toBe(0.5);
  expect(differenceOfAll([[1]], [[1], [2]])).toBe(Number.POSITIVE_INFINITY);
});
