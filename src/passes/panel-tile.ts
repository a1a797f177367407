/** The tile of results that a contraction has in registers: some rows of some vectors. */
import type { Target } from '../ir/target.ts';

/** The sizes of tiles. */
export interface PanelTile {
  /** Vectors of its width. */
  readonly vectors: number;
  /** The rows of a tile of so many vectors. */
  heightOf(vectors: number): number;
  /** Vectors of a tile that are finished where they are, of those of so many columns. */
  wholeOf(columns: number, vectors: number): number;
}

/** Chooses the tile of a result of so many rows and columns. */
export const panelTile = (
  { lanes = 1, joined = 1, tile = { rows: 4, vectors: 2 } }: Target,
  rows: number,
  columns: number,
): PanelTile => {
  const registers = Math.floor((tile.rows * tile.vectors) / joined);
  const fewRows = Math.floor(registers / rows) * joined;
  return {
    vectors: Math.min(Math.ceil(columns / lanes), Math.max(tile.vectors, fewRows)),
    heightOf: (vectors) => Math.max(1, Math.floor(registers / Math.ceil(vectors / joined))),
    wholeOf: (valid, vectors) => {
      const whole = Math.floor(valid / lanes);
      // What shares a register with a vector that is not whole is stored beside it.
      return whole < vectors ? whole - (whole % joined) : whole;
    },
  };
};
