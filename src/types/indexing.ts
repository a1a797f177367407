/** Shapes of look-ups: `take`, `oneHot`, `topk` and parts at computed places. */
import type { AxisError, AxisIndex, BadAxis, Ranked } from './axes.ts';
import type { UnifyShapes } from './broadcast.ts';
import type {
  AnyTensor,
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
import type { BothKnown, SubDim } from './dimensions.ts';
import type { SameDTypeThen } from './matmul.ts';

/** The shape of `take`: axis Ax of S is replaced by the shape I of the indexes. */
export type Take<Op extends string, S, I, Ax extends number> =
  IsDynamicRank<S> extends true
    ? Ok<Dynamic>
    : IsDynamicRank<I> extends true
      ? Ok<Dynamic>
      : number extends Ax
        ? Ok<Dynamic>
        : Equal<BadAxis<S, Ax>, never> extends true
          ? Ok<ReplaceAt<S, AxisIndex<S, Ax>, I>>
          : AxisError<Op, S, Ax>;
type ReplaceAt<S, At, I, K extends 0[] = [], Out extends unknown[] = []> = S extends readonly [
  infer H,
  ...infer T,
]
  ? `${K['length']}` extends At
    ? I extends readonly unknown[]
      ? [...Out, ...I, ...T]
      : Dynamic
    : ReplaceAt<T, At, I, [...K, 0], [...Out, H]>
  : Out;
/** The shape of `oneHot`: one more axis of length C at the end. */
export type OneHot<I, C> = I extends readonly unknown[] ? [...I, C] : Dynamic;

/** A shape whose axis Ax has length N instead. */
export type WithLength<S, Ax extends number, N> =
  IsDynamicRank<S> extends true
    ? Dynamic
    : number extends Ax
      ? Dynamic
      : { -readonly [K in keyof S]: K extends AxisIndex<S, Ax> ? N : S[K] };
/** Whether axis Ax exists, as the rule of an argument. */
export type HasAxis<Op extends string, S, Ax extends number> =
  IsDynamicRank<S> extends true
    ? Ok<S>
    : number extends Ax
      ? Ok<S>
      : Equal<BadAxis<S, Ax>, never> extends true
        ? Ok<S>
        : AxisError<Op, S, Ax>;
/** The rule of indexes I along axis Ax of S: the other axes agree. `HasAxis` looks at Ax. */
export type Aligned<Op extends string, S, I, Ax extends number> =
  IsDynamicRank<S> extends true
    ? Ok<I>
    : IsDynamicRank<I> extends true
      ? Ok<I>
      : number extends Ax
        ? Ok<I>
        : Equal<BadAxis<S, Ax>, never> extends true
          ? RankOf<I> extends RankOf<S>
            ? UnifyShapes<Op, WithLength<S, Ax, 1>, WithLength<I, Ax, 1>> extends Ok<unknown>
              ? Ok<I>
              : NotAligned<Op, S, I, Ax>
            : NotAligned<Op, S, I, Ax>
          : Ok<I>;
type NotAligned<
  Op extends string,
  S,
  I,
  Ax extends number,
> = ShapeError<`${Op}: indexes ${Show<I>} and ${Show<S>} differ beside axis ${AxisIndex<S, Ax>}`>;
/** The rule of updates U of a tensor X: its dtype, and the shape Wanted. */
export type Updates<Op extends string, X, U extends AnyTensor, Wanted> = SameDTypeThen<
  Op,
  X,
  U,
  UnifyShapes<Op, Wanted, ShapeOf<U>> extends Ok<unknown>
    ? Ok<Wanted>
    : ShapeError<`${Op}: updates of shape ${Show<ShapeOf<U>>}, expected ${Show<Wanted>}`>
>;
/** The length of axis Ax. */
export type LengthAt<S, Ax extends number> =
  IsDynamicRank<S> extends true ? number : S[AxisIndex<S, Ax> & keyof S];
/** Whether A is more than B; no when either is unknown. */
type IsMore<A, B> =
  BothKnown<A, B> extends true ? ([SubDim<B, A>] extends [never] ? true : false) : false;
/** The shape of `topk`: K elements along axis Ax, if there are as many; `HasAxis` looks at Ax. */
export type TopK<S, K extends number, Ax extends number> =
  IsDynamicRank<S> extends true
    ? Ok<Dynamic>
    : number extends Ax
      ? Ok<Dynamic>
      : Equal<BadAxis<S, Ax>, never> extends true
        ? IsMore<K, LengthAt<S, Ax>> extends true
          ? ShapeError<`topk: axis ${AxisIndex<S, Ax>} of ${Show<S>} has fewer than ${K} elements`>
          : Ok<WithLength<S, Ax, K>>
        : Ok<Dynamic>;

/** The shape of `dynamicSlice`: the sizes asked for, one per axis, none longer than the axis. */
export type DynamicSlice<S, Z extends readonly unknown[]> =
  IsDynamicRank<S> extends true
    ? Ok<Z>
    : number extends Z['length']
      ? Ok<Dynamic>
      : Z['length'] extends RankOf<S>
        ? PartOf<'dynamicSlice', S, Z> extends infer Wrong
          ? [Wrong] extends [never]
            ? Ok<Z>
            : Wrong
          : never
        : ShapeError<`dynamicSlice: ${Z['length']} sizes given for shape ${Ranked<S>}`>;
/** The shape of `dynamicUpdateSlice`: that of x, if the update is a part of it. */
export type DynamicUpdate<S, U> =
  IsDynamicRank<S> extends true
    ? Ok<S>
    : IsDynamicRank<U> extends true
      ? Ok<S>
      : RankOf<U> extends RankOf<S>
        ? PartOf<'dynamicUpdateSlice', S, U> extends infer Wrong
          ? [Wrong] extends [never]
            ? Ok<S>
            : Wrong
          : never
        : ShapeError<`dynamicUpdateSlice: an update ${Show<U>} for shape ${Ranked<S>}`>;
/** The message for the first axis on which Z is longer than S, or never. */
type PartOf<Op extends string, S, Z, S0 = S, I extends 0[] = []> = S extends readonly [
  infer D,
  ...infer ST,
]
  ? Z extends readonly [infer N, ...infer ZT]
    ? IsMore<N, D> extends true
      ? ShapeError<`${Op}: size ${ShowDim<N>} is more than axis ${I['length']} of ${Show<S0>} has`>
      : PartOf<Op, ST, ZT, S0, [...I, 0]>
    : never
  : never;
