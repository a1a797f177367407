/**
 * Rules of tensors that go with an input: gains and offsets of normalisations, weights of cells.
 */
import type {
  AnyTensor,
  Dynamic,
  Equal,
  IsDynamicRank,
  Ok,
  ShapeError,
  ShapeOf,
  Show,
  ShowDim,
} from './core.ts';
import type { BothKnown, DivDim, MulDim } from './dimensions.ts';
import type { SameDTypeThen } from './matmul.ts';

/**
 * The rule of a tensor P that goes with the input X: the dtype of X and the shape Wanted. One that
 * is left out fits.
 */
export type Parameter<Op extends string, Word extends string, X, Wanted, P> = P extends AnyTensor
  ? SameDTypeThen<Op, X, P, HasShape<Op, Word, Wanted, ShapeOf<P>>>
  : Ok<Dynamic>;
/** Whether the shape S of the argument called Word is the one wanted. */
export type HasShape<Op extends string, Word extends string, Wanted, S> =
  Equal<Wanted, S> extends true
    ? Ok<S>
    : IsDynamicRank<Wanted> extends true
      ? Ok<S>
      : IsDynamicRank<S> extends true
        ? Ok<S>
        : Fits<Wanted, S> extends true
          ? Ok<S>
          : WrongShape<Op, Word, Show<Wanted>, S>;
type Fits<W, S> = W extends readonly [infer WH, ...infer WT]
  ? S extends readonly [infer SH, ...infer ST]
    ? Ok<SH> extends Ok<Wild<WH>>
      ? Fits<WT, ST>
      : number extends SH
        ? Fits<WT, ST>
        : false
    : false
  : S extends readonly []
    ? true
    : false;
/**
 * A dimension that fits all when it is unknown. For a type parameter this stays undecided, but the
 * same parameter fits either answer, which decides the question above.
 */
type Wild<D> = number extends D ? unknown : D;
type WrongShape<
  Op extends string,
  Word extends string,
  Wanted extends string,
  S,
> = ShapeError<`${Op}: ${Word} must have shape ${Wanted}, not ${Show<S>}`>;

/** Axis 1, the channels of [N, C, ...]. */
export type ChannelsOf<S> =
  IsDynamicRank<S> extends true
    ? number
    : S extends readonly [unknown, infer C, ...unknown[]]
      ? C
      : number;
/** The rule of an input with channels; Form is `[N, C, ...]` or what else the function takes. */
export type HasChannels<Op extends string, S> =
  IsDynamicRank<S> extends true
    ? Ok<S>
    : S extends readonly [unknown, unknown, ...unknown[]]
      ? Ok<S>
      : ShapeError<`${Op}: expected an input [N, C, ...], got ${Show<S>}`>;
/** The same with at least one axis behind the channels. */
export type HasSpace<Op extends string, S> =
  IsDynamicRank<S> extends true
    ? Ok<S>
    : S extends readonly [unknown, unknown, unknown, ...unknown[]]
      ? Ok<S>
      : ShapeError<`${Op}: expected an input [N, C, ...spatial], got ${Show<S>}`>;
/** The rule of a number of parts G, called Parts, of a dimension D, called Whole. */
export type Divides<Op extends string, Parts extends string, G, Whole extends string, D> =
  BothKnown<G, D> extends true
    ? MulDim<G, DivDim<D, G>> extends D
      ? Ok<G>
      : ShapeError<`${Op}: ${ShowDim<G>} ${Parts} do not divide ${ShowDim<D>} ${Whole}`>
    : Ok<G>;

/** The last Count dimensions of a shape, as many as a literal says. */
export type LastDims<S, Count, Out extends unknown[] = []> =
  IsDynamicRank<S> extends true
    ? Dynamic
    : number extends Count
      ? Dynamic
      : Out['length'] extends Count
        ? Out
        : S extends readonly [...infer Lead, infer L]
          ? LastDims<Lead, Count, [L, ...Out]>
          : Out;
/** The last dimension of a shape; unknown for that of a scalar. */
export type LastDim<S> =
  IsDynamicRank<S> extends true ? number : S extends readonly [...unknown[], infer L] ? L : number;
