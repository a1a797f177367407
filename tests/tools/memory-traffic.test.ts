/** What kernels are said to read and write, against what they do when they are interpreted. */
import { expect, test } from 'vitest';
import { allocate, prepareKernel } from '../../examples/custom-backend/interpret-kernel.ts';
import type { Graph } from '../../src/ir/graph.ts';
import type { Kernel } from '../../src/ir/kernel.ts';
import { parseKernel } from '../../src/ir/parse-kernel.ts';
import type { Target } from '../../src/ir/target.ts';
import { bytesOf, type TypedArray } from '../../src/ir/types.ts';
import { makeProgram } from '../../src/passes/compile.ts';
import { conformancePrograms } from '../../src/testing/programs.ts';
import { memoryTraffic } from '../../src/tools/memory-traffic.ts';
import { mlpStep } from './mlp-graph.ts';

const vectors: Target = { lanes: 4, tile: { rows: 4, vectors: 2 } };
const kernelsOf = (graph: Graph, target?: Target): Kernel[] =>
  makeProgram(graph)
    .plan(target)
    .launches.map(({ kernel }) => kernel);

/** An array that notes which of its elements are read and written. */
const watched = (array: TypedArray, read: Set<number>, written: Set<number>): TypedArray =>
  new Proxy(array, {
    get: (_, key) => {
      read.add(Number(key));
      return Reflect.get(array, key);
    },
    set: (_, key, value) => {
      written.add(Number(key));
      return Reflect.set(array, key, value);
    },
  });

/** The bytes that a run touches, on arrays of zeros. */
const touched = (kernel: Kernel, steps: readonly number[]): [read: number, written: number] => {
  const run = prepareKernel(kernel, { loads: 0, stores: 0, flops: 0 });
  const [read, written] = [0, 1].map(() => kernel.parameters.map(() => new Set<number>()));
  const arrays = kernel.parameters.map(({ buffer: { dtype, length } }, k) =>
    watched(allocate(dtype, length), read?.[k] as Set<number>, written?.[k] as Set<number>),
  );
  run(arrays, steps);
  const bytes = (sets: readonly Set<number>[] = []): number =>
    kernel.parameters.reduce((sum, { buffer: { dtype, length } }, k) => {
      const inside = [...(sets[k] ?? [])].filter((at) => at >= 0 && at < length);
      return sum + inside.length * bytesOf[dtype];
    }, 0);
  return [bytes(read), bytes(written)];
};

const lastSteps = ({ counters = [] }: Kernel): number[] =>
  counters.map(({ range }) => range?.[1] ?? 0);
const claimed = (kernel: Kernel): [read: number, written: number] => {
  const { bytesRead, bytesWritten } = memoryTraffic(kernel);
  return [bytesRead, bytesWritten];
};

test('no kernel touches more than it is said to', () => {
  const programs = conformancePrograms().filter(({ graph }) => graph.eqns.length < 60);
  expect(programs.length).toBeGreaterThan(100);
  let kernels = 0;
  let exact = 0;
  for (const { name, graph } of programs) {
    for (const target of [undefined, vectors]) {
      for (const kernel of kernelsOf(graph, target)) {
        const said = claimed(kernel);
        const seen = touched(kernel, lastSteps(kernel));
        kernels++;
        if (said.join() === seen.join()) exact++;
        const where = `${name}: ${kernel.name}`;
        expect([where, said[0] >= seen[0], said[1] >= seen[1]]).toEqual([where, true, true]);
      }
    }
  }
  // Most are said exactly; look-ups and conditions may touch less.
  expect(exact / kernels).toBeGreaterThan(0.95);
});

test('a training step is counted exactly, in loops over elements and in vectors', () => {
  const graph = mlpStep({ rows: 6, widths: [9, 8, 5] });
  for (const target of [undefined, vectors]) {
    for (const kernel of kernelsOf(graph, target)) {
      expect([kernel.name, ...claimed(kernel)]).toEqual([kernel.name, ...touched(kernel, [])]);
    }
  }
});

test('a slice counts once, and all slices are what a cache would hold', () => {
  const kernel = parseKernel(`kernel slices(read b0: f32[60], read b1: f32[4], \
write b2: f16[20], step v0: i32 [0, 4]) flops 0 {
    parallel v1 in 0..4 {
      let v2: i32 = v0 * 12 + v1
      b2[v0 * 4 + v1] = f16(b0[v2] + b0[v2 + 8] + b1[v1])
    }
  }`);
  // From the first to the last element of a slice there are twelve, but eight are asked for.
  expect(memoryTraffic(kernel)).toEqual({
    bytesRead: 4 * (8 + 4),
    bytesWritten: 2 * 4,
    workingSet: 4 * (8 * 5 + 4) + 2 * 20,
  });
});

test('slices that lie apart in the last step are not taken for one', () => {
  const kernel = parseKernel(`kernel apart(read b0: f32[100], write b1: f32[4], \
step v0: i32 [0, 9]) flops 0 {
    b1[0] = b0[0] + b0[v0]
  }`);
  expect(memoryTraffic(kernel).bytesRead).toBe(8);
});
