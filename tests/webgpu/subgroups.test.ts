/**
 * Folds whose lanes shuffle, on devices that offer it, that do not, and that number their
 * invocations otherwise than they say.
 */
import { init } from 'gradloom';
import { describe, expect, test } from 'vitest';
import type { Backend } from '../../src/backends/backend.ts';
import { js } from '../../src/backends/js/index.ts';
import type { Graph } from '../../src/ir/graph.ts';
import { add, mul } from '../../src/ir/ops/elementwise.ts';
import { reduceSum } from '../../src/ir/ops/reductions.ts';
import { makeProgram } from '../../src/passes/compile.ts';
import { mismatch } from '../../src/testing/mismatch.ts';
import { runCompiled, runCompiledSync } from '../../src/testing/run-graph.ts';
import { sampleData } from '../../src/testing/sample-data.ts';
import { layerNorm, of, overLast, scalar, single, softmax } from '../passes/models.ts';
import { openDawn, openSwiftShader } from './swiftshader.ts';
import { programTolerance } from './tolerances.ts';

const gpu = await openSwiftShader();
/** A driver of the machine may have other subgroups, or none. */
const isSwiftShader = process.env.GRADLOOM_WEBGPU !== 'system';

/** A device whose adapter says other things of its subgroups. */
const openWith = async (offers: boolean, subgroupMinSize: number | undefined): Promise<Backend> => {
  const dawn = (await openDawn()) as GPU;
  const requestAdapter = async () => {
    const adapter = (await dawn.requestAdapter()) as GPUAdapter;
    const features = new Set<string>(adapter.features);
    if (!offers) features.delete('subgroups');
    const requestDevice = (options: GPUDeviceDescriptor) => adapter.requestDevice(options);
    return { limits: adapter.limits, features, info: { subgroupMinSize }, requestDevice };
  };
  return init('webgpu', { gpu: { requestAdapter } });
};
const subgroupOf = ({ target }: Backend): number | undefined => target?.workgroup?.subgroup;

const rows = single('softmax', [of([40, 257])], (x) => softmax(x));
/** Whether the shaders of a program shuffle. */
const shuffles = async (backend: Backend, graph: Graph): Promise<boolean> => {
  const executable = backend.compile(makeProgram(graph)) as { readonly sources: readonly string[] };
  const texts = executable.sources.filter((text) => text.includes('subgroupShuffleXor('));
  expect(texts.every((text) => text.startsWith('enable subgroups;\n'))).toBe(true);
  return texts.length > 0;
};

test.runIf(isSwiftShader)('the device of the tests has subgroups of four', () => {
  expect(subgroupOf(gpu)).toBe(4);
});
test('rows are combined by shuffles where there are subgroups', async () => {
  expect(await shuffles(gpu, rows)).toBe(subgroupOf(gpu) !== undefined);
});

describe('devices that go without', () => {
  test.each([
    ['that do not offer subgroups', false, 4],
    ['that do not say how large they are', true, undefined],
    ['whose subgroups are smaller than they say', true, isSwiftShader ? 8 : 128],
  ] as const)('those %s', async (_, offers, least) => {
    const backend = await openWith(offers, least);
    expect(subgroupOf(backend)).toBeUndefined();
    expect(await shuffles(backend, rows)).toBe(false);
    const vector = of([300]);
    for (const graph of [
      rows,
      single('sum', [of([100_003])], (x) => reduceSum(x, { axes: [0] })),
      single('norm', [of([5, 300]), vector, vector], (x, s, b) => layerNorm(x, s, b)),
    ]) {
      const inputs = graph.inputs.map(({ type }, k) => sampleData(type, k + 1));
      const [expected] = runCompiledSync(js, graph, inputs);
      const [actual] = await runCompiled(backend, graph, inputs);
      expect(mismatch(actual!, expected!, programTolerance), graph.name).toBeUndefined();
    }
  });
  test('those that compute nothing', async () => {
    const backend = await init('webgpu', { gpu: await openDawn('null') });
    expect(subgroupOf(backend)).toBeUndefined();
  });
});

test.each([
  [40, 257],
  [600, 33],
  [20_000, 33],
  [3, 30_000],
  [2, 300_000],
])('all elements of %i rows of %i get the same sum, in every run', async (count, length) => {
  const graph = single('sums', [of([count, length])], (x) =>
    add(mul(x, scalar(x, 0)), overLast(reduceSum(x, { axes: [1] }), x)),
  );
  const inputs = graph.inputs.map(({ type }) => sampleData(type, 7));
  const [sums] = await runCompiled(gpu, graph, inputs);
  for (let row = 0; row < count; row++) {
    const different = new Set(sums!.subarray(row * length, (row + 1) * length));
    expect(different.size, `row ${row}`).toBe(1);
  }
  expect((await runCompiled(gpu, graph, inputs))[0]).toEqual(sums);
});
