/** How many products the contractions of a program add: what its time goes into. */
import type { Eqn, Graph, Value } from '../ir/graph.ts';
import { graphsOf } from '../ir/op.ts';
import { sizeOf } from '../ir/types.ts';

/** How often each run of an equation runs the graphs in it; endlessly where nobody knows. */
export const repetitionsOf = ({ op, params }: Eqn): number => {
  if (op.kind === 'scan') return op.loop(params).length;
  return op.kind === 'while' ? Number.POSITIVE_INFINITY : 1;
};

/** The products that all contractions of a graph add, as often as loops in it run. */
export const productsIn = (graph: Graph): number => {
  let products = 0;
  for (const eqn of graph.eqns) {
    const { op, params, inputs, outputs } = eqn;
    if (op.kind === 'contract') {
      const { sum } = op.space(
        inputs.map(({ type }) => type),
        params,
      );
      products += sizeOf((outputs[0] as Value).type.shape) * sizeOf(sum);
      continue;
    }
    let inside = 0;
    for (const inner of graphsOf(op, params)) inside += productsIn(inner);
    // Endless repetitions of nothing are nothing.
    if (inside > 0) products += inside * repetitionsOf(eqn);
  }
  return products;
};
