/**
 * How threads share a kernel: all of them run its statements, but the iterations of some parallel
 * loops are divided among them, and other statements with an effect are left to the first thread.
 * They meet where what one of them stored matters to another. No sum is ever divided, so results do
 * not depend on the number of threads.
 */
import { bodiesOf, type Kernel, type Stmt, walkStatements } from '../../../ir/kernel.ts';
import { conflicts, type Footprint, Footprints } from './footprint.ts';
import { iterationsOf, workOf } from './work.ts';

type For = Stmt & { readonly kind: 'for' };

/** A part of a kernel that is shared by threads. */
export type Part =
  /** Every thread waits for all others. */
  | { readonly kind: 'meet' }
  /** All threads do the same: values that each of them needs. */
  | { readonly kind: 'all'; readonly stmt: Stmt }
  /** The first thread does it alone. */
  | { readonly kind: 'one'; readonly stmt: Stmt }
  /** Every thread does its share of the iterations. */
  | { readonly kind: 'divide'; readonly loop: For }
  /** All threads run all iterations, and share what is in them. */
  | { readonly kind: 'each'; readonly loop: For; readonly parts: readonly Part[] };

/** A statement list that was divided. */
interface Division {
  readonly parts: readonly Part[];
  /** The work that is divided, and all work. */
  readonly divided: number;
  readonly work: number;
  /** The work of the thread that has the most of it. */
  readonly longest: number;
}

/** An outer loop is divided though an inner one would be fairer when it costs no more than this. */
const tolerated = 1.1;

const hasStores = (stmt: Stmt): boolean => {
  let found = false;
  walkStatements([stmt], (inner) => {
    found ||= inner.kind === 'store';
  });
  return found;
};

/** Whether a statement sets a local that is defined outside of it. */
const setsOutside = (stmt: Stmt): boolean => {
  const own = new Set<number>();
  let found = false;
  walkStatements(bodiesOf(stmt).flat(), (inner) => {
    if (inner.kind === 'var') own.add(inner.local.id);
    if (inner.kind === 'set' && !own.has(inner.local.id)) found = true;
  });
  return found;
};

class Divider {
  readonly #threads: number;
  readonly #footprints: Footprints;
  constructor(kernel: Kernel, threads: number) {
    this.#threads = threads;
    this.#footprints = new Footprints(kernel);
  }
  /** Divides a list that every thread runs; undefined where that cannot be. */
  list(body: readonly Stmt[]): Division | undefined {
    const parts: Part[] = [];
    const scratch = new Map<number, boolean>();
    // Scratch arrays that every thread has filled for itself.
    const everywhere = new Set<number>();
    let pending: { readonly isAlone: boolean; readonly footprint: Footprint }[] = [];
    let [divided, work, longest] = [0, 0, 0];
    for (const stmt of body) {
      if (stmt.kind === 'alloc') continue;
      const made = this.#statement(stmt);
      if (made === undefined) return undefined;
      const [part] = made.parts;
      // What one statement keeps in private scratch for the next must not be in several copies,
      // unless each of them is whole.
      const written = this.#footprints.writtenScratch(stmt);
      for (const [buffer, isOwn] of this.#footprints.scratch(stmt)) {
        const isWhole = everywhere.has(buffer);
        if (scratch.has(buffer) && !isWhole && !(isOwn && scratch.get(buffer))) return undefined;
        scratch.set(buffer, isOwn);
        if (part?.kind === 'all') everywhere.add(buffer);
        else if (written.has(buffer)) everywhere.delete(buffer);
      }
      const isAlone = part?.kind === 'one';
      const footprint = this.#footprints.of(stmt);
      const waits = pending.some(
        (before) => !(before.isAlone && isAlone) && conflicts(before.footprint, footprint),
      );
      if (waits) {
        parts.push({ kind: 'meet' });
        pending = [];
      }
      pending.push({ isAlone, footprint });
      parts.push(...made.parts);
      divided += made.divided;
      work += made.work;
      longest += made.longest;
    }
    return { parts, divided, work, longest };
  }
  #statement(stmt: Stmt): Division | undefined {
    const work = workOf([stmt]);
    const whole = (part: Part): Division => ({ parts: [part], divided: 0, work, longest: work });
    // What is stored in private scratch alone, every thread stores for itself.
    const isForItself = !setsOutside(stmt) && this.#footprints.isPrivate(stmt);
    if (!hasStores(stmt) || isForItself) return whole({ kind: 'all', stmt });
    const divided = stmt.kind === 'for' ? this.#loop(stmt, work) : undefined;
    if (divided !== undefined) return divided;
    return setsOutside(stmt) ? undefined : whole({ kind: 'one', stmt });
  }
  #loop(loop: For, work: number): Division | undefined {
    const count = iterationsOf(loop);
    const isParallel = loop.loop === 'parallel' && count > 1;
    if (!isParallel && !(count === 1 && loop.loop !== 'lanes')) return undefined;
    const longest = isParallel ? (work * Math.ceil(count / this.#threads)) / count : work;
    const own: Division | undefined = isParallel
      ? { parts: [{ kind: 'divide', loop }], divided: work, work, longest }
      : undefined;
    if (own !== undefined && longest * this.#threads <= tolerated * work) return own;
    this.#footprints.enter(loop);
    const inner = this.list(loop.body);
    if (inner === undefined || inner.divided === 0) return own;
    if (own !== undefined && own.longest <= tolerated * inner.longest * count) return own;
    return {
      parts: [{ kind: 'each', loop, parts: inner.parts }],
      divided: inner.divided * count,
      work,
      longest: inner.longest * count,
    };
  }
}

/**
 * Divides a kernel among so many threads; undefined where it cannot be, or where less than
 * `leastWork` would be divided.
 */
export const divideKernel = (
  kernel: Kernel,
  threads: number,
  leastWork: number,
): readonly Part[] | undefined => {
  const division = new Divider(kernel, threads).list(kernel.body);
  if (division === undefined || division.divided === 0) return undefined;
  // What must be done by one thread anyway counts against dividing the rest.
  const saved = division.work - division.longest;
  return division.divided >= leastWork && saved > 0 ? division.parts : undefined;
};
