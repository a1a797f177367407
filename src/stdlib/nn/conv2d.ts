/** The convolution layer of images. */
import { ArgumentError } from '../../ir/errors.ts';
import { checkOptions } from '../../ir/options.ts';
import { type ConvolutionOptions, conv2d as convolve } from '../../trace/functions/convolution.ts';
import { located, requireWhole } from '../../trace/functions/operands.ts';
import { asTyped } from '../../trace/tensor.ts';
import type {
  AnyTensor,
  Checked,
  ConvolutionOf,
  Dim,
  DTypeOf,
  Dynamic,
  FloatDType,
  Padding,
  PerAxis,
  Result,
  Tensor,
} from '../../types/index.ts';
import type { Key } from '../random/key.ts';
import { type Affine, initAffine, type LayerOptions, requireAffine } from './dense.ts';

/**
 * The parameters of a convolution from I to O channels with kernels of KH by KW taps: kernels [O,
 * I, KH, KW] and one bias per output channel. In a convolution of groups, I counts the input
 * channels of one group.
 */
export interface Conv2d<
  I extends Dim,
  O extends Dim,
  KH extends Dim,
  KW extends Dim = KH,
  D = 'f32',
> {
  readonly w: Tensor<[O, I, KH, KW], D>;
  readonly b: Tensor<[O], D>;
}

/** The height and the width of kernels of one size for both, or one per axis. */
export type KernelSize = number | readonly [height: number, width: number];
type Height<K extends KernelSize> = K extends readonly [infer H extends number, number]
  ? H
  : K & number;
type Width<K extends KernelSize> = K extends readonly [number, infer W extends number]
  ? W
  : K & number;

/** First parameters of a convolution: `initConv2d(key, 1, 6, 5)` has 6 kernels [1, 5, 5]. */
export const initConv2d = <
  const I extends number,
  const O extends number,
  const K extends KernelSize,
  D extends FloatDType = 'f32',
>(
  key: Key,
  inputs: I,
  outputs: O,
  size: K,
  options?: LayerOptions<D>,
): Conv2d<I, O, Height<K>, Width<K>, NoInfer<D>> =>
  located((): Dynamic => {
    const name = 'initConv2d';
    checkOptions(name, options, ['init', 'dtype']);
    const taps: readonly unknown[] = Array.isArray(size) ? size : [size, size];
    if (taps.length !== 2) {
      throw new ArgumentError(`${name}: the size of a kernel is a number or [height, width]`, {
        got: `${taps.length} numbers`,
      });
    }
    const shape = [
      requireWhole(name, 'the number of outputs', outputs, 1),
      requireWhole(name, 'the number of inputs', inputs, 1),
      ...taps.map((tap) => requireWhole(name, 'the size of a kernel', tap, 1)),
    ];
    return initAffine(key, shape, outputs, options);
  });

/** What the layer `conv2d` takes: the options of the function `conv2d` but for the bias. */
export type Conv2dOptions<
  S extends PerAxis,
  P extends Padding,
  L extends PerAxis,
  G extends number,
> = Omit<ConvolutionOptions<S, P, L, G>, 'bias'>;

/** The convolution of images x [N, I, H, W] with the kernels of `initConv2d`, plus the bias. */
export const conv2d = <
  I extends Dim,
  O extends Dim,
  KH extends Dim,
  KW extends Dim,
  D extends FloatDType,
  X extends AnyTensor,
  const S extends PerAxis = 1,
  const P extends Padding = 'valid',
  const L extends PerAxis = 1,
  const G extends number = 1,
>(
  p: Affine<Tensor<[O, I, KH, KW], D>, Tensor<[O], D>>,
  x: Checked<X, ConvolutionOf<'conv2d', 2, X, Tensor<[O, I, KH, KW], D>, S, P, L, G>>,
  options?: Conv2dOptions<S, P, L, G>,
): Result<ConvolutionOf<'conv2d', 2, X, Tensor<[O, I, KH, KW], D>, S, P, L, G>, DTypeOf<X>> =>
  located((): Dynamic => {
    checkOptions('conv2d', options, ['stride', 'padding', 'dilation', 'groups']);
    const { w, b } = requireAffine('conv2d', p, () => undefined);
    const bias = b === undefined ? {} : { bias: asTyped<AnyTensor>(b) };
    return convolve(x as Dynamic, asTyped<Dynamic>(w), { ...options, ...bias } as Dynamic);
  });
