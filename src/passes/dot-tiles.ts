/** Tiles of dots: how many rows and columns of results are summed at the same time. */

/** Rows and columns of a tile, best first: sums, vectors and a product fit the registers. */
const tiles: readonly (readonly [rows: number, columns: number])[] = [
  [3, 3],
  [4, 2],
  [2, 4],
  [5, 2],
];
/** Rows where there are one or two columns, and columns where there are one or two rows. */
const [rowsOfFew, columnsOfFew] = [
  [8, 5],
  [6, 4],
];
/** A tile where none divides the results: what is left over of it has many sums, too. */
const unevenTile = (height: number, width: number): readonly [rows: number, columns: number] => {
  if (width === 5 && height % 4 === 0) return [4, 2];
  return width > 4 && height % 2 === 0 ? [2, 4] : [3, 3];
};
/** The tile of so many results: one that divides them where there is one. */
export const tileOf = (height: number, width: number): readonly [rows: number, columns: number] => {
  const few = [rowsOfFew[width - 1], columnsOfFew[height - 1]];
  const even = tiles.find(([r, c]) => height % r === 0 && width % c === 0);
  const [rows, columns] = even ?? unevenTile(height, width);
  return [few[0] ?? rows, few[1] ?? columns];
};
