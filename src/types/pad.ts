/** The static shape of `pad`: what is added to both ends of every axis, and what is cut. */
import type { Ranked } from './axes.ts';
import type { Dynamic, IsDynamicRank, Ok, RankOf, ShapeError, Show } from './core.ts';
import type { AddDim, SubDim } from './dimensions.ts';

/** Numbers of elements before and after an axis; negative ones cut. */
export type PadPair = readonly [before: number, after: number];
/** How many elements an end loses. */
type Lost<N extends number> = `${N}` extends `-${infer Cut extends number}` ? Cut : 0;
/** How many elements an end gains. */
type Gained<N extends number> = `${N}` extends `-${string}` ? 0 : N;
/** What is left of D after cuts, plus what is added; never when cuts take more than there is. */
type PadDim<D, P> = P extends readonly [infer Low extends number, infer High extends number]
  ? number extends Low | High
    ? number
    : SubDim<D, AddDim<Lost<Low>, Lost<High>>> extends infer Left
      ? [Left] extends [never]
        ? never
        : AddDim<AddDim<Left, Gained<Low>>, Gained<High>>
      : never
  : number;
type PadDims<S, P, S0, I extends 0[] = [], Out extends unknown[] = []> = S extends readonly [
  infer D,
  ...infer ST,
]
  ? P extends readonly [infer H, ...infer PT]
    ? H extends readonly [0, 0]
      ? PadDims<ST, PT, S0, [...I, 0], [...Out, D]>
      : [PadDim<D, H>] extends [never]
        ? CutsMore<H, I['length'], S0>
        : PadDims<ST, PT, S0, [...I, 0], [...Out, PadDim<D, H>]>
    : never
  : Ok<Out>;
type CutsMore<Pair, At extends number, S> = Pair extends PadPair
  ? ShapeError<`pad: [${Pair[0]}, ${Pair[1]}] cuts more than axis ${At} of ${Show<S>} has`>
  : never;
/** The shape of `pad(x, pads)`: every axis is longer by its pair. */
export type Pad<S, P extends readonly PadPair[]> =
  IsDynamicRank<S> extends true
    ? Ok<Dynamic>
    : number extends P['length']
      ? Ok<Dynamic>
      : P['length'] extends RankOf<S>
        ? PadDims<S, P, S>
        : ShapeError<`pad: ${P['length']} pairs given for shape ${Ranked<S>}`>;
