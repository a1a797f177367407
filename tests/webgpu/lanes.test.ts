/** Elementwise phases that move four elements at a time, and those that may not. */

import { init } from 'gradloom';
import { describe, expect, test } from 'vitest';
import { reference } from '../../src/backends/reference/index.ts';
import { buildGraph, type Graph, type Value } from '../../src/ir/graph.ts';
import { iota } from '../../src/ir/ops/constants.ts';
import { abs, add, exp, mul, neg } from '../../src/ir/ops/elementwise.ts';
import { cast, gt, select } from '../../src/ir/ops/logic.ts';
import { broadcast, permute, slice } from '../../src/ir/ops/views.ts';
import { allocate, type DType, type Shape, type TensorType } from '../../src/ir/types.ts';
import { makeProgram } from '../../src/passes/compile.ts';
import { exactly, halfTolerance, mismatch } from '../../src/testing/mismatch.ts';
import { interpret, runCompiled } from '../../src/testing/run-graph.ts';
import { sampleData } from '../../src/testing/sample-data.ts';
import { openDawn, openSwiftShader } from './swiftshader.ts';
import { programTolerance } from './tolerances.ts';

const gpu = await openSwiftShader();

const f32 = (...shape: Shape): TensorType => ({ dtype: 'f32', shape });
const graphOf = (types: TensorType[], body: (inputs: readonly Value[]) => Value[]): Graph =>
  buildGraph('lanes', types, body);
/** How many shaders of a graph move vectors. */
const wideShaders = (graph: Graph): number =>
  gpu.compile(makeProgram(graph)).sources.join('\n').split(': array<vec4').length - 1;
const check = async (graph: Graph, options: Parameters<typeof runCompiled>[3] = {}) => {
  const data = graph.inputs.map(({ type }, k) => sampleData(type, k + 1));
  const expected = interpret(reference, graph, data);
  const actual = await runCompiled(gpu, graph, data, options);
  expected.forEach((array, k) => {
    const tolerance =
      array instanceof Float32Array
        ? programTolerance
        : array instanceof Uint16Array
          ? halfTolerance
          : exactly;
    expect(mismatch(actual[k]!, array, tolerance), `output ${k}`).toBeUndefined();
  });
};

test.each([4096, 4100, 8192, 65_540])('%i elements move by fours', async (length) => {
  const graph = graphOf([f32(length), f32(length)], ([x, y]) => [exp(add(x!, y!)), mul(x!, y!)]);
  expect(wideShaders(graph)).toBeGreaterThan(0);
  await check(graph);
  await check(graph, { switches: { fuse: false } });
});
test.each([1, 33, 4092, 4097, 4098, 4099])('%i elements do not', async (length) => {
  const graph = graphOf([f32(length)], ([x]) => [neg(x!)]);
  expect(wideShaders(graph)).toBe(0);
  await check(graph);
});

test.each(['f32', 'i32', 'u32', 'bool', 'f16', 'bf16'] as const)('%s', async (dtype: DType) => {
  const types = [
    { dtype, shape: [4096] },
    { dtype, shape: [4096] },
    { dtype: 'bool', shape: [4096] },
  ] as const;
  const graph = graphOf([...types], ([x, y, c]) => [select(c!, x!, y!)]);
  expect(wideShaders(graph)).toBeGreaterThan(0);
  await check(graph);
  await check(graph, { donated: [0, 1] });
});

describe('what is read beside', () => {
  const types = [f32(64, 128), f32(128), f32(64), f32()];
  test('rows, columns and scalars', async () => {
    const graph = graphOf(types, ([x, row, column, one]) => {
      const shape = [64, 128];
      const rows = broadcast(row!, { shape, axes: [1] });
      const columns = broadcast(column!, { shape, axes: [0] });
      const all = broadcast(one!, { shape, axes: [] });
      return [add(mul(x!, rows), mul(columns, all))];
    });
    expect(wideShaders(graph)).toBeGreaterThan(0);
    await check(graph);
    await check(graph, { switches: { fuse: false } });
  });
  test('the place itself', async () => {
    const graph = graphOf([f32(4096)], ([x]) => {
      const count = iota([], { axis: 0, shape: [4096], dtype: 'i32' });
      return [mul(x!, cast(count, { dtype: 'f32' }))];
    });
    expect(wideShaders(graph)).toBeGreaterThan(0);
    await check(graph);
  });
  test('a part that begins at a multiple of four, or elsewhere', async () => {
    for (const start of [1, 2, 3, 4, 8]) {
      const graph = graphOf([f32(8200)], ([x]) => [
        neg(slice(x!, { start: [start], size: [4096], step: [1] })),
      ]);
      expect(wideShaders(graph) > 0).toBe(start % 4 === 0);
      await check(graph);
    }
  });
  test('another order of the axes', async () => {
    const graph = graphOf([f32(64, 128)], ([x]) => [neg(permute(x!, { axes: [1, 0] }))]);
    expect(wideShaders(graph)).toBe(0);
    await check(graph);
  });
});

test('bools, numbers and vectors share the arena', async () => {
  const graph = graphOf([f32(4096)], ([x]) => {
    const isPositive = gt(x!, neg(x!));
    return [select(isPositive, exp(x!), abs(x!))];
  });
  await check(graph, { switches: { fuse: false } });
});

test('halves of two bytes move by fours where shaders know them', async () => {
  const halves = await init('webgpu', { gpu: await openDawn('null') });
  const type = { dtype: 'f16', shape: [4096] } as const;
  const isFirst: TensorType = { dtype: 'bool', shape: [4096] };
  const graph = graphOf([type, type, isFirst], ([x, y, c]) => [select(c!, x!, y!)]);
  const executable = halves.compile(makeProgram(graph));
  expect(executable.sources.join('\n')).toContain('array<vec4<f16>>');
  // A shader that is no WGSL makes its results fail; this device computes nothing.
  const inputs = graph.inputs.map(({ type: { dtype } }) =>
    halves.upload(allocate(dtype, 4096), dtype),
  );
  for (const result of executable.run(inputs)) await halves.download(result);
});
