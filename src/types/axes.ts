/** Rules about axes: negative numbers, reductions, transposes and permutations. */
import type { Dynamic, Equal, IsDynamicRank, Join, Ok, RankOf, ShapeError, Show } from './core.ts';

/** Negative axes by rank, up to rank 8. */
interface FromEnd {
  1: { [-1]: '0' };
  2: { [-1]: '1'; [-2]: '0' };
  3: { [-1]: '2'; [-2]: '1'; [-3]: '0' };
  4: { [-1]: '3'; [-2]: '2'; [-3]: '1'; [-4]: '0' };
  5: { [-1]: '4'; [-2]: '3'; [-3]: '2'; [-4]: '1'; [-5]: '0' };
  6: { [-1]: '5'; [-2]: '4'; [-3]: '3'; [-4]: '2'; [-5]: '1'; [-6]: '0' };
  7: { [-1]: '6'; [-2]: '5'; [-3]: '4'; [-4]: '3'; [-5]: '2'; [-6]: '1'; [-7]: '0' };
  8: { [-1]: '7'; [-2]: '6'; [-3]: '5'; [-4]: '4'; [-5]: '3'; [-6]: '2'; [-7]: '1'; [-8]: '0' };
}
/**
 * The index of an axis as a string ('0', '1'...), distributing over unions; `never` when out of
 * range.
 */
export type AxisIndex<S, Ax> = Ax extends number
  ? `${Ax}` extends keyof S
    ? `${Ax}`
    : RankOf<S> extends infer R extends keyof FromEnd
      ? Ax extends keyof FromEnd[R]
        ? FromEnd[R][Ax]
        : never
      : never
  : never;
/** One axis or several; negative ones count from the end. */
export type Axes = number | readonly number[];
type AxisUnion<A> = A extends readonly (infer X)[] ? X : A;
/** The axes that do not exist, or never. */
export type BadAxis<S, Ax> = Ax extends number
  ? Equal<AxisIndex<S, Ax>, never> extends true
    ? Ax
    : never
  : never;
/** A shape and its rank in a message. */
export type Ranked<S> = `${Show<S>} (rank ${RankOf<S>})`;
/** The message for an axis that does not exist. */
export type AxisError<
  Op extends string,
  S,
  Ax extends number,
> = ShapeError<`${Op}: axis ${Ax} is out of range for shape ${Ranked<S>}`>;

type DropAxes<S, Drop, I extends 0[] = [], Out extends unknown[] = []> = S extends readonly [
  infer H,
  ...infer T,
]
  ? DropAxes<T, Drop, [...I, 0], `${I['length']}` extends Drop ? Out : [...Out, H]>
  : Out;
type KeepAxes<S, Drop> = { -readonly [K in keyof S]: K extends Drop ? 1 : S[K] };
type AllOnes<S> = { -readonly [K in keyof S]: 1 };
type AllUnknown<S> = { -readonly [K in keyof S]: number };

/**
 * The shape of `sum`, `mean`, `max`, `argmax`...: the axes Ax go, or stay with length 1 where
 * dimensions are kept; undefined stands for all axes.
 */
export type Reduce<Op extends string, S, Ax, Keep> = Ax extends undefined
  ? Keep extends true
    ? Ok<AllOnes<S>>
    : Ok<[]>
  : IsDynamicRank<S> extends true
    ? Ok<Dynamic>
    : number extends AxisUnion<Ax>
      ? Keep extends true
        ? Ok<AllUnknown<S>>
        : Ok<Dynamic>
      : BadAxis<S, AxisUnion<Ax>> extends infer Bad extends number
        ? Equal<Bad, never> extends true
          ? Keep extends true
            ? Ok<KeepAxes<S, AxisIndex<S, AxisUnion<Ax>>>>
            : Ok<DropAxes<S, AxisIndex<S, AxisUnion<Ax>>>>
          : AxisError<Op, S, Bad>
        : never;

/** The shape of `softmax` and the like: it stays, the axis must exist. */
export type SameShape<Op extends string, S, Ax> =
  IsDynamicRank<S> extends true
    ? Ok<S>
    : Ax extends undefined
      ? Ok<S>
      : number extends AxisUnion<Ax>
        ? Ok<S>
        : BadAxis<S, AxisUnion<Ax>> extends infer Bad extends number
          ? Equal<Bad, never> extends true
            ? Ok<S>
            : AxisError<Op, S, Bad>
          : never;

/** The shape of `transpose`: two axes change places. */
export type Transpose<S, A extends number, B extends number> =
  IsDynamicRank<S> extends true
    ? Ok<Dynamic>
    : [A, B] extends [-2, -1]
      ? S extends readonly [...infer Lead, infer M, infer N]
        ? Ok<[...Lead, N, M]>
        : ShapeError<`transpose: shape ${Show<S>} has fewer than 2 dimensions`>
      : number extends A
        ? Ok<AllUnknown<S>>
        : number extends B
          ? Ok<AllUnknown<S>>
          : BadAxis<S, A | B> extends infer Bad extends number
            ? Equal<Bad, never> extends true
              ? Ok<Swap<S, AxisIndex<S, A>, AxisIndex<S, B>>>
              : AxisError<'transpose', S, Bad>
            : never;
