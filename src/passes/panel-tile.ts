/** The tile of results that a contraction has in registers: some rows of some vectors. */
import type { Target } from '../ir/target.ts';

/** The sizes of tiles. */
export interface PanelTile {
  /** Vectors of its width. */
  readonly vectors: number;
  /** Columns that share a register. */
  readonly grain: number;
  /** The rows of a tile of so many vectors: at most, and at least where that divides them. */
  heights(vectors: number): readonly [most: number, least: number];
}

/** Vectors of tall tiles. */
const narrow = 2;

/**
 * Chooses the tile of a result of so many rows and columns: wider where there are few rows. A tall
 * one reads the columns less often, and more elements of rows, which lie side by side in a copy.
 */
export const panelTile = (
  { lanes = 1, joined = 1, keepsOrder = false, tile = { rows: 4, vectors: 2 } }: Target,
  rows: number,
  columns: number,
  isTall = false,
): PanelTile => {
  const sums = Math.floor((tile.rows * tile.vectors) / joined);
  // Sums, a vector of columns for each of them, and an element of a row; a vector that is
  // multiplied once needs no register of its own.
  const registers = sums + Math.floor(tile.vectors / joined);
  const fewRows = rows === 1 ? sums : Math.floor(registers / (rows + 1));
  const heights = (vectors: number): readonly [number, number] => {
    const most = Math.max(1, Math.round(sums / Math.ceil(vectors / joined)));
    // Joined vectors keep their units busy with many sums only.
    return [most, joined > 1 ? Math.max(1, most - 1) : Math.floor(most / 2) + 1];
  };
  const all = columns / lanes;
  if (isTall && joined === 1 && all % narrow === 0 && rows >= sums / narrow) {
    return { vectors: narrow, grain: lanes, heights };
  }
  const wider = tile.vectors + 1;
  // What is left over of whole tiles is code of its own: better a wider tile that leaves nothing.
  // Engines that keep the order of instructions have room for it: elements of the few rows are in
  // registers, and columns come one by one.
  if (keepsOrder && rows > 1 && all % tile.vectors !== 0 && all % wider === 0) {
    return { vectors: wider, grain: lanes, heights };
  }
  return {
    vectors: Math.min(Math.ceil(all), Math.max(tile.vectors, fewRows * joined)),
    grain: lanes * joined,
    heights,
  };
};
