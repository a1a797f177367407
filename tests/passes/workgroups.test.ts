/**
 * Plans for targets with workgroups, read by the second reader of plans: what they compute, for
 * every target, without a GPU. Targets are tiny, so that small arrays are cut in many pieces.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { js } from '../../src/backends/js/index.ts';
import { buildGraph, currentBuilder, type Graph } from '../../src/ir/graph.ts';
import { backward } from '../../src/ir/ops/backward.ts';
import { dot } from '../../src/ir/ops/contractions.ts';
import { mul } from '../../src/ir/ops/elementwise.ts';
import { reduceSum } from '../../src/ir/ops/reductions.ts';
import { permute } from '../../src/ir/ops/views.ts';
import type { Target } from '../../src/ir/target.ts';
import { makeProgram } from '../../src/passes/compile.ts';
import { mismatch, singleTolerance } from '../../src/testing/mismatch.ts';
import { runCompiledSync } from '../../src/testing/run-graph.ts';
import { sampleData } from '../../src/testing/sample-data.ts';
import { excess, expectationsOf } from '../properties/accuracy.ts';
import { longTest, randomProgram, settings } from '../properties/random-program.ts';
import { runPlan } from '../properties/run-plan.ts';
import { convRelu, of, scalar, single } from './models.ts';

/** Targets of few invocations, little memory, and machines that want many workgroups. */
const targets: fc.Arbitrary<Target> = fc.record({
  workgroup: fc.record({
    invocations: fc.constantFrom(4, 16, 64, 256),
    memory: fc.constantFrom(512, 1024, 16384),
    busy: fc.constantFrom(1, 4, 64),
  }),
});

test('random programs for random targets give what the interpreter gives', longTest, () => {
  fc.assert(
    fc.property(randomProgram(), targets, (program, target) => {
      const expected = expectationsOf(program);
      const plan = makeProgram(program.graph, { verify: true }).plan(target);
      runPlan(plan, program.arrays).forEach((array, k) => {
        expect(excess(array, expected[k]!), `output ${k}`).toBeLessThanOrEqual(1);
      });
    }),
    settings(60),
  );
});

/** Expects the plan for a target to give what the `js` backend gives. */
const expectSame = (graph: Graph, target: Target): void => {
  const arrays = graph.inputs.map(({ type }, k) => sampleData(type, k + 1));
  const plan = makeProgram(graph, { verify: true }).plan(target);
  const expected = runCompiledSync(js, graph, arrays);
  runPlan(plan, arrays).forEach((array, k) => {
    const tolerance = { ...singleTolerance, scaled: 1e-6 };
    expect(mismatch(array, expected[k]!, tolerance), `output ${k}`).toBeUndefined();
  });
};

/** Axes in a random order. */
const order = (rank: number): fc.Arbitrary<number[]> =>
  fc.shuffledSubarray(
    Array.from({ length: rank }, (_, axis) => axis),
    { minLength: rank, maxLength: rank },
  );
const extents = (most: number): fc.Arbitrary<number[]> =>
  fc.array(fc.integer({ min: 1, max: most }), { maxLength: 2 });

test('products of every layout and length', longTest, () => {
  const products = fc
    .record({ batch: extents(2), rows: extents(11), columns: extents(11), sums: extents(17) })
    .chain((size) => {
      const { batch, rows, columns, sums } = size;
      const [x, y] = [
        [...batch, ...rows, ...sums],
        [...batch, ...columns, ...sums],
      ];
      return fc.record({
        size: fc.constant(size),
        x: fc.tuple(fc.constant(x), order(x.length)),
        y: fc.tuple(fc.constant(y), order(y.length)),
      });
    });
  fc.assert(
    fc.property(products, targets, ({ size, x: [xs, xOrder], y: [ys, yOrder] }, target) => {
      const stored = (shape: number[], axes: number[]) => of(axes.map((axis) => shape[axis]!));
      const inverse = (axes: number[]): number[] => axes.map((_, k) => axes.indexOf(k));
      const batch = size.batch.map((_, k) => k);
      const last = (rank: number): number[] => size.sums.map((_, k) => rank - size.sums.length + k);
      const contract: [number[], number[]] = [last(xs.length), last(ys.length)];
      const types = [stored(xs, xOrder), stored(ys, yOrder)];
      const graph = single('product', types, (x, y) =>
        dot([permute(x, { axes: inverse(xOrder) }), permute(y, { axes: inverse(yOrder) })], {
          batch: [batch, batch],
          contract,
        }),
      );
      expectSame(graph, target);
    }),
    settings(80),
  );
});

test('convolutions and their gradients', longTest, () => {
  const side = fc.integer({ min: 3, max: 7 });
  const channels = fc.integer({ min: 1, max: 9 });
  const sizes = fc.record({ n: fc.integer({ min: 1, max: 3 }), i: channels, o: channels, h: side });
  fc.assert(
    fc.property(sizes, targets, ({ n, i, o, h }, target) => {
      const types = [of([n, i, h, h + 1]), of([o, i, 3, 2]), of([o])];
      const graph = buildGraph('conv', types, ([x, w, b]) => {
        const y = convRelu(x!, w!, b!);
        const loss = reduceSum(mul(y, y), { axes: [0, 1, 2, 3] });
        const eqns = [...currentBuilder().eqns];
        const gradients = backward(eqns, [loss], [scalar(loss, 1)], [x!, w!, b!]);
        return [loss, ...gradients.map((gradient) => gradient!)];
      });
      expectSame(graph, target);
    }),
    settings(20),
  );
});

test('a long sum of few results is shared by workgroups', () => {
  const graph = single('long', [of([5, 3000]), of([3000, 6])], (x, y) =>
    dot([x, y], { batch: [[], []], contract: [[1], [0]] }),
  );
  const target = { workgroup: { invocations: 64, memory: 16384, busy: 16 } };
  const [launch] = makeProgram(graph).plan(target).launches;
  expect(launch?.kernel.body.some((s) => s.kind === 'alloc' && s.scope === 'kernel')).toBe(true);
  expectSame(graph, target);
});
