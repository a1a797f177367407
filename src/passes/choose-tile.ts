/** The size of the tile of a matrix product that one workgroup computes. */
import type { WorkgroupTarget } from '../ir/target.ts';

/** How many products there are: `batch` of matrices of `rows` x `depth` and `depth` x `columns`. */
export interface ProductSize {
  readonly rows: number;
  readonly columns: number;
  readonly depth: number;
  readonly batch: number;
}

/** A tile, and how it is shared out. */
export interface Tile {
  /** Rows and columns of the result that a workgroup computes, powers of two. */
  readonly rows: number;
  readonly columns: number;
  /** How much of the sum is in workgroup memory at one time. */
  readonly depth: number;
  /** Rows and columns that an invocation computes. */
  readonly ownRows: number;
  readonly ownColumns: number;
  /** How many workgroups share the sums of one tile. */
  readonly chunks: number;
}

/** The longest tile, and the longest of those that are chosen where there are few. */
const [longest, shortened, shortest] = [64, 32, 8];
/** Results per invocation along each axis, where there are enough. */
const mostOwn = 4;
const deepest = 16;
/** A chunk is at least this many slices deep, and fewer chunks than these save too little. */
const [leastChunk, leastChunks] = [16, 4];
/** Partial sums of one product, in words. */
const mostPartial = 2 ** 22;

const powerOf2 = (length: number): number => 2 ** Math.ceil(Math.log2(Math.max(1, length)));
const clamp = (length: number): number => Math.max(shortest, Math.min(longest, powerOf2(length)));

/** Chooses the tile of a product for a target. */
export const chooseTile = (size: ProductSize, target: WorkgroupTarget): Tile => {
  let [rows, columns] = [clamp(size.rows), clamp(size.columns)];
  const tiles = (): number =>
    Math.ceil(size.rows / rows) * Math.ceil(size.columns / columns) * size.batch;
  const halve = (): void => {
    if (rows > columns) rows /= 2;
    else columns /= 2;
  };
  while (tiles() < target.busy && rows * columns > shortened * shortened) halve();
  const own = (): number =>
    rows * columns >= 64 * mostOwn * mostOwn ? mostOwn : rows * columns >= 256 ? 2 : 1;
  while ((rows * columns) / own() ** 2 > target.invocations) halve();
  let depth = deepest;
  // One more than the tile keeps neighbours in different banks.
  while ((rows + columns + 2) * depth * 4 > target.memory && depth > 1) depth /= 2;
  const parts = Math.floor(size.depth / (depth * leastChunk));
  const room = Math.floor(mostPartial / (size.rows * size.columns * size.batch));
  const most = Math.min(Math.ceil(target.busy / tiles()), parts, room);
  const chunks = most < leastChunks ? 1 : most;
  return { rows, columns, depth, ownRows: own(), ownColumns: own(), chunks };
};
