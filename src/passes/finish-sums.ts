/** Finishes sums of a contraction that are in memory. */
import { indexes } from '../ir/expressions.ts';
import type { Expr, KernelBuffer } from '../ir/kernel.ts';
import { newLocal } from './access.ts';
import { type Emitter, integer } from './emitter.ts';

/** What may be computed from a sum while it is in a register, in additions. */
export const heaviest = 8;
/**
 * The same where there are only so many products: there code for each vector costs the first call
 * more than the way of sums through memory costs later.
 */
const [heaviestOfFew, few] = [1, 2 ** 23];
/**
 * Whether what is computed from each sum follows in loops over sums in memory; `products` are all
 * that a program adds in this kernel.
 */
export const areFinishedInLoops = (weight: number, products: number): boolean =>
  weight > (products > few ? heaviest : heaviestOfFew);

/** Sums in memory: some rows, one after the other, of `width` columns each. */
export interface KeptSums {
  readonly memory: KernelBuffer;
  /** Where in the memory they begin. */
  readonly offset: Expr;
  readonly width: number;
  /** Which results the first of them are. */
  readonly firstRow: Expr;
  readonly firstColumn: Expr;
  readonly rows: number;
}

/** Which columns of the sums: numbers, counted from a place on. */
export interface KeptColumns {
  readonly begin: Expr;
  readonly from: number;
  readonly to: number;
}

/**
 * Hands sums over row by row: vectors first, so many of them `together` as there are, because long
 * computations wait for their own steps; then one by one.
 */
export const finishSums = (
  emitter: Emitter,
  take: (column: Expr, row: Expr, sum: Expr) => void,
  { memory, offset, width, firstRow, firstColumn, rows }: KeptSums,
  { begin, from, to }: KeptColumns,
  lanes: number,
  together: number,
): void => {
  const whole = to - ((to - from) % lanes);
  const finish = (r: Expr, k: Expr): void => {
    const column = indexes.add(begin, k);
    const at = indexes.add(indexes.mul(r, integer(width)), column);
    const sum = emitter.loadHere(memory, indexes.add(offset, at));
    take(indexes.add(firstColumn, column), indexes.add(firstRow, r), sum);
  };
  const r = newLocal('i32', [0, rows - 1]);
  emitter.range(r, 0, rows, 1, 'serial', () => {
    let done = from;
    for (const step of new Set([lanes * together, lanes])) {
      const end = done + Math.floor((whole - done) / step) * step;
      const vector = newLocal('i32', [done, Math.max(done, end - step)]);
      const lane = newLocal('i32', [0, step - 1]);
      emitter.range(vector, done, end, step, 'serial', () =>
        emitter.range(lane, 0, step, 1, 'lanes', () => finish(r, indexes.add(vector, lane))),
      );
      done = end;
    }
    const c = newLocal('i32', [whole, Math.max(whole, to - 1)]);
    emitter.range(c, whole, to, 1, 'serial', () => finish(r, c));
  });
};
