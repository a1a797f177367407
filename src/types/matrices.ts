/** Shapes of diagonals, Kronecker and cross products, and grids. */
import type { LessThan, Sub } from './arith.ts';
import type { AxisError, AxisIndex, BadAxis } from './axes.ts';
import type { Broadcast } from './broadcast.ts';
import type {
  DTypeOf,
  Dynamic,
  Equal,
  IsDynamicRank,
  Ok,
  ShapeError,
  ShapeOf,
  Show,
  ShowDim,
  Tensor,
} from './core.ts';
import type { AddDim, BothKnown, MinDim, MulDim } from './dimensions.ts';

type Digits<N extends number> = `${N}` extends `-${infer D extends number}` ? D : N;
type IsNegative<N extends number> = `${N}` extends `-${string}` ? true : false;
/** A - B, but not less than 0. */
type Less<A, B extends number> = B extends 0
  ? A
  : BothKnown<A, B> extends true
    ? LessThan<A & number, B> extends true
      ? 0
      : Sub<A & number, B>
    : number;
/** The length of diagonal K of a matrix of M rows and N columns. */
type DiagonalLength<M, N, K extends number> = number extends K
  ? number
  : Equal<K, 0> extends true
    ? Equal<M, N> extends true
      ? M
      : MinDim<M, N>
    : IsNegative<K> extends true
      ? MinDim<Less<M, Digits<K>>, N>
      : MinDim<M, Less<N, K>>;

/** The shape of `diagonal`: the last two axes become one. */
export type Diagonal<Op extends string, S, K extends number> =
  IsDynamicRank<S> extends true
    ? Ok<Dynamic>
    : S extends readonly [...infer Lead, infer M, infer N]
      ? Ok<[...Lead, DiagonalLength<M, N, K>]>
      : FewerThanTwo<Op, S>;
/** The shape of `trace`: the last two axes go. */
export type WithoutMatrix<Op extends string, S> =
  IsDynamicRank<S> extends true
    ? Ok<Dynamic>
    : S extends readonly [...infer Lead, unknown, unknown]
      ? Ok<Lead>
      : FewerThanTwo<Op, S>;
/** The shape of `tril` and `triu`: it stays. */
export type Triangle<Op extends string, S> =
  IsDynamicRank<S> extends true
    ? Ok<S>
    : S extends readonly [...unknown[], unknown, unknown]
      ? Ok<S>
      : FewerThanTwo<Op, S>;
type FewerThanTwo<
  Op extends string,
  S,
> = ShapeError<`${Op}: shape ${Show<S>} has fewer than 2 dimensions`>;
/** The shape of `diag`: a vector becomes a matrix, a matrix its diagonal. */
export type Diag<S, K extends number> =
  IsDynamicRank<S> extends true
    ? Ok<Dynamic>
    : S extends readonly [infer N]
      ? number extends K
        ? Ok<[number, number]>
        : Ok<[AddDim<N, Digits<K>>, AddDim<N, Digits<K>>]>
      : S extends readonly [infer M, infer N]
        ? Ok<[DiagonalLength<M, N, K>]>
        : ShapeError<`diag: expected a vector or a matrix, got ${Show<S>}`>;

/** The shape of `kron`: dimensions multiplied; the shorter shape gets ones in front. */
export type Kron<A, B> =
  IsDynamicRank<A> extends true
    ? Ok<Dynamic>
    : IsDynamicRank<B> extends true
      ? Ok<Dynamic>
      : Ok<Multiplied<A, B>>;
type Multiplied<A, B, Out extends unknown[] = []> = A extends readonly [...infer AI, infer AL]
  ? B extends readonly [...infer BI, infer BL]
    ? Multiplied<AI, BI, [MulDim<AL, BL>, ...Out]>
    : [...AI, AL, ...Out]
  : B extends readonly [...infer BI, infer BL]
    ? [...BI, BL, ...Out]
    : Out;

/** The shape of `cross`: both broadcast, and along the axis both have 3 elements. */
export type Cross<A, B, Ax extends number> =
  Broadcast<'cross', A, B> extends infer R
    ? R extends Ok<infer S>
      ? IsDynamicRank<S> extends true
        ? R
        : number extends Ax
          ? R
          : Equal<BadAxis<S, Ax>, never> extends true
            ? HasThree<S, Ax, S[AxisIndex<S, Ax> & keyof S]>
            : AxisError<'cross', S, Ax>
      : R
    : never;
type HasThree<S, Ax extends number, D> = number extends D
  ? Ok<S>
  : D extends 3
    ? Ok<S>
    : ShapeError<`cross: axis ${Ax} of ${Show<S>} has length ${ShowDim<D>}, not 3`>;

type Lengths<Ts> = {
  -readonly [K in keyof Ts]: ShapeOf<Ts[K]> extends readonly [infer N] ? N : number;
};
type Swapped<L> = L extends readonly [infer A, infer B, ...infer Rest] ? [B, A, ...Rest] : L;
type NoVector<Ts> = Ts extends readonly [infer H, ...infer T]
  ? IsDynamicRank<ShapeOf<H>> extends true
    ? NoVector<T>
    : ShapeOf<H> extends readonly [unknown]
      ? NoVector<T>
      : ShapeError<`meshgrid: expected vectors, got ${Show<ShapeOf<H>>}`>
  : Ok<[]>;
/** The check of the vectors of `meshgrid`. */
export type Vectors<Ts> = NoVector<Ts>;
/** The grids of `meshgrid`: as many tensors as vectors, with one axis per vector. */
export type Grids<Ts extends readonly unknown[], Indexing> = number extends Ts['length']
  ? Tensor<Dynamic, DTypeOf<Ts[number]>>[]
  : {
      -readonly [K in keyof Ts]: Tensor<
        Indexing extends 'ij' ? Lengths<Ts> : Swapped<Lengths<Ts>>,
        DTypeOf<Ts[K]>
      >;
    };
