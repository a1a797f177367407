/**
 * What reverse mode needs beside the walk itself: replaying a graph so that its equations keep what
 * their rules read, and taking the equations of a walk apart from those of the graph they read.
 */
import {
  buildGraph,
  type Eqn,
  emit,
  type Graph,
  newValue,
  replay,
  typesOf,
  type Value,
  withBuilder,
} from '../graph.ts';
import type { Cotangents } from '../op.ts';
import { isDifferentiable } from '../types.ts';
import { backward } from './backward.ts';
import { constantLike } from './constants.ts';

/** The equations that the values `outputs` depend on. */
export const liveEqns = (eqns: readonly Eqn[], outputs: readonly Value[]): Eqn[] => {
  const used = new Set(outputs);
  const live: Eqn[] = [];
  for (let k = eqns.length - 1; k >= 0; k--) {
    const eqn = eqns[k] as Eqn;
    if (!eqn.outputs.some((output) => used.has(output))) continue;
    for (const input of eqn.inputs) used.add(input);
    live.push(eqn);
  }
  return live.reverse();
};

/** The graph without equations that none of its outputs depends on. */
export const withoutDead = (graph: Graph): Graph => ({
  ...graph,
  eqns: liveEqns(graph.eqns, graph.outputs),
});

/**
 * Replays `graph` into the current builder like `inline`, with equations that depend on the inputs
 * marked `wanted` in the form that keeps what reverse mode reads.
 */
export const inlineKeeping = (
  graph: Graph,
  inputs: readonly Value[],
  wanted: readonly boolean[],
): Value[] => {
  const moving = new Set(graph.inputs.filter((_, k) => wanted[k]));
  return replay(graph, inputs, ({ op, params, inputs: operands, outputs }, actual) => {
    const marks = operands.map((operand) => moving.has(operand));
    if (op.vjp === 'zero' || !marks.includes(true)) return emit(op, params, actual);
    for (const output of outputs) if (isDifferentiable(output.type.dtype)) moving.add(output);
    return op.keep === undefined ? emit(op, params, actual) : op.keep(actual, params, marks);
  });
};

/** The equations of a reverse walk over a finished graph. */
export interface Pullback {
  readonly eqns: readonly Eqn[];
  /** The cotangents of the sources; null is zero. */
  readonly results: Cotangents;
  /** The values of the graph that the equations and the results read. */
  readonly reads: readonly Value[];
}

/**
 * Walks the equations of `graph` backwards, from the cotangents of `ends` to those of `sources`.
 * The equations are built apart: they read values of the graph and the values `cotangents`.
 */
export const pullback = (
  graph: Graph,
  ends: readonly Value[],
  cotangents: Cotangents,
  sources: readonly Value[],
): Pullback => {
  const builder: { eqns: Eqn[] } = { eqns: [] };
  const results = withBuilder(builder, () => backward(graph.eqns, ends, cotangents, sources));
  const reached = results.filter((result) => result !== null);
  const eqns = liveEqns(builder.eqns, reached);
  const own = new Set<Value | null>(cotangents);
  for (const { outputs } of eqns) for (const value of outputs) own.add(value);
  const reads = new Set<Value>();
  for (const value of [...eqns.flatMap((eqn) => eqn.inputs), ...reached]) {
    if (!own.has(value)) reads.add(value);
  }
  return { eqns, results, reads: [...reads] };
};

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
  const marks = graph.inputs.map((_, input) => sources.includes(input));
  const forward = buildGraph(graph.name, typesOf(graph.inputs), (values) =>
    inlineKeeping(graph, values, marks),
  );
  const { inputs } = forward;
  const ends = outputs.map((output) => forward.outputs[output] as Value);
  const cotangents = typesOf(ends).map(newValue);
  const wanted = sources.map((input) => inputs[input] as Value);
  const pulled = pullback(forward, ends, cotangents, wanted);
  const zeros: { eqns: Eqn[] } = { eqns: [] };
  const results = withBuilder(zeros, () =>
    pulled.results.map((ct, k) => ct ?? constantLike(wanted[k] as Value, 0)),
  );

  const reads = new Set(pulled.reads);
  // Constants are cheaper to make again than to keep.
  const constants = forward.eqns.filter(
    (eqn) => eqn.inputs.length === 0 && eqn.outputs.some((value) => reads.has(value)),
  );
  for (const { outputs: defined } of constants) for (const value of defined) reads.delete(value);

  const needed = inputs
    .map((_, input) => input)
    .filter((input) => reads.has(inputs[input] as Value));
  const fromOutside = needed.map((input) => inputs[input] as Value);
  const kept = [...reads].filter((value) => !inputs.includes(value));
  return {
    forward: { ...forward, outputs: [...forward.outputs, ...kept] },
    kept: kept.length,
    needed,
    backward: {
      name: `${graph.name}Vjp`,
      inputs: [...fromOutside, ...kept, ...cotangents],
      eqns: [...constants, ...pulled.eqns, ...zeros.eqns],
      outputs: results,
    },
  };
};
