/** Rows of the last axis, as the algorithms for workgroups see them. */
import type { Expr } from '../ir/kernel.ts';
import type { DType, Shape } from '../ir/types.ts';

/** All rows of an array, by the indexes of the axes before the last one. */
export interface Row {
  /** Of the first input. */
  readonly dtype: DType;
  readonly length: number;
  readonly rows: readonly Expr[];
  readonly lead: Shape;
  /** The element of an input at a place of the row. */
  read(input: number, place: Expr): Expr;
  /** Gives the output its element at a place of the row. */
  write(place: Expr, value: Expr): void;
}
