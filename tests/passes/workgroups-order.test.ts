/** Orders of rows by workgroups: the same, bit for bit, as one element after the other. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { phasesOf } from '../../src/backends/webgpu/phases.ts';
import { leastTarget } from '../../src/backends/webgpu/target.ts';
import { buildGraph, type Graph } from '../../src/ir/graph.ts';
import { neg } from '../../src/ir/ops/elementwise.ts';
import { argSort } from '../../src/ir/ops/indexing.ts';
import type { DType, Shape } from '../../src/ir/types.ts';
import { makeProgram } from '../../src/passes/compile.ts';
import { sampleData } from '../../src/testing/sample-data.ts';
import { expectPlanned, tinyTarget } from './workgroup-targets.ts';

const graphOf = (dtype: DType, shape: Shape): Graph =>
  buildGraph('order', [{ dtype, shape }], ([x]) => [argSort(x!)]);

test.each([32, 33, 63, 64, 65, 127, 128, 129, 255, 256, 257, 600])('rows of %i', (length) => {
  expectPlanned(graphOf('f32', [length]), [sampleData({ dtype: 'f32', shape: [length] }, 1)]);
});
test.each(['i32', 'u32', 'bool'] as const)('several rows of %s', (dtype) => {
  const shape = [3, 90];
  expectPlanned(graphOf(dtype, shape), [sampleData({ dtype, shape }, 1)]);
});

test('ties, NaN, infinities and zeros of both signs', { timeout: 60_000 }, () => {
  const element = fc.constantFrom(0, -0, 1, -1, 2, Infinity, -Infinity, Number.NaN);
  fc.assert(
    fc.property(fc.array(element, { minLength: 33, maxLength: 150 }), (list) => {
      expectPlanned(graphOf('f32', [list.length]), [Float32Array.from(list)]);
    }),
    { numRuns: 12, seed: 5 },
  );
});

test('what is computed before and after joins the kernel', () => {
  const graph = buildGraph('joined', [{ dtype: 'f32', shape: [200] }], ([x]) => [
    neg(argSort(neg(x!))),
  ]);
  expect(makeProgram(graph).plan(tinyTarget).launches.length).toBe(1);
  expectPlanned(graph, [sampleData({ dtype: 'f32', shape: [200] }, 3)]);
});

test('long rows take few dispatches on a GPU', () => {
  const dispatches = (length: number): number => {
    const { launches } = makeProgram(graphOf('f32', [length])).plan(leastTarget);
    return launches.reduce((n, { kernel }) => n + phasesOf(kernel).length, 0);
  };
  expect([1000, 1024, 1025, 4096, 4097, 2 ** 20].map(dispatches)).toEqual([1, 1, 2, 2, 3, 6]);
});
