/** Equations that hold graphs: their text, their faults, and what loops keep for reverse mode. */
import { describe, expect, test } from 'vitest';
import { InternalError } from '../../src/ir/errors.ts';
import { buildGraph, type Eqn, emit, type Graph, type Value } from '../../src/ir/graph.ts';
import { mapGraphs } from '../../src/ir/map-graphs.ts';
import { graphsOf, type Params } from '../../src/ir/op.ts';
import { constantLike } from '../../src/ir/ops/constants.ts';
import { dot } from '../../src/ir/ops/contractions.ts';
import { add, mul } from '../../src/ir/ops/elementwise.ts';
import { reduceSum } from '../../src/ir/ops/reductions.ts';
import { registry } from '../../src/ir/ops/registry.ts';
import { scan } from '../../src/ir/ops/scan.ts';
import { tanh } from '../../src/ir/ops/trigonometry.ts';
import { permute } from '../../src/ir/ops/views.ts';
import { parseGraph } from '../../src/ir/parse.ts';
import { printGraph } from '../../src/ir/print.ts';
import type { Shape, TensorType } from '../../src/ir/types.ts';
import { verifyGraph } from '../../src/ir/verify.ts';
import { gradGraph } from '../../src/passes/grad.ts';
import { inlineRegions } from '../../src/passes/inline-regions.ts';
import { controlFlowSamples } from '../ops/control-flow-samples.ts';

const f32 = (...shape: Shape): TensorType => ({ dtype: 'f32', shape });

/** Graphs of one equation, one per sample. */
const held: [string, Graph][] = Object.entries(controlFlowSamples).flatMap(([name, samples]) =>
  samples.map(({ inputs, params }, k): [string, Graph] => {
    const types = inputs.map(({ shape, dtype = 'f32' }) => ({ shape, dtype }));
    const op = registry[name as keyof typeof registry];
    return [`${name} ${k}`, buildGraph(name, types, (values) => emit(op, params ?? {}, values))];
  }),
);

describe('the text of equations that hold graphs', () => {
  test.each(held)('%s', (_, graph) => {
    const text = printGraph(graph);
    const read = parseGraph(text);
    verifyGraph(read, 'parsed');
    expect(printGraph(read)).toBe(text);
  });
});

describe('faults are found in what is held', () => {
  /** The message of the verifier for the graph with other attributes. */
  const faultOf = (graph: Graph, change: (params: Params) => Params): string => {
    const [eqn] = graph.eqns as [Eqn];
    const broken = { ...graph, eqns: [{ ...eqn, params: change(eqn.params) }] };
    try {
      verifyGraph(broken, 'test');
    } catch (error) {
      if (error instanceof InternalError) return error.rule;
      throw error;
    }
    return 'none';
  };
  const without = (graph: Graph): Graph => ({ ...graph, eqns: graph.eqns.slice(1) });
  test.each(held)('%s', (_, graph) => {
    const [eqn] = graph.eqns as [Eqn];
    const hasEqns = graphsOf(eqn.op, eqn.params).some(({ eqns }) => eqns.length > 0);
    expect(hasEqns).toBe(true);
    expect(faultOf(graph, (params) => params)).toBe('none');
    expect(faultOf(graph, (params) => mapGraphs(params, without))).toMatch(/^test: .* not defined/);
    const fewer = (one: Graph): Graph => ({ ...one, inputs: one.inputs.slice(1) });
    expect(faultOf(graph, (params) => mapGraphs(params, fewer))).toMatch(/its graph takes/);
    expect(faultOf(graph, () => ({}))).toMatch(/^test: \w+: /);
  });
  test('lengths and indexes', () => {
    const find = (name: string): Graph => held.find(([label]) => label === name)![1];
    expect(faultOf(find('scan 0'), (params) => ({ ...params, length: -1 }))).toMatch(
      /length must be/,
    );
    expect(faultOf(find('scan 0'), (params) => ({ ...params, length: 5 }))).toMatch(
      /its graph takes \(.*f32\[5,3\]\) but is given \(.*f32\[4,3\]\)/,
    );
    expect(faultOf(find('branch 0'), () => ({ branches: [] }))).toMatch(/at least one graph/);
  });
});

