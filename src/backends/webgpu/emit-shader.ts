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
import { scalarType } from './emit-expression.ts';
import { StatementWriter } from './emit-statements.ts';
import { functionsIn } from './functions/index.ts';
import { literal } from './literal.ts';
import { type Phase, scratchIn } from './phases.ts';
import { Scope } from './scope.ts';

/** A compute shader and how to run it. */
export interface Shader {
  /** The kernel that it is a phase of. */
  readonly kernel: string;
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

/** Invocations of a workgroup. */
const groupSize = 64;
/** Scratch arrays of one invocation that stay in variables, in words. */
const mostPrivate = 1024;
/** Scratch memory of one dispatch, in words: fewer invocations then do several iterations each. */
const mostScratch = 2 ** 22;
/** The most counters of a kernel. */
export const mostCounters = 8;

/** Workgroups for a number of invocations; no axis may be longer than 65535. */
const groupsFor = (invocations: number): readonly [number, number, number] => {
  const most = 65535;
  const groups = Math.ceil(invocations / groupSize);
  const z = Math.ceil(groups / (most * most));
  const y = Math.ceil(groups / (z * most));
  return [Math.ceil(groups / (y * z)), y, z];
};

/**
 * Prints one phase. The same phase at the same places always gives the same text. What has no
 * binding of its own, where there may be `mostBindings`, is copied together.
 */
export const emitShader = (
  kernel: Kernel,
  phase: Phase,
  placed: readonly Placed[],
  mostBindings: number,
): Shader => {
  const scope = new Scope();
  const lines: string[] = [];
  const extents = phase.loops.map(({ from, to, step }) => Math.ceil((to - from) / step));
  const total = extents.reduce((product, extent) => product * extent, 1);

  const arrays = scratchIn(kernel, phase.body).map(({ buffer }) => buffer);
  const words = arrays.reduce((sum, { length }) => sum + length, 0);
  const isPrivate = words <= mostPrivate;
  const left = mostBindings - (isPrivate ? 0 : 1);
  const { bindings, declarations, packed } = bind(kernel, phase, placed, scope, left);
  const slots = isPrivate ? total : Math.min(total, Math.max(1, Math.floor(mostScratch / words)));
  if (isPrivate) {
    for (const buffer of arrays) {
      const name = scope.fresh('s');
      const element = scalarType(buffer.dtype);
      lines.push(`  var ${name}: array<${element}, ${Math.max(1, buffer.length)}>;`);
      scope.place(buffer, { name, element, offset: 0 });
    }
  } else {
    const name = 'scratch';
    declarations.push(declare(bindings.length, true, name, 'u32'));
    bindings.push({ resource: scratchResource, isWritten: true });
    let start = 0;
    for (const buffer of arrays) {
      const offset = `i32(slot * ${words}u + ${start}u)`;
      scope.place(buffer, { name, element: 'u32', offset });
      start += buffer.length;
    }
  }

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

  const isLooping = slots < total;
  if (phase.loops.length > 0) {
    lines.push(
      '  let slot = ((group.z * groups.y + group.y) * groups.x + group.x) * ' +
        `${groupSize}u + invocation;`,
      `  if (slot >= ${slots}u) { return; }`,
    );
    const head = `var number = slot; number < ${total}u; number += ${slots}u`;
    lines.push(isLooping ? `  for (${head}) {` : '  let number = slot;');
  } else lines.push('  let slot = 0u;');
  const indent = isLooping ? '    ' : '  ';
  let inner = total;
  phase.loops.forEach(({ index, from, step }, k) => {
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
  const writer = new StatementWriter(scope, phase.body, indent);
  writer.statements(phase.body);
  lines.push(...writer.lines);
  if (isLooping) lines.push('  }');

  const functions = functionsIn(lines.join('\n'));
  // There are never 65536 groups along an axis, but compilers do not know that.
  const usesZero = functions.some((text) => text.includes('gl_zero'));
  const body = [...(usesZero ? ['  gl_zero = groups.x >> 16u;'] : []), ...lines].join('\n');
  const isOne = phase.loops.length === 0;
  const text = [
    ...declarations,
    ...functions,
    `@compute @workgroup_size(${isOne ? 1 : groupSize})`,
    'fn main(',
    '  @builtin(workgroup_id) group: vec3<u32>,',
    '  @builtin(num_workgroups) groups: vec3<u32>,',
    '  @builtin(local_invocation_index) invocation: u32,',
    ') {',
    body,
    '}',
  ].join('\n');
  return {
    kernel: kernel.name,
    text,
    bindings,
    hasCounters: counters.length > 0,
    groups: isOne ? [1, 1, 1] : groupsFor(slots),
    scratch: isPrivate ? 0 : words * slots,
    packed,
  };
};
