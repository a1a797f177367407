/**
 * Kernels keep doubles between operations and round what they store. Whatever decides (comparisons,
 * steps, conversions to integers, remainders) decides as it would on stored operands.
 */
import { describe, expect, test } from 'vitest';
import { js } from '../../src/backends/js/index.ts';
import { reference } from '../../src/backends/reference/index.ts';
import type { Value } from '../../src/ir/graph.ts';
import { fmod } from '../../src/ir/ops/division.ts';
import { add, ceil, floor, mul, round, sign, trunc } from '../../src/ir/ops/elementwise.ts';
import { argSort } from '../../src/ir/ops/indexing.ts';
import { bitcast, cast, eq, ge, gt, le, lt, ne, select } from '../../src/ir/ops/logic.ts';
import { argMax, argMin, reduceMax, reduceSum } from '../../src/ir/ops/reductions.ts';
import { makeProgram } from '../../src/passes/compile.ts';
import { mismatch } from '../../src/testing/mismatch.ts';
import { interpret, runCompiledSync } from '../../src/testing/run-graph.ts';
import { of, overLast, single } from './models.ts';

// In single precision x + y is 1, 1, 2.5, -1 and 16777216; in double precision it is a little less
// or more.
const x = Float32Array.of(1, 1, 2.5, -1, 16777215);
const y = Float32Array.of(-(2 ** -30), 2 ** -30, -(2 ** -26), 2 ** -30, 0.75);
const rounded = x.map((value, k) => value + y[k]!);

const decisions: readonly (readonly [string, (sum: Value, z: Value) => Value])[] = [
  ['eq', (sum, z) => eq(sum, z)],
  ['ne', (sum, z) => ne(sum, z)],
  ['lt', (sum, z) => lt(sum, z)],
  ['le', (sum, z) => le(sum, z)],
  ['gt', (sum, z) => gt(sum, z)],
  ['ge', (sum, z) => ge(sum, z)],
  ['floor', (sum) => floor(sum)],
  ['ceil', (sum) => ceil(sum)],
  ['round', (sum) => round(sum)],
  ['trunc', (sum) => trunc(sum)],
  ['sign', (sum) => sign(sum)],
  ['fmod', (sum, z) => fmod(sum, z)],
  ['cast to i32', (sum) => cast(sum, { dtype: 'i32' })],
  ['cast to u32', (sum) => cast(sum, { dtype: 'u32' })],
  ['cast to bool', (sum, z) => cast(fmod(sum, z), { dtype: 'bool' })],
  ['cast to f64', (sum) => cast(sum, { dtype: 'f64' })],
  ['bitcast', (sum) => bitcast(sum, { dtype: 'u32' })],
  ['a choice', (sum, z) => select(lt(sum, z), mul(sum, sum), z)],
];

describe('fused decisions are those of stored values', () => {
  test.each(decisions)('%s', (_, decide) => {
    const n = of([x.length]);
    const graph = single('decide', [n, n, n], (a, b, z) => decide(add(a, b), z));
    const inputs = [x, y, rounded];
    const expected = interpret(reference, graph, inputs)[0]!;
    expect(makeProgram(graph).plan().launches.length).toBe(1);
    expect(mismatch(runCompiledSync(js, graph, inputs)[0]!, expected)).toBeUndefined();
  });

  // Sums of the first and of the second element are equal once they are stored.
  test.each<[string, (sums: Value) => Value]>([
    ['argMax', (sums) => argMax(sums, { axes: [1] })],
    ['argMin', (sums) => argMin(sums, { axes: [1] })],
    ['argSort', (sums) => argSort(sums)],
    ['the largest', (sums) => eq(sums, overLast(reduceMax(sums, { axes: [1] }), sums))],
  ])('%s', (_, decide) => {
    const n = of([2, 3]);
    const graph = single('decide', [n, n], (a, b) => decide(add(a, b)));
    const inputs = [
      Float32Array.of(1, 1, 0, 1, 1, 0),
      Float32Array.of(-(2 ** -30), 2 ** -30, 0, 2 ** -30, -(2 ** -30), 3),
    ];
    const expected = interpret(reference, graph, inputs)[0]!;
    expect(mismatch(runCompiledSync(js, graph, inputs)[0]!, expected)).toBeUndefined();
  });
});

test('sums are accumulated in double precision and rounded once', () => {
  const graph = single('sum', [of([3])], (a) => reduceSum(a, { axes: [0] }));
  const parts = Float32Array.of(16777216, 1, 1);
  for (const result of [
    interpret(reference, graph, [parts]),
    runCompiledSync(js, graph, [parts]),
  ]) {
    expect(result[0]![0]).toBe(16777218);
  }
});
