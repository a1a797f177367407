/**
 * Replaces regions by the equations they hold. Runs after common subexpressions are merged: what a
 * checkpoint computes again must stay computed again.
 */
import {
  type Eqn,
  emit,
  type Graph,
  inline,
  type Value,
  withBuilder,
  withSite,
} from '../ir/graph.ts';
import { eliminateDeadCode } from './eliminate.ts';

/** The graph without regions. */
export const inlineRegions = (graph: Graph): Graph => {
  if (!graph.eqns.some((eqn) => eqn.op.kind === 'region')) return graph;
  const builder = { eqns: [] as Eqn[] };
  const replaced = new Map<Value, Value>();
  const lookUp = (value: Value): Value => replaced.get(value) ?? value;
  withBuilder(builder, () => {
    for (const { op, params, inputs, outputs, site } of graph.eqns) {
      const actual = inputs.map(lookUp);
      const results = withSite(site, () =>
        op.kind === 'region'
          ? inline(inlineRegions(op.graph(params)), actual)
          : emit(op, params, actual),
      );
      outputs.forEach((output, k) => {
        replaced.set(output, results[k] as Value);
      });
    }
  });
  return eliminateDeadCode({ ...graph, eqns: builder.eqns, outputs: graph.outputs.map(lookUp) });
};
