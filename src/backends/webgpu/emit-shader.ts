/** One phase of a kernel as a WGSL module. */
import type { Kernel } from '../../ir/kernel.ts';
import {
  type Binding,
  bind,
  declare,
  type Packed,
  type Placed,
  scratchResource,
} from './bindings.ts';
import { StatementWriter, shuffleName } from './emit-statements.ts';
import { functionsIn } from './functions/index.ts';
import { emitLanes, laneCount, lanesOf } from './lanes.ts';
import { literal } from './literal.ts';
import { type Phase, togetherIn } from './phases.ts';
import { divideScratch, placeScratch } from './place-scratch.ts';
import { Scope } from './scope.ts';

/** A compute shader and how to run it. */
export interface Shader {
  /** The kernel that it is a phase of. */
  readonly kernel: Pick<Kernel, 'name' | 'origin'>;
  readonly text: string;
  /** Storage buffers, by number of the binding. */
  readonly bindings: readonly Binding[];
  /** Whether the next binding is a uniform buffer with the counters of the kernel. */
  readonly hasCounters: boolean;
  /** How many workgroups along each axis. */
  readonly groups: readonly [number, number, number];
  /** Scratch memory, in words. */
  readonly scratch: number;
  /** What is copied to packed memory before, and back after where it is written. */
  readonly packed: readonly Packed[];
}

/** Invocations of a workgroup, where they do not work together. */
const groupSize = 64;
/** The most counters of a kernel. */
export const mostCounters = 8;

/** How many workgroups along each axis; none may be longer than 65535. */
const gridOf = (groups: number): readonly [number, number, number] => {
  const most = 65535;
  const z = Math.ceil(groups / (most * most));
  const y = Math.ceil(groups / (z * most));
  return [Math.ceil(groups / (y * z)), y, z];
};

/**
 * Prints one phase. The same phase at the same places always gives the same text. What has no
 * binding of its own, where there may be `mostBindings`, is copied together. With `hasHalf`
 * arguments and results of f16 take two bytes per element.
 */
export const emitShader = (
  kernel: Kernel,
  phase: Phase,
  placed: readonly Placed[],
  mostBindings: number,
  hasHalf = false,
): Shader => {
  const scope = new Scope();
  const lines: string[] = [];
  const scratch = divideScratch(kernel, phase);
  const left = mostBindings - (scratch.isBound ? 1 : 0);
  const lanes = lanesOf(kernel, phase, placed, left);
  /** How many iterations of the innermost loop an invocation does. */
  const count = (k: number): number =>
    lanes !== undefined && k === phase.loops.length - 1 ? laneCount : 1;
  const extents = phase.loops.map(
    ({ from, to, step }, k) => Math.ceil((to - from) / step) / count(k),
  );
  const total = extents.reduce((product, extent) => product * extent, 1);
  const together = togetherIn(phase);

  const limits = { most: left, hasHalf };
  const wide = lanes?.wide ?? new Set<number>();
  const { bindings, declarations, packed } = bind(kernel, phase, placed, scope, limits, wide);
  if (scratch.isBound) {
    declarations.push(declare(bindings.length, true, 'scratch', 'u32'));
    bindings.push({ resource: scratchResource, isWritten: true });
  }
  const arrays = placeScratch(scratch, 'scratch', scope);
  declarations.push(...arrays.declarations);
  lines.push(...arrays.lines);

  const counters = kernel.counters ?? [];
  if (counters.length > 0) {
    const quads = Math.ceil(mostCounters / 4);
    const at = bindings.length;
    declarations.push(
      `@group(0) @binding(${at}) var<uniform> counters: array<vec4<i32>, ${quads}>;`,
    );
    counters.forEach((counter, k) => {
      const name = scope.fresh('k');
      lines.push(`  let ${name}: i32 = counters[${k >> 2}u].${'xyzw'[k & 3]};`);
      scope.bind(counter, name);
    });
  }

  // Who works on which iteration of the parallel loops: an invocation, or a workgroup.
  const slots = Math.min(total, scratch.mostSlots);
  const isOne = phase.loops.length === 0 && together === undefined;
  const size = together === undefined ? (isOne ? 1 : groupSize) : together.loop.to;
  const groups = together === undefined ? Math.ceil(slots / size) : total;
  const isLooping = slots < total;
  if (isOne) lines.push('  let slot = 0u;');
  else {
    const group = '(group.z * groups.y + group.y) * groups.x + group.x';
    const slot = together === undefined ? `(${group}) * ${size}u + invocation` : group;
    lines.push(`  let slot = ${slot};`, `  if (slot >= ${slots}u) { return; }`);
    const head = `var number = slot; number < ${total}u; number += ${slots}u`;
    lines.push(isLooping ? `  for (${head}) {` : '  let number = slot;');
  }
  const indent = isLooping ? '    ' : '  ';
  let inner = total;
  phase.loops.forEach(({ index, from, step: distance }, k) => {
    const step = distance * count(k);
    const extent = extents[k] as number;
    inner /= extent;
    const name = scope.fresh('k');
    const divided = inner === 1 ? 'number' : `number / ${inner}u`;
    const wrapped = k === 0 ? divided : `(${divided}) % ${extent}u`;
    const scaled = step === 1 ? `i32(${wrapped})` : `i32(${wrapped}) * ${literal(step, 'i32')}`;
    const shifted = from === 0 ? scaled : `${scaled} + ${literal(from, 'i32')}`;
    lines.push(`${indent}let ${name}: i32 = ${shifted};`);
    scope.bind(index, name);
  });
  const statements =
    together === undefined ? phase.body : [...together.before, ...together.loop.body];
  if (together !== undefined) {
    const name = scope.fresh('k');
    lines.push(`  let ${name}: i32 = i32(invocation);`);
    scope.bind(together.loop.index, name);
  }
  const writer = new StatementWriter(scope, statements, indent);
  if (lanes === undefined) writer.statements(statements);
  else emitLanes(lanes, scope, writer);
  lines.push(...writer.lines);
  if (isLooping) lines.push('  }');

  const functions = functionsIn(lines.join('\n'));
  // There are never 65536 groups along an axis, but compilers do not know that.
  const usesZero = functions.some((text) => text.includes('gl_zero'));
  const code = [...(usesZero ? ['  gl_zero = groups.x >> 16u;'] : []), ...lines].join('\n');
  const isNarrow = declarations.some((line) => line.includes('<f16>'));
  const text = [
    ...(isNarrow ? ['enable f16;'] : []),
    ...(code.includes(shuffleName) ? ['enable subgroups;'] : []),
    ...declarations,
    ...functions,
    `@compute @workgroup_size(${size})`,
    'fn main(',
    '  @builtin(workgroup_id) group: vec3<u32>,',
    '  @builtin(num_workgroups) groups: vec3<u32>,',
    '  @builtin(local_invocation_index) invocation: u32,',
    ') {',
    code,
    '}',
  ].join('\n');
  return {
    kernel,
    text,
    bindings,
    hasCounters: counters.length > 0,
    groups: gridOf(groups),
    scratch: scratch.isBound ? scratch.sharedWords + scratch.slotWords * slots : 0,
    packed,
  };
};
