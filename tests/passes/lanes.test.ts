/**
 * Plans for targets with vectors, read by the second reader of plans, which runs lanes one after
 * the other; and products and folds of every length in WebAssembly.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { js } from '../../src/backends/js/index.ts';
import { openWasm } from '../../src/backends/wasm/index.ts';
import type { Graph } from '../../src/ir/graph.ts';
import { dot } from '../../src/ir/ops/contractions.ts';
import { registry } from '../../src/ir/ops/registry.ts';
import { permute } from '../../src/ir/ops/views.ts';
import { parsePlan } from '../../src/ir/parse.ts';
import { printPlan } from '../../src/ir/print.ts';
import { makeProgram } from '../../src/passes/compile.ts';
import { mismatch } from '../../src/testing/mismatch.ts';
import { runCompiledSync } from '../../src/testing/run-graph.ts';
import { sampleData } from '../../src/testing/sample-data.ts';
import { excess, expectationsOf } from '../properties/accuracy.ts';
import { longTest, randomProgram, settings } from '../properties/random-program.ts';
import { runPlan } from '../properties/run-plan.ts';
import { vectorTolerance } from '../wasm/tolerances.ts';
import { layerNorm, of, single, softmax } from './models.ts';

const wasm = openWasm();
const target = { lanes: 4 } as const;

test('random programs give what the interpreter gives, and read back', longTest, () => {
  fc.assert(
    fc.property(randomProgram(), (program) => {
      const expected = expectationsOf(program);
      const plan = makeProgram(program.graph, { verify: true }).plan(target);
      const text = printPlan(plan);
      expect(printPlan(parsePlan(text))).toBe(text);
      runPlan(plan, program.arrays).forEach((array, k) => {
        expect(excess(array, expected[k]!), `output ${k}`).toBeLessThanOrEqual(1);
      });
    }),
    settings(60),
  );
});

/** Numbers of one sign: what sums lose is measured by their size. */
const positive = { low: 0, high: 9 };
const expectSame = (graph: Graph, options?: typeof positive): void => {
  const arrays = graph.inputs.map(({ type }, k) => sampleData(type, k + 1, options));
  const expected = runCompiledSync(js, graph, arrays);
  runCompiledSync(wasm, graph, arrays).forEach((array, k) => {
    expect(mismatch(array, expected[k]!, vectorTolerance), `output ${k}`).toBeUndefined();
  });
};

describe('products of every length', () => {
  const lengths = [1, 2, 3, 4, 5, 7, 8, 9, 11, 12, 13, 16, 17, 31, 33];
  const layouts = [
    ['rows by columns', [0, 1], [0, 1]],
    ['rows by rows', [0, 1], [1, 0]],
    ['columns by columns', [1, 0], [0, 1]],
    ['columns by rows', [1, 0], [1, 0]],
  ] as const;
  test.each(layouts)('%s', (_, xAxes, yAxes) => {
    for (const length of lengths) {
      for (const [m, k, n] of [
        [length, 9, 10],
        [6, length, 13],
        [5, 12, length],
      ] as const) {
        const types = [
          of(xAxes.map((axis) => [m, k][axis]!)),
          of(yAxes.map((axis) => [k, n][axis]!)),
        ];
        expectSame(
          single('product', types, (x, y) =>
            dot([permute(x, { axes: xAxes }), permute(y, { axes: yAxes })], {
              batch: [[], []],
              contract: [[1], [0]],
            }),
          ),
        );
      }
    }
  });
});

describe('folds of every length', () => {
  const lengths = [1, 3, 4, 7, 8, 9, 15, 16, 17, 33, 1023, 1025, 5000];
  const names = ['reduceSum', 'reduceMax', 'reduceMin', 'argMax', 'argMin', 'firstMax'] as const;
  test.each(names)('%s', (name) => {
    for (const length of lengths) {
      for (const axis of [0, 1]) {
        const type = of(axis === 0 ? [length, 9] : [3, length]);
        expectSame(
          single(name, [type], (x) => (registry[name] as never as Fold)(x, { axes: [axis] })),
          name === 'reduceSum' ? positive : undefined,
        );
      }
    }
  });
  test.each(lengths)('softmax and normalisation of %i', (length) => {
    expectSame(single('softmax', [of([3, length])], (x) => softmax(x)));
    const types = [of([3, length]), of([length]), of([length])];
    expectSame(single('layerNorm', types, (x, s, b) => layerNorm(x, s, b)));
  });
});
type Fold = (x: Parameters<typeof softmax>[0], params: object) => Parameters<typeof softmax>[0];
