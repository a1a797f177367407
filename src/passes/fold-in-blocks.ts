/**
 * Visits the folded positions of a sum in single precision: where there are many, in blocks whose
 * results are added again, so that small numbers do not vanish beside their sum.
 */
import { indexes } from '../ir/expressions.ts';
import type { Expr } from '../ir/kernel.ts';
import { type Shape, sizeOf } from '../ir/types.ts';
import { newIndexes, newLocal } from './access.ts';
import type { Emitter } from './emitter.ts';
import { divisorNear } from './tile-steps.ts';

/** Positions of a block. */
const blockLength = 256;

/** What happens to accumulators. */
export interface BlockFold<Accumulators> {
  /** New accumulators: those of all blocks are only touched between blocks. */
  start(ofAllBlocks: boolean): Accumulators;
  /** Takes in the element at an index of the folded axes. */
  step(at: readonly Expr[], accumulators: Accumulators): void;
  /** Adds the accumulators of a block to all. */
  join(all: Accumulators, block: Accumulators): void;
}

/**
 * Writes the loops over the folded axes and returns the accumulators of all of them. `weight` says
 * how many elements a step takes in.
 */
export const foldInBlocks = <Accumulators>(
  emitter: Emitter,
  extents: Shape,
  fold: BlockFold<Accumulators>,
  weight = 1,
): Accumulators => {
  const size = sizeOf(extents) * weight;
  const [length = 1, ...rest] = extents;
  const most = Math.max(1, Math.floor((blockLength * length) / Math.max(1, size)));
  // What is left over of whole blocks is code of its own.
  const each = divisorNear(length, most) ?? Math.ceil(length / Math.ceil(length / most));
  const blocks = size > 2 * blockLength && length > 2 * each ? Math.floor(length / each) : 0;
  const all = fold.start(blocks > 0);
  /** Visits so many positions of the first axis from one on, and all of the others. */
  const visit = (from: number | Expr, count: number, accumulators: Accumulators): void => {
    if (count === 0) return;
    const at = newIndexes([count, ...rest]);
    const [first, ...others] = at as [Expr, ...Expr[]];
    const start: Expr =
      typeof from === 'number' ? { kind: 'const', value: from, dtype: 'i32' } : from;
    emitter.loops(at, [count, ...rest], 'serial', () =>
      fold.step([indexes.add(start, first), ...others], accumulators),
    );
  };
  if (extents.length === 0) {
    fold.step([], all);
    return all;
  }
  if (blocks === 0) {
    visit(0, length, all);
    return all;
  }
  const one = (from: number | Expr, count: number): void => {
    const block = fold.start(false);
    visit(from, count, block);
    fold.join(all, block);
  };
  const first = newLocal('i32', [0, (blocks - 1) * each]);
  emitter.range(first, 0, blocks * each, each, 'serial', () => one(first, each));
  if (blocks * each < length) one(blocks * each, length - blocks * each);
  return all;
};
