/** One step of a tile of a matrix product: a product is added to each of its sums. */
import type { Expr } from '../ir/kernel.ts';
import type { AccumulatorGrid } from './accumulators.ts';

/** The factors of one step. */
export interface Factors {
  /** An element of a row. */
  element(r: number): Expr;
  /** A vector of columns. */
  column(v: number): Expr;
  multiply(element: Expr, column: Expr): Expr;
}

/**
 * Adds the products. Either the elements or the vectors of columns are all in registers, and the
 * others come one by one.
 */
export const addProducts = (
  sums: AccumulatorGrid,
  { element, column, multiply }: Factors,
  holdsElements: boolean,
): void => {
  const numbers = (sums[0] ?? []).map((_, v) => v);
  if (holdsElements) {
    const elements = sums.map((_, r) => element(r));
    for (const v of numbers) {
      const y = column(v);
      sums.forEach((row, r) => {
        row[v]?.add(multiply(elements[r] as Expr, y));
      });
    }
    return;
  }
  const columns = numbers.map(column);
  sums.forEach((row, r) => {
    const x = element(r);
    row.forEach((sum, v) => {
      sum.add(multiply(x, columns[v] as Expr));
    });
  });
};
