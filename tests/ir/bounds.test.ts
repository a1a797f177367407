/** Bounds of integer expressions hold for every value they take. */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { boundsOf } from '../../src/ir/bounds.ts';
import type { Expr } from '../../src/ir/kernel.ts';
import { edges, evaluate, index, operands, randomExpression } from './random-expression.ts';

test.each(['i32', 'u32'] as const)('no value of an expression of %s leaves its bounds', (dtype) => {
  const memory = fc.tuple(
    ...operands.map((buffer) => fc.constantFrom(...edges[buffer.dtype])),
    fc.integer({ min: 0, max: 9 }),
  );
  let known = 0;
  fc.assert(
    fc.property(randomExpression(dtype), memory, (e, values) => {
      const bounds = boundsOf(e);
      if (bounds === undefined) return;
      known++;
      const environment = new Map<number, number>([
        [-1 - index.id, values[operands.length] as number],
      ]);
      for (const buffer of operands) environment.set(buffer.id, values[buffer.id] as number);
      const value = evaluate(e, environment);
      expect(value).toBeGreaterThanOrEqual(bounds[0]);
      expect(value).toBeLessThanOrEqual(bounds[1]);
    }),
    { numRuns: 2000 },
  );
  expect(known).toBeGreaterThan(200);
});

test('bounds follow loops, remainders, masks and choices', () => {
  const constant = (value: number): Expr => ({ kind: 'const', value, dtype: 'i32' });
  const binary = (name: 'mul' | 'add' | 'rem' | 'div' | 'and' | 'min', x: Expr, y: Expr): Expr => ({
    kind: 'binary',
    name,
    x,
    y,
    dtype: 'i32',
  });
  const unknown: Expr = { kind: 'local', id: 1, dtype: 'i32' };
  expect(boundsOf(binary('add', binary('mul', index, constant(10)), constant(-3)))).toEqual([
    -3, 87,
  ]);
  expect(boundsOf(binary('div', index, constant(2)))).toEqual([0, 4]);
  expect(boundsOf(binary('rem', unknown, constant(8)))).toEqual([-7, 7]);
  expect(boundsOf(binary('and', index, constant(3)))).toEqual([0, 3]);
  expect(boundsOf(binary('min', index, constant(4)))).toEqual([0, 4]);
  expect(boundsOf(unknown)).toBeUndefined();
  expect(boundsOf(unknown, () => [1, 2])).toEqual([1, 2]);
  expect(boundsOf(binary('mul', index, constant(2 ** 30)))).toBeUndefined();
});
