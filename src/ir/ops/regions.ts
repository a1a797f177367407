/** Ops that hold a graph. Transformations of the op are transformations of the graph it holds. */
import { buildGraph, currentBuilder, type Graph, inline, type Value } from '../graph.ts';
import type { RegionOp } from '../op.ts';
import { backward } from './backward.ts';
import { batchGraph } from './batching.ts';
import { batchAll, type MultiOp, multi } from './define.ts';

/** The attributes of `checkpoint`. */
export interface CheckpointParams {
  readonly graph: Graph;
}

const typesOf = (values: readonly Value[]): Value['type'][] => values.map((value) => value.type);

const definition: RegionOp<CheckpointParams> = {
  name: 'checkpoint',
  kind: 'region',
  graph: ({ graph }) => graph,
  type: (_, { graph }) => typesOf(graph.outputs),
  vjp: (cotangents, inputs, _, { graph }) => {
    const arriving = cotangents.filter((cotangent) => cotangent !== null);
    const reached: number[] = [];
    const transposed = buildGraph(
      `${graph.name}Vjp`,
      typesOf([...inputs, ...arriving]),
      (values) => {
        const primals = values.slice(0, inputs.length);
        const given = values.slice(inputs.length);
        const outputs = inline(graph, primals);
        const seeds = cotangents.map((ct) => (ct === null ? null : (given.shift() as Value)));
        const results = backward([...currentBuilder().eqns], outputs, seeds, primals);
        return results.filter((result, k): result is Value => {
          if (result !== null) reached.push(k);
          return result !== null;
        });
      },
    );
    const results = checkpoint([...inputs, ...arriving], { graph: transposed });
    return inputs.map((_input, k) => results[reached.indexOf(k)] ?? null);
  },
  batch: (inputs, size, { graph }) => {
    const values = batchAll(inputs, size);
    const batched = buildGraph(`${graph.name}Vmap`, typesOf(values), (arguments_) => {
      const results = batchGraph(
        graph,
        arguments_.map((value) => ({ value, batched: true })),
        size,
      );
      return batchAll(results, size);
    });
    return checkpoint(values, { graph: batched });
  },
};
/**
 * What its graph computes; the gradient computes the graph again instead of keeping its values (T.
 * Chen et al., "Training deep nets with sublinear memory cost", 2016).
 */
export const checkpoint: MultiOp<CheckpointParams> = multi(definition);
