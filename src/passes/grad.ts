/**
 * Reverse mode: from the graph of a function to the graphs of its gradient and of its cotangent
 * map.
 */
import {
  buildGraph,
  currentBuilder,
  type Eqn,
  type Graph,
  inline,
  newValue,
  type Value,
  withBuilder,
} from '../ir/graph.ts';
import { backward } from '../ir/ops/backward.ts';
import { constantLike } from '../ir/ops/constants.ts';
import { eliminateDeadCode } from './eliminate.ts';

const typesOf = (values: readonly Value[]): Value['type'][] => values.map((value) => value.type);

/**
 * The outputs of `graph`, the first of which is a scalar, followed by its gradients with respect to
 * the inputs numbered `sources`. What the scalar does not depend on gets zeros.
 */
export const gradGraph = (graph: Graph, sources: readonly number[]): Graph =>
  buildGraph(`${graph.name}Grad`, typesOf(graph.inputs), (inputs) => {
    const outputs = inline(graph, inputs);
    const scalar = outputs[0] as Value;
    const wanted = sources.map((input) => inputs[input] as Value);
    const seed = constantLike(scalar, 1);
    const gradients = backward([...currentBuilder().eqns], [scalar], [seed], wanted);
    return [...outputs, ...gradients.map((ct, k) => ct ?? constantLike(wanted[k] as Value, 0))];
  });

/** A function split for reverse mode: what runs at once, and what waits for cotangents. */
export interface VjpGraphs {
  /** The inputs of the function to its outputs, followed by `kept` intermediate values. */
  readonly forward: Graph;
  /** How many intermediate values the second half needs. */
  readonly kept: number;
  /** Which inputs of the function the second half needs. */
  readonly needed: readonly number[];
  /**
   * Needed inputs, intermediate values and cotangents of `outputs` to the cotangents of `sources`.
   */
  readonly backward: Graph;
}

/**
 * Splits the cotangent map of `graph` from the outputs numbered `outputs` to the inputs numbered
 * `sources`.
 */
export const vjpGraphs = (
  graph: Graph,
  sources: readonly number[],
  outputs: readonly number[],
): VjpGraphs => {
  const { inputs } = graph;
  const ends = outputs.map((output) => graph.outputs[output] as Value);
  const cotangents = typesOf(ends).map(newValue);
  const builder: { eqns: Eqn[] } = { eqns: [] };
  const wanted = sources.map((input) => inputs[input] as Value);
  const results = withBuilder(builder, () =>
    backward(graph.eqns, ends, cotangents, wanted).map(
      (ct, k) => ct ?? constantLike(wanted[k] as Value, 0),
    ),
  );
  const tail = eliminateDeadCode({ name: '', inputs: [], eqns: builder.eqns, outputs: results });

  const own = new Set<Value>(cotangents);
  for (const { outputs: defined } of tail.eqns) for (const value of defined) own.add(value);
  const outer = new Set<Value>();
  for (const value of [...tail.eqns.flatMap((eqn) => eqn.inputs), ...results]) {
    if (!own.has(value)) outer.add(value);
  }
  // Constants are cheaper to make again than to keep.
  const constants = graph.eqns.filter(
    (eqn) => eqn.inputs.length === 0 && eqn.outputs.some((value) => outer.has(value)),
  );
  for (const { outputs: defined } of constants) for (const value of defined) outer.delete(value);

  const needed = inputs
    .map((_, input) => input)
    .filter((input) => outer.has(inputs[input] as Value));
  const fromOutside = needed.map((input) => inputs[input] as Value);
  const kept = [...outer].filter((value) => !inputs.includes(value));
  return {
    forward: { ...graph, outputs: [...graph.outputs, ...kept] },
    kept: kept.length,
    needed,
    backward: {
      name: `${graph.name}Vjp`,
      inputs: [...fromOutside, ...kept, ...cotangents],
      eqns: [...constants, ...tail.eqns],
      outputs: results,
    },
  };
};
