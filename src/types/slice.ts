/** The shape of `slice`: Python's rules for starts, stops and steps, on known dimensions. */
import type { LessThan } from './arith.ts';
import type { Dynamic, IsDynamicRank, Ok, ShapeError, Show } from './core.ts';
import type { AddDim, BothKnown, DivDim, IsKnown, MinDim, SubDim } from './dimensions.ts';

/**
 * A part of an axis: [start, stop] or [start, stop, step]; null stands for "from the end of the
 * axis".
 */
export type Range =
  | readonly [start: number | null, stop: number | null]
  | readonly [start: number | null, stop: number | null, step: number];
/**
 * One entry per axis: a number drops the axis, a range cuts it, null keeps it. Missing entries
 * keep.
 */
export type SliceSpec = readonly (number | Range | null)[];

/** The shape of `slice(x, spec)`: a number drops its axis, a range cuts it, null keeps it. */
export type Slice<S, P extends SliceSpec, Op extends string = 'slice'> =
  IsDynamicRank<S> extends true
    ? Ok<Dynamic>
    : number extends P['length']
      ? Ok<Dynamic>
      : SliceDims<Op, S, P, S>;
type SliceDims<
  Op extends string,
  S,
  P,
  S0,
  I extends 0[] = [],
  Out extends unknown[] = [],
> = P extends readonly [infer H, ...infer PT]
  ? S extends readonly [infer D, ...infer ST]
    ? H extends null
      ? SliceDims<Op, ST, PT, S0, [...I, 0], [...Out, D]>
      : H extends number
        ? InRange<D, H> extends true
          ? SliceDims<Op, ST, PT, S0, [...I, 0], Out>
          : ShapeError<`${Op}: index ${H} is out of range for axis ${I['length']} of ${Show<S0>}`>
        : SliceDims<Op, ST, PT, S0, [...I, 0], [...Out, CutDim<D, H>]>
    : ShapeError<`${Op}: more entries than the rank of ${Show<S0>}`>
  : S extends readonly unknown[]
    ? Ok<[...Out, ...S]>
    : Ok<Out>;

type Negative<X> = `${X & number}` extends `-${infer N extends number}` ? N : never;
/** Whether index H exists on an axis of length D; yes when either is unknown. */
type InRange<D, H> =
  BothKnown<D, 0> extends false
    ? true
    : number extends H
      ? true
      : [Negative<H>] extends [never]
        ? LessThan<H & number, D & number>
        : SubDim<D, Negative<H>> extends infer At
          ? [At] extends [never]
            ? false
            : true
          : never;

type CutDim<D, H> = H extends readonly [null, null, -1]
  ? D
  : H extends readonly [infer From, infer To]
    ? Cut<D, From, To>
    : H extends readonly [infer From, infer To, infer Step]
      ? Step extends 1
        ? Cut<D, From, To>
        : number extends Step
          ? number
          : [Negative<Step>] extends [never]
            ? CeilDiv<Cut<D, From, To>, Step>
            : CeilDiv<CutBack<D, From, To>, Negative<Step>>
      : number;
type CeilDiv<A, B> =
  IsKnown<A> extends true ? (A extends 0 ? 0 : AddDim<DivDim<SubDim<A, 1>, B>, 1>) : number;
/** max(0, stop - start) after both are put into the axis. */
type Cut<D, From, To> = [From, To] extends [null | 0, null]
  ? D
  : IsKnown<D> extends true
    ? SubDim<Place<D, To, D>, Place<D, From, 0>> extends infer N
      ? [N] extends [never]
        ? 0
        : N
      : never
    : number;
/** The same for negative steps: both ends lie one place further left, so one more is counted. */
type CutBack<D, From, To> =
  IsKnown<D> extends true
    ? SubDim<PlaceBack<D, From, D>, PlaceBack<D, To, 0>> extends infer N
      ? [N] extends [never]
        ? 0
        : N
      : never
    : number;
type PlaceBack<D, X, Default> = X extends null
  ? Default
  : number extends X
    ? number
    : [Negative<X>] extends [never]
      ? MinDim<D, AddDim<X, 1>>
      : Place<AddDim<D, 1>, X, Default>;
type Place<D, X, Default> = X extends null
  ? Default
  : number extends X
    ? number
    : [Negative<X>] extends [never]
      ? MinDim<D, X>
      : SubDim<D, Negative<X>> extends infer N
        ? [N] extends [never]
          ? 0
          : N
        : never;
