/** Shapes of products: `matmul` as in NumPy, `dot`, `outer` and `linear`. */
import type { Broadcast, DTypesDiffer, SameDType } from './broadcast.ts';
import type {
  DTypeOf,
  Dynamic,
  IsDynamicRank,
  Ok,
  ShapeError,
  ShapeOf,
  Show,
  ShowDim,
} from './core.ts';
import type { Unify } from './dimensions.ts';

/** The shape of `matmul` of two shapes; leading dimensions broadcast, vectors lose their axis. */
export type MatMul<A, B> =
  IsDynamicRank<A> extends true
    ? Ok<Dynamic>
    : IsDynamicRank<B> extends true
      ? Ok<Dynamic>
      : A extends readonly [infer K]
        ? B extends readonly [infer K2]
          ? Contract<A, B, K, K2, []>
          : B extends readonly [...infer BB, infer K2, infer N]
            ? Contract<A, B, K, K2, [...BB, N]>
            : ShapeError<'matmul: operand 2 is a scalar; use mul'>
        : A extends readonly [...infer AB, infer M, infer K]
          ? B extends readonly [infer K2]
            ? Contract<A, B, K, K2, [...AB, M]>
            : B extends readonly [...infer BB, infer K2, infer N]
              ? BB extends []
                ? Contract<A, B, K, K2, [...AB, M, N]>
                : Broadcast<'matmul (batch dimensions)', AB, BB> extends infer Batch
                  ? Batch extends Ok<infer D extends readonly unknown[]>
                    ? Contract<A, B, K, K2, [...D, M, N]>
                    : Batch
                  : never
              : ShapeError<'matmul: operand 2 is a scalar; use mul'>
          : ShapeError<'matmul: operand 1 is a scalar; use mul'>;
type Contract<A, B, K, K2, Out> =
  Unify<K, K2> extends [unknown]
    ? Ok<Out>
    : InnerDiffer<`${ShowDim<K>} and ${ShowDim<K2>}`, `${Show<A>} @ ${Show<B>}`>;

type InnerDiffer<
  Sizes extends string,
  Shapes extends string,
> = ShapeError<`matmul: inner dimensions ${Sizes} differ (${Shapes})`>;

/** A rule on the shapes of two tensors after the check that their dtypes agree. */
export type SameDTypeThen<Op extends string, A, B, Rule> =
  SameDType<DTypeOf<A>, DTypeOf<B>> extends true ? Rule : DTypesDiffer<Op, DTypeOf<A>, DTypeOf<B>>;
/** The result shape of `matmul` of two tensors. */
export type Product<A, B> = SameDTypeThen<'matmul', A, B, MatMul<ShapeOf<A>, ShapeOf<B>>>;

/** The shape of `dot` of two vectors. */
export type Dot<A, B> =
  IsDynamicRank<A> extends true
    ? Ok<[]>
    : IsDynamicRank<B> extends true
      ? Ok<[]>
      : A extends readonly [infer K]
        ? B extends readonly [infer K2]
          ? Unify<K, K2> extends [unknown]
            ? Ok<[]>
            : ShapeError<`dot: lengths ${ShowDim<K>} and ${ShowDim<K2>} differ`>
          : ShapeError<`dot: expected two vectors, got ${Show<A>} and ${Show<B>}`>
        : ShapeError<`dot: expected two vectors, got ${Show<A>} and ${Show<B>}`>;
/** The shape of `outer` of two vectors [M] and [N]: [M, N]. */
export type Outer<A, B> =
  IsDynamicRank<A> extends true
    ? Ok<[number, number]>
    : IsDynamicRank<B> extends true
      ? Ok<[number, number]>
      : A extends readonly [infer M]
        ? B extends readonly [infer N]
          ? Ok<[M, N]>
          : ShapeError<`outer: expected two vectors, got ${Show<A>} and ${Show<B>}`>
        : ShapeError<`outer: expected two vectors, got ${Show<A>} and ${Show<B>}`>;
/** The shape of `linear(x, w)`: x [..., in] and w [out, in] give [..., out]. */
export type Linear<X, W> =
  IsDynamicRank<X> extends true
    ? Ok<Dynamic>
    : IsDynamicRank<W> extends true
      ? Ok<Dynamic>
      : X extends readonly [...infer Lead, infer In]
        ? W extends readonly [infer Out, infer In2]
          ? Unify<In, In2> extends [unknown]
            ? Ok<[...Lead, Out]>
            : FeaturesDiffer<ShowDim<In>, ShowDim<In2>, `input ${Show<X>}, weight ${Show<W>}`>
          : ShapeError<`linear: expected a weight [out, in], got ${Show<W>}`>
        : ShapeError<'linear: the input is a scalar'>;
type FeaturesDiffer<
  X extends string,
  W extends string,
  Shapes extends string,
> = ShapeError<`linear: the input has ${X} features but the weight expects ${W} (${Shapes})`>;
