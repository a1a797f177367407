/** Broadcasting by the rules of NumPy, and the common dtype of two operands. */
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
} from './core.ts';
import type { Stretch, Unify } from './dimensions.ts';

/**
 * The shape that two broadcast to by the rules of NumPy. Identical shapes are answered first: that
 * also covers an unresolved shape.
 */
export type Broadcast<Op extends string, A, B> =
  Equal<A, B> extends true
    ? Ok<A>
    : Equal<B, []> extends true
      ? Ok<A>
      : Equal<A, []> extends true
        ? Ok<B>
        : IsDynamicRank<A> extends true
          ? Ok<Dynamic>
          : IsDynamicRank<B> extends true
            ? Ok<Dynamic>
            : BroadcastDims<Op, A, B, A, B, []>;
type BroadcastDims<Op extends string, A0, B0, A, B, Out extends unknown[]> = A extends readonly [
  ...infer AI,
  infer AL,
]
  ? B extends readonly [...infer BI, infer BL]
    ? Stretch<AL, BL> extends [infer D]
      ? BroadcastDims<Op, A0, B0, AI, BI, [D, ...Out]>
      : CannotBroadcast<Op, `${Show<A0>} with ${Show<B0>}`, AL, BL>
    : Ok<[...AI, AL, ...Out]>
  : B extends readonly [...infer BI, infer BL]
    ? Ok<[...BI, BL, ...Out]>
    : Ok<Out>;

type DimensionsDiffer<A, B> = `dimensions ${ShowDim<A>} and ${ShowDim<B>} differ`;
type CannotBroadcast<
  Op extends string,
  What extends string,
  A,
  B,
> = ShapeError<`${Op}: cannot broadcast ${What}: ${DimensionsDiffer<A, B>}`>;

/** JavaScript numbers are weak: they take the tensor's dtype. Two numbers make an f32. */
export type JoinDType<A, B> = A extends number
  ? B extends number
    ? 'f32'
    : DTypeOf<B>
  : DTypeOf<A>;
/** Whether two dtypes agree; an unknown one agrees with all. */
export type SameDType<A, B> =
  Equal<A, B> extends true ? true : Equal<A, Dynamic> extends true ? true : Equal<B, Dynamic>;
/** The message for two operands of different dtypes. */
export type DTypesDiffer<
  Op extends string,
  A,
  B,
> = ShapeError<`${Op}: dtypes ${A & string} and ${B & string} differ; convert one with cast`>;
/** The shape of an operation on two operands that broadcast. */
export type Binary<Op extends string, A, B> = A extends number
  ? B extends number
    ? Ok<[]>
    : WeakNumber<Op, A, DTypeOf<B>, ShapeOf<B>>
  : B extends number
    ? WeakNumber<Op, B, DTypeOf<A>, ShapeOf<A>>
    : SameDType<DTypeOf<A>, DTypeOf<B>> extends true
      ? Broadcast<Op, ShapeOf<A>, ShapeOf<B>>
      : DTypesDiffer<Op, DTypeOf<A>, DTypeOf<B>>;
/** Whether a literal N is a value of the dtype D: of integers no fraction, of u32 no sign. */
type WeakNumber<Op extends string, N extends number, D, S> = 'f32' extends D
  ? Ok<S>
  : D extends 'i32' | 'u32'
    ? `${N}` extends `${string}.${string}`
      ? ShapeError<`${Op}: the number ${N} is not a value of ${D}`>
      : `${D}${N}` extends `u32-${string}`
        ? ShapeError<`${Op}: the number ${N} is out of range for ${D}`>
        : Ok<S>
    : Ok<S>;
/** The shape of `where(C, A, B)`: all three broadcast. */
export type Choice<Op extends string, C, A, B> =
  Binary<Op, A, B> extends infer R
    ? R extends Ok<infer S>
      ? Broadcast<Op, ShapeOf<C>, S>
      : R
    : never;

/** The shape of `broadcastTo`: the one asked for, to which the tensor must broadcast. */
export type BroadcastTo<Op extends string, A, T> =
  Equal<A, T> extends true
    ? Ok<T>
    : IsDynamicRank<A> extends true
      ? Ok<T>
      : IsDynamicRank<T> extends true
        ? Ok<Dynamic>
        : BroadcastToDims<Op, A, T, A, T>;
type BroadcastToDims<Op extends string, A0, T0, A, T> = A extends readonly [...infer AI, infer AL]
  ? T extends readonly [...infer TI, infer TL]
    ? Ok<AL> extends Ok<1>
      ? BroadcastToDims<Op, A0, T0, AI, TI>
      : Unify<AL, TL> extends [unknown]
        ? BroadcastToDims<Op, A0, T0, AI, TI>
        : CannotBroadcast<Op, `${Show<A0>} to ${Show<T0>}`, AL, TL>
    : ShapeError<`${Op}: cannot broadcast ${Show<A0>} to ${Show<T0>}: it has fewer dimensions`>
  : Ok<T0>;

/** Two shapes that must agree. */
export type UnifyShapes<Op extends string, A, B> =
  Equal<A, B> extends true
    ? Ok<A>
    : IsDynamicRank<A> extends true
      ? Ok<B>
      : IsDynamicRank<B> extends true
        ? Ok<A>
        : UnifyDims<Op, A, B, A, B>;
type UnifyDims<Op extends string, A0, B0, A, B, Out extends unknown[] = []> = A extends readonly [
  infer AH,
  ...infer AT,
]
  ? B extends readonly [infer BH, ...infer BT]
    ? Unify<AH, BH> extends [infer D]
      ? UnifyDims<Op, A0, B0, AT, BT, [...Out, D]>
      : Differ<Op, A0, B0>
    : Differ<Op, A0, B0>
  : B extends readonly []
    ? Ok<Out>
    : Differ<Op, A0, B0>;
type Differ<Op extends string, A, B> = ShapeError<`${Op}: shapes ${Show<A>} and ${Show<B>} differ`>;
