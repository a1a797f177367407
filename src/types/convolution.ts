/**
 * Shapes of convolution, and how windows lie on images. Images are [N, C, ...spatial], kernels [O,
 * C/groups, ...taps]; options are one number for all spatial axes or one entry per axis.
 */
import type { DivMod, Mul } from './arith.ts';
import type {
  Dynamic,
  Equal,
  IsDynamicRank,
  Join,
  Ok,
  RankOf,
  ShapeError,
  ShapeOf,
  Show,
  ShowDim,
} from './core.ts';
import type { AddDim, BothKnown, DivDim, MulDim, SubDim, Unify } from './dimensions.ts';
import type { SameDTypeThen } from './matmul.ts';

/** One number for all spatial axes, or one per axis. */
export type PerAxis = number | readonly number[];
/**
 * Zeros around the image: none, as many as keep the size at stride 1, a number, or [before, after]
 * per axis.
 */
export type Padding = 'same' | 'valid' | number | readonly (readonly [number, number])[];

/** The option of spatial axis I. */
export type At<Option, I extends number> = Option extends readonly unknown[] ? Option[I] : Option;
/** The reach of K taps with dilation D: (K - 1) * D + 1. */
type Reach<K, D> = D extends 1 ? K : AddDim<MulDim<SubDim<K, 1>, D>, 1>;

/**
 * floor((W + low + high - K) / S) + 1, boxed: [D], or [] when the window is larger than the input.
 */
export type Window<W, K, S, P> = number extends S
  ? [number]
  : P extends 'same'
    ? S extends 1
      ? [W]
      : [AddDim<DivDim<SubDim<W, 1>, S>, 1>]
    : P extends 'valid' | 0
      ? WindowFrom<SubDim<W, K>, S>
      : P extends number
        ? number extends P
          ? [number]
          : S extends 1
            ? Equal<AddDim<Mul<2, P>, 1>, K> extends true
              ? [W]
              : WindowFrom<SubDim<AddDim<W, Mul<2, P>>, K>, S>
            : WindowFrom<SubDim<AddDim<W, Mul<2, P>>, K>, S>
        : P extends readonly [infer Low extends number, infer High extends number]
          ? number extends Low | High
            ? [number]
            : S extends 1
              ? Equal<AddDim<AddDim<Low, High>, 1>, K> extends true
                ? [W]
                : WindowFrom<SubDim<AddDim<W, AddDim<Low, High>>, K>, S>
              : WindowFrom<SubDim<AddDim<W, AddDim<Low, High>>, K>, S>
          : [number];
type WindowFrom<Span, S> = Equal<Span, never> extends true ? [] : [AddDim<DivDim<Span, S>, 1>];

/** The spatial dimensions that windows give, or [] in a box of their own when one does not fit. */
export type Places<
  Sp,
  K,
  S,
  P,
  D,
  I extends 0[] = [],
  Out extends unknown[] = [],
> = Sp extends readonly [infer W, ...infer WT]
  ? K extends readonly [infer KH, ...infer KT]
    ? Window<W, Reach<KH, At<D, I['length']>>, At<S, I['length']>, At<P, I['length']>> extends [
        infer Size,
      ]
      ? Places<WT, KT, S, P, D, [...I, 0], [...Out, Size]>
      : []
    : []
  : Ok<Out>;
/** The reaches of all axes. */
type Reaches<K, D, I extends 0[] = [], Out extends unknown[] = []> = K extends readonly [
  infer H,
  ...infer T,
]
  ? Reaches<T, D, [...I, 0], [...Out, Reach<H, At<D, I['length']>>]>
  : Out;
/** Where windows fit, the images with these places; else the message. */
export type Placed<Op extends string, X, N, C, Sizes, K, D> =
  Sizes extends Ok<infer Sp extends readonly unknown[]>
    ? Ok<[N, C, ...Sp]>
    : TooLarge<Op, Join<Reaches<K, D>, 'x'>, X>;

/** The message for a window that does not fit. */
type TooLarge<
  Op extends string,
  K extends string,
  X,
> = ShapeError<`${Op}: the ${K} window is larger than the input ${Show<X>}`>;

/** The letters of the axes by number of spatial axes. */
export interface Letters {
  1: {
    image: '[N, C, W]';
    input: 'NCW';
    kernel: 'OIW';
    expected: '[O, C, KW]';
    transposed: '[C, O, KW]';
  };
  2: {
    image: '[N, C, H, W]';
    input: 'NCHW';
    kernel: 'OIHW';
    expected: '[O, C, KH, KW]';
    transposed: '[C, O, KH, KW]';
  };
  3: {
    image: '[N, C, D, H, W]';
    input: 'NCDHW';
    kernel: 'OIDHW';
    expected: '[O, C, KD, KH, KW]';
    transposed: '[C, O, KD, KH, KW]';
  };
}
/** How many spatial axes an operation has. */
export type SpatialRank = keyof Letters;
/** The rank of images by number of spatial axes. */
export interface Ranks {
  1: 3;
  2: 4;
  3: 5;
}

/** D * G, where 1 is asked first because nothing can be asked about a type parameter D. */
type Times<D, G> = G extends 1 ? D : MulDim<D, G>;
/**
 * The shape of a convolution of image shape X with kernel shape W: [N, O, ...places] with
 * floor((length + padding - (taps - 1) * dilation - 1) / stride) + 1 places per axis.
 */
