/**
 * A fold of many positions, cut into parts: all results take in one part before the next one is
 * read, so that what is read many times stays in the cache.
 */
import { indexes } from '../ir/expressions.ts';
import type { Expr } from '../ir/kernel.ts';
import { type Shape, sizeOf } from '../ir/types.ts';
import { newIndexes, newLocal } from './access.ts';
import { type Emitter, integer } from './emitter.ts';
import { divisorNear } from './tile-steps.ts';

/** Some folded positions: a box, and where its positions are among all. */
export interface FoldPart {
  readonly shape: Shape;
  readonly at: (position: readonly Expr[]) => readonly Expr[];
}

/** All positions at once. */
export const wholeFold = (shape: Shape): FoldPart => ({ shape, at: (position) => position });

/** Visits a fold in parts of about so many positions, in order. */
export const inFoldParts = (
  emitter: Emitter,
  shape: Shape,
  positions: number,
  body: (part: FoldPart) => void,
): void => {
  const axis = shape.findIndex((_, k) => sizeOf(shape.slice(k + 1)) <= positions);
  const [before, length, rest] = [
    shape.slice(0, axis),
    shape[axis] as number,
    shape.slice(axis + 1),
  ];
  const most = Math.min(length, Math.max(1, Math.floor(positions / sizeOf(rest))));
  const step = divisorNear(length, most) ?? most;
  const around = newIndexes(before);
  const partFrom = (first: Expr, count: number): FoldPart => ({
    shape: [count, ...rest],
    at: ([k, ...others]) => [...around, indexes.add(first, k as Expr), ...others],
  });
  emitter.loops(around, before, 'serial', () => {
    const end = length - (length % step);
    const first = newLocal('i32', [0, end - step]);
    emitter.range(first, 0, end, step, 'serial', () => body(partFrom(first, step)));
    if (end < length) body(partFrom(integer(end), length - end));
  });
};
