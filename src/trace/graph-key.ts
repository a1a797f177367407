/**
 * A text that two graphs share exactly when they compute the same: same ops in the same order on
 * the same types with the same attributes. Compiled programs are cached under it.
 */
import type { Graph, Value } from '../ir/graph.ts';
import { showType } from '../ir/types.ts';
import { identityOf, valueKey } from './value-key.ts';

const isGraph = (x: unknown): x is Graph =>
  typeof x === 'object' && x !== null && 'eqns' in x && 'inputs' in x && 'outputs' in x;

/** The key of `graph`; names of graphs and source lines do not matter. */
export const graphKey = (graph: Graph): string => {
  const numbers = new Map<Value, number>();
  const define = (value: Value): string => {
    numbers.set(value, numbers.size);
    return showType(value.type);
  };
  const parts = [graph.inputs.map(define).join(' ')];
  for (const { op, params, inputs, outputs } of graph.eqns) {
    const operands = inputs.map((input) => numbers.get(input)).join(',');
    const attributes = valueKey(params, (x) => (isGraph(x) ? `<${graphKey(x)}>` : undefined));
    parts.push(`${identityOf(op)}(${operands})${attributes}${outputs.map(define).join(' ')}`);
  }
  parts.push(graph.outputs.map((output) => numbers.get(output)).join(','));
  return parts.join(';');
};
