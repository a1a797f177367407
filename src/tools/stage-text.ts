/**
 * The stages of a compilation as texts, with the same numbers for the same values in all of them.
 */
import type { Eqn, Graph, Value } from '../ir/graph.ts';
import type { Kernel } from '../ir/kernel.ts';
import { isElement } from '../ir/op.ts';
import type { Plan, PlanBuffer } from '../ir/plan.ts';
import { printLines } from '../ir/print-graph.ts';
import { printKernel } from '../ir/print-kernel.ts';
import { printPlanLines } from '../ir/print-plan.ts';
import { bytesOf, showShape } from '../ir/types.ts';
import type { Fused } from '../passes/fuse.ts';
import type { Group } from '../passes/groups.ts';
import type { Lowered } from '../passes/steps.ts';
import { formatBytes, formatFlops, formatNoun } from './format-quantity.ts';
import { groupMembers } from './group-members.ts';
import type { Numbers } from './number-values.ts';

const allNumbers = (text: string, translate: (number: string) => string): string =>
  text.replace(/%(\d+)/g, (_, number: string) => translate(number));

/** The lines of each equation, then those around them. */
interface GraphText {
  readonly lines: readonly string[];
  readonly equations: ReadonlyMap<Eqn, readonly string[]>;
}

const graphLines = (graph: Graph, numbers: Numbers): GraphText => {
  // The printer counts values in order of appearance; the same order gives each count its value
  // back.
  const order = [...graph.inputs, ...graph.eqns.flatMap((eqn) => eqn.outputs)];
  const translate = (count: string): string =>
    `%${numbers.get(order[Number(count)] as Value) ?? '?'}`;
  const { lines, starts } = printLines(graph);
  const renamed = lines.map((line, k) => {
    if (k === 0 || k >= lines.length - 2) return allNumbers(line, translate);
    if (!starts.includes(k)) return line;
    // Attributes may hold graphs, whose values count from 0 again.
    const end = line.indexOf(')', line.indexOf(' = ')) + 1;
    return allNumbers(line.slice(0, end), translate) + line.slice(end);
  });
  const equations = new Map(
    graph.eqns.map((eqn, k) => [eqn, renamed.slice(starts[k], starts[k + 1] ?? lines.length - 2)]),
  );
  return { lines: renamed, equations };
};

/** A graph. */
export const graphText = (graph: Graph, numbers: Numbers): string =>
  graphLines(graph, numbers).lines.join('\n');

/** `%3, %7`. */
export const showValues = (values: readonly Value[], numbers: Numbers): string =>
  values.map((value) => `%${numbers.get(value) ?? '?'}`).join(', ');

const groupHead = ({ kind, outer, inner }: Group): string =>
  `${kind} over ${showShape(outer)}${inner.length > 0 ? ` folding ${showShape(inner)}` : ''}`;

/**
 * Groups of equations, one per kernel; equations that several kernels compute for themselves show
 * in each.
 */
export const groupsText = (fused: Fused, numbers: Numbers): string => {
  const { equations } = graphLines(fused.graph, numbers);
  return fused.groups
    .map((group, k) => {
      const members = groupMembers(group, fused);
      const stored = group.eqns
        .flatMap((eqn) => eqn.outputs)
        .filter((out) => fused.stored.has(out));
      // The groups of a loop or a branch stand in place of its graphs.
      const inside = fused.inside.get(group.root) ?? [];
      const lines = members.flatMap((eqn) => {
        const own = equations.get(eqn) ?? [];
        return inside.length > 0 ? own.slice(0, 1) : own;
      });
      const held = inside.map((inner) => groupsText(inner, numbers).replaceAll(/^/gm, '    '));
      return [
        `group ${k} ${groupHead(group)} {`,
        ...lines,
        ...held.flatMap((text) => ['  with {', text, '  }']),
        `  store ${showValues(stored, numbers)}`,
        '}',
      ].join('\n');
    })
    .join('\n');
};

