/**
 * Writes folds in vectors: every lane folds the elements of a row that are its, and the lanes are
 * combined at the end. Long folds are cut into blocks, whose results are folded again, so that many
 * small numbers do not vanish beside their sum.
 */
import { indexes } from '../ir/expressions.ts';
import type { Expr, KernelBuffer, Local } from '../ir/kernel.ts';
import { Access, newIndexes, newLocal } from './access.ts';
import { type Emitter, integer } from './emitter.ts';
import type { Domain } from './groups.ts';
import { plus } from './tile-steps.ts';
import type { Fold, FoldPass, Folds } from './workgroup-fold.ts';

/** Vectors of a block. */
const blockVectors = 256;
/** Rows of so many vectors are folded by several vectors side by side. */
const leastWide = 16;
/** The lanes that fold rows of a length: more where that leaves no more elements over. */
const widthOf = (length: number, lanes: number): number =>
  [4 * lanes, 2 * lanes].find(
    (width) => length >= leastWide * width && length % width === length % lanes,
  ) ?? lanes;

class LaneFoldWriter {
  readonly #emitter: Emitter;
  readonly #folds: Folds;
  /** The lanes of a vector, and of those side by side that fold a row together. */
  readonly #vector: number;
  readonly #lanes: number;
  constructor(emitter: Emitter, folds: Folds, vector: number) {
    this.#emitter = emitter;
    this.#folds = folds;
    this.#vector = vector;
    this.#lanes = widthOf(folds.inner[folds.inner.length - 1] as number, vector);
  }
  write(): void {
    const { outer: extents, passes, finish } = this.#folds;
    const outer = newIndexes(extents);
    this.#emitter.loops(outer, extents, 'parallel', () => {
      for (const pass of passes) this.#pass(pass, outer);
      finish(outer);
    });
  }
  #start(folds: readonly Fold[]): Local[][] {
    return folds.map((fold) => fold.init().map((init) => this.#emitter.variable(init)));
  }
  #assign(accumulators: readonly Local[], next: readonly Expr[]): void {
    // All folds see the accumulators as they were, so the assignments come last.
    next.forEach((value, k) => {
      this.#emitter.set(accumulators[k] as Local, value);
    });
  }
  /** What a pass does with one element. */
  #element({ folds, visit }: FoldPass, domain: Domain, accumulators: Local[][]): void {
    visit?.(domain, Access.index(this.#folds.inner, domain.inner).position);
    folds.forEach((fold, k) => {
      const mine = accumulators[k] as Local[];
      this.#assign(mine, fold.step(mine, domain));
    });
  }
  /** Combines what the vectors of a row found, in the memory of the first of them. */
  #combineVectors(folds: readonly Fold[], parts: readonly (readonly KernelBuffer[])[]): void {
    const emitter = this.#emitter;
    const vector = this.#vector;
    const lane = newLocal('i32', [0, vector - 1]);
    emitter.range(lane, 0, vector, 1, 'lanes', () =>
      folds.forEach((fold, k) => {
        const buffers = parts[k] as readonly KernelBuffer[];
        const partOf = (from: number): readonly Expr[] =>
          buffers.map((buffer) => emitter.loadHere(buffer, plus(lane, from)));
        let total = partOf(0);
        for (let from = vector; from < this.#lanes; from += vector) {
          total = fold.combine(total, partOf(from));
        }
        total.forEach((value, j) => {
          emitter.store(buffers[j] as KernelBuffer, lane, value);
        });
      }),
    );
  }
  #pass(pass: FoldPass, outer: readonly Expr[]): void {
    const emitter = this.#emitter;
    const lanes = this.#lanes;
    const { inner } = this.#folds;
    const last = inner.length - 1;
    const length = inner[last] as number;
    const full = length - (length % lanes);
    const around = newIndexes(inner.slice(0, last));
    const at = (position: Expr): Domain => ({ outer, inner: [...around, position] });
    const dtypes = pass.folds.map((fold) => fold.init().map(({ dtype }) => dtype));
    const parts = dtypes.map((list) => list.map((dtype) => emitter.alloc(dtype, lanes)));

    const lane = newLocal('i32', [0, lanes - 1]);
    emitter.range(lane, 0, lanes, 1, 'lanes', () => {
      const sums = this.#start(pass.folds);
      const run = (from: Expr, count: number, accumulators: Local[][]): void => {
        const base = newLocal('i32', [0, count - lanes]);
        emitter.range(base, 0, count, lanes, 'serial', () =>
          this.#element(pass, at(indexes.add(indexes.add(from, base), lane)), accumulators),
        );
      };
      emitter.loops(around, inner.slice(0, last), 'serial', () => {
        const block = blockVectors * lanes;
        const blocks = full > 2 * block && pass.folds.length > 0 ? Math.floor(full / block) : 0;
        if (blocks > 0) {
          const first = newLocal('i32', [0, (blocks - 1) * block]);
          emitter.range(first, 0, blocks * block, block, 'serial', () => {
            const mine = this.#start(pass.folds);
            run(first, block, mine);
            pass.folds.forEach((fold, k) => {
              const [all, some] = [sums[k] as Local[], mine[k] as Local[]];
              this.#assign(all, fold.combine(all, some));
            });
          });
        }
        run(integer(blocks * block), full - blocks * block, sums);
      });
      sums.forEach((list, k) => {
        list.forEach((sum, j) => {
          const buffer = (parts[k] as (typeof parts)[0])[j] as (typeof parts)[0][0];
          emitter.store(buffer, lane, sum);
        });
      });
    });

    const vector = this.#vector;
    if (lanes > vector && pass.folds.length > 0) this.#combineVectors(pass.folds, parts);
    const totals = pass.folds.map((fold, k) => {
      const partOf = (index: number): Expr[] =>
        (parts[k] as (typeof parts)[0]).map((buffer) => emitter.loadHere(buffer, integer(index)));
      let total: readonly Expr[] = partOf(0);
      for (let index = 1; index < vector; index++) total = fold.combine(total, partOf(index));
      return total.map((value) => emitter.variable(value));
    });
    if (full < length) {
      emitter.loops(around, inner.slice(0, last), 'serial', () => {
        for (let k = full; k < length; k++) this.#element(pass, at(integer(k)), totals);
      });
    }
    pass.leave?.();
    pass.folds.forEach((fold, k) => {
      const result = (totals[k] as Local[]).map((total) => emitter.freeze(total));
      fold.done(result, outer);
    });
  }
}

/** Writes the loops of folds whose last folded axis lies in order in memory. */
export const writeLaneFolds = (emitter: Emitter, folds: Folds, lanes: number): void =>
  new LaneFoldWriter(emitter, folds, lanes).write();
