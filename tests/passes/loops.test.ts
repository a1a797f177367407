/** Loops and branches in plans: what they compute, and what they cost. */
import { describe, expect, test } from 'vitest';
import { js } from '../../src/backends/js/index.ts';
import { reference } from '../../src/backends/reference/index.ts';
import { buildGraph, type Graph, inline } from '../../src/ir/graph.ts';
import { add, mul } from '../../src/ir/ops/elementwise.ts';
import { scan } from '../../src/ir/ops/scan.ts';
import { tanh } from '../../src/ir/ops/trigonometry.ts';
import { parsePlan } from '../../src/ir/parse.ts';
import { type Plan, type Step, stepsInside } from '../../src/ir/plan.ts';
import { printPlan } from '../../src/ir/print.ts';
import { sizeOf, type TypedArray } from '../../src/ir/types.ts';
import { verifyPlan } from '../../src/ir/verify.ts';
import { makeProgram } from '../../src/passes/compile.ts';
import { vmapGraph } from '../../src/passes/vmap.ts';
import { mismatch } from '../../src/testing/mismatch.ts';
import { interpret, runCompiledSync } from '../../src/testing/run-graph.ts';
import { sampleData } from '../../src/testing/sample-data.ts';
import { runPlan } from '../properties/run-plan.ts';
import {
  choice,
  doubling,
  exchange,
  growing,
  nested,
  product,
  recurrent,
  recurrentGradient,
  rotation,
  total,
} from './loop-graphs.ts';
import { of } from './models.ts';

/** Sums whose terms cancel and derivatives near saturation lose more than one rounding. */
const tolerance = { relative: 1e-5, scaled: 1e-5 };

const planOf = (graph: Graph, donated: readonly number[] = []): Plan =>
  makeProgram(graph, { donated, verify: true }).plan();
const copiesIn = (steps: readonly Step[]): number =>
  steps.reduce(
    (sum, step) =>
      sum +
      (step.kind === 'copy' ? 1 : 0) +
      stepsInside(step).reduce((inner, body) => inner + copiesIn(body), 0),
    0,
  );
const dataOf = (graph: Graph): TypedArray[] =>
  graph.inputs.map(({ type }, k) => sampleData(type, k + 1));

const batched = (graph: Graph, axes: readonly (number | null)[]): Graph =>
  vmapGraph(
    graph,
    axes,
    graph.outputs.map(() => 0),
    3,
    () => {
      throw new Error('depends on the batch');
    },
  );
const twice = (graph: Graph): Graph => {
  const types = graph.inputs.map((input) => input.type);
  return buildGraph('twice', types, (inputs) =>
    inline(graph, inputs).flatMap((x) => [x, total(x)]),
  );
};

const programs: readonly (readonly [string, Graph, readonly number[]])[] = [
  ['a recurrent network', recurrent(5), []],
  ['in reverse', recurrent(5, true), []],
  ['one step', recurrent(1), []],
  ['no step', recurrent(0), []],
  ['with its state donated', recurrent(5), [1]],
  ['its gradients', recurrentGradient(5), []],
  ['its gradients in reverse', recurrentGradient(4, true), []],
  ['gradients of no step', recurrentGradient(0), []],
  ['a batch of gradients', batched(recurrentGradient(3), [null, 0, 0]), []],
  ['carries that change places', exchange, []],
  ['carries that all change places', rotation, []],
  ['carries for other carries', growing, []],
  ['a loop in a loop', nested, []],
  ['results read again', twice(nested), []],
  ['a loop that ends by itself', doubling, []],
  ['a batch of loops that end by themselves', batched(doubling, [0, 0]), []],
  ['branches', choice, []],
  ['a batch of branches', batched(choice, [0, 0, null]), []],
];

describe.each(programs)('%s', (_, graph, donated) => {
  const inputs = dataOf(graph);
  const expected = interpret(reference, graph, inputs);
  const check = (actual: readonly TypedArray[]): void => {
    graph.outputs.forEach(({ type }, k) => {
      expect(actual[k]).toHaveLength(sizeOf(type.shape));
      expect(mismatch(actual[k]!, expected[k]!, tolerance)).toBeUndefined();
    });
  };
  test('compiled equals interpreted', () => {
    check(runCompiledSync(js, graph, inputs, { donated }));
  });
  test('the plan holds when everything dead is poisoned', () => {
    check(runPlan(planOf(graph, donated), inputs));
  });
  test.each([
    'simplify',
    'commonSubexpressions',
    'deadCode',
    'hoistInvariants',
    'fuse',
    'schedule',
    'planMemory',
  ] as const)('without %s', (name) => {
    const switches = { [name]: false };
    check(runCompiledSync(js, graph, inputs, { donated, switches }));
  });
  test('the text of the plan reads back', () => {
    const plan = planOf(graph, donated);
    const back = parsePlan(printPlan(plan));
    expect(printPlan(back)).toBe(printPlan(plan));
    verifyPlan(back, 'read back');
    check(runPlan(back, inputs));
  });
});