type Swap<S, A, B> = {
  -readonly [K in keyof S]: K extends A ? S[B & keyof S] : K extends B ? S[A & keyof S] : S[K];
};

type Indices<S> = Exclude<keyof S, keyof unknown[]>;
/** The shape of `permute`: output axis k is input axis P[k]; negative axes count from the end. */
export type Permute<S, P extends readonly number[]> =
  IsDynamicRank<S> extends true
    ? Ok<Dynamic>
    : number extends P['length']
      ? Ok<Dynamic>
      : number extends P[number]
        ? Ok<AllUnknown<S>>
        : P['length'] extends RankOf<S>
          ? [Indices<S>] extends [AxisIndex<S, P[number]>]
            ? Ok<{ -readonly [K in keyof P]: S[AxisIndex<S, P[K]> & keyof S] }>
            : ShapeError<`permute: [${Join<P>}] is not a permutation of the axes of ${Show<S>}`>
          : ShapeError<`permute: ${P['length']} axes given for shape ${Ranked<S>}`>;

/**
 * The shape of `squeeze`: the axes given, all of length 1, go; without axes, all of length 1 that
 * are known.
 */
export type Squeeze<S, Ax> =
  IsDynamicRank<S> extends true
    ? Ok<Dynamic>
    : Ax extends undefined
      ? SqueezeAll<S>
      : number extends AxisUnion<Ax>
        ? Ok<Dynamic>
        : BadAxis<S, AxisUnion<Ax>> extends infer Bad extends number
          ? Equal<Bad, never> extends true
            ? [NotOne<S, AxisIndex<S, AxisUnion<Ax>>>] extends [never]
              ? Ok<DropAxes<S, AxisIndex<S, AxisUnion<Ax>>>>
              : NotSqueezed<S, NotOne<S, AxisIndex<S, AxisUnion<Ax>>>>
            : AxisError<'squeeze', S, Bad>
          : never;
type NotSqueezed<S, At> =
  ShapeError<`squeeze: axis ${At & string} of ${Show<S>} is not of length 1`>;
type NotOne<S, Index> = Index extends keyof S
  ? number extends S[Index]
    ? never
    : S[Index] extends 1
      ? never
      : Index
  : never;
type SqueezeAll<S, Out extends unknown[] = []> = S extends readonly [infer H, ...infer T]
  ? number extends H
    ? Ok<Dynamic>
    : SqueezeAll<T, H extends 1 ? Out : [...Out, H]>
  : Ok<Out>;

/** A shape with dimension D put in at index Ax. */
export type InsertAt<
  S,
  Ax extends number,
  D,
  I extends 0[] = [],
  Out extends unknown[] = [],
> = I['length'] extends Ax
  ? S extends readonly unknown[]
    ? [...Out, D, ...S]
    : Dynamic
  : S extends readonly [infer H, ...infer T]
    ? InsertAt<T, Ax, D, [...I, 0], [...Out, H]>
    : Dynamic;
type Indexed<P> = P extends readonly unknown[] ? P : [P];
/** The indexes of axes P in a shape of the rank of R, or the first axis that does not exist. */
type Located<R, P, Out = never> = P extends readonly [infer H, ...infer T]
  ? [AxisIndex<R, H>] extends [never]
    ? { readonly bad: H }
    : Located<R, T, Out | AxisIndex<R, H>>
  : Out;
type PutOnes<S, R, At, I extends 0[] = [], Out extends unknown[] = []> = R extends readonly [
  unknown,
  ...infer RT,
]
  ? `${I['length']}` extends At
    ? PutOnes<S, RT, At, [...I, 0], [...Out, 1]>
    : S extends readonly [infer H, ...infer T]
      ? PutOnes<T, RT, At, [...I, 0], [...Out, H]>
      : Dynamic
  : Out;
/** The shape of `unsqueeze`: new axes of length 1 at Ax of the result; -1 is after the last. */
export type Unsqueeze<S, Ax> =
  IsDynamicRank<S> extends true
    ? Ok<Dynamic>
    : number extends AxisUnion<Ax>
      ? Ok<Dynamic>
      : S extends readonly unknown[]
        ? Indexed<Ax> extends infer P extends readonly unknown[]
          ? number extends P['length']
            ? Ok<Dynamic>
            : UnsqueezeAt<S, [...S, ...P], Located<[...S, ...P], P>>
          : never
        : never;
type UnsqueezeAt<S, R, At> = [At] extends [{ readonly bad: infer Ax extends number }]
  ? ShapeError<`unsqueeze: axis ${Ax} is out of range for shape ${Ranked<S>}`>
  : Ok<PutOnes<S, R, At>>;
