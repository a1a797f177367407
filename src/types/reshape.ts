/** The shape of `reshape`: equal dimensions cancel, products of the known rest are compared. */
import type { DivMod, Mul } from './arith.ts';
import type { Dynamic, Equal, IsDynamicRank, Join, Ok, ShapeError, Show, ShowDim } from './core.ts';
import type { IsKnown } from './dimensions.ts';

/** [product of the known dimensions, the tuple of the others]. */
type Factor<S, P extends number = 1, Rest extends unknown[] = []> = S extends readonly [
  infer H,
  ...infer T,
]
  ? IsKnown<H> extends true
    ? Factor<T, Mul<P, H & number>, Rest>
    : Factor<T, P, [...Rest, H]>
  : [P, Rest];
/** Remove one occurrence of D from a tuple; `never` when absent. */
type Remove<S, D, Seen extends unknown[] = []> = S extends readonly [infer H, ...infer T]
  ? Equal<H, D> extends true
    ? [...Seen, ...T]
    : Remove<T, D, [...Seen, H]>
  : never;
/** Symbols of A cancelled against those of B: [left of A, left of B]. */
type Cancel<A, B, Left extends unknown[] = []> = A extends readonly [infer H, ...infer T]
  ? Equal<Remove<B, H>, never> extends true
    ? Cancel<T, B, [...Left, H]>
    : Cancel<T, Remove<B, H>, Left>
  : [Left, B];
type HasUnknown<S> = S extends readonly [infer H, ...infer T]
  ? number extends H
    ? true
    : HasUnknown<T>
  : false;
/** Take the -1 out of the target: [the rest, whether there was one]. */
type SplitWild<T, Out extends unknown[] = [], W = false> = T extends readonly [infer H, ...infer R]
  ? Equal<H, -1> extends true
    ? SplitWild<R, Out, true>
    : SplitWild<R, [...Out, H], W>
  : [Out, W];
/** The target as a mutable tuple with -1 replaced. */
type Fill<T, W> = { -readonly [K in keyof T]: Equal<T[K], -1> extends true ? W : T[K] };

/**
 * The shape of `reshape`: equal dimensions cancel, products of the known rest are compared, an
 * unknown dimension leaves it to run time.
 */
export type Reshape<S, T> =
  IsDynamicRank<T> extends true
    ? Ok<Dynamic>
    : IsDynamicRank<S> extends true
      ? Ok<Fill<T, number>>
      : SplitWild<T> extends [infer T2, infer Wild]
        ? Cancel<S, T2> extends [infer S1, infer T1]
          ? [Factor<S1>, Factor<T1>] extends [
              [infer PS extends number, infer LS],
              [infer PT extends number, infer LT],
            ]
            ? ReshapeCheck<S, T, PS, PT, LS, LT, Wild>
            : never
          : never
        : never;
type ReshapeCheck<S, T, PS extends number, PT extends number, LS, LT, Wild> =
  HasUnknown<LS> extends true
    ? Ok<Fill<T, number>>
    : HasUnknown<LT> extends true
      ? Ok<Fill<T, number>>
      : LT extends []
        ? Wild extends true
          ? LS extends []
            ? DivMod<PS, PT> extends [infer Q, 0]
              ? Ok<Fill<T, Q>>
              : NotMultiple<S, Elements<SplitWild<T>[0]>, T>
            : LS extends [infer Only]
              ? Equal<PS, PT> extends true
                ? Ok<Fill<T, Only>>
                : Ok<Fill<T, number>>
              : Ok<Fill<T, number>>
          : LS extends []
            ? Equal<PS, PT> extends true
              ? Ok<Fill<T, number>>
              : SameTotal<S, T, Elements<S>, Elements<T>>
            : Lost<`${Show<S>} to ${Show<T>} loses the symbolic dimension ${Join<LS>}`>
        : NotFound<`${Show<S>} to ${Show<T>}`, Join<LT>>;
type Count<S> = `${Show<S>} has ${Elements<S>} elements`;
type NotMultiple<
  S,
  Needed extends string,
  T,
> = ShapeError<`reshape: ${Count<S>}, not a multiple of ${Needed} as ${Show<T>} needs`>;
/** Where zeros cancelled each other, the products of the rest differ and yet nothing is wrong. */
type SameTotal<S, T, NS extends string, NT extends string> = NS extends NT
  ? Ok<Fill<T, number>>
  : ShapeError<`reshape: ${Count<S>} but ${Show<T>} has ${NT}`>;
type Lost<What extends string> = ShapeError<`reshape: ${What}`>;
type NotFound<
  Shapes extends string,
  Names extends string,
> = ShapeError<`reshape: ${Shapes}: the symbolic dimension ${Names} is not in the source`>;
type Elements<S> =
  Factor<S> extends [infer P extends number, infer Rest] ? `${P}${Times<Rest>}` : never;
type Times<Rest, Out extends string = ''> = Rest extends readonly [infer H, ...infer T]
  ? Times<T, `${Out}*${ShowDim<H>}`>
  : Out;
