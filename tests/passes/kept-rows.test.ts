/** Rows that a later pass reads again: in the memory of a result, or in memory of their own. */
import { describe, expect, test } from 'vitest';
import { js } from '../../src/backends/js/index.ts';
import { openWasm } from '../../src/backends/wasm/index.ts';
import { buildGraph, type Value } from '../../src/ir/graph.ts';
import { add, div, exp, mul, sub } from '../../src/ir/ops/elementwise.ts';
import { cast } from '../../src/ir/ops/logic.ts';
import { reduceSum } from '../../src/ir/ops/reductions.ts';
import { permute, reshape } from '../../src/ir/ops/views.ts';
import { makeProgram } from '../../src/passes/compile.ts';
import { mismatch } from '../../src/testing/mismatch.ts';
import { runCompiledSync } from '../../src/testing/run-graph.ts';
import { sampleData } from '../../src/testing/sample-data.ts';
import { runPlan } from '../properties/run-plan.ts';
import { vectorTolerance } from '../wasm/tolerances.ts';
import { of, overLast, scalar, softmax } from './models.ts';

const wasm = openWasm();
const sumOf = (x: Value): Value => overLast(reduceSum(x, { axes: [1] }), x);
const power = (x: Value): Value => exp(mul(x, scalar(x, 0.125)));
const columns = 32;

/** Programs of one kernel whose passes share the row of `e`. */
const programs: Readonly<Record<string, { body: (x: Value) => Value[]; isHosted: boolean }>> = {
  'one result': { isHosted: true, body: (x) => [softmax(x)] },
  'two results': {
    isHosted: true,
    body: (x) => {
      const e = power(x);
      const sum = sumOf(e);
      return [sub(e, sum), div(e, sum)];
    },
  },
  'two results, of which only the first reads it': {
    isHosted: true,
    body: (x) => {
      const e = power(x);
      const sum = sumOf(e);
      return [div(e, sum), mul(x, sum)];
    },
  },
  'a pass between': {
    isHosted: true,
    body: (x) => {
      const e = power(x);
      const apart = sub(e, div(sumOf(e), scalar(x, columns)));
      return [div(e, sumOf(mul(apart, apart)))];
    },
  },
  'a result that another pass folds': {
    isHosted: false,
    body: (x) => {
      const e = power(x);
      const normal = div(e, sumOf(e));
      return [normal, reduceSum(mul(normal, e), { axes: [1] })];
    },
  },
  'a result of another dtype': {
    isHosted: false,
    body: (x) => {
      const e = power(x);
      return [cast(mul(div(e, sumOf(e)), scalar(x, 1000)), { dtype: 'i32' })];
    },
  },
  'a result in another order': {
    isHosted: false,
    body: (x) => {
      const e = power(x);
      return [permute(div(e, sumOf(e)), { axes: [1, 0] })];
    },
  },
  'a result in another shape': {
    isHosted: true,
    body: (x) => [reshape(softmax(x), { shape: [x.type.shape[0]! * 2, columns / 2] })],
  },
  'two rows': {
    isHosted: false,
    body: (x) => {
      const e = power(x);
      const f = power(mul(x, x));
      return [add(div(e, sumOf(e)), div(f, sumOf(f)))];
    },
  },
};

describe.each(Object.entries(programs))('%s', (_, { body, isHosted }) => {
  const rows = 5;
  const graph = buildGraph('program', [of([rows, columns])], ([x]) => body(x!));
  const arrays = graph.inputs.map(({ type }) => sampleData(type, 3));
  const program = makeProgram(graph, { verify: true });
  const plan = program.plan({ lanes: 4 });

  test('is computed as by js, by the second reader and by wasm', () => {
    const expected = runCompiledSync(js, graph, arrays);
    for (const actual of [runPlan(plan, arrays), runCompiledSync(wasm, graph, arrays)]) {
      actual.forEach((array, k) => {
        expect(mismatch(array, expected[k]!, vectorTolerance), `output ${k}`).toBeUndefined();
      });
    }
  });
  test(`has ${isHosted ? 'no' : 'its own'} memory for the row`, () => {
    const [launch, ...others] = plan.launches;
    expect(others).toEqual([]);
    const rowsOfScratch = launch!.kernel.body.filter(
      (stmt) => stmt.kind === 'alloc' && stmt.buffer.length === columns,
    );
    expect(rowsOfScratch.length === 0).toBe(isHosted);
  });
});
