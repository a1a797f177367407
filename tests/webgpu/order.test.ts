/** Orders of rows on a device: bit for bit what the interpreter gives. */
import { expect, test } from 'vitest';
import { reference } from '../../src/backends/reference/index.ts';
import { buildGraph } from '../../src/ir/graph.ts';
import { argSort } from '../../src/ir/ops/indexing.ts';
import type { DType, Shape, TypedArray } from '../../src/ir/types.ts';
import { interpret, runCompiled } from '../../src/testing/run-graph.ts';
import { sampleData } from '../../src/testing/sample-data.ts';
import { openSwiftShader } from './swiftshader.ts';

const gpu = await openSwiftShader();

const check = async (dtype: DType, shape: Shape, data: TypedArray): Promise<void> => {
  const graph = buildGraph('order', [{ dtype, shape }], ([x]) => [argSort(x!)]);
  const expected = interpret(reference, graph, [data]);
  expect(await runCompiled(gpu, graph, [data])).toEqual(expected);
};

const lengths = [1, 2, 31, 32, 33, 64, 255, 256, 257, 1023, 1024, 1025, 4097, 20_000];
test.each(lengths)('a row of %i', async (length) => {
  await check('f32', [length], sampleData({ dtype: 'f32', shape: [length] }, 1));
});
test.each(['i32', 'u32', 'bool'] as const)('rows of %s', async (dtype) => {
  for (const shape of [
    [3, 100],
    [2, 1500],
  ]) {
    await check(dtype, shape, sampleData({ dtype, shape }, 1));
  }
});

test('ties, NaN, infinities and zeros of both signs', async () => {
  const values = [0, -0, 1, -1, Infinity, -Infinity, Number.NaN, 3, -3];
  const data = Float32Array.from({ length: 5000 }, (_, k) => values[(k * k + k * 7) % 9]!);
  await check('f32', [5000], data);
  await check('f32', [5, 1000], data);
});
