/**
 * The final graph as a drawing shows it: inputs, outputs and the equations of each launch, with
 * what flows between.
 */
import type { Eqn, Value } from '../ir/graph.ts';
import { isElement } from '../ir/op.ts';
import { showType } from '../ir/types.ts';
import type { Fused } from '../passes/fuse.ts';
import type { Lowered } from '../passes/steps.ts';
import type { ExplainedValue } from './explanation.ts';
import { groupMembers } from './group-members.ts';
import type { Numbers } from './number-values.ts';

/** A box of the drawing. */
export interface GraphNode {
  readonly kind: 'input' | 'output' | 'equation';
  /** The launch that computes it; undefined for inputs, outputs and what needs no launch. */
  readonly launch: number | undefined;
  /** The name of the op, input or output. */
  readonly label: string;
  readonly type: string;
}

/** Something that flows from one node (a position in the list) to another. */
export interface GraphEdge {
  readonly from: number;
  readonly to: number;
  /** The value: `%12`. */
  readonly value: string;
  readonly type: string;
}

/**
 * Nodes and edges; equations that several launches compute for themselves stand in each of them.
 */
export interface LaunchGraph {
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
  /** How many launches there are. */
  readonly launches: number;
}

/** The number that a value is everywhere, when its readers write it into their code. */
const literalOf = (value: Value, { producers, anchors }: Fused): string | undefined => {
  const eqn = producers.get(value);
  if (eqn === undefined || anchors.has(value) || !isElement(eqn.op)) return undefined;
  const literal = eqn.op.uniform?.(eqn.params);
  return literal === undefined ? undefined : String(Number(literal.toPrecision(4)));
};

/** The loop or branch of `fused` that holds a graph, at any depth. */
const holderOf = (inner: Fused, fused: Fused): Eqn | undefined => {
  const holds = (outer: Fused): boolean =>
    outer === inner || [...outer.inside.values()].flat().some(holds);
  return [...fused.inside].find(([, graphs]) => graphs.some(holds))?.[0];
};

/** What is drawn of a program. Constants stand in the labels of their readers: `mul 0.9`. */
export const launchGraph = (
  fused: Fused,
  kernels: readonly Lowered[],
  numbers: Numbers,
  inputs: readonly ExplainedValue[],
  outputs: readonly ExplainedValue[],
): LaunchGraph => {
  const { graph, producers } = fused;
  const nodes: GraphNode[] = [];
  const edges: GraphEdge[] = [];
  const edgeKeys = new Set<string>();
  /** The nodes of values that are in memory or computed once. */
  const home = new Map<Value, number>();
  const connect = (value: Value, from: number, to: number): void => {
    const key = `${from},${to},${value.id}`;
    if (edgeKeys.has(key)) return;
    edgeKeys.add(key);
    edges.push({ from, to, value: `%${numbers.get(value) ?? '?'}`, type: showType(value.type) });
  };
  graph.inputs.forEach((value, k) => {
    const label = inputs[k]?.name ?? `%${numbers.get(value)}`;
    const input: GraphNode = {
      kind: 'input',
      launch: undefined,
      label,
      type: showType(value.type),
    };
    home.set(value, nodes.push(input) - 1);
  });
  const isLiteral = (eqn: Eqn): boolean => literalOf(eqn.outputs[0] as Value, fused) !== undefined;
  const addEqn = (eqn: Eqn, launch: number | undefined): number => {
    const type = showType((eqn.outputs[0] as Value).type);
    const literals = eqn.inputs.flatMap((input) => literalOf(input, fused) ?? []);
    const label = [eqn.op.name, literals.join(', ')].join(' ').trim();
    return nodes.push({ kind: 'equation', launch, label, type }) - 1;
  };
  const nodeOf = kernels.map(({ group, fused: around }, launch) => {
    const own = new Map<Eqn, number>();
    // Launches inside of loops and branches are drawn as the equation that holds them, once.
    const holder = around === fused ? undefined : holderOf(around, fused);
    if (holder !== undefined && !home.has(holder.outputs[0] as Value)) {
      const node = addEqn(holder, launch);
      own.set(holder, node);
      for (const output of holder.outputs) home.set(output, node);
    }
    if (around !== fused) return own;
    for (const eqn of groupMembers(group, fused)) {
      if (isLiteral(eqn)) continue;
      const node = addEqn(eqn, launch);
      own.set(eqn, node);
      if (group.eqns.includes(eqn)) for (const output of eqn.outputs) home.set(output, node);
    }
    return own;
  });
  /**
   * The node that gives a value to a reader inside of `launch`; empty arrays are computed by
   * nobody.
   */
  const source = (value: Value, launch: number | undefined): number => {
    const eqn = producers.get(value);
    const own = launch === undefined || eqn === undefined ? undefined : nodeOf[launch]?.get(eqn);
    const known = own ?? home.get(value);
    if (known !== undefined) return known;
    const node = addEqn(eqn as Eqn, undefined);
    for (const output of (eqn as Eqn).outputs) home.set(output, node);
    for (const input of (eqn as Eqn).inputs) connect(input, source(input, undefined), node);
    return node;
  };
  nodeOf.forEach((own, launch) => {
    for (const [eqn, node] of own) {
      for (const input of eqn.inputs) {
        if (literalOf(input, fused) === undefined) connect(input, source(input, launch), node);
      }
    }
  });
  graph.outputs.forEach((value, k) => {
    const label = outputs[k]?.name ?? `result ${k}`;
    const type = showType(value.type);
    const node = nodes.push({ kind: 'output', launch: undefined, label, type }) - 1;
    connect(value, source(value, undefined), node);
  });
  return { nodes, edges, launches: kernels.length };
};
