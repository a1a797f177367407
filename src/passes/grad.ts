/** Reverse mode: from the graph of a function to the graph of its gradient. */
import { buildGraph, currentBuilder, type Graph, typesOf, type Value } from '../ir/graph.ts';
import { backward } from '../ir/ops/backward.ts';
import { constantLike } from '../ir/ops/constants.ts';
import { inlineKeeping } from '../ir/ops/reverse.ts';

export { type VjpGraphs, vjpGraphs } from '../ir/ops/reverse.ts';

/**
 * The outputs of `graph`, the first of which is a scalar, followed by its gradients with respect to
 * the inputs numbered `sources`. What the scalar does not depend on gets zeros.
 */
export const gradGraph = (graph: Graph, sources: readonly number[]): Graph =>
  buildGraph(`${graph.name}Grad`, typesOf(graph.inputs), (inputs) => {
    const marks = inputs.map((_, input) => sources.includes(input));
    const outputs = inlineKeeping(graph, inputs, marks);
    const scalar = outputs[0] as Value;
    const wanted = sources.map((input) => inputs[input] as Value);
    const seed = constantLike(scalar, 1);
    const gradients = backward([...currentBuilder().eqns], [scalar], [seed], wanted);
    return [...outputs, ...gradients.map((ct, k) => ct ?? constantLike(wanted[k] as Value, 0))];
  });
