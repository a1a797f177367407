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
import { wordBytes } from './target.ts';

/** Memory that is one binding: an argument, a result, the arena, scratch memory. */
export type Resource = string;
/** The resources that arrays are copied to which a kernel has no binding left for. */
export const packedResources = { words: 'packed', halves: 'packed f16' } as const;
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

/** An array that stands in packed memory while a shader runs. All numbers are bytes. */
export interface Packed {
  readonly resource: Resource;
  /** Where it begins in the resource. */
  readonly from: number;
  /** The packed memory, and where it begins there. */
  readonly target: Resource;
  readonly start: number;
  readonly length: number;
  readonly isWritten: boolean;
}

/** The buffers that statements load from and store to. */
export const touchedBy = (
  body: readonly Stmt[],
): { readonly loaded: ReadonlySet<number>; readonly stored: ReadonlySet<number> } => {
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
export const declare = (
  k: number,
  isWritten: boolean,
  name: string,
  element: Element | `vec4<${Element}>`,
): string => {
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

/** What a device has for the arrays of a kernel. */
export interface BindingLimits {
  /** The most storage buffers. */
  readonly most: number;
  /** Whether arguments and results of f16 take two bytes per element. */
  readonly hasHalf: boolean;
}

const isArena = (resource: Resource): boolean => resource.startsWith(arenaPrefix);
const lengthOf = (list: Parts): number => Math.max(...list.map(({ buffer }) => buffer.length));
/** The bytes that a shader wants of a packed memory. */
export const packedBytes = (list: readonly Packed[], target: Resource): number =>
  list.reduce((sum, one) => sum + (one.target === target ? one.length : 0), 0);

/** Binds the parts of a phase: the numbers of the bindings follow the calls. */
class Binder {
  readonly bindings: Binding[] = [];
  readonly declarations: string[] = [];
  readonly #scope: Scope;
  readonly #stored: ReadonlySet<number>;
  readonly #wide: ReadonlySet<number>;
  constructor(scope: Scope, stored: ReadonlySet<number>, wide: ReadonlySet<number>) {
    this.#scope = scope;
    this.#stored = stored;
    this.#wide = wide;
  }
  isWritten(list: Parts): boolean {
    return list.some(({ buffer }) => this.#stored.has(buffer.id));
  }
  bind(resource: Resource, element: Element, list: Parts): void {
    if (list.length === 0) return;
    const { bindings, declarations } = this;
    const isWritten = this.isWritten(list);
    const name = `m${bindings.length}`;
    const isWide = list.some(({ buffer }) => this.#wide.has(buffer.id));
    const type = isWide ? (`vec4<${element}>` as const) : element;
    declarations.push(declare(bindings.length, isWritten, name, type));
    bindings.push({ resource, isWritten });
    for (const { buffer, offset } of list) {
      this.#scope.place(buffer, { name, element, offset, isWide });
    }
  }
}

/**
 * The bindings of a phase; places its buffers in `scope`. Memory with a buffer in `wide` is bound
 * as vectors of four elements.
 */
export const bind = (
  kernel: Kernel,
  phase: Phase,
  placed: readonly Placed[],
  scope: Scope,
  { most, hasHalf }: BindingLimits,
  wide: ReadonlySet<number>,
): Bindings => {
  const { loaded, stored } = touchedBy(phase.body);
  const parts = new Map<Resource, Parts>();
  kernel.parameters.forEach(({ buffer }, k) => {
    if (!loaded.has(buffer.id) && !stored.has(buffer.id)) return;
    const { resource, offset } = placed[k] as Placed;
    parts.set(resource, [...(parts.get(resource) ?? []), { buffer, offset }]);
  });
  const elementOf = (resource: Resource, list: Parts): Element => {
    const dtypes = new Set(list.map(({ buffer }) => buffer.dtype));
    if (hasHalf && !isArena(resource) && dtypes.has('f16')) return 'f16';
    const elements = new Set([...dtypes].map(storedType));
    return elements.size === 1 ? ([...elements][0] as Element) : 'u32';
  };
  const binder = new Binder(scope, stored, wide);
  // What lies in an arena is copied last: every other resource is one whole array.
  const ordered = [...parts].sort(([a], [b]) => Number(isArena(b)) - Number(isArena(a)));
  const isNarrow = ([resource, list]: (typeof ordered)[0]): boolean =>
    elementOf(resource, list) === 'f16';
  let direct = ordered.length;
  if (direct > most) {
    // Halves are copied to memory of their own.
    direct = most - 1;
    if (new Set(ordered.slice(direct).map(isNarrow)).size > 1) direct--;
  }
  for (const [resource, list] of ordered.slice(0, direct)) {
    binder.bind(resource, elementOf(resource, list), list);
  }
  const packed: Packed[] = [];
  const together: Record<'words' | 'halves', { buffer: KernelBuffer; offset: number }[]> = {
    words: [],
    halves: [],
  };
  for (const [resource, list] of ordered.slice(direct)) {
    const kind = isNarrow([resource, list]) ? 'halves' : 'words';
    const target = packedResources[kind];
    const size = kind === 'halves' ? 2 : wordBytes;
    // Buffers that begin at one place share the memory, and must go on doing so.
    for (const offset of new Set(list.map((part) => part.offset))) {
      const here = list.filter((part) => part.offset === offset);
      const start = packedBytes(packed, target);
      const length = Math.ceil((lengthOf(here) * size) / wordBytes) * wordBytes;
      const isWritten = binder.isWritten(here);
      packed.push({ resource, from: offset * size, target, start, length, isWritten });
      for (const { buffer } of here) together[kind].push({ buffer, offset: start / size });
    }
  }
  const dtypes = new Set(together.words.map(({ buffer }) => storedType(buffer.dtype)));
  const element = dtypes.size === 1 ? ([...dtypes][0] as Element) : 'u32';
  binder.bind(packedResources.words, element, together.words);
  binder.bind(packedResources.halves, 'f16', together.halves);
  return { bindings: binder.bindings, declarations: binder.declarations, packed };
};
