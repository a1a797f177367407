/** The region op that trades work for memory. Its transformations are those of its graph. */
import { buildGraph, currentBuilder, type Graph, typesOf, type Value } from '../graph.ts';
import type { RegionOp } from '../op.ts';
import { isDifferentiable } from '../types.ts';
import { backward } from './backward.ts';
import { batchGraph } from './batching.ts';
import { batchAll, type MultiOp, multi } from './define.ts';
import { pushGraph } from './forward.ts';
import { requireInputs } from './held-graphs.ts';
import { inlineKeeping } from './reverse.ts';

/** The attributes of `checkpoint`. */
export interface CheckpointParams {
  readonly graph: Graph;
}

const definition: RegionOp<CheckpointParams> = {
  name: 'checkpoint',
  kind: 'region',
  graph: ({ graph }) => graph,
  type: (inputs, { graph }) => {
    requireInputs('checkpoint', typesOf(graph.inputs), inputs);
    return typesOf(graph.outputs);
  },
  vjp: (cotangents, inputs, _, { graph }, wanted) => {
    const marks = wanted ?? inputs.map(({ type }) => isDifferentiable(type.dtype));
    const arriving = cotangents.filter((cotangent) => cotangent !== null);
    const reached: number[] = [];
    const transposed = buildGraph(
      `${graph.name}Vjp`,
      typesOf([...inputs, ...arriving]),
      (values) => {
        const primals = values.slice(0, inputs.length);
        const given = values.slice(inputs.length);
        const outputs = inlineKeeping(graph, primals, marks);
        const seeds = cotangents.map((ct) => (ct === null ? null : (given.shift() as Value)));
        const results = backward([...currentBuilder().eqns], outputs, seeds, primals);
        return results.filter((result, k): result is Value => {
          if (result === null || marks[k] !== true) return false;
          reached.push(k);
          return true;
        });
      },
    );
    const results = [...checkpoint([...inputs, ...arriving], { graph: transposed })];
    return inputs.map((_input, k) => results[reached.indexOf(k)] ?? null);
  },
  jvp: (inputs, tangents, { graph }) => {
    const arriving = tangents.filter((tangent) => tangent !== null);
    const reached: number[] = [];
    const pushed = buildGraph(`${graph.name}Jvp`, typesOf([...inputs, ...arriving]), (values) => {
      const given = values.slice(inputs.length);
      const along = tangents.map((tangent) => (tangent === null ? null : (given.shift() as Value)));
      const result = pushGraph(graph, values.slice(0, inputs.length), along);
      const moved = result.tangents.filter((tangent, k): tangent is Value => {
        if (tangent !== null) reached.push(k);
        return tangent !== null;
      });
      return [...result.outputs, ...moved];
    });
    const results = [...checkpoint([...inputs, ...arriving], { graph: pushed })];
    const outputs = results.splice(0, graph.outputs.length);
    return { outputs, tangents: outputs.map((_, k) => results[reached.indexOf(k)] ?? null) };
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
