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

/**
 * Visits an axis in tiles of at most `length`, of two lengths that differ by one: a small remainder
 * would leave registers idle. Without an axis there is one tile of one index.
 */
export const inNearlyEqualTiles = (
  emitter: Emitter,
  extent: number | undefined,
  length: number,
  body: (indexes: readonly Expr[]) => void,
): void => {
  if (extent === undefined) {
    body([integer(0)]);
    return;
  }
  const count = Math.ceil(extent / length);
  const low = Math.floor(extent / count);
  const longer = extent - low * count;
  let from = 0;
  for (const [height, times] of [
    [low + 1, longer],
    [low, count - longer],
  ] as const) {
    if (times === 0) continue;
    from = inSteps(emitter, from, from + height * times, height, (base) =>
      body(Array.from({ length: height }, (_, k) => plus(base, k))),
    );
  }
};
