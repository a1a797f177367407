/** What a graph computes: its equations one after the other, regions by what they hold. */
import { InternalError } from '../../ir/errors.ts';
import type { Graph, Value } from '../../ir/graph.ts';
import type { Precision } from '../../ir/scalar.ts';
import type { TypedArray } from '../../ir/types.ts';
import { interpretEquation } from './interpret-equation.ts';

/**
 * The arrays of the graph's outputs for those of its inputs; an output may be the very array of an
 * input.
 */
export const interpretGraph = (
  graph: Graph,
  inputs: readonly TypedArray[],
  precision: Precision,
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
    bind(
      eqn.outputs,
      eqn.op.kind === 'region'
        ? interpretGraph(eqn.op.graph(eqn.params), arrays, precision)
        : interpretEquation({ eqn, arrays, precision }),
    );
  }
  return graph.outputs.map(lookUp);
};
