/** Programs whose memory between kernels is longer than one buffer may be. */
import { expect, test } from 'vitest';
import type { Backend } from '../../src/backends/backend.ts';
import { js } from '../../src/backends/js/index.ts';
import { emitShader } from '../../src/backends/webgpu/emit-shader.ts';
import { phasesOf } from '../../src/backends/webgpu/phases.ts';
import { buildGraph, type Graph, type Value } from '../../src/ir/graph.ts';
import { dot } from '../../src/ir/ops/contractions.ts';
import { add, exp, mul } from '../../src/ir/ops/elementwise.ts';
import { gt, select } from '../../src/ir/ops/logic.ts';
import { parseKernel } from '../../src/ir/parse.ts';
import { arenasOf } from '../../src/ir/plan.ts';
import { makeProgram } from '../../src/passes/compile.ts';
import { mismatch, singleTolerance } from '../../src/testing/mismatch.ts';
import { runCompiled, runCompiledSync } from '../../src/testing/run-graph.ts';
import { sampleData } from '../../src/testing/sample-data.ts';
import { programs } from '../passes/golden-programs.ts';
import { openWatched } from './watched-device.ts';

const product = (x: Value, y: Value): Value =>
  dot([x, y], { contract: [[1], [0]], batch: [[], []] });
const graph: Graph = buildGraph('pieces', [{ dtype: 'f32', shape: [16, 16] }], ([x]) => {
  const all = [product(x!, x!)];
  for (let k = 1; k < 6; k++) all.push(product(exp(mul(all[k - 1]!, x!)), x!));
  const isLarge = gt(all[1]!, all[4]!);
  return [all.reduce((sum, y) => product(select(isLarge, exp(x!), add(sum, y)), x!))];
});

test('an arena in three pieces', async () => {
  const { backend, device } = await openWatched({ maxStorageBufferBindingSize: 3 * 1024 });
  const sizes: number[] = [];
  const create = device.createBindGroup.bind(device);
  const buffers = new Set<GPUBuffer>();
  device.createBindGroup = (description) => {
    for (const { resource } of description.entries) {
      const { buffer, size } = resource as GPUBufferBinding;
      if (!buffers.has(buffer)) sizes.push(size ?? 0);
      buffers.add(buffer);
    }
    return create(description);
  };
  const pieces = arenasOf(makeProgram(graph).plan(backend.target)).map(({ bytes }) => bytes);
  expect(pieces.length).toBeGreaterThanOrEqual(3);
  const data = [sampleData(graph.inputs[0]!.type, 1)];
  for (const switches of [{}, { fuse: false }, { planMemory: false }]) {
    const [actual] = await runCompiled(backend, graph, data, { switches });
    const [expected] = runCompiledSync(js, graph, data, { switches });
    expect(mismatch(actual!, expected!, singleTolerance)).toBeUndefined();
  }
  for (const bytes of pieces) expect(sizes).toContain(bytes);
  expect(Math.max(...sizes)).toBeLessThanOrEqual(3 * 1024);
});

/** The same backend with plans of shorter arenas than it needs. */
const withArenas = (backend: Backend, largestArena: number): Backend => {
  const target = { ...backend.target, largestArena };
  const compile: Backend['compile'] = (program) =>
    backend.compile({ ...program, plan: () => program.plan(target) });
  return { ...backend, target, compile };
};

test('more pieces than bindings', async () => {
  const { backend } = await openWatched({ maxStorageBuffersPerShaderStage: 3 });
  const short = withArenas(backend, 2048);
  const many = buildGraph('many', [{ dtype: 'f32', shape: [16, 16] }], ([x]) => {
    const all = [product(x!, x!)];
    for (let k = 1; k < 8; k++) all.push(product(x!, all[k - 1]!));
    const sum = all.reduce((a, y) => add(exp(a), y));
    return [sum, product(sum, x!)];
  });
  expect(arenasOf(makeProgram(many).plan(short.target)).length).toBeGreaterThan(3);
  const data = [sampleData(many.inputs[0]!.type, 1).map((value) => value / 8)];
  const actual = await runCompiled(short, many, data);
  runCompiledSync(js, many, data).forEach((expected, k) => {
    expect(mismatch(actual[k]!, expected, { ...singleTolerance, scaled: 2e-6 })).toBeUndefined();
  });
});

test('loops, sorting and gradients with pieces as short as they can be', async () => {
  const { backend } = await openWatched();
  const short = withArenas(backend, 256);
  for (const [name, one, donated = []] of programs) {
    const data = one.inputs.map(({ type }, k) => sampleData(type, k + 1, { low: 0.25, high: 1 }));
    const actual = await runCompiled(short, one, data, { donated });
    runCompiledSync(js, one, data, { donated }).forEach((expected, k) => {
      const tolerance = { ...singleTolerance, scaled: 1e-5 };
      expect(mismatch(actual[k]!, expected, tolerance), name).toBeUndefined();
    });
  }
});

test('what is copied out of a piece keeps its place there', () => {
  const kernel = parseKernel(`kernel map0(read b0: f32[8], read b1: f32[4], read b2: f32[4],
    update b3: f32[4]) flops 0 {
  parallel v0 in 0..4 {
    b3[v0] = b3[v0] + b0[v0] + b1[v0] + b2[v0]
  }
}
`);
  const placed = [
    { resource: 'arena 0', offset: 16 },
    { resource: 'arena 1', offset: 32 },
    { resource: 'arena 1', offset: 64 },
    // The second one is overwritten in place.
    { resource: 'arena 1', offset: 32 },
  ];
  const { bindings, packed, text } = emitShader(kernel, phasesOf(kernel)[0]!, placed, 1);
  expect(bindings).toEqual([{ resource: 'packed', isWritten: true }]);
  const target = 'packed';
  expect(packed).toEqual([
    { resource: 'arena 0', from: 64, target, start: 0, length: 32, isWritten: false },
    { resource: 'arena 1', from: 128, target, start: 32, length: 16, isWritten: true },
    { resource: 'arena 1', from: 256, target, start: 48, length: 16, isWritten: false },
  ]);
  expect(text).toContain('m0[8i + k0] = ((m0[8i + k0] + m0[k0]) + m0[8i + k0]) + m0[12i + k0];');
});
