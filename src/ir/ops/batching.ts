/**
 * Batching: replays a graph with one more leading axis on the values that depend on batched inputs.
 */
import { emit, type Graph, type Value, withSite } from '../graph.ts';
import type { BatchInput } from '../op.ts';

/**
 * Emits `graph` over a batch of `size` on the inputs marked batched; says of every output whether
 * it is batched.
 */
export const batchGraph = (
  graph: Graph,
  inputs: readonly BatchInput[],
  size: number,
): BatchInput[] => {
  const environment = new Map<Value, BatchInput>();
  graph.inputs.forEach((value, k) => {
    environment.set(value, inputs[k] as BatchInput);
  });
  for (const { op, params, inputs: operands, outputs, site, role } of graph.eqns) {
    const actual = operands.map((operand) => environment.get(operand) as BatchInput);
    const batched = actual.some((input) => input.batched);
    const results = withSite(
      site,
      () =>
        batched
          ? op.batch(actual, size, params)
          : emit(
              op,
              params,
              actual.map((input) => input.value),
            ),
      role,
    );
    outputs.forEach((output, k) => {
      environment.set(output, { value: results[k] as Value, batched });
    });
  }
  return graph.outputs.map((output) => environment.get(output) as BatchInput);
};
