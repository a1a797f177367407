/** The columns of a contraction in panels: blocks of tiles of some vectors each. */
import { indexes } from '../ir/expressions.ts';
import type { Expr } from '../ir/kernel.ts';
import { type Emitter, integer } from './emitter.ts';
import type { Repeats } from './panel-tile.ts';
import { inSteps, nearlyEqualTiles, type TileRun } from './tile-steps.ts';

/** Columns that rows are multiplied with one after the other. */
export interface ColumnBlock {
  readonly first: Expr;
  /** How many there are. */
  readonly width: number;
  /** Those that count: others are padding, or belong to the block before. */
  readonly from: number;
  readonly to: number;
  /** Vectors of a tile. */
  readonly vectors: number;
  /** How many tiles there are; the last ends with the block, and may begin in the one before. */
  readonly tiles: number;
  /**
   * How far the last vector of the only tile begins before its place, so that it ends with the
   * last column: its first elements are those of the vector before it.
   */
  readonly back: number;
  /** Whether they are what is left over of whole tiles. */
  readonly isLast: boolean;
}

/**
 * The last columns: in vectors that begin among those before them, or that are padded where there
 * are not enough. Where all columns are one tile and lie in order, only its last vector begins
 * among the others.
 */
const lastBlock = (
  columns: number,
  rest: number,
  lanes: number,
  mayOverlap: boolean,
): ColumnBlock => {
  const vectors = Math.ceil(rest / lanes);
  const width = vectors * lanes;
  const last = { width, vectors, tiles: 1, isLast: true, back: 0 };
  if (columns >= width) {
    return { ...last, first: integer(columns - width), from: width - rest, to: width };
  }
  const all = { ...last, first: integer(0), from: 0 };
  if (!mayOverlap || columns < lanes) return { ...all, to: columns };
  return { ...all, to: width, back: width - columns };
};

/** How columns are cut into blocks. */
interface Blocks {
  /** The widths of tiles, in vectors: those of all columns. */
  readonly widths: readonly TileRun[];
  /** Columns of a block at most. */
  readonly widest: number;
  /** Whether vectors may be read that begin anywhere. */
  readonly mayOverlap: boolean;
  /** Where columns are computed twice: in one block of all, or in blocks of a tile each. */
  readonly repeats?: Repeats | undefined;
}

/**
 * Visits all columns: blocks of about so many of them in tiles of one width. The last tile is a
 * block of its own where it has a part of a vector, or where its width is nobody else's; where it
 * may repeat columns it is like all others.
 */
export const forBlocks = (
  emitter: Emitter,
  columns: number,
  lanes: number,
  { widths, widest, mayOverlap, repeats }: Blocks,
  body: (block: ColumnBlock) => void,
): void => {
  const block = (first: Expr, width: number, vectors: number, tiles: number): void =>
    body({ first, width, from: 0, to: width, vectors, tiles, back: 0, isLast: false });
  if (repeats !== undefined) {
    const [{ length: vectors, count }] = widths as [TileRun];
    const tile = vectors * lanes;
    if (repeats === 'tiles') block(integer(0), columns, vectors, count);
    else {
      const last = columns - tile;
      inSteps(emitter, 0, count * tile, tile, (start) => {
        const first = emitter.bounded(indexes.min(start, integer(last)), last + 1);
        block(first, tile, vectors, 1);
      });
    }
    return;
  }
  let done = 0;
  for (const { from: firstVector, length: vectors, count: all } of widths) {
    const tile = vectors * lanes;
    const begin = firstVector * lanes;
    const tiles = Math.min(all, Math.floor((columns - begin) / tile));
    const together = Math.max(1, Math.floor(widest / tile));
    for (const { from, length, count } of nearlyEqualTiles(tiles, together)) {
      const width = length * tile;
      const start = begin + from * tile;
      inSteps(emitter, start, start + count * width, width, (first) =>
        block(first, width, vectors, length),
      );
    }
    done = begin + tiles * tile;
  }
  if (done < columns) body(lastBlock(columns, columns - done, lanes, mayOverlap));
};
