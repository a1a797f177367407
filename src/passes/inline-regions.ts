/**
 * Replaces regions by the equations they hold. Runs after common subexpressions are merged: what a
 * checkpoint computes again must stay computed again.
 */
import { type Eqn, emit, type Graph, inline, replay, withBuilder } from '../ir/graph.ts';
import { mapGraphs } from '../ir/map-graphs.ts';
import { graphsOf } from '../ir/op.ts';
import { eliminateDeadCode } from './eliminate.ts';

const holdsRegions = (graph: Graph): boolean =>
  graph.eqns.some(
    ({ op, params }) => op.kind === 'region' || graphsOf(op, params).some(holdsRegions),
  );

/** The graph without regions, also inside the graphs of loops and branches. */
export const inlineRegions = (graph: Graph): Graph => {
  if (!holdsRegions(graph)) return graph;
  const builder = { eqns: [] as Eqn[] };
  const outputs = withBuilder(builder, () =>
    replay(graph, graph.inputs, ({ op, params }, inputs) =>
      op.kind === 'region'
        ? inline(inlineRegions(op.graph(params)), inputs)
        : emit(op, mapGraphs(params, inlineRegions), inputs),
    ),
  );
  return eliminateDeadCode({ ...graph, eqns: builder.eqns, outputs });
};
