/** Forward mode: from the graph of a function to the graph of its directional derivative. */
import { buildGraph, type Graph, typesOf, type Value } from '../ir/graph.ts';
import { constantLike } from '../ir/ops/constants.ts';
import { pushGraph } from '../ir/ops/forward.ts';
import { eliminateDeadCode } from './eliminate.ts';

/**
 * Takes the inputs of `graph` followed by one tangent per input numbered in `sources`; gives the
 * outputs followed by the tangents of the outputs numbered in `targets`, zeros where nothing
 * arrives.
 */
export const jvpGraph = (
  graph: Graph,
  sources: readonly number[],
  targets: readonly number[],
): Graph => {
  const moving = sources.map((input) => graph.inputs[input] as Value);
  const types = typesOf([...graph.inputs, ...moving]);
  const built = buildGraph(`${graph.name}Jvp`, types, (values) => {
    const given = values.slice(graph.inputs.length);
    const arriving = graph.inputs.map((input) => given[moving.indexOf(input)] ?? null);
    const { outputs, tangents } = pushGraph(graph, values.slice(0, graph.inputs.length), arriving);
    return [
      ...outputs,
      ...targets.map((k) => tangents[k] ?? constantLike(graph.outputs[k] as Value, 0)),
    ];
  });
  return eliminateDeadCode(built);
};
