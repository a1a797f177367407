/**
 * Interprets what each thread does of a divided kernel, and says which elements it reads and writes
 * between two meetings. Only places are worked out: one that depends on data may be any. The steps of
 * loops around the kernel are 0.
 */

import type { Part } from '../../src/backends/wasm/threads/divide-kernel.ts';
import type { Expr, KernelBuffer, Local, Stmt } from '../../src/ir/kernel.ts';
import { expressionsOf, walkExpression } from '../../src/ir/kernel.ts';

/** The elements that one thread touches between two meetings, as `buffer.place`. */
export interface Accesses {
  readonly reads: Set<string>;
  readonly writes: Set<string>;
}

type For = Stmt & { readonly kind: 'for' };

/** Interprets one thread. */
class ThreadReader {
  readonly phases: Accesses[] = [{ reads: new Set(), writes: new Set() }];
  readonly #thread: number;
  readonly #threads: number;
  readonly #private: ReadonlySet<number>;
  readonly #locals = new Map<number, number>();
  constructor(
    thread: number,
    threads: number,
    scratch: ReadonlySet<number>,
    counters: readonly Local[],
  ) {
    this.#thread = thread;
    this.#threads = threads;
    this.#private = scratch;
    for (const { id } of counters) this.#locals.set(id, 0);
  }
  /** The value of an integer that depends on indexes alone, or NaN. */
  #value(e: Expr): number {
    switch (e.kind) {
      case 'const':
        return e.value;
      case 'local':
        return this.#locals.get(e.id) ?? Number.NaN;
      case 'binary': {
        const [x, y] = [this.#value(e.x), this.#value(e.y)];
        if (e.name === 'add') return x + y;
        if (e.name === 'sub') return x - y;
        if (e.name === 'mul') return x * y;
        if (e.name === 'div') return Math.trunc(x / y);
        if (e.name === 'rem') return x % y;
        if (e.name === 'min') return Math.min(x, y);
        return e.name === 'max' ? Math.max(x, y) : Number.NaN;
      }
      default:
        return Number.NaN;
    }
  }
  #note(to: 'reads' | 'writes', buffer: KernelBuffer, at: Expr): void {
    if (this.#private.has(buffer.id)) return;
    const value = this.#value(at);
    const places = Number.isNaN(value)
      ? Array.from({ length: buffer.length }, (_, k) => k)
      : [value];
    for (const place of places) this.phases.at(-1)![to].add(`${buffer.id}.${place}`);
  }
  parts(parts: readonly Part[]): void {
    for (const part of parts) {
      if (part.kind === 'meet') this.phases.push({ reads: new Set(), writes: new Set() });
      if (part.kind === 'all') this.#statement(part.stmt);
      if (part.kind === 'one' && this.#thread === 0) this.#statement(part.stmt);
      if (part.kind === 'each') this.#loop(part.loop, 0, 1, () => this.parts(part.parts));
      if (part.kind !== 'divide') continue;
      this.#loop(part.loop, this.#thread, this.#threads, () => this.#statements(part.loop.body));
    }
  }
  #loop({ index, from, to, step }: For, part: number, parts: number, body: () => void): void {
    const count = Math.max(0, Math.ceil((to - from) / step));
    const begin = (k: number): number => k * Math.floor(count / parts) + Math.min(k, count % parts);
    for (let k = begin(part); k < begin(part + 1); k++) {
      this.#locals.set(index.id, from + k * step);
      body();
    }
  }
  #statements(body: readonly Stmt[]): void {
    for (const stmt of body) this.#statement(stmt);
  }
  #statement(stmt: Stmt): void {
    for (const e of expressionsOf(stmt)) {
      walkExpression(e, (part) => {
        if (part.kind === 'load') this.#note('reads', part.buffer, part.at);
      });
    }
    if (stmt.kind === 'let') this.#locals.set(stmt.local.id, this.#value(stmt.value));
    // Whatever changes has no value here.
    if (stmt.kind === 'var' || stmt.kind === 'set') this.#locals.delete(stmt.local.id);
    if (stmt.kind === 'store') this.#note('writes', stmt.buffer, stmt.at);
    if (stmt.kind === 'for') this.#loop(stmt, 0, 1, () => this.#statements(stmt.body));
    if (stmt.kind === 'if') {
      this.#statements(stmt.consequent);
      this.#statements(stmt.otherwise);
    }
  }
}

/** What each thread touches, by meetings; `scratch` are the arrays that each of them has. */
export const accessesOf = (
  parts: readonly Part[],
  threads: number,
  scratch: ReadonlySet<number>,
  counters: readonly Local[] = [],
): Accesses[][] =>
  Array.from({ length: threads }, (_, thread) => {
    const reader = new ThreadReader(thread, threads, scratch, counters);
    reader.parts(parts);
    return reader.phases;
  });

/** An element that two threads touch between two meetings, of which one writes; else undefined. */
export const raceIn = (all: readonly (readonly Accesses[])[]): string | undefined => {
  for (const [a, one] of all.entries()) {
    for (const [b, other] of all.entries()) {
      if (a === b) continue;
      for (const [phase, { writes }] of one.entries()) {
        const { reads, writes: others } = other[phase] as Accesses;
        for (const element of writes) {
          if (reads.has(element) || others.has(element)) return `threads ${a} and ${b}: ${element}`;
        }
      }
    }
  }
  return undefined;
};
