/** Running folds on a device: lengths around every edge, ties and NaN, the same bits twice. */
import { describe, expect, test } from 'vitest';
import { reference } from '../../src/backends/reference/index.ts';
import { buildGraph, type Graph } from '../../src/ir/graph.ts';
import {
  cumulativeArgMax,
  cumulativeArgMin,
  cumulativeLogSumExp,
  cumulativeProduct,
  cumulativeSum,
  linearRecurrence,
} from '../../src/ir/ops/cumulative.ts';
import type { DType, Shape, TypedArray } from '../../src/ir/types.ts';
import { exactly, mismatch } from '../../src/testing/mismatch.ts';
import { interpret, runCompiled } from '../../src/testing/run-graph.ts';
import { sampleData } from '../../src/testing/sample-data.ts';
import { openSwiftShader } from './swiftshader.ts';
import { programTolerance } from './tolerances.ts';

const gpu = await openSwiftShader();

const graphOf = (op: typeof cumulativeSum, dtype: DType, shape: Shape, reverse = false): Graph =>
  buildGraph('running', [{ dtype, shape }], ([x]) => [
    op(op === linearRecurrence ? [x!, x!] : x!, { reverse }),
  ]);
const check = async (graph: Graph, data: TypedArray): Promise<void> => {
  const [expected] = interpret(reference, graph, [data]);
  const [actual] = await runCompiled(gpu, graph, [data]);
  const tolerance = expected instanceof Float32Array ? programTolerance : exactly;
  expect(mismatch(actual!, expected!, tolerance)).toBeUndefined();
};

const lengths = [1, 2, 31, 32, 33, 64, 255, 256, 257, 1023, 4097];
test.each(lengths)('rows of %i', async (length) => {
  for (const reverse of [false, true]) {
    for (const lead of [[], [5]]) {
      const shape = [...lead, length];
      const graph = graphOf(cumulativeSum, 'f32', shape, reverse);
      await check(graph, sampleData({ dtype: 'f32', shape }, 1));
    }
  }
});

describe('every fold', () => {
  const folds = [
    ['sum', cumulativeSum, ['f32', 'i32', 'u32']],
    ['product', cumulativeProduct, ['f32', 'i32', 'u32']],
    ['recurrence', linearRecurrence, ['f32', 'i32', 'u32']],
    ['place of the largest', cumulativeArgMax, ['f32', 'i32', 'u32']],
    ['place of the smallest', cumulativeArgMin, ['f32', 'i32', 'u32']],
    ['logarithm of a sum', cumulativeLogSumExp, ['f32']],
  ] as const;
  test.each(folds)('%s', async (_, op, dtypes) => {
    for (const dtype of dtypes) {
      const shape = [2, 700];
      const range = op === cumulativeProduct && dtype === 'f32' ? { low: -1, high: 1 } : {};
      await check(graphOf(op, dtype, shape), sampleData({ dtype, shape }, 1, range));
      await check(graphOf(op, dtype, shape, true), sampleData({ dtype, shape }, 2, range));
    }
  });
});

test('the first of equals and the first NaN, wherever they are', async () => {
  for (const at of [0, 3, 255, 256, 40_000]) {
    const ties = Float32Array.from({ length: 50_000 }, (_, k) => (k >= at && k % 7 === 0 ? 2 : 1));
    await check(graphOf(cumulativeArgMax, 'f32', [50_000]), ties);
    ties[at + 1000] = Number.NaN;
    await check(graphOf(cumulativeArgMax, 'f32', [50_000]), ties);
    await check(graphOf(cumulativeArgMin, 'f32', [50_000], true), ties);
  }
});

test('products whose parts are larger or smaller than any float', async () => {
  // Runs of large numbers and runs of small ones: the products from the start stay near 1.
  const data = Float32Array.from({ length: 2000 }, (_, k) => (k % 500 < 250 ? 2 : 0.5));
  data[1999] = -2;
  await check(graphOf(cumulativeProduct, 'f32', [2000]), data);
  await check(graphOf(cumulativeProduct, 'f32', [2000], true), data);
  data[3] = 0;
  await check(graphOf(cumulativeProduct, 'f32', [2000]), data);
});

test('many numbers, the same bits twice', async () => {
  const length = 300_003;
  // Multiples of 1/8, whose sums are exact.
  const data = sampleData({ dtype: 'f32', shape: [length] }, 1).map((x) => Math.round(x * 8) / 8);
  const graph = graphOf(cumulativeSum, 'f32', [length]);
  await check(graph, data);
  const again = await runCompiled(gpu, graph, [data]);
  expect(await runCompiled(gpu, graph, [data])).toEqual(again);
  const ones = new Float32Array(length).fill(1);
  const [counts] = await runCompiled(gpu, graph, [ones]);
  expect(counts!.every((count, k) => count === k + 1)).toBe(true);
});
