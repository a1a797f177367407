/** How folds are divided: within the limits of the machine, and every element once. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { divideFold } from '../../src/passes/divide-fold.ts';

const sizes = fc.record({
  rows: fc.oneof(fc.integer({ min: 0, max: 70 }), fc.integer({ min: 0, max: 10 ** 6 })),
  length: fc.oneof(fc.integer({ min: 0, max: 300 }), fc.integer({ min: 0, max: 10 ** 7 })),
  isAcross: fc.boolean(),
  bytes: fc.constantFrom(4, 8, 12, 40),
  passes: fc.integer({ min: 1, max: 9 }),
});
const machines = fc.record({
  invocations: fc.integer({ min: 1, max: 1024 }),
  memory: fc.integer({ min: 0, max: 32768 }),
  busy: fc.integer({ min: 1, max: 500 }),
});

test('a division fits the machine', () => {
  let shared = 0;
  let spread = 0;
  fc.assert(
    fc.property(sizes, machines, (size, machine) => {
      const shape = divideFold(size, machine);
      if (shape === undefined) return;
      const { rowLanes, foldLanes, chunks } = shape;
      shared++;
      if (chunks > 1) spread++;
      for (const lanes of [rowLanes, foldLanes])
        expect(Number.isInteger(Math.log2(lanes))).toBe(true);
      expect(foldLanes).toBeGreaterThan(1);
      expect(rowLanes * foldLanes).toBeLessThanOrEqual(machine.invocations);
      expect(rowLanes * foldLanes * size.bytes).toBeLessThanOrEqual(machine.memory);
      // No lane is without work in every round.
      expect(foldLanes * chunks).toBeLessThan(2 * size.length);
      expect(Number.isInteger(chunks) && chunks >= 1).toBe(true);
      if (chunks > 1) expect(size.passes).toBeLessThan(8);
    }),
    { numRuns: 2000 },
  );
  expect(shared).toBeGreaterThan(500);
  expect(spread).toBeGreaterThan(50);
});

test('the kinds of folds on a GPU', () => {
  const gpu = { invocations: 256, memory: 16384, busy: 128 };
  const lanesOf = (rows: number, length: number, isAcross: boolean): number[] | undefined => {
    const shape = divideFold({ rows, length, isAcross, bytes: 4, passes: 1 }, gpu);
    return shape && [shape.rowLanes, shape.foldLanes, shape.chunks];
  };
  expect(lanesOf(1, 4_194_304, false)).toEqual([1, 256, 128]);
  expect(lanesOf(1024, 1024, false)).toEqual([4, 64, 1]);
  expect(lanesOf(100_000, 64, false)).toEqual([32, 8, 1]);
  expect(lanesOf(8, 64, false)).toEqual([4, 64, 1]);
  expect(lanesOf(64, 32_768, true)).toEqual([32, 8, 64]);
  expect(lanesOf(100_000, 1000, true)).toBeUndefined();
  expect(lanesOf(5, 20, false)).toBeUndefined();
});
