/** The text of graphs: golden, canonical, and read back. */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { InternalError } from '../../src/ir/errors.ts';
import { buildGraph, emit, type Graph, type Value, withSite } from '../../src/ir/graph.ts';
import { full } from '../../src/ir/ops/constants.ts';
import { dot } from '../../src/ir/ops/contractions.ts';
import { add, mul } from '../../src/ir/ops/elementwise.ts';
import { threefry2x32 } from '../../src/ir/ops/random.ts';
import { reduceMax } from '../../src/ir/ops/reductions.ts';
import { checkpoint } from '../../src/ir/ops/regions.ts';
import { registry } from '../../src/ir/ops/registry.ts';
import { broadcast } from '../../src/ir/ops/views.ts';
import { parseGraph } from '../../src/ir/parse.ts';
import { printGraph } from '../../src/ir/print.ts';
import { verifyGraph } from '../../src/ir/verify.ts';
import { samples } from '../ops/samples.ts';
import { randomGraph } from './random-graph.ts';

/** A graph with values replaced by their numbers, so that two graphs compare by structure. */
const structure = (graph: Graph): unknown => {
  const numbers = new Map<Value, number>();
  const define = (value: Value): unknown => {
    numbers.set(value, numbers.size);
    return value.type;
  };
  const attribute = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(attribute);
    if (typeof value !== 'object' || value === null) return value;
    if ('eqns' in value) return structure(value as Graph);
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, attribute(inner)]));
  };
  return {
    name: graph.name,
    inputs: graph.inputs.map(define),
    eqns: graph.eqns.map(({ op, params, inputs, outputs }) => ({
      op: op.name,
      inputs: inputs.map((value) => numbers.get(value)),
      outputs: outputs.map(define),
      params: attribute(params),
    })),
    outputs: graph.outputs.map((value) => numbers.get(value)),
  };
};
const checkRoundTrip = (graph: Graph): void => {
  const text = printGraph(graph);
  const back = parseGraph(text);
  expect(structure(back)).toEqual(structure(graph));
  expect(printGraph(back)).toBe(text);
  verifyGraph(back, 'read back');
};

const example = (site?: string): Graph =>
  buildGraph(
    'loss',
    [
      { dtype: 'f32', shape: [10] },
      { dtype: 'f32', shape: [64, 10] },
      { dtype: 'f32', shape: [32, 64] },
    ],
    (inputs) =>
      withSite(site, () => {
        const [b, w, x] = inputs as [Value, Value, Value];
        const product = dot([x, w], { contract: [[1], [0]], batch: [[], []] });
        const logits = add(product, broadcast(b, { shape: [32, 10], axes: [1] }));
        const inner = buildGraph('squares of x', [logits.type], ([v]) => [
          mul(v as Value, v as Value),
        ]);
        const [square] = checkpoint([logits], { graph: inner }) as [Value];
        const word = full([], { value: 7, shape: [2], dtype: 'u32' });
        return [reduceMax(square, { axes: [1] }), ...threefry2x32([word, word, word, word], {})];
      }),
  );

test('a graph as text', () => {
  expect(printGraph(example())).toMatchInlineSnapshot(`
    "graph loss(%0: f32[10], %1: f32[64,10], %2: f32[32,64]) {
      %3: f32[32,10] = dot(%2, %1) {batch: [[], []], contract: [[1], [0]]}
      %4: f32[32,10] = broadcast(%0) {axes: [1], shape: [32, 10]}
      %5: f32[32,10] = add(%3, %4)
      %6: f32[32,10] = checkpoint(%5) {graph: graph "squares of x"(%0: f32[32,10]) {
        %1: f32[32,10] = mul(%0, %0)
        return %1
      }}
      %7: u32[2] = full() {dtype: "u32", shape: [2], value: 7}
      %8: f32[32] = reduceMax(%6) {axes: [1]}
      %9: u32[2], %10: u32[2] = threefry2x32(%7, %7, %7, %7)
      return %8, %9, %10
    }"
  `);
});

test('equal structure gives equal text, whatever the values and call sites', () => {
  expect(printGraph(example('user.ts:3:4'))).toBe(printGraph(example()));
  const { op, inputs, outputs } = example().eqns[0] as Graph['eqns'][0];
  const graph = (params: object): Graph => ({
    ...example(),
    inputs,
    eqns: [{ op, inputs, outputs, params: { ...params } }],
    outputs,
  });
  expect(printGraph(graph({ a: 1, b: undefined, c: [2] }))).toBe(
    printGraph(graph({ c: [2], a: 1 })),
  );
});

test('attributes of every kind come back', () => {
  const params = {
    numbers: [0, -0, 0.1, -1e-310, 5e-324, 1e21, Number.NaN, Infinity, -Infinity],
    text: 'a "quoted" \\ line\n\u2028',
    flags: [true, false, null],
    nested: { 'odd key': [[], {}, [[1]]] },
  };
  const [eqn] = example().eqns as [Graph['eqns'][0]];
  const graph: Graph = { name: 'x', inputs: eqn.inputs, eqns: [{ ...eqn, params }], outputs: [] };
  const back = parseGraph(printGraph(graph));
  expect(back.eqns[0]?.params).toEqual(params);
  expect(printGraph(back)).toBe(printGraph(graph));
});

test('an attribute that is no plain data is an internal error', () => {
  const [eqn] = example().eqns as [Graph['eqns'][0]];
  for (const value of [() => 1, new Float32Array(2), 1n]) {
    const graph: Graph = {
      name: 'x',
      inputs: [],
      eqns: [{ ...eqn, params: { value } }],
      outputs: [],
    };
    expect(() => printGraph(graph)).toThrow(InternalError);
  }
});

test('samples of every op come back', () => {
  for (const [name, list] of Object.entries(samples)) {
    for (const sample of Array.isArray(list) ? list : [list]) {
      const op = registry[name as keyof typeof registry];
      const types = sample.inputs.map(
        ({ shape, dtype = 'f32' }: { shape: number[]; dtype?: 'f32' }) => ({
          dtype,
          shape,
        }),
      );
      const graph = buildGraph(name, types, (inputs) => emit(op, sample.params ?? {}, inputs));
      checkRoundTrip(graph);
    }
  }
});

test('random graphs come back', () => {
  fc.assert(
    fc.property(randomGraph, (graph) => {
      checkRoundTrip(graph);
    }),
    { numRuns: 150 },
  );
});
