/** The tile of results that a contraction has in registers: some rows of some vectors. */
import type { Target } from '../ir/target.ts';
import { nearlyEqualTiles, type TileRun } from './tile-steps.ts';

/**
 * Where the last tile begins among the columns of the one before it: in a block of all tiles, or
 * where each of them is a block.
 */
export type Repeats = 'tiles' | 'blocks';

/** The sizes of tiles. */
export interface PanelTile {
  /** Side by side, all columns: their widths in vectors. The widest are first. */
  readonly widths: readonly TileRun[];
  /** Where some columns are computed twice, so that all tiles have one width. */
  readonly repeats?: Repeats | undefined;
  /** Columns that share a register. */
  readonly grain: number;
  /** The rows of a tile of so many vectors: at most, and at least where that divides them. */
  heights(vectors: number): readonly [most: number, least: number];
}

/**
 * So many vectors more than usual are a tile where the engine keeps the order of instructions: the
 * elements of its rows are in registers, and columns come one by one. With twelve sums instead of
 * eight none of them has to be ready the moment it is added to.
 */
const more = 2;
/** Products that are worth a second width of tiles where one would do that is less wide. */
const fewestForTwo = 2 ** 26;
/** One vector of so many may be computed twice, if that makes all tiles as wide as can be. */
const fewestForOne = 24;
/**
 * One of so many may, and not more products than these, if that saves the code of a second width:
 * where four vectors leave something over.
 */
const [fewestForCheap, cheap] = [6, 2 ** 21];

/**
 * Products that are no larger a part of all are computed in tiles of less code: of usual width, or
 * of so many vectors and rows. That they take longer is lost in the time of the others.
 */
const [some, little, narrow] = [1 / 50, 1 / 400, 2];

/** What tiles are chosen for. */
export interface PanelSize {
  readonly rows: number;
  readonly columns: number;
  /** All products of all results, and what part of a program's they are: all unless given. */
  readonly products: number;
  readonly share?: number;
  /** Where columns may be computed twice; nowhere unless given. */
  readonly repeats?: Repeats | undefined;
}

/** The width of all tiles where columns may be computed twice, if that is worth it. */
const repeatedWidth = (
  all: number,
  products: number,
  most: number,
  hasRest: boolean,
): number | undefined => {
  const again = (vectors: number): number => Math.ceil(all / vectors) * vectors - all;
  if (again(most) <= all / fewestForOne) return most;
  if (!hasRest) return undefined;
  return [most, most - 1, most - 2].find(
    (vectors) =>
      again(vectors) <= all / fewestForCheap && again(vectors) * (products / all) <= cheap,
  );
};

/** Chooses the tile of a result of so many rows and columns: wider where there are few rows. */
export const panelTile = (
  { lanes = 1, joined = 1, keepsOrder = false, tile = { rows: 4, vectors: 2 } }: Target,
  { rows, columns, products, share = 1, repeats }: PanelSize,
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
  const all = Math.ceil(columns / lanes);
  const tilesOf = (vectors: number): PanelTile => {
    const count = Math.floor(all / vectors);
    const rest = all - count * vectors;
    const whole = { from: 0, length: vectors, count };
    const last = { from: all - rest, length: rest, count: 1 };
    return { widths: rest > 0 ? [whole, last] : [whole], grain: lanes * joined, heights };
  };
  if (share <= little && joined === 1 && rows > 1) {
    const heights = (): readonly [number, number] => [narrow, narrow];
    const even = [narrow, narrow + 1].find((vectors) => all % vectors === 0);
    if (repeats === undefined || even !== undefined || all < narrow) {
      return { ...tilesOf(even ?? Math.min(all, narrow)), heights };
    }
    const widths = [{ from: 0, length: narrow, count: Math.ceil(all / narrow) }];
    return { widths, repeats, grain: lanes, heights };
  }
  const widest = Math.min(all, Math.max(tile.vectors, fewRows * joined));
  if (!keepsOrder || joined > 1 || rows === 1 || all <= tile.vectors) return tilesOf(widest);
  const most = share <= some ? tile.vectors : tile.vectors + more;
  const own: PanelTile['heights'] = (vectors) =>
    vectors > tile.vectors ? [tile.rows, tile.rows] : heights(vectors);
  // Each width is code of its own, which must be worth it.
  const even = [most, most - 1].find((vectors) => all % vectors === 0);
  const isShort = products < fewestForTwo;
  const usual = all % tile.vectors === 0 && isShort ? tile.vectors : undefined;
  const mayRepeat = repeats !== undefined && even === undefined && isShort;
  const length = mayRepeat ? repeatedWidth(all, products, most, usual === undefined) : undefined;
  if (length !== undefined) {
    const widths = [{ from: 0, length, count: Math.ceil(all / length) }];
    return { widths, repeats, grain: lanes, heights: own };
  }
  const only = even ?? usual;
  // A single vector has too many rows to walk along.
  const isSingleLeft = only === undefined && all % most === 1;
  const widths = isSingleLeft
    ? nearlyEqualTiles(all, most, most - 1)
    : tilesOf(only ?? most).widths;
  return { widths, grain: lanes, heights: own };
};
