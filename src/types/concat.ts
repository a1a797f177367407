/** Shapes of `concat` and `stack`: many tensors joined along an axis, old or new. */
import type { AxisError, AxisIndex, BadAxis, InsertAt, Ranked } from './axes.ts';
import type { DTypesDiffer, SameDType, UnifyShapes } from './broadcast.ts';
import type {
  DTypeOf,
  Dynamic,
  Equal,
  IsDynamicRank,
  Ok,
  RankOf,
  ShapeError,
  ShapeOf,
  Show,
  ShowDim,
} from './core.ts';
import type { AddDim, Unify } from './dimensions.ts';

/**
 * The shape of `concat` of a tuple of tensors: the lengths of axis Ax added up, the other axes as
 * in all of them.
 */
export type Concat<Ts, Ax extends number> = Ts extends readonly [infer H, ...infer T]
  ? ConcatAll<Ok<ShapeOf<H>>, T, Ax, DTypeOf<H>>
  : Ok<Dynamic>;
type ConcatAll<Acc, Ts, Ax extends number, D> =
  Acc extends Ok<infer S>
    ? Ts extends readonly [infer H, ...infer T]
      ? SameDType<D, DTypeOf<H>> extends true
        ? ConcatAll<ConcatTwo<S, ShapeOf<H>, Ax>, T, Ax, D>
        : DTypesDiffer<'concat', D, DTypeOf<H>>
      : Acc
    : Acc;
type ConcatTwo<A, B, Ax extends number> =
  IsDynamicRank<A> extends true
    ? Ok<Dynamic>
    : IsDynamicRank<B> extends true
      ? Ok<Dynamic>
      : number extends Ax
        ? Ok<Dynamic>
        : RankOf<A> extends RankOf<B>
          ? Equal<BadAxis<A, Ax>, never> extends true
            ? ConcatDims<A, B, AxisIndex<A, Ax>, A, B>
            : AxisError<'concat', A, Ax>
          : ShapeError<`concat: ranks differ: ${Show<A>} and ${Show<B>}`>;
type ConcatDims<
  A,
  B,
  At,
  A0,
  B0,
  I extends 0[] = [],
  Out extends unknown[] = [],
> = A extends readonly [infer AH, ...infer AT]
  ? B extends readonly [infer BH, ...infer BT]
    ? `${I['length']}` extends At
      ? ConcatDims<AT, BT, At, A0, B0, [...I, 0], [...Out, AddDim<AH, BH>]>
      : Unify<AH, BH> extends [infer D]
        ? ConcatDims<AT, BT, At, A0, B0, [...I, 0], [...Out, D]>
        : DifferAt<
            `${Show<A0>} and ${Show<B0>}`,
            I['length'],
            `${ShowDim<AH>} and ${ShowDim<BH>}`,
            At
          >
    : never
  : Ok<Out>;

type OnlyAxis<Along> = `only axis ${Along & string} may differ`;
type DifferAt<
  Shapes extends string,
  At extends number,
  Sizes extends string,
  Along,
> = ShapeError<`concat: ${Shapes} differ at axis ${At} (${Sizes}), ${OnlyAxis<Along>}`>;

/** The shape of `stack` of a tuple of tensors: equal shapes, and a new axis at Ax. */
export type Stack<Ts, Ax extends number> = Ts extends readonly [infer H, ...infer T]
  ? SameAll<Ok<ShapeOf<H>>, T, DTypeOf<H>> extends infer R
    ? R extends Ok<infer S>
      ? StackAt<S, Ax, Ts['length']>
      : R
    : never
  : Ok<Dynamic>;
type SameAll<Acc, Ts, D> =
  Acc extends Ok<infer S>
    ? Ts extends readonly [infer H, ...infer T]
      ? SameDType<D, DTypeOf<H>> extends true
        ? SameAll<UnifyShapes<'stack', S, ShapeOf<H>>, T, D>
        : DTypesDiffer<'stack', D, DTypeOf<H>>
      : Acc
    : Acc;
type StackAt<S, Ax extends number, N> =
  IsDynamicRank<S> extends true
    ? Ok<Dynamic>
    : number extends Ax
      ? Ok<Dynamic>
      : S extends readonly unknown[]
        ? AxisIndex<[...S, 1], Ax> extends infer At
          ? At extends `${infer K extends number}`
            ? Ok<InsertAt<S, K, N>>
            : ShapeError<`stack: axis ${Ax} is out of range for shape ${Ranked<S>}`>
          : never
        : never;
