/** The columns of a contraction in panels: blocks of tiles of some vectors each. */
import type { Expr } from '../ir/kernel.ts';
import { type Emitter, integer } from './emitter.ts';
import { inSteps, nearlyEqualTiles } from './tile-steps.ts';

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
  /** Whether they are what is left over of whole tiles. */
  readonly isLast: boolean;
}

/**
 * The last columns: in vectors that begin among those before them, or that are padded where there
 * are not enough.
 */
const lastBlock = (columns: number, rest: number, lanes: number): ColumnBlock => {
  const vectors = Math.ceil(rest / lanes);
  const width = vectors * lanes;
  return columns < width
    ? { first: integer(0), width, from: 0, to: columns, vectors, isLast: true }
    : {
        first: integer(columns - width),
        width,
        from: width - rest,
        to: width,
        vectors,
        isLast: true,
      };
};

/** Visits all columns: blocks of about so many of them in whole tiles, then what is left. */
export const forBlocks = (
  emitter: Emitter,
  columns: number,
  lanes: number,
  vectors: number,
  widest: number,
  body: (block: ColumnBlock) => void,
): void => {
  const tile = vectors * lanes;
  const tiles = Math.floor(columns / tile);
  const together = Math.max(1, Math.floor(widest / tile));
  for (const { from, length, count } of nearlyEqualTiles(tiles, together)) {
    const width = length * tile;
    inSteps(emitter, from * tile, from * tile + count * width, width, (first) =>
      body({ first, width, from: 0, to: width, vectors, isLast: false }),
    );
  }
  const rest = columns - tiles * tile;
  if (rest > 0) body(lastBlock(columns, rest, lanes));
};
