/** Which elements of which buffers statements read and write, as intervals. */
import { type Bounds, boundsOf } from '../../../ir/bounds.ts';
import {
  type Expr,
  expressionsOf,
  type Kernel,
  type KernelBuffer,
  mapExpression,
  type Stmt,
  walkExpression,
  walkStatements,
} from '../../../ir/kernel.ts';

/** The elements that something touches, by buffer. */
type Elements = Map<number, Bounds>;
type For = Stmt & { readonly kind: 'for' };

/** What statements read and what they write. */
export interface Footprint {
  readonly reads: ReadonlyMap<number, Bounds>;
  readonly writes: ReadonlyMap<number, Bounds>;
}

const everything: Bounds = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];

const extend = (to: Elements, buffer: number, [low, high]: Bounds): void => {
  const known = to.get(buffer) ?? [low, high];
  to.set(buffer, [Math.min(known[0], low), Math.max(known[1], high)]);
};

/** Makes footprints of the statements of one kernel. Private scratch has none. */
export class Footprints {
  /** The buffers that may be one memory, by the number of one of them. */
  readonly #same = new Map<number, number>();
  readonly #private = new Set<number>();
  /** What is known of locals where the walk is: one local may be an index here and a let there. */
  readonly #locals = new Map<number, Bounds>();
  constructor({ body, parameters, inPlace }: Kernel) {
    for (const [read, written] of inPlace) {
      const [a, b] = [read, written].map((k) => parameters[k]?.buffer.id ?? -1);
      this.#join(a as number, b as number);
    }
    walkStatements(body, (stmt) => {
      if (stmt.kind === 'alloc' && stmt.scope !== 'kernel') this.#private.add(stmt.buffer.id);
    });
  }
  #join(a: number, b: number): void {
    const [one, other] = [this.#same.get(a) ?? a, this.#same.get(b) ?? b];
    for (const [id, known] of this.#same) if (known === other) this.#same.set(id, one);
    this.#same.set(a, one);
    this.#same.set(b, one);
  }
  /** To be called before the statements in a loop are asked about. */
  enter({ index, from, to, step }: For): void {
    const last = from + Math.floor((to - 1 - from) / step) * step;
    this.#locals.set(index.id, [from, last]);
  }
  #bounds(e: Expr): Bounds | undefined {
    const narrowed = mapExpression(e, (part) => {
      if (part.kind !== 'local') return part;
      const range = this.#locals.get(part.id) ?? part.range;
      return range === undefined ? part : { ...part, range };
    });
    return boundsOf(narrowed);
  }
  /** Visits every load and every store of a statement that are not of private scratch. */
  #walk(stmt: Stmt, note: (isStore: boolean, buffer: KernelBuffer, at: Expr) => void): void {
    walkStatements([stmt], (inner) => {
      if (inner.kind === 'for') this.enter(inner);
      if (inner.kind === 'let') {
        const bounds = this.#bounds(inner.value);
        if (bounds === undefined) this.#locals.delete(inner.local.id);
        else this.#locals.set(inner.local.id, bounds);
      }
      for (const e of expressionsOf(inner)) {
        walkExpression(e, (part) => {
          if (part.kind === 'load') note(false, part.buffer, part.at);
        });
      }
      if (inner.kind === 'store') note(true, inner.buffer, inner.at);
    });
  }
  /**
   * The private scratch arrays that a statement touches, and whether it makes by itself what it
   * reads of them: it stores first, and to all places that it reads.
   */
  scratch(stmt: Stmt): ReadonlyMap<number, boolean> {
    const [reads, writes]: [Elements, Elements] = [new Map(), new Map()];
    const readFirst = new Set<number>();
    this.#walk(stmt, (isStore, { id }, at) => {
      if (!this.#private.has(id)) return;
      if (!isStore && !writes.has(id)) readFirst.add(id);
      extend(isStore ? writes : reads, id, this.#bounds(at) ?? everything);
    });
    return new Map(
      [...reads.keys(), ...writes.keys()].map((id) => {
        const [low, high] = reads.get(id) ?? [0, -1];
        const [first, last] = writes.get(id) ?? [0, -1];
        return [id, !readFirst.has(id) && first <= low && high <= last];
      }),
    );
  }
  /** The private scratch arrays that a statement stores to. */
  writtenScratch(stmt: Stmt): ReadonlySet<number> {
    const written = new Set<number>();
    walkStatements([stmt], (inner) => {
      if (inner.kind === 'store' && this.#private.has(inner.buffer.id))
        written.add(inner.buffer.id);
    });
    return written;
  }
  /** Whether a statement stores to private scratch alone. */
  isPrivate(stmt: Stmt): boolean {
    let found = true;
    walkStatements([stmt], (inner) => {
      if (inner.kind === 'store' && !this.#private.has(inner.buffer.id)) found = false;
    });
    return found;
  }
  /** The footprint of a statement. */
  of(stmt: Stmt): Footprint {
    const [reads, writes]: [Elements, Elements] = [new Map(), new Map()];
    this.#walk(stmt, (isStore, { id }, at) => {
      if (this.#private.has(id)) return;
      const one = this.#same.get(id);
      // Buffers that share memory need not have elements of one size.
      const [low, high] = one === undefined ? (this.#bounds(at) ?? everything) : everything;
      extend(isStore ? writes : reads, one ?? id, [low, high]);
    });
    return { reads, writes };
  }
}

const meets = (a: ReadonlyMap<number, Bounds>, b: ReadonlyMap<number, Bounds>): boolean =>
  [...a].some(([buffer, [low, high]]) => {
    const other = b.get(buffer);
    return other !== undefined && low <= other[1] && other[0] <= high;
  });

/** Whether the order of two statements matters. */
export const conflicts = (a: Footprint, b: Footprint): boolean =>
  meets(a.writes, b.reads) || meets(a.writes, b.writes) || meets(a.reads, b.writes);
