/**
 * The tracer. A trace is a graph under construction plus the tensors captured from outside of it;
 * traces nest as a stack and there are no levels: transformations turn the finished graph into
 * another one, which is then replayed.
 */
import type { Backend } from '../backends/backend.ts';
import { BackendError, TraceError } from '../ir/errors.ts';
import { type Builder, type Graph, newValue, type Value, withBuilder } from '../ir/graph.ts';
import { showShape, type TensorType } from '../ir/types.ts';
import { locate } from './call-site.ts';
import { goneError, TensorImplementation } from './tensor.ts';
import { verified } from './verified.ts';

/** A function being traced. */
export interface Trace {
  readonly name: string;
  readonly builder: Builder;
  /** Declared inputs first, then one per captured tensor. */
  readonly inputs: Value[];
  /**
   * Concrete tensors and symbolic tensors of outer traces that the function used, in the order of
   * their inputs.
   */
  readonly captured: TensorImplementation[];
  readonly lifted: Map<TensorImplementation, Value>;
  /** Where the concrete tensors of all nested traces live; the first one decides. */
  readonly home: { backend?: Backend | undefined };
  isOpen: boolean;
}

/** What tracing a function yields. */
export interface Traced {
  /** Its inputs are the declared ones followed by one per captured tensor. */
  readonly graph: Graph;
  readonly captured: readonly TensorImplementation[];
}

const traces: Trace[] = [];

/** The innermost function being traced, or undefined. */
export const currentTrace = (): Trace | undefined => {
  // An index of -1 would be looked up as a name, at each call of a compiled function.
  const { length } = traces;
  return length === 0 ? undefined : traces[length - 1];
};

/** A name that every text format accepts: letters, digits and underscores. */
export const plainName = (name: string): string => {
  const word = name.replaceAll(/[^A-Za-z0-9_]+/g, '_').slice(0, 60);
  if (word === '' || word === '_') return 'anonymous';
  return /^[0-9]/.test(word) ? `_${word}` : word;
};

/** How messages call the function of a trace. */
export const functionName = (trace: Trace): string =>
  trace.name === 'anonymous' ? 'an anonymous function' : trace.name;

/**
 * The backend that two tensors share; a BackendError with advice when they live on different ones.
 */
export const sameBackend = (name: string, first: Backend | undefined, second: Backend): Backend => {
  if (first === undefined || first === second) return second;
  const label = first.name === second.name ? `two backends called ${first.name}` : undefined;
  throw new BackendError(
    `${name}: ${label ?? `backends ${first.name} and ${second.name}`} cannot work on one program`,
    { hint: 'copy one tensor over: await toBackend(x, backend)' },
  );
};

const symbolic = (value: Value, trace: Trace): TensorImplementation =>
  new TensorImplementation(value.type.dtype, value.type.shape, { kind: 'symbolic', value, trace });

/** The tensors of values in the graph of `trace`. */
export const wrap = (values: readonly Value[], trace: Trace): TensorImplementation[] =>
  values.map((value) => symbolic(value, trace));

/**
 * The value that stands for `tensor` in `trace`, which must be the current one. A tensor from
 * outside becomes one more input. TraceError when the tensor belongs to a trace that has ended;
 * `name` says who wanted to use it.
 */
export const valueIn = (trace: Trace, tensor: TensorImplementation, name: string): Value => {
  const { life } = tensor;
  if (life.kind === 'gone') throw goneError(name, tensor);
  if (life.kind === 'symbolic') {
    if (life.trace === trace) return life.value;
    if (!life.trace.isOpen) throw escapedError(name, tensor);
  }
  const known = trace.lifted.get(tensor);
  if (known !== undefined) return known;
  if (life.kind === 'concrete') {
    trace.home.backend = sameBackend(name, trace.home.backend, life.backend);
  }
  const value = newValue({ dtype: tensor.dtype, shape: tensor.shape });
  trace.inputs.push(value);
  trace.captured.push(tensor);
  trace.lifted.set(tensor, value);
  return value;
};

/**
 * Throws for tensors that are gone or belong to a trace that has ended; `name` wanted to use them.
 */
export const checkUsable = (name: string, tensors: readonly TensorImplementation[]): void => {
  for (const tensor of tensors) {
    if (tensor.life.kind === 'gone') throw goneError(name, tensor);
    if (tensor.life.kind === 'symbolic' && !tensor.life.trace.isOpen) {
      throw escapedError(name, tensor);
    }
  }
};

/** The error for a symbolic tensor whose trace has ended. */
export const escapedError = (name: string, tensor: TensorImplementation): TraceError => {
  const owner = tensor.life.kind === 'symbolic' ? functionName(tensor.life.trace) : 'a function';
  return new TraceError(`${name}: a traced tensor escaped from its trace`, {
    got: `${showShape(tensor.shape)} ${tensor.dtype}, made while ${owner} was traced`,
    hint: 'return it from that function instead of storing it in a variable outside',
  });
};

/**
 * Calls `f` once with symbolic tensors of the given types and records what it computes. `f` returns
 * the tensors that become the outputs. `backend` is where captured tensors must live, when that is
 * known.
 */
export const trace = (
  name: string,
  f: (inputs: TensorImplementation[]) => readonly TensorImplementation[],
  types: readonly TensorType[],
  backend?: Backend,
): Traced => {
  const home = currentTrace()?.home ?? { backend };
  const current: Trace = {
    name: plainName(name),
    builder: { eqns: [] },
    inputs: types.map(newValue),
    captured: [],
    lifted: new Map(),
    home,
    isOpen: true,
  };
  traces.push(current);
  try {
    const outputs = withBuilder(current.builder, () =>
      f(wrap(current.inputs.slice(), current)).map((tensor) => valueIn(current, tensor, name)),
    );
    const { inputs, builder, captured } = current;
    const graph = verified('trace', { name: current.name, inputs, eqns: builder.eqns, outputs });
    return { graph, captured };
  } catch (error) {
    throw locate(error);
  } finally {
    traces.pop();
    current.isOpen = false;
  }
};
