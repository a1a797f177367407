/** Scatters on targets with workgroups: who does which updates, and that all of them are done. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { phasesOf } from '../../src/backends/webgpu/phases.ts';
import { leastTarget } from '../../src/backends/webgpu/target.ts';
import { buildGraph, type Graph } from '../../src/ir/graph.ts';
import { neg } from '../../src/ir/ops/elementwise.ts';
import { scatterAdd, scatterSet } from '../../src/ir/ops/indexing.ts';
import type { Shape } from '../../src/ir/types.ts';
import { makeProgram } from '../../src/passes/compile.ts';
import { sampleData } from '../../src/testing/sample-data.ts';
import { expectPlanned } from './workgroup-targets.ts';

interface Setup {
  readonly shape: Shape;
  readonly ids: Shape;
  readonly axis?: number;
  readonly batch?: number;
  readonly dtype?: 'f32' | 'i32' | 'u32' | 'bool';
  readonly combine?: typeof scatterAdd;
}

const graphOf = ({
  shape,
  ids,
  axis = 0,
  batch = 0,
  dtype = 'f32',
  combine = scatterAdd,
}: Setup): Graph => {
  const updates = [...shape.slice(0, axis), ...ids.slice(batch), ...shape.slice(axis + 1)];
  const types = [
    { dtype, shape },
    { dtype: 'i32', shape: ids },
    { dtype, shape: updates },
  ] as const;
  return buildGraph('scatter', types, ([x, at, by]) => [combine([x!, at!, by!], { axis, batch })]);
};
const check = (setup: Setup): void => {
  const graph = graphOf(setup);
  const length = setup.shape[setup.axis ?? 0]!;
  const data = graph.inputs.map(({ type }, k) =>
    // Some indexes count from the end, some are outside.
    sampleData(type, k + 1, k === 1 ? { low: -length - 2, high: length + 1 } : {}),
  );
  expectPlanned(graph, data);
};

describe('scatters in parallel', () => {
  const combines = [
    ['add', scatterAdd],
    ['set', scatterSet],
  ] as const;
  describe.each(combines)('%s', (_, combine) => {
    test.each<[string, Setup]>([
      ['few updates of rows', { shape: [6, 5], ids: [8] }],
      ['many updates of rows', { shape: [9, 3], ids: [70] }],
      ['many updates of numbers', { shape: [40], ids: [133] }],
      ['few numbers', { shape: [2], ids: [300] }],
      ['one number', { shape: [1], ids: [90] }],
      ['columns', { shape: [3, 7], ids: [65], axis: 1 }],
      ['a batch of rows', { shape: [4, 9, 3], ids: [4, 50], axis: 1, batch: 1 }],
      ['a table of indexes', { shape: [12, 2], ids: [7, 11] }],
      ['a shared and a free axis', { shape: [3, 4, 6], ids: [3, 40], axis: 2, batch: 1 }],
      ['integers', { shape: [10], ids: [200], dtype: 'i32' }],
      ['unsigned integers', { shape: [3], ids: [200], dtype: 'u32' }],
      ['no updates', { shape: [3, 2], ids: [0] }],
    ])('%s', (_name, setup) => check({ ...setup, combine }));
  });
  test('set bools', () => {
    check({ shape: [11], ids: [77], dtype: 'bool', combine: scatterSet });
  });

  test('of any lengths', { timeout: 60_000 }, () => {
    const setup = fc.record({
      shape: fc.tuple(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 5 })),
      ids: fc.tuple(fc.integer({ min: 1, max: 260 })),
      combine: fc.constantFrom(scatterAdd, scatterSet),
    });
    fc.assert(
      fc.property(setup, (one) => {
        check(one);
      }),
      { numRuns: 60, seed: 7 },
    );
  });

  test('whose indexes and updates are computed', () => {
    const types = [
      { dtype: 'f32', shape: [20, 2] },
      { dtype: 'i32', shape: [64] },
      { dtype: 'f32', shape: [64, 2] },
    ] as const;
    const graph = buildGraph('computed', types, ([x, at, by]) => [
      scatterAdd([x!, neg(at!), neg(by!)], { axis: 0, batch: 0 }),
    ]);
    const data = graph.inputs.map(({ type }, k) =>
      sampleData(type, k + 1, k === 1 ? { low: -22, high: 21 } : {}),
    );
    expectPlanned(graph, data);
  });
});

describe('on a GPU', () => {
  /** How many invocations each dispatch has. */
  const dispatches = (setup: Setup): number[] => {
    const { launches } = makeProgram(graphOf(setup), { verify: true }).plan(leastTarget);
    return launches.flatMap(({ kernel }) =>
      phasesOf(kernel).map(({ loops }) =>
        loops.reduce((n, { from, to, step }) => n * Math.ceil((to - from) / step), 1),
      ),
    );
  };
  test('the gradient of an embedding uses thousands of invocations', () => {
    const [, , last] = dispatches({ shape: [1000, 256], ids: [8, 128] });
    expect(last).toBeGreaterThanOrEqual(8192);
  });
  test('a histogram keeps the machine busy', () => {
    const [first, second, last] = dispatches({ shape: [256], ids: [2 ** 20] });
    expect(first).toBeGreaterThanOrEqual(128 * 64);
    expect(second).toBeGreaterThanOrEqual(128 * 64);
    expect(last).toBe(256);
  });
  test('what shares all axes needs no order', () => {
    expect(dispatches({ shape: [32, 7, 9], ids: [2], axis: 1 })).toEqual([2016, 288]);
  });
});
