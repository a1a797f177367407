/** Shapes of parting, repeating and moving along axes by numbers. */
import type { AxisError, AxisIndex, BadAxis, InsertAt } from './axes.ts';
import type {
  AnyTensor,
  DTypeOf,
  Dynamic,
  Equal,
  IsDynamicRank,
  Join,
  Ok,
  ShapeError,
  ShapeOf,
  Show,
  ShowDim,
  Tensor,
} from './core.ts';
import type { AddDim, DivDim, IsKnown, MulDim } from './dimensions.ts';
import type { LengthAt, WithLength } from './indexing.ts';

/** `axis 1 of [2, 3]`. */
type Along<S, Ax extends number> = `axis ${AxisIndex<S, Ax>} of ${Show<S>}`;
type SumOf<P, Out = 0> = P extends readonly [infer H, ...infer T] ? SumOf<T, AddDim<Out, H>> : Out;
/** Whether A and B are different known lengths. */
type Differ<A, B> =
  IsKnown<A> extends true ? (IsKnown<B> extends true ? Not<Equal<A, B>> : false) : false;
type Not<B> = B extends true ? false : true;
/** The rule of the sizes of `split`: they add up to the axis, or as a number part it evenly. */
export type Split<S, P, Ax extends number> =
  IsDynamicRank<S> extends true
    ? Ok<S>
    : number extends Ax
      ? Ok<S>
      : Equal<BadAxis<S, Ax>, never> extends false
        ? Ok<S>
        : P extends readonly unknown[]
          ? number extends P['length']
            ? Ok<S>
            : Differ<SumOf<P>, LengthAt<S, Ax>> extends true
              ? WrongSum<Join<P>, SumOf<P>, Along<S, Ax>>
              : Ok<S>
          : Differ<MulDim<DivDim<LengthAt<S, Ax>, P>, P>, LengthAt<S, Ax>> extends true
            ? ShapeError<`split: ${Along<S, Ax>} does not part into ${P & number} equal ones`>
            : Ok<S>;
type WrongSum<
  Sizes extends string,
  Sum,
  Where extends string,
> = ShapeError<`split: sizes [${Sizes}] add up to ${ShowDim<Sum>}, not to ${Where}`>;
/** The tensors that `split` gives: one per size, or as many equal ones as a number says. */
export type Parts<X extends AnyTensor, P, Ax extends number> = P extends readonly number[]
  ? { -readonly [K in keyof P]: Tensor<WithLength<ShapeOf<X>, Ax, P[K]>, DTypeOf<X>> }
  : Copies<
      Tensor<WithLength<ShapeOf<X>, Ax, DivDim<LengthAt<ShapeOf<X>, Ax>, P>>, DTypeOf<X>>,
      P & number
    >;
/** N tensors of one type: a tuple where N is known. */
type Copies<T, N extends number> =
  IsKnown<N> extends true
    ? `${N}` extends `${string}${'.' | '-' | 'e'}${string}`
      ? T[]
      : Tuple<T, N>
    : T[];
/** A tuple of N elements; beyond 64 an array, which is as useful. */
type Tuple<T, N extends number, Out extends T[] = []> = Out['length'] extends N
  ? Out
  : Out['length'] extends 64
    ? T[]
    : Tuple<T, N, [...Out, T]>;

/** The shape of `repeat`: axis Ax is N times as long. */
export type Repeated<S, Ax extends number, N> = WithLength<S, Ax, MulDim<LengthAt<S, Ax>, N>>;
/** The shape of `tile`; the shorter of shape and counts is filled with ones at the front. */
export type Tiled<S, R, Out extends unknown[] = []> =
  IsDynamicRank<S> extends true
    ? Dynamic
    : IsDynamicRank<R> extends true
      ? Dynamic
      : S extends readonly [...infer SI, infer D]
        ? R extends readonly [...infer RI, infer N]
          ? Tiled<SI, RI, [MulDim<D, N>, ...Out]>
          : [...SI, D, ...Out]
        : R extends readonly [...infer RI, infer N]
          ? [...RI, N, ...Out]
          : Out;

type Without<S, At, I extends 0[] = [], Out extends unknown[] = []> = S extends readonly [
  infer H,
  ...infer T,
]
  ? Without<T, At, [...I, 0], `${I['length']}` extends At ? Out : [...Out, H]>
  : Out;
/** The shape of `moveAxis`: axis A becomes axis B, the others keep their order. */
export type MoveAxis<S, A extends number, B extends number> =
  IsDynamicRank<S> extends true
    ? Ok<Dynamic>
    : number extends A
      ? Ok<Dynamic>
      : number extends B
        ? Ok<Dynamic>
        : BadAxis<S, A | B> extends infer Bad extends number
          ? Equal<Bad, never> extends true
            ? AxisIndex<S, B> extends `${infer To extends number}`
              ? Ok<InsertAt<Without<S, AxisIndex<S, A>>, To, LengthAt<S, A>>>
              : never
            : AxisError<'moveAxis', S, Bad>
          : never;
