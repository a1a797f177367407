/** Graphs: whole arrays, each assigned once. `trace` makes a graph by calling a function once. */

/** Lengths of the axes, outermost first. */
export type Shape = readonly number[];
/** An input of a graph or the result of an equation; compared by identity. */
export interface Value {
  readonly id: number;
  readonly shape: Shape;
}
/** The attributes of an equation; each op uses the ones it needs. */
export interface Params {
  readonly value?: number;
  readonly shape?: Shape;
  readonly axes?: readonly number[];
}
/** How the meaning of an op reads input `input` at an index; everything is JavaScript text. */
export type Read = (input: number, at: readonly string[]) => string;

/** Everything the compiler knows about an op. */
export interface Op {
  readonly name: string;
  readonly shape: (inputs: readonly Shape[], params: Params) => Shape;
  /** The element at index `at`, as JavaScript text; 'sum' adds the input along `params.axes`. */
  readonly element: 'sum' | ((at: readonly string[], read: Read, params: Params) => string);
  /** Emits the cotangents of the inputs for the cotangent of the output. */
  readonly vjp: (ct: Value, inputs: readonly Value[], output: Value, params: Params) => Value[];
  /** Whether it is better to keep a result than to compute it again. */
  readonly isCostly?: boolean;
}
/** `output = op(inputs) {params}`. */
export interface Eqn {
  readonly op: Op;
  readonly inputs: readonly Value[];
  readonly params: Params;
  readonly output: Value;
}
/** A program: every value is defined before it is used. */
export interface Graph {
  readonly inputs: readonly Value[];
  readonly eqns: readonly Eqn[];
  readonly outputs: readonly Value[];
}

let nextId = 0;
const newValue = (shape: Shape): Value => ({ id: nextId++, shape });
let current: Eqn[] = [];

/** Appends an equation to the graph being built and returns its result. */
export const emit = (op: Op, inputs: readonly Value[], params: Params = {}): Value => {
  const shapes = inputs.map((input) => input.shape);
  const output = newValue(op.shape(shapes, params));
  current.push({ op, inputs, params, output });
  return output;
};

/** Calls `f` once with fresh inputs and records the equations that it emits. */
export const trace = (shapes: readonly Shape[], f: (...inputs: Value[]) => Value[]): Graph => {
  const outside = current;
  const eqns: Eqn[] = [];
  const inputs = shapes.map(newValue);
  current = eqns;
  try {
    return { inputs, eqns, outputs: f(...inputs) };
  } finally {
    current = outside;
  }
};

/** Replays a graph into the one being built; returns its outputs there and the new equations. */
export const inline = (
  graph: Graph,
  inputs: readonly Value[],
): { outputs: Value[]; eqns: readonly Eqn[] } => {
  const start = current.length;
  const now = new Map(graph.inputs.map((value, k) => [value, inputs[k]!]));
  for (const { op, inputs: operands, params, output } of graph.eqns) {
    const actual = operands.map((operand) => now.get(operand)!);
    now.set(output, emit(op, actual, params));
  }
  return { outputs: graph.outputs.map((value) => now.get(value)!), eqns: current.slice(start) };
};

/** The text of a graph, its values numbered in order of appearance. */
export const print = (graph: Graph): string => {
  const numbers = new Map<Value, number>();
  const define = (value: Value): string => {
    numbers.set(value, numbers.size);
    return `%${numbers.size - 1}: [${value.shape}]`;
  };
  const use = (value: Value): string => `%${numbers.get(value)}`;
  const lines = [`graph(${graph.inputs.map(define).join(', ')})`];
  for (const { op, inputs, params, output } of graph.eqns) {
    const attributes = Object.entries(params).map(([key, value]) =>
      typeof value === 'number' ? `${key}: ${value}` : `${key}: [${value}]`,
    );
    const call = `${op.name}(${inputs.map(use).join(', ')}) ${attributes.join(', ')}`.trimEnd();
    lines.push(`  ${define(output)} = ${call}`);
  }
  return [...lines, `  return ${graph.outputs.map(use).join(', ')}`].join('\n');
};
