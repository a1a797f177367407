/** Fusion: which values live in memory, and which of those one kernel computes together. */
import type { Eqn, Graph, Value } from './graph.ts';

/** Values of one shape that one loop nest computes. */
export interface Kernel {
  readonly members: Value[];
}
/** A graph cut into kernels, in the order in which they run. */
export interface Fused {
  readonly graph: Graph;
  readonly producers: ReadonlyMap<Value, Eqn>;
  readonly kernels: readonly Kernel[];
  /** Values that are not computed again wherever they are read. */
  readonly anchors: ReadonlySet<Value>;
}

/** Where `value`, computed at index `at`, reads inputs of the graph and anchors. */
export const probe = (
  value: Value,
  at: readonly string[],
  producers: ReadonlyMap<Value, Eqn>,
  anchors: ReadonlySet<Value>,
): { value: Value; at: readonly string[] }[] => {
  const eqn = producers.get(value);
  if (eqn === undefined) return [];
  const { op, inputs, params } = eqn;
  const found: { value: Value; at: readonly string[] }[] = [];
  const visit = (input: Value, place: readonly string[]): string => {
    const isStored = anchors.has(input) || !producers.has(input);
    if (isStored) found.push({ value: input, at: place });
    else found.push(...probe(input, place, producers, anchors));
    return '';
  };
  if (op.element === 'sum') visit(inputs[0]!, weave(inputs[0]!, params.axes!, at));
  else op.element(at, (input, place) => visit(inputs[input]!, place), params);
  return found;
};

/** The index of a sum's input: `at` along the kept axes, k0, k1... of the sum along the others. */
export const weave = (x: Value, axes: readonly number[], at: readonly string[]): string[] => {
  const rest = [...at];
  return x.shape.map((_, axis) => (axes.includes(axis) ? `k${axis}` : rest.shift()!));
};

/** Cuts a graph into kernels. */
export const fuse = (graph: Graph): Fused => {
  const producers = new Map(graph.eqns.map((eqn) => [eqn.output, eqn]));
  const readers = new Map<Value, number>();
  for (const { inputs } of graph.eqns) {
    for (const input of inputs) readers.set(input, (readers.get(input) ?? 0) + 1);
  }
  const anchors = new Set(graph.outputs.filter((value) => producers.has(value)));
  for (const { op, output } of graph.eqns) {
    const isShared = op.isCostly === true && (readers.get(output) ?? 0) > 1;
    if (op.element === 'sum' || isShared) anchors.add(output);
  }
  const kernels: Kernel[] = [];
  for (const { output, op } of graph.eqns) {
    if (!anchors.has(output)) continue;
    // An element joins the last kernel if it reads that kernel's members exactly where it stands.
    const last = kernels.at(-1);
    const at = output.shape.map((_, axis) => `i${axis}`);
    const reads = probe(output, at, producers, anchors);
    const own = reads.filter(({ value }) => last?.members.includes(value) === true);
    const fits = own.length > 0 && own.every((read) => `${read.at}` === `${at}`);
    const isSame = `${last?.members[0]?.shape}` === `${output.shape}`;
    if (last !== undefined && op.element !== 'sum' && isSame && fits) last.members.push(output);
    else kernels.push({ members: [output] });
  }
  return { graph, producers, kernels, anchors };
};
