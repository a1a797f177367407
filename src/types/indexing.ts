/** Shapes of look-ups: `take`, `oneHot`, and of joining and parting along an axis by numbers. */
import type { AxisError, AxisIndex, BadAxis } from './axes.ts';
import type {
  AnyTensor,
  DTypeOf,
  Dynamic,
  Equal,
  IsDynamicRank,
  Ok,
  ShapeOf,
  Tensor,
} from './core.ts';
import type { DivDim, MulDim } from './dimensions.ts';

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
type LengthAt<S, Ax extends number> =
  IsDynamicRank<S> extends true ? number : S[AxisIndex<S, Ax> & keyof S];
/** The tensors that `split` gives: one per size, or as many equal ones as a number says. */
export type Parts<X extends AnyTensor, P, Ax extends number> = P extends readonly number[]
  ? { -readonly [K in keyof P]: Tensor<WithLength<ShapeOf<X>, Ax, P[K]>, DTypeOf<X>> }
  : Tensor<WithLength<ShapeOf<X>, Ax, DivDim<LengthAt<ShapeOf<X>, Ax>, P>>, DTypeOf<X>>[];
/** The shape of `repeat`: axis Ax is N times as long. */
export type Repeated<S, Ax extends number, N> = WithLength<S, Ax, MulDim<LengthAt<S, Ax>, N>>;
/** The shape of `tile`; known when there is one number per axis. */
export type Tiled<S, R> =
  IsDynamicRank<S> extends true
    ? Dynamic
    : S extends readonly unknown[]
      ? R extends readonly unknown[]
        ? S['length'] extends R['length']
          ? { -readonly [K in keyof S]: K extends keyof R ? MulDim<S[K], R[K]> : never }
          : Dynamic
        : Dynamic
      : Dynamic;
