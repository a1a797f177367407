/** Folds in parts: accumulators of any parts, combined in any order, are those of one fold. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Params, ReduceOp } from '../../src/ir/op.ts';
import { registry } from '../../src/ir/ops/registry.ts';
import { numbers } from '../../src/ir/scalar.ts';
import type { DType } from '../../src/ir/types.ts';

const folds = Object.entries(registry).flatMap(([name, op]) =>
  op.kind === 'reduce' ? [[name, op as unknown as ReduceOp<Params>] as const] : [],
);
const elements: Readonly<Record<string, fc.Arbitrary<number>>> = {
  f64: fc.oneof(
    fc.double({ min: -2, max: 2, noNaN: true }).filter((x) => Math.abs(x) > 1e-3),
    fc.constantFrom(-1, 1, 1, 0, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY),
  ),
  i32: fc.oneof(fc.integer(), fc.integer({ min: -3, max: 3 })),
  u32: fc.oneof(fc.nat(), fc.nat({ max: 3 })),
  bool: fc.nat({ max: 1 }),
};
const dtypesOf = (op: ReduceOp<Params>): readonly DType[] =>
  (['f64', 'i32', 'u32', 'bool'] as const).filter((dtype) => {
    try {
      op.type([{ dtype, shape: [4] }], { axes: [0] });
      return true;
    } catch {
      return false;
    }
  });
const cases = folds.flatMap(([name, op]) =>
  dtypesOf(op).map((dtype) => [name, dtype, op] as const),
);

test('every fold is among the cases', () => {
  const names = [...new Set(cases.map(([name]) => name))].sort();
  expect(names).toEqual(folds.map(([name]) => name).sort());
  expect(names).toContain('argMin');
});

describe('parts of a fold', () => {
  test.each(cases)('%s of %s', (name, dtype, op) => {
    const [s, i] = [numbers(dtype), numbers('i32')];
    const element = elements[dtype]!;
    const part = fc.array(fc.tuple(fc.nat({ max: 3 }), element), { maxLength: 24 });
    // Rounding depends on the order; everything else does not.
    const isRounded = dtype === 'f64' && (name === 'reduceSum' || name === 'reduceProd');
    fc.assert(
      fc.property(part, fc.array(fc.nat({ max: 3 }), { maxLength: 4 }), (list, swaps) => {
        const whole = list.reduce((known, [, x], at) => op.step(s, i, known, x, at), op.init(s, i));
        // Some parts may be empty.
        const parts = Array.from({ length: 4 }, () => op.init(s, i));
        list.forEach(([to, x], at) => {
          parts[to] = op.step(s, i, parts[to]!, x, at);
        });
        for (const k of swaps) parts.push(...parts.splice(k, 1));
        const [first, ...others] = parts;
        const joined = others.reduce((a, b) => op.combine(s, i, a, b), first!);
        const [expected, actual] = [whole[op.result]!, joined[op.result]!];
        if (isRounded && Number.isFinite(expected)) {
          const sizes = list.map(([, x]) => Math.abs(x));
          const size = name === 'reduceSum' ? sizes.reduce((a, b) => a + b, 0) : expected;
          expect(Math.abs(actual - expected)).toBeLessThanOrEqual(1e-14 * Math.abs(size) + 1e-300);
        } else expect(actual === expected || Object.is(actual, expected)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });
});
