/** Shapes of pooling: windows, bins of a given number, and columns of windows. */
import type { Letters, Placed, Places, Ranks, SpatialRank } from './convolution.ts';
import type { Dynamic, IsDynamicRank, Ok, RankOf, ShapeError, Show, ShowDim } from './core.ts';
import type { DivDim, IsKnown, MulDim } from './dimensions.ts';

/** One number repeated for R axes, or the numbers per axis as they are. */
type Repeat<K, R extends SpatialRank> = K extends readonly unknown[]
  ? K
  : R extends 1
    ? [K]
    : R extends 2
      ? [K, K]
      : [K, K, K];
type WrongImage<
  Op extends string,
  R extends SpatialRank,
  X,
> = ShapeError<`${Op}: expected an input ${Letters[R]['image']}, got ${Show<X>}`>;
/** The shape of a pooling over windows of K: [N, C, ...places], as many per axis as windows fit. */
export type Pool<Op extends string, R extends SpatialRank, X, K, S, P, D = 1> =
  IsDynamicRank<X> extends true
    ? Ok<Dynamic>
    : RankOf<X> extends Ranks[R]
      ? X extends readonly [infer N, infer C, ...infer Sp]
        ? Placed<Op, X, N, C, Places<Sp, Repeat<K, R>, S, P, D>, Repeat<K, R>, D>
        : never
      : WrongImage<Op, R, X>;
/** The shape of a pooling of images [N, C, H, W]. */
export type Pool2d<Op extends string, X, K, S, P, D = 1> = Pool<Op, 2, X, K, S, P, D>;

/** The shape of a pooling to Z places per spatial axis: [N, C, ...Z]. */
export type AdaptivePool<Op extends string, R extends SpatialRank, X, Z> =
  IsDynamicRank<X> extends true
    ? Ok<Dynamic>
    : RankOf<X> extends Ranks[R]
      ? X extends readonly [infer N, infer C, ...unknown[]]
        ? Repeat<Z, R> extends infer Sizes extends readonly unknown[]
          ? Sizes['length'] extends R
            ? Ok<[N, C, ...Sizes]>
            : number extends Sizes['length']
              ? Ok<Dynamic>
              : ShapeError<`${Op}: the size has ${Sizes['length']} entries for ${R} axes`>
          : never
        : never
      : WrongImage<Op, R, X>;
/** The shape of a pooling over all spatial axes, which go: [N, C]. */
export type GlobalPool<Op extends string, X> =
  IsDynamicRank<X> extends true
    ? Ok<Dynamic>
    : X extends readonly [infer N, infer C, unknown, ...unknown[]]
      ? Ok<[N, C]>
      : ShapeError<`${Op}: expected an input [N, C, ...spatial], got ${Show<X>}`>;

type Product<P, Out = 1> = P extends readonly [infer H, ...infer T]
  ? Product<T, MulDim<Out, H>>
  : Out;
/** The shape of `im2col`: channels times taps, and places. */
export type Columns<X, K, S, P, D> =
  Pool<'im2col', 2, X, K, S, P, D> extends infer Laid
    ? Laid extends Ok<readonly [infer N, infer C, ...infer Sizes]>
      ? Ok<[N, MulDim<C, Product<Repeat<K, 2>>>, Product<Sizes>]>
      : Laid
    : never;
/** The shape of `col2im`: as many channels as the rows of X hold windows of K. */
export type Image<X, Z extends readonly unknown[], K> =
  IsDynamicRank<X> extends true
    ? Ok<Dynamic>
    : X extends readonly [infer N, infer Rows, unknown]
      ? DivideRows<N, Rows, Product<Repeat<K, 2>>, Z>
      : ShapeError<`col2im: expected columns [N, C*KH*KW, places], got ${Show<X>}`>;
type DivideRows<N, Rows, Taps, Z extends readonly unknown[]> =
  IsKnown<Rows> extends true
    ? IsKnown<Taps> extends true
      ? Equals<MulDim<DivDim<Rows, Taps>, Taps>, Rows> extends true
        ? Ok<[N, DivDim<Rows, Taps>, ...Z]>
        : ShapeError<`col2im: ${ShowDim<Rows>} rows are no multiple of the ${ShowDim<Taps>} taps`>
      : Ok<[N, number, ...Z]>
    : Ok<[N, number, ...Z]>;
type Equals<A, B> = [A, B] extends [B, A] ? true : false;