test.each([-2, 0, 1, 2, 7])('branch %i of three', (index) => {
  const inputs = [Int32Array.of(index), ...dataOf(choice).slice(1)];
  const expected = interpret(reference, choice, inputs);
  for (const actual of [runCompiledSync(js, choice, inputs), runPlan(planOf(choice), inputs)]) {
    actual.forEach((array, k) => {
      expect(mismatch(array, expected[k]!, tolerance)).toBeUndefined();
    });
  }
  const chosen = Math.min(Math.max(index, 0), 2);
  if (chosen === 2) expect(expected[0]).toEqual(inputs[1]);
});

test('the size of a plan does not depend on the number of steps', () => {
  const [short, long] = [planOf(recurrentGradient(3)), planOf(recurrentGradient(500))];
  expect(long.launches.length).toBe(short.launches.length);
  expect(printPlan(long).split('\n').length).toBe(printPlan(short).split('\n').length);
  expect(planOf(recurrent(100)).launches.length).toBe(1);
});

test('states are computed where they stand when nobody reads the old ones', () => {
  const body = buildGraph('body', [of([64]), of([64])], ([h, x]) => [add(mul(h!, h!), x!)]);
  const graph = buildGraph('f', [of([64]), of([10, 64])], (inputs) =>
    scan(inputs, { body, length: 10, reverse: false, constants: 0, carries: 1 }),
  );
  const plan = planOf(graph, [0]);
  // The copy of the first state goes to the same memory, because the argument is donated.
  expect(plan.donations).toEqual([[0, 0]]);
  expect(copiesIn(plan.steps)).toBe(1);
  expect(plan.arenaBytes).toBe(0);
  const [loop] = plan.steps.filter((step) => step.kind === 'repeat');
  expect(copiesIn(loop!.body)).toBe(0);
});

test('a state that is read until the end of a step is copied', () => {
  const loops = planOf(recurrent(5)).steps.filter((step) => step.kind === 'repeat');
  expect(copiesIn(loops[0]!.body)).toBe(1);
});

test('what a loop computes for nobody is not computed', () => {
  const body = buildGraph(
    'body',
    [of([8, 8]), of([8, 8]), of([8, 8]), of([8, 8])],
    ([w, h, unused, x]) => [tanh(add(product(h!, w!), x!)), product(unused!, h!), mul(h!, x!)],
  );
  const types = [of([8, 8]), of([8, 8]), of([8, 8]), of([6, 8, 8])];
  const graph = buildGraph('f', types, (inputs) => {
    const loop = { body, length: 6, reverse: false, constants: 1, carries: 2 };
    return scan(inputs, loop).slice(0, 1);
  });
  expect(planOf(graph).launches.length).toBe(1);
});

test('what does not change in a loop is computed once', () => {
  const body = buildGraph('body', [of([8, 8]), of([8, 8]), of([8, 8])], ([w, h, x]) => [
    tanh(add(product(h!, product(tanh(w!), w!)), x!)),
  ]);
  const graph = buildGraph('f', [of([8, 8]), of([8, 8]), of([6, 8, 8])], (inputs) =>
    scan(inputs, { body, length: 6, reverse: false, constants: 1, carries: 1 }),
  );
  const loop = planOf(graph).steps.find((step) => step.kind === 'repeat');
  expect(loop?.body.filter((step) => step.kind === 'launch')).toHaveLength(1);
  const inputs = dataOf(graph);
  const [actual] = runCompiledSync(js, graph, inputs);
  const [expected] = interpret(reference, graph, inputs);
  expect(mismatch(actual!, expected!, tolerance)).toBeUndefined();
});

describe('faults in steps', () => {
  const plan = printPlan(planOf(recurrent(5)));
  const faultOf = (from: string, to: string): string => {
    const text = plan.replace(from, to);
    expect(text).not.toBe(plan);
    try {
      verifyPlan(parsePlan(text), 'stage');
      return 'no fault';
    } catch (error) {
      return (error as Error).message;
    }
  };
  test.each([
    ['repeat t0 in 5', 'repeat t0 in 4', 'is not made for the 4 steps of t0'],
    ['repeat t0 in 5', 'repeat t1 in 5', 'names t0, which does not run'],
    ['copy p4[t0 * 12]', 'copy p4[t1 * 12]', 'copy names t1, which does not run'],
    ['copy p4[t0 * 12]', 'copy p4[t0 * 13]', 'copy leaves p4'],
    ['copy p4[t0 * 12] -> p1[] length 12', 'copy p4[] -> p1[] length 13', 'copy leaves p1'],
    ['p1[] length 12\n  }', 'p0[] length 12\n  }', 'writes to input 1, which is not donated'],
    [', t0)', ')', 'takes 1 steps of loops, not 0'],
    ['copy p0[] -> p1[] length 12', '', 'reads buffer p1'],
  ])('%s as %s', (from, to, rule) => {
    expect(faultOf(from, to)).toContain(rule);
  });
});