/** A network of one layer over time: h' = tanh(h W + x), with y = h'. */
const step = buildGraph('step', [f32(4, 4), f32(4), f32(4)], ([w, h, x]) => {
  const turned = permute(w!, { axes: [1, 0] });
  const product = dot([h!, turned], { contract: [[0], [0]], batch: [[], []] });
  const next = tanh(add(product, x!));
  return [next, next];
});
const network = buildGraph('network', [f32(4, 4), f32(4), f32(9, 4)], ([w, h, xs]) => {
  const [last, ys] = scan([w!, h!, xs!], {
    body: step,
    length: 9,
    reverse: false,
    constants: 1,
    carries: 1,
  }) as [Value, Value];
  const all = mul(ys, ys);
  return [add(reduceSum(mul(last, last), { axes: [0] }), reduceSum(all, { axes: [0, 1] }))];
});
const scansIn = (graph: Graph): Eqn[] => graph.eqns.filter(({ op }) => op.kind === 'scan');

describe('what a loop keeps for reverse mode', () => {
  test('only what the loop backwards reads and cannot have otherwise', () => {
    const [forward, backward] = scansIn(gradGraph(network, [0, 1, 2])) as [Eqn, Eqn];
    // The last state, the states, and the states before every step. The states themselves serve the
    // derivative of tanh, and W, turned round, is neither stored nor stacked.
    expect(forward.outputs.map(({ type }) => type.shape)).toEqual([[4], [9, 4], [9, 4]]);
    expect(backward.inputs.map(({ type }) => type.shape)).toEqual([
      [4, 4],
      [4],
      [4, 4],
      [9, 4],
      [9, 4],
      [9, 4],
    ]);
    expect(backward.outputs.map(({ type }) => type.shape)).toEqual([[4], [4, 4], [9, 4]]);
  });

  test('less when fewer inputs are differentiated', () => {
    const [forward, backward] = scansIn(gradGraph(network, [2])) as [Eqn, Eqn];
    expect(forward.outputs.length).toBe(2);
    expect(backward.outputs.map(({ type }) => type.shape)).toEqual([[4], [9, 4]]);
  });

  test('what is costly to compute is stored, and not computed again', () => {
    const costly = buildGraph('costly', [f32(4, 4), f32(4), f32(4)], ([w, h, x]) => {
      const product = dot([h!, w!], { contract: [[0], [0]], batch: [[], []] });
      return [mul(tanh(product), x!)];
    });
    const graph = buildGraph('network', [f32(4, 4), f32(4), f32(9, 4)], ([w, h, xs]) => {
      const params = { body: costly, length: 9, reverse: false, constants: 1, carries: 1 };
      const [last] = scan([w!, h!, xs!], params) as [Value];
      return [reduceSum(last, { axes: [0] })];
    });
    const [forward, backward] = scansIn(gradGraph(graph, [1])) as [Eqn, Eqn];
    // tanh of the product, which its own rule reads.
    expect(forward.outputs.map(({ type }) => type.shape)).toEqual([[4], [9, 4]]);
    const inside = graphsOf(backward.op, backward.params)[0]!.eqns.map(({ op }) => op);
    expect(inside.filter((op) => op === tanh)).toEqual([]);
    expect(inside.filter((op) => op.kind === 'contract').length).toBe(1);
  });

  test('nothing when nothing is differentiated', () => {
    const [only, ...others] = scansIn(
      gradGraph(
        buildGraph('sum', [f32(4, 4), f32(4), f32(9, 4)], ([w, h, xs]) => {
          const params = { body: step, length: 9, reverse: false, constants: 1, carries: 1 };
          const [last] = scan([w!, constantLike(h!, 1), xs!], params) as [Value];
          return [reduceSum(mul(last, h!), { axes: [0] })];
        }),
        [1],
      ),
    );
    expect([only?.outputs.length, others]).toEqual([2, []]);
  });
});

test('regions are replaced inside of loops and branches as well', () => {
  const region = held.find(([name]) => name === 'customVjp 0')![1];
  const body = buildGraph('body', [f32(2, 3), f32(3), f32(3)], ([x, y, ct]) => {
    const [z] = emit(registry.customVjp, region.eqns[0]!.params, [x!, y!]);
    return [z!, add(z!, ct!)];
  });
  const looped = buildGraph('looped', [f32(2, 3), f32(3), f32(5, 3)], (values) =>
    scan(values, { body, length: 5, reverse: false, constants: 1, carries: 1 }),
  );
  const flat = inlineRegions(looped);
  verifyGraph(flat, 'flat');
  expect(printGraph(looped)).toContain('customVjp(');
  expect(printGraph(flat)).not.toContain('customVjp(');
});
