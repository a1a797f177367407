/**
 * One phase of a kernel as a WGSL module. Buffers of one resource, such as the arena, are parts of
 * one binding: the numbers of their first elements stand in the text.
 */
import {
  type Expr,
  expressionsOf,
  type Kernel,
  type KernelBuffer,
  type Stmt,
  walkExpression,
  walkStatements,
} from '../../ir/kernel.ts';
import { scalarType, storedType } from './emit-expression.ts';
import { StatementWriter } from './emit-statements.ts';
import { functionsIn } from './functions/index.ts';
import { literal } from './literal.ts';
import { type Phase, scratchIn } from './phases.ts';
import { type Element, Scope } from './scope.ts';

/** Memory that is one binding: an argument, a result, the arena, scratch memory. */
export type Resource = string;
/** The resource that arrays are copied to which a kernel has no binding left for. */
export const packedResource: Resource = 'packed';
/** The resource of scratch arrays that are too long for a variable. */
export const scratchResource: Resource = 'scratch';

/** Where a parameter of a kernel lives. */
export interface Placed {
  readonly resource: Resource;
  /** In elements. */
  readonly offset: number;
}

/** A binding of a shader. */
export interface Binding {
  readonly resource: Resource;
  readonly isWritten: boolean;
}

/** An array that stands in packed memory while a shader runs, in words. */
export interface Packed {
  readonly resource: Resource;
  readonly start: number;
  readonly length: number;
  readonly isWritten: boolean;
}

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

/** The buffers that statements load from and store to. */
const touchedBy = (body: readonly Stmt[]) => {
  const loaded = new Set<number>();
  const stored = new Set<number>();
  const load = (e: Expr): void =>
    walkExpression(e, (part) => {
      if (part.kind === 'load') loaded.add(part.buffer.id);
    });
  walkStatements(body, (stmt) => {
    if (stmt.kind === 'store') stored.add(stmt.buffer.id);
    expressionsOf(stmt).forEach(load);
  });
  return { loaded, stored };
};

/** The parts of a resource that a phase touches. */
type Parts = readonly { readonly buffer: KernelBuffer; readonly offset: number }[];

/** The bindings of a phase, at most `most`, and the lines that declare them. */
const bind = (
  kernel: Kernel,
  phase: Phase,
  placed: readonly Placed[],
  scope: Scope,
  most: number,
) => {
  const { loaded, stored } = touchedBy(phase.body);
  const parts = new Map<Resource, Parts>();
  kernel.parameters.forEach(({ buffer }, k) => {
    if (!loaded.has(buffer.id) && !stored.has(buffer.id)) return;
    const { resource, offset } = placed[k] as Placed;
    parts.set(resource, [...(parts.get(resource) ?? []), { buffer, offset }]);
  });
  const bindings: Binding[] = [];
  const declarations: string[] = [];
  const bindOne = (resource: Resource, list: Parts): void => {
    const elements = new Set(list.map(({ buffer }) => storedType(buffer.dtype)));
    const element: Element = elements.size === 1 ? ([...elements][0] as Element) : 'u32';
    const isWritten = list.some(({ buffer }) => stored.has(buffer.id));
    const name = `m${bindings.length}`;
    declarations.push(declare(bindings.length, isWritten, name, element));
    bindings.push({ resource, isWritten });
    for (const { buffer, offset } of list) scope.place(buffer, { name, element, offset });
  };
  // The arena may be large and is never packed; every other resource is one whole array.
  const ordered = [...parts].sort(([a], [b]) => Number(b === 'arena') - Number(a === 'arena'));
  const direct = ordered.length <= most ? ordered.length : most - 1;
  for (const [resource, list] of ordered.slice(0, direct)) bindOne(resource, list);
  const packed: Packed[] = [];
  const together: { buffer: KernelBuffer; offset: number }[] = [];
  let start = 0;
  for (const [resource, list] of ordered.slice(direct)) {
    const length = Math.max(...list.map(({ buffer }) => buffer.length));
    const isWritten = list.some(({ buffer }) => stored.has(buffer.id));
    packed.push({ resource, start, length, isWritten });
    for (const { buffer } of list) together.push({ buffer, offset: start });
    start += length;
  }
  if (together.length > 0) bindOne(packedResource, together);
  return { bindings, declarations, packed };
};
const declare = (k: number, isWritten: boolean, name: string, element: Element): string => {
  const access = isWritten ? 'read_write' : 'read';
  return `@group(0) @binding(${k}) var<storage, ${access}> ${name}: array<${element}>;`;
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
