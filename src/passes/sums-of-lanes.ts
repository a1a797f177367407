/**
 * The sums of a tile of results whose lanes each added up a part: in lanes again, a result in each,
 * where there are as many results, which takes fewer instructions than one after the other.
 */
import { expressions, indexes } from '../ir/expressions.ts';
import type { Expr, KernelBuffer } from '../ir/kernel.ts';
import { newLocal } from './access.ts';
import { type Emitter, integer } from './emitter.ts';
import { plus } from './tile-steps.ts';

/** A tile: neighbouring rows and columns. */
interface Tile {
  readonly rows: readonly Expr[];
  readonly columns: readonly Expr[];
  readonly lanes: number;
}

/** Takes the sum of a result. */
export type TakeSum = (row: Expr, column: Expr, sum: Expr) => void;

/**
 * Hands over the sum of each result. The parts of a result stand side by side, and the results of a
 * row one after the other.
 */
export const sumsOfLanes = (
  emitter: Emitter,
  parts: KernelBuffer,
  { rows, columns, lanes }: Tile,
  take: TakeSum,
): void => {
  const s = expressions(parts.dtype);
  const sumOf = (result: Expr): Expr => {
    const first = indexes.mul(result, integer(lanes));
    return Array.from({ length: lanes }, (_, k) => emitter.loadHere(parts, plus(first, k))).reduce(
      (x, y) => s.add(x, y),
    );
  };
  const inLanes = (count: number, body: (lane: Expr) => void): void => {
    const lane = newLocal('i32', [0, count - 1]);
    emitter.range(lane, 0, count, 1, 'lanes', () => body(lane));
  };
  const [firstRow = integer(0)] = rows;
  const [firstColumn = integer(0)] = columns;
  if (columns.length === 1 && rows.length % lanes === 0) {
    inLanes(rows.length, (lane) => take(indexes.add(firstRow, lane), firstColumn, sumOf(lane)));
    return;
  }
  if (columns.length === lanes) {
    rows.forEach((row, r) => {
      inLanes(lanes, (lane) =>
        take(row, indexes.add(firstColumn, lane), sumOf(plus(lane, r * lanes))),
      );
    });
    return;
  }
  const count = rows.length * columns.length;
  const whole = count - (count % lanes);
  const sums = whole > 0 ? emitter.alloc(parts.dtype, whole) : parts;
  for (let first = 0; first < whole; first += lanes) {
    inLanes(lanes, (lane) => {
      const result = plus(lane, first);
      emitter.store(sums, result, sumOf(result));
    });
  }
  rows.forEach((row, r) => {
    columns.forEach((column, c) => {
      const result = r * columns.length + c;
      const isAdded = result < whole;
      const sum = isAdded ? emitter.loadHere(sums, integer(result)) : sumOf(integer(result));
      take(row, column, sum);
    });
  });
};
