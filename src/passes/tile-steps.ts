/** Visiting an axis in tiles of known lengths: no remainder is slower than its neighbours. */
import { indexes } from '../ir/expressions.ts';
import type { Expr } from '../ir/kernel.ts';
import { newLocal } from './access.ts';
import { type Emitter, integer } from './emitter.ts';

/** `base + by`. */
export const plus = (base: Expr, by: number): Expr => indexes.add(base, integer(by));

/** Runs `body` from `from` on in steps; returns where what is left begins. */
export const inSteps = (
  emitter: Emitter,
  from: number,
  to: number,
  step: number,
  body: (base: Expr) => void,
): number => {
  const end = from + Math.floor((to - from) / step) * step;
  if (end === from) return from;
  if (end === from + step) body(integer(from));
  else {
    const base = newLocal('i32', [from, end - step]);
    emitter.range(base, from, end, step, 'parallel', () => body(base));
  }
  return end;
};

/** Tiles of one length, side by side. */
export interface TileRun {
  readonly from: number;
  readonly length: number;
  readonly count: number;
}

/** The largest divisor of a length in a range; more than half of the most unless given. */
export const divisorNear = (
  length: number,
  most: number,
  least: number = Math.floor(most / 2) + 1,
): number | undefined => {
  for (let step = Math.min(most, length); step >= least; step--) {
    if (length % step === 0) return step;
  }
  return undefined;
};

/**
 * Cuts an axis into tiles of at most `longest`: of one length where one divides the axis that is
 * not shorter than `shortest`, because each length is code of its own; else of two that differ by
 * one, because a small remainder would leave registers idle.
 */
export const nearlyEqualTiles = (
  extent: number,
  longest: number,
  shortest?: number,
): readonly TileRun[] => {
  if (extent === 0) return [];
  const even = divisorNear(extent, longest, shortest);
  if (even !== undefined) return [{ from: 0, length: even, count: extent / even }];
  const count = Math.ceil(extent / longest);
  const low = Math.floor(extent / count);
  const longer = extent - low * count;
  return [
    { from: 0, length: low + 1, count: longer },
    { from: longer * (low + 1), length: low, count: count - longer },
  ].filter((run) => run.count > 0);
};

/** Visits an axis in tiles of nearly equal length; without an axis there is one of one index. */
export const inNearlyEqualTiles = (
  emitter: Emitter,
  extent: number | undefined,
  [longest, shortest]: readonly [longest: number, shortest?: number],
  body: (indexes: readonly Expr[]) => void,
): void => {
  for (const { from, length, count } of nearlyEqualTiles(extent ?? 1, longest, shortest)) {
    inSteps(emitter, from, from + length * count, length, (base) =>
      body(Array.from({ length }, (_, k) => plus(base, k))),
    );
  }
};
