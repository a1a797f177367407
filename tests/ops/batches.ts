/** Batched graphs, checked against a loop over the batch. */
import { reference } from '../../src/backends/reference/index.ts';
import { buildGraph, type Graph } from '../../src/ir/graph.ts';
import { batchGraph } from '../../src/ir/ops/batching.ts';
import { batchAll } from '../../src/ir/ops/define.ts';
import { allocate, sizeOf, type TypedArray } from '../../src/ir/types.ts';
import { interpret } from '../../src/testing/run-graph.ts';

/** `graph` over a batch on the inputs marked true; every output gets the batch axis. */
export const batchedGraph = (graph: Graph, batched: readonly boolean[], size: number): Graph => {
  const types = graph.inputs.map(({ type }, k) =>
    batched[k] ? { ...type, shape: [size, ...type.shape] } : type,
  );
  return buildGraph(`${graph.name}Batched`, types, (values) =>
    batchAll(
      batchGraph(
        graph,
        values.map((value, k) => ({ value, batched: batched[k]! })),
        size,
      ),
      size,
    ),
  );
};

/** Joins arrays end to end. */
export const joined = (arrays: readonly TypedArray[]): TypedArray => {
  const first = arrays[0]!;
  const length = arrays.reduce((sum, array) => sum + array.length, 0);
  const Type = first.constructor as new (length: number) => TypedArray;
  const all = new Type(length);
  let at = 0;
  for (const array of arrays) {
    all.set(array, at);
    at += array.length;
  }
  return all;
};

/**
 * What `graph` gives for one example after the other; `examples[b]` are the inputs of example b.
 */
export const loopOverBatch = (
  graph: Graph,
  examples: readonly (readonly TypedArray[])[],
): TypedArray[] => {
  const results = examples.map((arrays) => interpret(reference, graph, arrays));
  return graph.outputs.map(({ type }, k) =>
    results.length === 0
      ? allocate(type.dtype, sizeOf(type.shape))
      : joined(results.map((outputs) => outputs[k]!)),
  );
};

/** Every way to mark some of `count` inputs, at least one. */
export const markings = (count: number): boolean[][] =>
  Array.from({ length: 2 ** count - 1 }, (_, bits) =>
    Array.from({ length: count }, (_unused, k) => (((bits + 1) >> k) & 1) === 1),
  );
