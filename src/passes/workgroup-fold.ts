/**
 * Writes folds by workgroups: neighbouring rows side by side, several lanes per row, and for long
 * folds several workgroups per row. Lanes hand their accumulators to each other by shuffles and
 * through workgroup memory, workgroups through scratch memory of the kernel, always in the same
 * order.
 */
import { indexes } from '../ir/expressions.ts';
import type { Expr, KernelBuffer, Local } from '../ir/kernel.ts';
import type { DType, Shape } from '../ir/types.ts';
import { Access, newLocal } from './access.ts';
import type { FoldShape } from './divide-fold.ts';
import { type Emitter, integer } from './emitter.ts';
import type { Domain } from './groups.ts';

/** A fold over the inner axes of each row. */
export interface Fold {
  /** The accumulators before the first element. */
  readonly init: () => readonly Expr[];
  /** The accumulators after the element at a point of the domain. */
  readonly step: (accumulators: readonly Expr[], domain: Domain) => readonly Expr[];
  /** The accumulators of two disjoint sets of elements. */
  readonly combine: (one: readonly Expr[], other: readonly Expr[]) => readonly Expr[];
  /** Says what the accumulators are in the end; called in every dispatch that may need them. */
  readonly done: (accumulators: readonly Expr[], outer: readonly Expr[]) => void;
}

/** One visit of all elements. */
export interface FoldPass {
  readonly folds: readonly Fold[];
  /** Writes what a pass does with each element; the step counts the elements of the lane. */
  readonly visit?: (domain: Domain, step: Expr) => void;
  /** Called when the visit is written. */
  readonly leave?: () => void;
}

/** Folds of all rows. */
export interface Folds {
  readonly shape: FoldShape;
  /** The lengths of the axes of the rows, and of the folded axes. */
  readonly outer: Shape;
  readonly inner: Shape;
  /** Passes that need the results of earlier ones; only the last may be without folds. */
  readonly passes: readonly FoldPass[];
  /** Writes what is done once per row, when everything is known. */
  readonly finish: (outer: readonly Expr[]) => void;
}

/** So many accumulators are combined one after the other; more in two rounds. */
const mostInTurn = 16;

/** How many elements of a row one lane visits at most. */
export const stepsOf = ({ length, foldLanes, chunks }: FoldShape): number =>
  Math.ceil(length / (foldLanes * chunks));

/** A lane, as one dispatch sees it. */
interface Lane {
  readonly number: Local;
  /** Which of the rows of the workgroup, and which lane of that row. */
  readonly row: Expr;
  readonly fold: Expr;
  /** The row among all rows; lanes without a row stand at the last one. */
  readonly position: Expr;
  readonly outer: readonly Expr[];
  /** Whether there is a row; undefined where there always is. */
  readonly isRow: Expr | undefined;
  readonly chunk: Expr;
  /** The first of its elements, and whether it has one in the incomplete last round. */
  readonly first: Expr;
  readonly isLast: Expr;
  /** Memory of the workgroup for accumulators, in order of the first use. */
  readonly memory: Map<DType, KernelBuffer[]>;
  /** Where this lane is among all elements: in whole rounds, and in the incomplete last one. */
  readonly whole: Local;
  readonly rest: Local;
}

const newIndex = (length: number): Local => newLocal('i32', [0, Math.max(0, length - 1)]);

class FoldWriter {
  readonly #emitter: Emitter;
  readonly #folds: Folds;
  /** Accumulators of the passes that are over, of every row and chunk. */
  readonly #partials: { readonly pass: FoldPass; readonly buffers: readonly KernelBuffer[][] }[] =
    [];
  constructor(emitter: Emitter, folds: Folds) {
    this.#emitter = emitter;
    this.#folds = folds;
  }

