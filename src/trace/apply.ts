/**
 * How every public array function does its work: in a trace its equations join the graph being
 * traced; outside they are compiled as a small program of their own and run at once.
 */
import { buildGraph, type Graph, inline, type Value, withSite } from '../ir/graph.ts';
import type { AnyTensor } from '../types/core.ts';
import { callSite, locate } from './call-site.ts';
import { execute } from './execute.ts';
import { asTensor, type TensorImplementation } from './tensor.ts';
import { checkUsable, currentTrace, type Trace, valueIn, wrap } from './trace.ts';
import { verified } from './verified.ts';

/**
 * What emits the equations of a function: gets the values of its tensors, returns those of its
 * results.
 */
export type Body = (values: Value[]) => Value | readonly Value[];

const listed = (values: Value | readonly Value[]): readonly Value[] =>
  Array.isArray(values) ? values : [values as Value];

/** Emits `body` into the trace; when it fails, nothing of it stays there. */
const emitInto = (
  trace: Trace,
  name: string,
  tensors: readonly TensorImplementation[],
  body: Body,
  site: string | undefined,
): TensorImplementation[] => {
  const { eqns } = trace.builder;
  const before = eqns.length;
  try {
    const values = tensors.map((tensor) => valueIn(trace, tensor, name));
    return wrap(listed(withSite(site, () => body(values))), trace);
  } catch (error) {
    eqns.length = before;
    throw error;
  }
};

/**
 * The results of the function `name` on tensors: `body` emits its equations. Errors get the user's
 * line. Numbers never come here; functions turn them into constants in `body`.
 */
export const apply = (
  name: string,
  inputs: readonly AnyTensor[],
  body: Body,
): TensorImplementation[] => {
  try {
    const tensors = inputs.map((input) => asTensor(name, input));
    const trace = currentTrace();
    if (trace !== undefined) return emitInto(trace, name, tensors, body, callSite(apply));
    checkUsable(name, tensors);
    const types = tensors.map(({ dtype, shape }) => ({ dtype, shape }));
    const graph = buildGraph(name, types, (values) => listed(body(values)));
    return execute(verified(name, graph), tensors);
  } catch (error) {
    throw locate(error, apply);
  }
};

/**
 * The results of a finished graph on tensors: replayed into the current trace, or compiled and run.
 */
export const applyGraph = (
  graph: Graph,
  tensors: readonly TensorImplementation[],
): TensorImplementation[] => {
  const trace = currentTrace();
  if (trace !== undefined) {
    return emitInto(trace, graph.name, tensors, (values) => inline(graph, values), undefined);
  }
  checkUsable(graph.name, tensors);
  return execute(graph, tensors);
};
