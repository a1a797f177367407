/** Scatters on a device: duplicates, places outside, every dtype and length, the same bits twice. */
import { describe, expect, test } from 'vitest';
import { reference } from '../../src/backends/reference/index.ts';
import { buildGraph, type Graph } from '../../src/ir/graph.ts';
import { scatterAdd, scatterSet } from '../../src/ir/ops/indexing.ts';
import type { Shape, TypedArray } from '../../src/ir/types.ts';
import { exactly, mismatch } from '../../src/testing/mismatch.ts';
import { interpret, runCompiled } from '../../src/testing/run-graph.ts';
import { sampleData } from '../../src/testing/sample-data.ts';
import { openSwiftShader } from './swiftshader.ts';
import { programTolerance } from './tolerances.ts';

const gpu = await openSwiftShader();

type Combine = typeof scatterAdd;
type Element = 'f32' | 'i32' | 'u32' | 'bool' | 'f16' | 'bf16';

const graphOf = (shape: Shape, count: number, combine: Combine, dtype: Element = 'f32'): Graph => {
  const types = [
    { dtype, shape },
    { dtype: 'i32', shape: [count] },
    { dtype, shape: [count, ...shape.slice(1)] },
  ] as const;
  return buildGraph('scatter', types, ([x, at, by]) => [
    combine([x!, at!, by!], { axis: 0, batch: 0 }),
  ]);
};
const dataFor = ({ inputs }: Graph): TypedArray[] =>
  inputs.map(({ type }, k) => {
    const length = inputs[0]!.type.shape[0]!;
    return sampleData(type, k + 1, k === 1 ? { low: -length - 1, high: length } : {});
  });
const check = async (graph: Graph): Promise<void> => {
  const data = dataFor(graph);
  const [expected] = interpret(reference, graph, data);
  const [actual] = await runCompiled(gpu, graph, data);
  const tolerance = expected instanceof Float32Array ? programTolerance : exactly;
  expect(mismatch(actual!, expected!, tolerance)).toBeUndefined();
};

const counts = [1, 2, 31, 32, 33, 64, 100, 255, 256, 257, 1025];
test.each(counts)('%i updates', async (count) => {
  for (const shape of [[1], [33], [300], [20, 5]]) {
    await check(graphOf(shape, count, scatterAdd));
    await check(graphOf(shape, count, scatterSet));
  }
});

describe('every dtype', () => {
  test.each(['f32', 'i32', 'u32'] as const)('add %s', async (dtype) => {
    for (const length of [7, 500]) await check(graphOf([length], 3000, scatterAdd, dtype));
  });
  test.each(['f32', 'i32', 'u32', 'bool', 'f16', 'bf16'] as const)('set %s', async (dtype) => {
    await check(graphOf([130, 2], 400, scatterSet, dtype));
  });
});

test('a histogram of many numbers', async () => {
  const graph = graphOf([256], 2 ** 17, scatterAdd);
  await check(graph);
});

test('two runs give the same bits', async () => {
  for (const [shape, count] of [
    [[64, 9], 700],
    [[50], 50_000],
  ] as const) {
    const graph = graphOf(shape, count, scatterAdd);
    const data = dataFor(graph);
    const [first, second] = [
      await runCompiled(gpu, graph, data),
      await runCompiled(gpu, graph, data),
    ];
    expect(first).toEqual(second);
  }
});
