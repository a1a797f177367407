/** Shapes of images in other sizes. */
import type { Dynamic, IsDynamicRank, Ok, ShapeError, Show, ShowDim } from './core.ts';
import type { DivDim, IsKnown, MulDim } from './dimensions.ts';

/** The shape of `upsample2d`: [N, C, H, W] with H and W multiplied by the factor. */
export type Upsample2d<X, F extends number> =
  IsDynamicRank<X> extends true
    ? Ok<Dynamic>
    : X extends readonly [infer N, infer C, infer H, infer W]
      ? Ok<[N, C, MulDim<H, F>, MulDim<W, F>]>
      : NoImage<'upsample2d', X>;
type NoImage<
  Op extends string,
  X,
> = ShapeError<`${Op}: expected an input [N, C, H, W], got ${Show<X>}`>;
/** The shape of `resize` to spatial sizes Z: [N, C, ...Z]. */
export type Resize<X, Z extends readonly unknown[]> =
  IsDynamicRank<X> extends true
    ? Ok<Dynamic>
    : X extends readonly [infer N, infer C, unknown, ...infer Sp]
      ? number extends Z['length']
        ? Ok<Dynamic>
        : Z extends readonly [unknown, ...infer Rest]
          ? Rest['length'] extends Sp['length']
            ? Ok<[N, C, ...Z]>
            : WrongSizes<X, Z>
          : WrongSizes<X, Z>
      : ShapeError<`resize: expected an input [N, C, ...spatial], got ${Show<X>}`>;
type WrongSizes<
  X,
  Z extends readonly unknown[],
> = ShapeError<`resize: ${Z['length'] & number} sizes given for the images ${Show<X>}`>;

/** A divided by B where it is a multiple, boxed; unknown unless both are known. */
type Exactly<A, B> =
  IsKnown<A> extends true
    ? IsKnown<B> extends true
      ? [MulDim<DivDim<A, B>, B>, A] extends [A, MulDim<DivDim<A, B>, B>]
        ? [DivDim<A, B>]
        : []
      : [number]
    : [DivDim<A, B>];
/** The shape of `pixelShuffle`: every F * F channels become squares of F by F. */
export type PixelShuffle<X, F extends number> =
  IsDynamicRank<X> extends true
    ? Ok<Dynamic>
    : X extends readonly [infer N, infer C, infer H, infer W]
      ? Exactly<C, MulDim<F, F>> extends [infer Left]
        ? Ok<[N, Left, MulDim<H, F>, MulDim<W, F>]>
        : ShapeError<`pixelShuffle: ${ShowDim<C>} channels are no multiple of ${F} * ${F}`>
      : NoImage<'pixelShuffle', X>;
/** The shape of `pixelUnshuffle`: squares of F by F become F * F channels. */
export type PixelUnshuffle<X, F extends number> =
  IsDynamicRank<X> extends true
    ? Ok<Dynamic>
    : X extends readonly [infer N, infer C, infer H, infer W]
      ? [Exactly<H, F>, Exactly<W, F>] extends [[infer Down], [infer Across]]
        ? Ok<[N, MulDim<C, MulDim<F, F>>, Down, Across]>
        : ShapeError<`pixelUnshuffle: ${ShowDim<H>} by ${ShowDim<W>} ${Squares<F>}`>
      : NoImage<'pixelUnshuffle', X>;
type Squares<F extends number> = `does not part into squares of ${F}`;
