/** What a graph computes: its equations in order; those that hold graphs run them. */
import { InternalError } from '../../ir/errors.ts';
import type { Eqn, Graph, Value } from '../../ir/graph.ts';
import type { Precision } from '../../ir/scalar.ts';
import type { TypedArray } from '../../ir/types.ts';
import { interpretEquation } from './interpret-equation.ts';
import { interpretHeld } from './interpret-held.ts';

/** An equation that holds the graph at hand, and how often it has run that graph before. */
export interface Holder {
  readonly eqn: Eqn;
  readonly step: number;
}
/** Sees every equation after it has run; `holders` lead to it, outermost first. */
export type Observe = (
  eqn: Eqn,
  inputs: readonly TypedArray[],
  outputs: readonly TypedArray[],
  holders: readonly Holder[],
) => void;

/**
 * The arrays of the graph's outputs for those of its inputs; an output may be the very array of an
 * input.
 */
export const interpretGraph = (
  graph: Graph,
  inputs: readonly TypedArray[],
  precision: Precision,
  observe?: Observe,
  holders: readonly Holder[] = [],
): TypedArray[] => {
  const environment = new Map<Value, TypedArray>();
  const bind = (values: readonly Value[], arrays: readonly TypedArray[]): void =>
    values.forEach((value, k) => {
      environment.set(value, arrays[k] as TypedArray);
    });
  const lookUp = (value: Value): TypedArray => {
    const found = environment.get(value);
    if (found === undefined) throw new InternalError('reference', `%${value.id} is not defined`);
    return found;
  };
  bind(graph.inputs, inputs);
  for (const eqn of graph.eqns) {
    const arrays = eqn.inputs.map(lookUp);
    const steps = new Map<Graph, number>();
    const held = interpretHeld(eqn, arrays, precision, (inner, given) => {
      const step = steps.get(inner) ?? 0;
      steps.set(inner, step + 1);
      return interpretGraph(inner, given, precision, observe, [...holders, { eqn, step }]);
    });
    const results = held ?? interpretEquation({ eqn, arrays, precision });
    observe?.(eqn, arrays, results, holders);
    bind(eqn.outputs, results);
  }
  return graph.outputs.map(lookUp);
};