/** One kernel, with what its buffers hold. */
export const kernelText = (
  { kernel, values }: Pick<Lowered, 'kernel' | 'values'>,
  numbers: Numbers,
): string => {
  const buffers = kernel.parameters.map(({ access }, k) => {
    const verb = access === 'read' ? 'reads' : access === 'write' ? 'writes' : 'updates';
    return `b${k} ${verb} %${numbers.get(values[k] as Value) ?? '?'}`;
  });
  return `// ${buffers.join(', ')}\n${printKernel(kernel)}`;
};

/** Which value each buffer of the plan holds, and the launches between which it is in use. */
export interface BufferUse {
  readonly values: readonly Value[];
  readonly first: number;
  readonly last: number;
}

/** `launch 3`, `launches 2 to 5`: when a buffer is in use. */
export const spanText = ({ first, last }: Pick<BufferUse, 'first' | 'last'>): string =>
  first === last ? `launch ${first}` : `launches ${first} to ${last}`;

/** How the launches of a plan use its buffers; launch k runs kernel k. */
export const bufferUses = (plan: Plan, kernels: readonly Lowered[]): Map<PlanBuffer, BufferUse> => {
  const uses = new Map<PlanBuffer, BufferUse>();
  plan.launches.forEach(({ buffers }, time) => {
    buffers.forEach((buffer, k) => {
      const value = kernels[time]?.values[k] as Value;
      const before = uses.get(buffer);
      const values = new Set([...(before?.values ?? []), value]);
      uses.set(buffer, { values: [...values], first: before?.first ?? time, last: time });
    });
  });
  return uses;
};

/** A plan without the bodies of its kernels, with what each buffer holds and when. */
export const planText = (plan: Plan, kernels: readonly Lowered[], numbers: Numbers): string => {
  const uses = bufferUses(plan, kernels);
  const { lines, starts, firstStep } = printPlanLines(plan);
  const firstBuffer = 1 + plan.results.length + plan.donations.length;
  const buffers = plan.buffers.map((buffer, k) => {
    const use = uses.get(buffer);
    const bytes = formatBytes(buffer.length * bytesOf[buffer.dtype]);
    const when = use === undefined ? '' : `, ${spanText(use)}`;
    const what = showValues(use?.values ?? [], numbers);
    return `${lines[firstBuffer + k]}  // ${what} ${bytes}${when}`;
  });
  const flops = new Map(plan.launches.map(({ kernel }, k) => [starts[k], kernel.flops]));
  const steps = lines.slice(firstStep).map((line, k) => {
    const count = flops.get(firstStep + k);
    return count === undefined ? line : `${line}  // ${formatFlops(count)}`;
  });
  return [...lines.slice(0, firstBuffer), ...buffers, ...steps].join('\n');
};

/** The kinds of work in a kernel, in order: `dot · add · relu`; counts for what repeats. */
export const workOf = (eqns: readonly Eqn[]): string => {
  const counts = new Map<string, number>();
  for (const { op } of eqns) {
    if (isElement(op) && (op.kind === 'view' || op.kind === 'constant')) continue;
    counts.set(op.name, (counts.get(op.name) ?? 0) + 1);
  }
  if (counts.size === 0) return eqns.map(({ op }) => op.name).join(' · ');
  return [...counts].map(([name, count]) => (count === 1 ? name : `${name} ×${count}`)).join(' · ');
};

/** How many things a stage holds, in words. */
export const countText = (kind: string, count: number): string => {
  if (kind === 'graph') return formatNoun(count, 'equation');
  if (kind === 'groups') return formatNoun(count, 'group');
  if (kind === 'kernels') return formatNoun(count, 'kernel');
  return kind === 'plan' ? formatNoun(count, 'launch', 'launches') : formatNoun(count, 'function');
};

/** All kernels of a stage, one after the other. */
export const kernelsText = (kernels: readonly Lowered[], numbers: Numbers): string =>
  kernels.map((lowered) => kernelText(lowered, numbers)).join('\n\n');

/** The distinct kernels of a plan. */
export const distinctKernels = (plan: Plan): Set<Kernel> =>
  new Set(plan.launches.map(({ kernel }) => kernel));
