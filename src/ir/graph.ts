/**
 * Graph IR: whole arrays in static single assignment. The tracer builds graphs, the passes rewrite
 * them, `fuse` cuts them into kernels. Values are compared by identity; ids exist for printing
 * only.
 */
import { GradloomError, InternalError } from './errors.ts';
import type { Op, Params } from './op.ts';
import { showType, type TensorType } from './types.ts';

/** The result of an equation, or an input of a graph. */
export interface Value {
  readonly id: number;
  readonly type: TensorType;
}

/**
 * `outputs = op(inputs) {params}`. `op` is the definition itself, not its name; `site` is the
 * user's source line, `role` what the equation is for when that is not the function itself: "the
 * gradient of log".
 */
export interface Eqn {
  readonly op: Op;
  readonly params: Params;
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[];
  readonly site?: string | undefined;
  readonly role?: string | undefined;
}

/** A program: equations in an order in which every value is defined before it is used. */
export interface Graph {
  readonly name: string;
  readonly inputs: readonly Value[];
  readonly eqns: readonly Eqn[];
  readonly outputs: readonly Value[];
}

let nextId = 1;
/** A fresh value of the given type. */
export const newValue = (type: TensorType): Value => ({ id: nextId++, type });

/** Where emitted equations go. Builders nest: the innermost one is current. */
export interface Builder {
  readonly eqns: Eqn[];
  /** The user's source line for equations emitted now. */
  site?: string | undefined;
  /** What they are for. */
  role?: string | undefined;
}

const builders: Builder[] = [];

/** Runs `body` with emitted equations going to `builder`. */
export const withBuilder = <R>(builder: Builder, body: () => R): R => {
  builders.push(builder);
  try {
    return body();
  } finally {
    builders.pop();
  }
};

/** The builder that emitted equations go to; throws outside of a graph. */
export const currentBuilder = (): Builder => {
  const builder = builders[builders.length - 1];
  if (builder === undefined) throw new InternalError('emit', 'no graph is being built');
  return builder;
};

/**
 * Runs `body` with the equations it emits, and the errors it throws, carrying the user's source
 * line `site`; the equations also carry `role`.
 */
export const withSite = <R>(
  site: string | undefined,
  body: () => R,
  role: string | undefined = undefined,
): R => {
  const builder = currentBuilder();
  const siteBefore = builder.site;
  const roleBefore = builder.role;
  builder.site = site ?? siteBefore;
  builder.role = role ?? roleBefore;
  try {
    return body();
  } catch (error) {
    throw error instanceof GradloomError ? error.at(builder.site) : error;
  } finally {
    builder.site = siteBefore;
    builder.role = roleBefore;
  }
};

/**
 * Appends `op(inputs) {params}` to the current builder: the type rule runs and fresh outputs are
 * returned.
 */
export const emit = (op: Op, params: Params, inputs: readonly Value[]): Value[] => {
  const builder = currentBuilder();
  const types = op.type(
    inputs.map((input) => input.type),
    params,
  );
  const outputs = types.map(newValue);
  const { site, role } = builder;
  builder.eqns.push({ op, params, inputs, outputs, site, role });
  return outputs;
};

/** Builds a graph: `body` gets fresh inputs of the given types and returns the outputs. */
export const buildGraph = (
  name: string,
  types: readonly TensorType[],
  body: (inputs: Value[]) => readonly Value[],
): Graph => {
  const inputs = types.map(newValue);
  const builder: Builder = { eqns: [] };
  const outputs = withBuilder(builder, () => body([...inputs]));
  return { name, inputs, eqns: builder.eqns, outputs };
};

/**
 * Walks the equations of `graph` with `inputs` in place of its own: `emitOutputs` says what the
 * outputs of an equation become, given what its inputs became. Returns what the graph's outputs
 * became.
 */
export const replay = (
  graph: Graph,
  inputs: readonly Value[],
  emitOutputs: (eqn: Eqn, inputs: readonly Value[]) => readonly Value[],
): Value[] => {
  const environment = new Map<Value, Value>();
  graph.inputs.forEach((value, i) => {
    const actual = inputs[i];
    if (actual === undefined)
      throw new InternalError('inline', `${graph.name}: input ${i} is missing`);
    environment.set(value, actual);
  });
  const lookUp = (value: Value): Value => {
    const found = environment.get(value);
    if (found !== undefined) return found;
    throw new InternalError('inline', `%${value.id} ${showType(value.type)} is not defined`);
  };
  for (const eqn of graph.eqns) {
    const results = withSite(eqn.site, () => emitOutputs(eqn, eqn.inputs.map(lookUp)), eqn.role);
    eqn.outputs.forEach((value, i) => {
      environment.set(value, results[i] as Value);
    });
  }
  return graph.outputs.map(lookUp);
};

/**
 * Replays `graph` into the current builder with `inputs` in place of its own; returns what its
 * outputs became.
 */
export const inline = (graph: Graph, inputs: readonly Value[]): Value[] =>
  replay(graph, inputs, ({ op, params }, actual) => emit(op, params, actual));

/** The types of values. */
export const typesOf = (values: readonly Value[]): TensorType[] =>
  values.map((value) => value.type);
