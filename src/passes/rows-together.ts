/**
 * Rows of a contraction that are copied together. Where rows lie side by side in memory, and what
 * is folded far apart, a tile of few rows would fetch a line of the cache for each folded position
 * and use little of it.
 */
import { indexes } from '../ir/expressions.ts';
import type { Expr } from '../ir/kernel.ts';
import { type Shape, sizeOf } from '../ir/types.ts';
import type { Emitter } from './emitter.ts';
import type { PanelReader, Panels } from './pack-panels.ts';
import { inSteps, plus } from './tile-steps.ts';

/** Vectors that fill a line of the cache, or a part of one. */
const vectorsOfLines = [4, 2, 1];
/** What a copy may take of the second level cache, in elements. */
const mostCopied = 2 ** 15;

/** What is copied. */
export interface RowCopies {
  readonly lanes: number;
  readonly count: number;
  readonly positions: Shape;
  /** Reads a row at a folded position. */
  readonly read: (row: Expr, at: readonly Expr[]) => Expr;
}

/** How many rows are copied together for tiles of a height; undefined where none are. */
const rowsTogether = (
  { count, lanes, positions }: RowCopies,
  height: number,
): number | undefined => {
  if (lanes % height !== 0) return undefined;
  return vectorsOfLines
    .map((vectors) => vectors * lanes)
    .find((rows) => count % rows === 0 && rows * sizeOf(positions) <= mostCopied);
};

/**
 * Visits all rows in tiles of a height, each a part of a vector of rows that was copied together
 * with its neighbours; false, and nothing is written, where that does not fit.
 */
export const inRowsTogether = (
  emitter: Emitter,
  panels: Panels,
  copies: RowCopies,
  height: number,
  body: (rows: readonly Expr[], readRow: (k: Expr, at: readonly Expr[]) => Expr) => void,
): boolean => {
  const together = rowsTogether(copies, height);
  if (together === undefined) return false;
  const { lanes, count, positions, read } = copies;
  const shape = { tiles: together / lanes, width: lanes, positions };
  const tile = (base: Expr, start: Expr, within: Expr, panel: PanelReader): void => {
    const first = indexes.add(base, indexes.add(start, within));
    const rows = Array.from({ length: height }, (_, k) => plus(first, k));
    body(rows, (k, at) => panel(start, at, indexes.add(within, k)));
  };
  inSteps(emitter, 0, count, together, (base) => {
    const panel = panels.pack(shape, (row, at) => read(indexes.add(base, row), at));
    inSteps(emitter, 0, together, lanes, (start) => {
      inSteps(emitter, 0, lanes, height, (within) => tile(base, start, within, panel));
    });
  });
  return true;
};