export type Convolution<Op extends string, R extends SpatialRank, X, W, S, P, D, G extends number> =
  IsDynamicRank<X> extends true
    ? Ok<Dynamic>
    : IsDynamicRank<W> extends true
      ? Ok<Dynamic>
      : RankOf<X> extends Ranks[R]
        ? RankOf<W> extends Ranks[R]
          ? X extends readonly [infer N, infer C, ...infer Sp]
            ? W extends readonly [infer O, infer C2, ...infer K]
              ? Unify<C, Times<C2, G>> extends [unknown]
                ? PartsInto<O, G> extends true
                  ? Placed<Op, X, N, O, Places<Sp, K, S, P, D>, K, D>
                  : NoGroups<Op, `${ShowDim<O>} output`, G>
                : WrongChannels<
                    Op,
                    `${ShowDim<C>} channels but the kernel expects ${ShowDim<Times<C2, G>>}`,
                    `${Show<X>} ${Letters[R]['input']}`,
                    `${Show<W>} ${Letters[R]['kernel']}`
                  >
              : never
            : never
          : ShapeError<`${Op}: expected a kernel ${Letters[R]['expected']}, got ${Show<W>}`>
        : ShapeError<`${Op}: expected an input ${Letters[R]['image']}, got ${Show<X>}`>;
/** Whether D channels part into G groups; yes when either is unknown. */
type PartsInto<D, G> = G extends 1
  ? true
  : BothKnown<D, G> extends true
    ? DivMod<D & number, G & number>[1] extends 0
      ? true
      : false
    : true;
type NoGroups<
  Op extends string,
  What extends string,
  G,
> = ShapeError<`${Op}: ${What} channels do not part into ${G & number} groups`>;
type WrongChannels<
  Op extends string,
  Counts extends string,
  X extends string,
  W extends string,
> = ShapeError<`${Op}: input has ${Counts} (input ${X}, kernel ${W})`>;
/** The same for two tensors, whose dtypes must agree. */
export type ConvolutionOf<
  Op extends string,
  R extends SpatialRank,
  X,
  W,
  S,
  P,
  D,
  G extends number,
> = SameDTypeThen<Op, X, W, Convolution<Op, R, ShapeOf<X>, ShapeOf<W>, S, P, D, G>>;
/** The shape of `conv2d` of two tensors. */
export type Conv2d<X, W, S, P, D = 1, G extends number = 1> = ConvolutionOf<
  'conv2d',
  2,
  X,
  W,
  S,
  P,
  D,
  G
>;

/** (W - 1) * S - 2P + K + E. */
type Enlarged<W, K, S, P, E> = SubDim<AddDim<AddDim<MulDim<SubDim<W, 1>, S>, K>, E>, MulDim<P, 2>>;
type EnlargedPlaces<
  Sp,
  K,
  S,
  P,
  D,
  E,
  I extends 0[] = [],
  Out extends unknown[] = [],
> = Sp extends readonly [infer W, ...infer WT]
  ? K extends readonly [infer KH, ...infer KT]
    ? EnlargedPlaces<
        WT,
        KT,
        S,
        P,
        D,
        E,
        [...I, 0],
        [
          ...Out,
          Enlarged<
            W,
            Reach<KH, At<D, I['length']>>,
            At<S, I['length']>,
            At<P, I['length']>,
            At<E, I['length']>
          >,
        ]
      >
    : Out
  : Out;
/** Whether a size is 0 or less than that. */
type HasNothing<Sizes> = Sizes extends readonly [infer H, ...infer T]
  ? [H] extends [0]
    ? true
    : HasNothing<T>
  : false;
/**
 * The shape of a transposed convolution of image shape X with kernel shape W [C, O / groups,
 * ...taps]: [N, O, ...sizes], per axis (length - 1) * stride - 2 * padding + (taps - 1) * dilation
 * + 1 + outputPadding.
 */
export type ConvolutionTranspose<Op extends string, R extends SpatialRank, X, W, S, P, D, G, E> =
  IsDynamicRank<X> extends true
    ? Ok<Dynamic>
    : IsDynamicRank<W> extends true
      ? Ok<Dynamic>
      : RankOf<X> extends Ranks[R]
        ? X extends readonly [infer N, infer C, ...infer Sp]
          ? W extends readonly [infer C2, infer O, ...infer K]
            ? Unify<C, C2> extends [unknown]
              ? PartsInto<C, G> extends true
                ? EnlargedPlaces<Sp, K, S, P, D, E> extends infer Sizes extends readonly unknown[]
                  ? HasNothing<Sizes> extends true
                    ? ShapeError<`${Op}: the padding leaves nothing of the result for ${Show<X>}`>
                    : Ok<[N, Times<O, G>, ...Sizes]>
                  : never
                : NoGroups<Op, ShowDim<C>, G>
              : WrongInput<Op, `${ShowDim<C>} channels but the kernel expects ${ShowDim<C2>}`, X, W>
            : ShapeError<`${Op}: expected a kernel ${Letters[R]['transposed']}, got ${Show<W>}`>
          : never
        : ShapeError<`${Op}: expected an input ${Letters[R]['image']}, got ${Show<X>}`>;
type WrongInput<
  Op extends string,
  Counts extends string,
  X,
  W,
> = ShapeError<`${Op}: input has ${Counts} (input ${Show<X>}, kernel ${Show<W>})`>;
/** The same for two tensors, whose dtypes must agree. */
export type ConvolutionTransposeOf<
  Op extends string,
  R extends SpatialRank,
  X,
  W,
  S,
  P,
  D,
  G,
  E,
> = SameDTypeThen<Op, X, W, ConvolutionTranspose<Op, R, ShapeOf<X>, ShapeOf<W>, S, P, D, G, E>>;
