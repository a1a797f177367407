/**
 * The bindings of a shader: which memory each array of a kernel is in. Buffers of one resource,
 * such as the arena, are parts of one binding: the numbers of their first elements stand in the
 * text.
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
import { storedType } from './emit-expression.ts';
import type { Phase } from './phases.ts';
import type { Element, Scope } from './scope.ts';

/** Memory that is one binding: an argument, a result, the arena, scratch memory. */
export type Resource = string;
/** The resource that arrays are copied to which a kernel has no binding left for. */
export const packedResource: Resource = 'packed';
const arenaPrefix = 'arena ';
/** The resource of a piece of the arena. */
export const arenaResource = (number: number): Resource => `${arenaPrefix}${number}`;
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
  /** Where it begins in the resource. */
  readonly from: number;
  /** Where it begins in packed memory. */
  readonly start: number;
  readonly length: number;
  readonly isWritten: boolean;
}

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

/** The line that declares a binding. */
export const declare = (k: number, isWritten: boolean, name: string, element: Element): string => {
  const access = isWritten ? 'read_write' : 'read';
  return `@group(0) @binding(${k}) var<storage, ${access}> ${name}: array<${element}>;`;
};

/** How a phase reaches its arrays. */
export interface Bindings {
  readonly bindings: Binding[];
  /** The lines that declare them. */
  readonly declarations: string[];
  /** The arrays that share a binding. */
  readonly packed: readonly Packed[];
}

/** The bindings of a phase, at most `most`; places its buffers in `scope`. */
export const bind = (
  kernel: Kernel,
  phase: Phase,
  placed: readonly Placed[],
  scope: Scope,
  most: number,
): Bindings => {
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
  // What lies in an arena is copied last: every other resource is one whole array.
  const isArena = (resource: Resource): boolean => resource.startsWith(arenaPrefix);
  const ordered = [...parts].sort(([a], [b]) => Number(isArena(b)) - Number(isArena(a)));
  const direct = ordered.length <= most ? ordered.length : most - 1;
  for (const [resource, list] of ordered.slice(0, direct)) bindOne(resource, list);
  const packed: Packed[] = [];
  const together: { buffer: KernelBuffer; offset: number }[] = [];
  let start = 0;
  for (const [resource, list] of ordered.slice(direct)) {
    // Buffers that begin at one place share the memory, and must go on doing so.
    for (const from of new Set(list.map(({ offset }) => offset))) {
      const here = list.filter(({ offset }) => offset === from).map(({ buffer }) => buffer);
      const length = Math.max(...here.map((buffer) => buffer.length));
      const isWritten = here.some(({ id }) => stored.has(id));
      packed.push({ resource, from, start, length, isWritten });
      for (const buffer of here) together.push({ buffer, offset: start });
      start += length;
    }
  }
  if (together.length > 0) bindOne(packedResource, together);
  return { bindings, declarations, packed };
};