  write(): void {
    const { passes, finish, shape } = this.#folds;
    if (shape.chunks === 1) {
      this.#dispatch(1, (lane) => {
        for (const pass of passes) this.#finishFolds(pass, lane, this.#visit(pass, lane));
        this.#once(lane, () => finish(lane.outer));
      });
      return;
    }
    for (const pass of passes.filter(({ folds }) => folds.length > 0)) {
      this.#dispatch(shape.chunks, (lane) => {
        this.#recall(lane);
        this.#save(pass, lane, this.#visit(pass, lane));
      });
    }
    const last = passes.filter(({ folds }) => folds.length === 0);
    this.#dispatch(last.length > 0 ? shape.chunks : 1, (lane) => {
      this.#recall(lane);
      for (const pass of last) this.#visit(pass, lane);
      this.#once(lane, () => finish(lane.outer));
    });
  }

  /** The loops around what a lane does; every call is a dispatch of its own. */
  #dispatch(chunks: number, body: (lane: Lane) => void): void {
    const emitter = this.#emitter;
    const { shape, outer } = this.#folds;
    const { rows, rowLanes, foldLanes, length } = shape;
    const tiles = Math.ceil(rows / rowLanes);
    const indexOf = (extent: number): Expr => (extent === 1 ? integer(0) : newIndex(extent));
    const tile = indexOf(tiles);
    const chunk = indexOf(chunks);
    const number = newIndex(rowLanes * foldLanes);
    const named = (e: Expr, extent: number): Expr =>
      e.kind === 'local' && e.range !== undefined ? e : emitter.bounded(e, extent);
    emitter.loops([tile, chunk], [tiles, chunks], 'parallel', () =>
      emitter.range(number, 0, rowLanes * foldLanes, 1, 'workgroup', () => {
        const along = (lanes: number): Expr => indexes.rem(number, integer(lanes));
        const across = (lanes: number): Expr => indexes.div(number, integer(lanes));
        const row = named(shape.isAcross ? along(rowLanes) : across(foldLanes), rowLanes);
        const fold = named(shape.isAcross ? across(rowLanes) : along(foldLanes), foldLanes);
        const place = indexes.add(indexes.mul(tile, integer(rowLanes)), row);
        let position = place;
        let isRow: Expr | undefined;
        if (rows % rowLanes !== 0) {
          const { lt, min } = emitter.scalars('i32');
          isRow = lt(place, integer(rows));
          position = min(place, integer(rows - 1));
        }
        position = emitter.bounded(position, rows);
        const round = foldLanes * chunks;
        const first = named(indexes.add(indexes.mul(chunk, integer(foldLanes)), fold), round);
        body({
          number,
          row,
          fold,
          position,
          outer: Access.position(outer, position).at,
          isRow,
          chunk,
          first,
          isLast: emitter.scalars('i32').lt(first, integer(length % round)),
          memory: new Map(),
          whole: newIndex(length),
          rest: newIndex(length),
        });
      }),
    );
  }

  #where(condition: Expr | undefined, body: () => void): void {
    if (condition === undefined) body();
    else this.#emitter.branch(condition, body);
  }
  /** Lets one lane of each row do something. */
  #once({ fold, chunk, isRow }: Lane, body: () => void, isPerChunk = false): void {
    const { eq } = this.#emitter.scalars('i32');
    const { and } = this.#emitter.scalars('bool');
    const isFirst = eq(fold, integer(0));
    const isMine =
      isPerChunk || chunk.kind === 'const' ? isFirst : and(isFirst, eq(chunk, integer(0)));
    this.#where(isRow === undefined ? isMine : and(isMine, isRow), body);
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

  /** One pass over the elements of a lane: what it has accumulated. */
  #visit({ folds, visit, leave }: FoldPass, lane: Lane): Local[][] {
    const emitter = this.#emitter;
    const { shape, inner } = this.#folds;
    const { length, foldLanes, chunks } = shape;
    const accumulators = this.#start(folds);
    const round = foldLanes * chunks;
    const element = (step: Expr, known: Local): void => {
      const position = indexes.add(indexes.mul(step, integer(round)), lane.first);
      const here = position === lane.first ? position : emitter.bounded(position, length, known);
      const domain = { outer: lane.outer, inner: Access.position(inner, here).at };
      visit?.(domain, step);
      folds.forEach((fold, k) => {
        const mine = accumulators[k] as Local[];
        this.#assign(mine, fold.step(mine, domain));
      });
    };
    this.#rounds(length, round, lane.isLast, lane.isRow, (step, isWhole) =>
      element(step, isWhole ? lane.whole : lane.rest),
    );
    leave?.();
    return accumulators;
  }
  /** Visits `length` numbers in rounds; in the incomplete last one only where `isLast`. */
  #rounds(
    length: number,
    round: number,
    isLast: Expr,
    condition: Expr | undefined,
    body: (step: Expr, isWhole: boolean) => void,
  ): void {
    const emitter = this.#emitter;
    const full = Math.floor(length / round);
    const rest = length % round;
    this.#where(condition, () => {
      const step = full === 1 ? integer(0) : newIndex(full);
      if (full > 0) emitter.loop(step, full, 'serial', () => body(step, true));
      if (rest === 0) return;
      emitter.branch(isLast, () => body(integer(full), false));
    });
  }

  #finishFolds({ folds }: FoldPass, lane: Lane, accumulators: readonly Local[][]): void {
    const results = this.#gather(folds, lane, accumulators);
    folds.forEach((fold, k) => {
      fold.done(results[k] as Expr[], lane.outer);
    });
  }

  /** Combines the accumulators of all lanes of a row; every lane gets the result. */
  #gather(
    folds: readonly Fold[],
    lane: Lane,
    accumulators: readonly (readonly Local[])[],
  ): Expr[][] {
    if (folds.length === 0) return [];
    const emitter = this.#emitter;
    const { shape } = this.#folds;
    const { foldLanes, rowLanes, isAcross, subgroup } = shape;
    const { eq, lt } = emitter.scalars('i32');
    const parts = foldLanes / subgroup;
    this.#shuffle(folds, accumulators);
    if (lane.memory.size > 0) emitter.barrier();
    const buffers = this.#memory(lane, accumulators);
    const place = (fold: Expr): Expr =>
      isAcross
        ? indexes.add(indexes.mul(fold, integer(rowLanes)), lane.row)
        : indexes.add(indexes.mul(lane.row, integer(parts)), fold);
    const put = (values: readonly (readonly Expr[])[], at: Expr): void => {
      buffers.forEach((list, k) => {
        list.forEach((buffer, j) => {
          emitter.store(buffer, place(at), values[k]?.[j] as Expr);
        });
      });
    };
    const take = (at: Expr): Expr[][] =>
      buffers.map((list) => list.map((buffer) => emitter.loadHere(buffer, place(at))));
    if (subgroup === 1) put(accumulators, lane.fold);
    else {
      // Lanes add up in different orders; what the first of them has counts for all.
      const isFirst = eq(indexes.rem(lane.fold, integer(subgroup)), integer(0));
      emitter.branch(isFirst, () => {
        const part = indexes.div(lane.fold, integer(subgroup));
        put(accumulators, emitter.bounded(part, parts));
      });
    }
    emitter.barrier();
    let left = parts;
    if (parts > mostInTurn) {
      left = 2 ** Math.ceil(Math.log2(parts) / 2);
      // Lane f takes numbers f, f + left, ...; nobody else reads number f, where the result goes.
      emitter.branch(lt(lane.fold, integer(left)), () => {
        const rank = emitter.bounded(lane.fold, left);
        const at = (k: Expr): Expr => indexes.add(indexes.mul(k, integer(left)), rank);
        const all = this.#inTurn(folds, parts / left, (k) => take(at(k)));
        put(all, lane.fold);
      });
      emitter.barrier();
    }
    return this.#inTurn(folds, left, take);
  }
  /** Combines the accumulators of neighbouring lanes; all that the first of them needs. */
  #shuffle(folds: readonly Fold[], accumulators: readonly (readonly Local[])[]): void {
    for (let distance = 1; distance < this.#folds.shape.subgroup; distance *= 2) {
      const others = accumulators.map((list) =>
        list.map((local) => this.#emitter.shuffle(local, distance)),
      );
      this.#merge(folds, accumulators, others);
    }
  }
  /** Combines `count` sets of accumulators one after the other. */
  #inTurn(folds: readonly Fold[], count: number, take: (k: Expr) => Expr[][]): Expr[][] {
    const emitter = this.#emitter;
    const totals = take(integer(0)).map((list) => list.map((value) => emitter.variable(value)));
    if (count > 1) {
      const k = newLocal('i32', [1, count - 1]);
      emitter.range(k, 1, count, 1, 'serial', () => this.#merge(folds, totals, take(k)));
    }
    return totals.map((list) => list.map((local) => emitter.freeze(local)));
  }
  #merge(
    folds: readonly Fold[],
    totals: readonly (readonly Local[])[],
    others: readonly (readonly Expr[])[],
  ): void {
    folds.forEach(({ combine }, j) => {
      const total = totals[j] as readonly Local[];
      this.#assign(total, combine(total, others[j] as readonly Expr[]));
    });
  }
  /** Memory of the workgroup, an element per accumulator and lane or subgroup. */
  #memory(lane: Lane, accumulators: readonly (readonly Local[])[]): KernelBuffer[][] {
    const { rowLanes, foldLanes, subgroup } = this.#folds.shape;
    const length = (rowLanes * foldLanes) / subgroup;
    const used = new Map<DType, number>();
    return accumulators.map((list) =>
      list.map(({ dtype }) => {
        const known = lane.memory.get(dtype) ?? [];
        lane.memory.set(dtype, known);
        const at = used.get(dtype) ?? 0;
        used.set(dtype, at + 1);
        known[at] ??= this.#emitter.alloc(dtype, length, 'workgroup');
        return known[at];
      }),
    );
  }

  /** Hands what a workgroup has accumulated in a pass to later dispatches. */
  #save(pass: FoldPass, lane: Lane, accumulators: readonly Local[][]): void {
    const emitter = this.#emitter;
    const { rows, chunks } = this.#folds.shape;
    const results = this.#gather(pass.folds, lane, accumulators);
    const buffers = results.map((list) =>
      list.map(({ dtype }) => emitter.alloc(dtype, rows * chunks, 'kernel')),
    );
    this.#partials.push({ pass, buffers });
    this.#once(
      lane,
      () =>
        buffers.forEach((list, k) => {
          list.forEach((buffer, j) => {
            emitter.store(buffer, this.#partialAt(lane, lane.chunk), results[k]?.[j] as Expr);
          });
        }),
      true,
    );
  }
  #partialAt({ position }: Lane, chunk: Expr): Expr {
    return indexes.add(indexes.mul(chunk, integer(this.#folds.shape.rows)), position);
  }
  /** Combines what the workgroups of a row have accumulated in the passes that are over. */
  #recall(lane: Lane): void {
    const emitter = this.#emitter;
    const { chunks, foldLanes } = this.#folds.shape;
    for (const { pass, buffers } of this.#partials) {
      const { folds } = pass;
      const take = (chunk: Expr): Expr[][] =>
        buffers.map((list) =>
          list.map((buffer) => emitter.loadHere(buffer, this.#partialAt(lane, chunk))),
        );
      if (chunks <= mostInTurn) {
        const results = this.#inTurn(folds, chunks, take);
        folds.forEach((fold, k) => {
          fold.done(results[k] as Expr[], lane.outer);
        });
        continue;
      }
      const totals = this.#start(folds);
      const { lt } = emitter.scalars('i32');
      const isLast = lt(lane.fold, integer(chunks % foldLanes));
      this.#rounds(chunks, foldLanes, isLast, lane.isRow, (step) => {
        const at = indexes.add(indexes.mul(step, integer(foldLanes)), lane.fold);
        this.#merge(folds, totals, take(emitter.bounded(at, chunks)));
      });
      this.#finishFolds(pass, lane, totals);
    }
  }
}

/** Writes the loops of folds that workgroups share. */
export const writeFolds = (emitter: Emitter, folds: Folds): void => {
  new FoldWriter(emitter, folds).write();
};
