/** Code: a JavaScript function per kernel, and a function that runs a whole graph. */
import { type Fused, fuse, type Kernel, probe, weave } from './fuse.ts';
import type { Graph, Shape, Value } from './graph.ts';

const size = (shape: Shape): number => shape.reduce((product, length) => product * length, 1);
const position = (shape: Shape, at: readonly string[]): string =>
  at
    .map((index, axis) => [index, size(shape.slice(axis + 1))] as const)
    .map(([index, stride]) => (stride === 1 ? index : `${index} * ${stride}`))
    .join(' + ') || '0';
const loop = (index: string, length: number): string =>
  `for (let ${index} = 0; ${index} < ${length}; ${index}++) {`;

/** Members that a later kernel or the caller reads; the others never leave their loop. */
const storedMembers = (kernel: Kernel, { graph, kernels, producers, anchors }: Fused): Value[] =>
  kernel.members.filter((member) => {
    const isReadBy = (other: Value): boolean =>
      probe(other, other.shape.map(String), producers, anchors).some((r) => r.value === member);
    const others = kernels.filter((other) => other !== kernel).flatMap((other) => other.members);
    return graph.outputs.includes(member) || others.some(isReadBy);
  });

/** The statements of a kernel; the array of value n is called bn. */
export const generateKernel = (kernel: Kernel, fused: Fused): string => {
  const { producers, anchors } = fused;
  const lines: string[] = [];
  let names = 0;
  const line = (text: string): number => lines.push(text);
  const bind = (text: string): string => {
    if (/^-?[\w.]+$/.test(text)) return text;
    line(`const v${names} = ${text};`);
    return `v${names++}`;
  };
  // An element is computed where it is first read; `known` says under which name it is found later.
  const read = (value: Value, at: readonly string[], known: Map<string, string>): string => {
    const key = `${value.id}@${at}`;
    const eqn = producers.get(value);
    const isLoaded = anchors.has(value) && !kernel.members.includes(value);
    let name = known.get(key);
    if (name !== undefined) return name;
    if (eqn === undefined || isLoaded) name = bind(`b${value.id}[${position(value.shape, at)}]`);
    else if (eqn.op.element === 'sum') name = fold(eqn.inputs[0]!, eqn.params.axes!, at, known);
    else {
      const input = (k: number, place: readonly string[]) => read(eqn.inputs[k]!, place, known);
      name = bind(eqn.op.element(at, input, eqn.params));
    }
    known.set(key, name);
    return name;
  };
  const fold = (
    x: Value,
    axes: readonly number[],
    at: readonly string[],
    known: ReadonlyMap<string, string>,
  ): string => {
    const total = `s${names++}`;
    line(`let ${total} = 0;`);
    for (const axis of axes) line(loop(`k${axis}`, x.shape[axis]!));
    line(`${total} += ${read(x, weave(x, axes, at), new Map(known))};`);
    for (const _ of axes) line('}');
    return total;
  };
  const { shape } = kernel.members[0]!;
  const at = shape.map((_, axis) => `i${axis}`);
  const known = new Map<string, string>();
  for (const [axis, length] of shape.entries()) line(loop(`i${axis}`, length));
  const stored = storedMembers(kernel, fused);
  for (const value of stored) {
    const element = read(value, at, known);
    line(`b${value.id}[${position(shape, at)}] = ${element};`);
  }
  for (const _ of shape) line('}');
  return indent(lines);
};

const indent = (lines: readonly string[]): string => {
  let depth = 0;
  return lines
    .map((text) => {
      if (text === '}') depth--;
      const indented = '  '.repeat(depth) + text;
      if (text.endsWith('{')) depth++;
      return indented;
    })
    .join('\n');
};

/** Compiles a graph to a function from arrays to arrays, and shows the code of its kernels. */
export const compile = (
  graph: Graph,
): { run: (inputs: readonly Float64Array[]) => Float64Array[]; sources: string[] } => {
  const fused = fuse(graph);
  const sources = fused.kernels.map((kernel) => generateKernel(kernel, fused));
  const values = [...graph.inputs, ...fused.anchors];
  const names = values.map(({ id }) => `b${id}`);
  const body = sources.map((source) => `{\n${source}\n}`).join('\n');
  const kernels = new Function(...names, body) as (...all: Float64Array[]) => void;
  const run = (inputs: readonly Float64Array[]): Float64Array[] => {
    const arrays = new Map(values.map((value, k) => [value, inputs[k] ?? fresh(value)]));
    kernels(...values.map((value) => arrays.get(value)!));
    return graph.outputs.map((value) => arrays.get(value)!);
  };
  return { run, sources };
};
const fresh = (value: Value): Float64Array => new Float64Array(size(value.shape));
