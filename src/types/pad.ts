/** The static shape of `pad`: what is added to both ends of every axis. */
import type { Ranked } from './axes.ts';
import type { Dynamic, IsDynamicRank, Ok, RankOf, ShapeError } from './core.ts';
import type { AddDim } from './dimensions.ts';

/** Numbers of elements before and after an axis; negative ones cut. */
export type PadPair = readonly [before: number, after: number];
type PadDim<D, P> = P extends readonly [infer Low extends number, infer High extends number]
  ? number extends Low | High
    ? number
    : [Negative<Low | High>] extends [never]
      ? AddDim<AddDim<D, Low>, High>
      : number
  : number;
type Negative<N extends number> = N extends number
  ? `${N}` extends `-${string}`
    ? N
    : never
  : never;
/** The shape of `pad(x, pads)`: one pair per axis. */
export type Pad<S, P extends readonly PadPair[]> =
  IsDynamicRank<S> extends true
    ? Ok<Dynamic>
    : number extends P['length']
      ? Ok<Dynamic>
      : P['length'] extends RankOf<S>
        ? Ok<{ -readonly [K in keyof S]: PadDim<S[K], P[K & keyof P]> }>
        : ShapeError<`pad: ${P['length']} pairs given for shape ${Ranked<S>}`>;
