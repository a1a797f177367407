/** Shapes of factors, determinants and solutions of square matrices in the last two axes. */
import type { Broadcast } from './broadcast.ts';
import type { Dynamic, IsDynamicRank, Ok, ShapeError, Show, ShowDim } from './core.ts';
import type { Unify } from './dimensions.ts';

type NotSquare<Op extends string, S> = ShapeError<`${Op}: ${Show<S>} are no square matrices`>;
/** Square matrices, boxed as [leading dimensions, size]; else the message. */
type Square<Op extends string, S> = S extends readonly [...infer Lead, infer M, infer N]
  ? Unify<M, N> extends [infer D]
    ? Ok<[Lead, D]>
    : NotSquare<Op, S>
  : NotSquare<Op, S>;

/** The shape of `inv` and `cholesky`: square matrices stay what they are. */
export type SquareMatrices<Op extends string, S> =
  IsDynamicRank<S> extends true
    ? Ok<Dynamic>
    : Square<Op, S> extends infer R
      ? R extends Ok<[infer Lead extends readonly unknown[], infer N]>
        ? Ok<[...Lead, N, N]>
        : R
      : never;
/** The shape of `det` and `logdet`: one number per matrix. */
export type PerMatrix<Op extends string, S> =
  IsDynamicRank<S> extends true
    ? Ok<Dynamic>
    : Square<Op, S> extends infer R
      ? R extends Ok<[infer Lead, unknown]>
        ? Ok<Lead>
        : R
      : never;
/** The shape of the rows of square matrices: one vector per matrix. */
export type PerRow<Op extends string, S> =
  IsDynamicRank<S> extends true
    ? Ok<Dynamic>
    : Square<Op, S> extends infer R
      ? R extends Ok<[infer Lead extends readonly unknown[], infer N]>
        ? Ok<[...Lead, N]>
        : R
      : never;

/**
 * The shape of `solve(a, b)`: b of rank 1 is a vector, else its last two axes are matrices whose
 * columns are right-hand sides; leading axes broadcast.
 */
export type Solution<Op extends string, A, B> =
  IsDynamicRank<A> extends true
    ? Ok<Dynamic>
    : IsDynamicRank<B> extends true
      ? Ok<Dynamic>
      : Square<Op, A> extends infer R
        ? R extends Ok<[infer Lead extends readonly unknown[], infer N]>
          ? Solved<Op, A, B, Lead, N>
          : R
        : never;
type Solved<Op extends string, A, B, Lead extends readonly unknown[], N> = B extends readonly [
  infer M,
]
  ? Unify<N, M> extends [infer D]
    ? Ok<[...Lead, D]>
    : RowsDiffer<Op, ShowDim<N>, ShowDim<M>, `${Show<A>} and ${Show<B>}`>
  : B extends readonly [...infer Others, infer M, infer K]
    ? Unify<N, M> extends [infer D]
      ? Broadcast<`${Op} (batch dimensions)`, Lead, Others> extends infer Batch
        ? Batch extends Ok<infer All extends readonly unknown[]>
          ? Ok<[...All, D, K]>
          : Batch
        : never
      : RowsDiffer<Op, ShowDim<N>, ShowDim<M>, `${Show<A>} and ${Show<B>}`>
    : ShapeError<`${Op}: the right-hand side is a scalar`>;
type RowsDiffer<
  Op extends string,
  N extends string,
  M extends string,
  Shapes extends string,
> = ShapeError<`${Op}: the matrix has ${N} rows but the right-hand side has ${M} (${Shapes})`>;
