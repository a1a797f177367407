/** The shape of `tensordot`: pairs of axes are summed over, the others stay in order. */
import type { AxisError, AxisIndex, BadAxis } from './axes.ts';
import type { Dynamic, Equal, IsDynamicRank, Ok, ShapeError, Show } from './core.ts';
import type { Unify } from './dimensions.ts';

type Negative<N extends number> = `-${N}` extends `${infer M extends number}` ? M : never;
/** [0, 1...], N numbers, and the axes from the end that they meet: [-N, ..., -1]. */
type Leading<N extends number, Out extends number[] = []> = Out['length'] extends N
  ? Out
  : Leading<N, [...Out, Out['length']]>;
type Trailing<
  N extends number,
  Steps extends 0[] = [0],
  Out extends number[] = [],
> = Out['length'] extends N ? Out : Trailing<N, [...Steps, 0], [Negative<Steps['length']>, ...Out]>;

/** S without the axes whose indexes are listed. */
type Without<S, Gone, I extends 0[] = [], Out extends unknown[] = []> = S extends readonly [
  infer H,
  ...infer T,
]
  ? Without<T, Gone, [...I, 0], `${I['length']}` extends Gone ? Out : [...Out, H]>
  : Out;
/** The numbers of axes that S has at least, as strings. */
type Counts<S> = S extends readonly unknown[] ? keyof [...S, 0] : never;
type At<S, Index> = Index extends keyof S ? S[Index] : never;
/** The first pair of axes whose lengths differ, as a message. */
type Pairs<A, B, P, Q> = P extends readonly [infer I extends number, ...infer PT]
  ? Q extends readonly [infer J extends number, ...infer QT]
    ? Unify<At<A, AxisIndex<A, I>>, At<B, AxisIndex<B, J>>> extends [unknown]
      ? Pairs<A, B, PT, QT>
      : PairDiffers<
          `axis ${AxisIndex<A, I>} of ${Show<A>}`,
          `axis ${AxisIndex<B, J>} of ${Show<B>}`
        >
    : Ok<[]>
  : Ok<[]>;
type PairDiffers<
  First extends string,
  Second extends string,
> = ShapeError<`tensordot: ${First} and ${Second} differ`>;
type Listed<A, B, P extends readonly number[], Q extends readonly number[]> = number extends
  | P['length']
  | Q['length']
  | P[number]
  | Q[number]
  ? Ok<Dynamic>
  : P['length'] extends Q['length']
    ? BadAxis<A, P[number]> extends infer Bad extends number
      ? Equal<Bad, never> extends true
        ? BadAxis<B, Q[number]> extends infer Worse extends number
          ? Equal<Worse, never> extends true
            ? Pairs<A, B, P, Q> extends ShapeError<infer M>
              ? ShapeError<M>
              : Ok<[...Without<A, AxisIndex<A, P[number]>>, ...Without<B, AxisIndex<B, Q[number]>>]>
            : AxisError<'tensordot', B, Worse>
          : never
        : AxisError<'tensordot', A, Bad>
      : never
    : CountsDiffer<P['length'], Q['length']>;
type CountsDiffer<
  N extends number,
  M extends number,
> = ShapeError<`tensordot: ${N} axes of the first operand, ${M} of the second`>;

/** The shape of `tensordot(a, b, axes)`: the axes of a that are left, then those of b. */
export type TensorDot<A, B, Axes> =
  IsDynamicRank<A> extends true
    ? Ok<Dynamic>
    : IsDynamicRank<B> extends true
      ? Ok<Dynamic>
      : Axes extends readonly [infer P extends readonly number[], infer Q extends readonly number[]]
        ? Listed<A, B, P, Q>
        : Axes extends number
          ? number extends Axes
            ? Ok<Dynamic>
            : `${Axes}` extends Counts<A> & Counts<B>
              ? Listed<A, B, Trailing<Axes>, Leading<Axes>>
              : TooMany<`${Show<A>} and ${Show<B>}`, Axes>
          : Ok<Dynamic>;
type TooMany<
  Shapes extends string,
  N extends number,
> = ShapeError<`tensordot: ${Shapes} do not have ${N} axes`>;
