/** The convolution layer of sequences. */
import { checkOptions } from '../../ir/options.ts';
import { type ConvolutionOptions, conv1d as convolve } from '../../trace/functions/convolution.ts';
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
 * The parameters of a convolution from I to O channels with kernels of K taps: kernels [O, I, K]
 * and one bias per output channel. In a convolution of groups, I counts the input channels of one
 * group.
 */
export interface Conv1d<I extends Dim, O extends Dim, K extends Dim, D = 'f32'> {
  readonly w: Tensor<[O, I, K], D>;
  readonly b: Tensor<[O], D>;
}

/** First parameters of a convolution: `initConv1d(key, 1, 8, 5)` has 8 kernels [1, 5]. */
export const initConv1d = <
  const I extends number,
  const O extends number,
  const K extends number,
  D extends FloatDType = 'f32',
>(
  key: Key,
  inputs: I,
  outputs: O,
  size: K,
  options?: LayerOptions<D>,
): Conv1d<I, O, K, NoInfer<D>> =>
  located((): Dynamic => {
    checkOptions('initConv1d', options, ['init', 'dtype']);
    const shape = [
      requireWhole('initConv1d', 'the number of outputs', outputs, 1),
      requireWhole('initConv1d', 'the number of inputs', inputs, 1),
      requireWhole('initConv1d', 'the size of a kernel', size, 1),
    ];
    return initAffine(key, shape, outputs, options);
  });

/** What the layer `conv1d` takes: the options of the function `conv1d` but for the bias. */
export type Conv1dOptions<
  S extends PerAxis,
  P extends Padding,
  L extends PerAxis,
  G extends number,
> = Omit<ConvolutionOptions<S, P, L, G>, 'bias'>;

/** The convolution of sequences x [N, I, W] with the kernels of `initConv1d`, plus the bias. */
export const conv1d = <
  I extends Dim,
  O extends Dim,
  K extends Dim,
  D extends FloatDType,
  X extends AnyTensor,
  const S extends PerAxis = 1,
  const P extends Padding = 'valid',
  const L extends PerAxis = 1,
  const G extends number = 1,
>(
  p: Affine<Tensor<[O, I, K], D>, Tensor<[O], D>>,
  x: Checked<X, ConvolutionOf<'conv1d', 1, X, Tensor<[O, I, K], D>, S, P, L, G>>,
  options?: Conv1dOptions<S, P, L, G>,
): Result<ConvolutionOf<'conv1d', 1, X, Tensor<[O, I, K], D>, S, P, L, G>, DTypeOf<X>> =>
  located((): Dynamic => {
    checkOptions('conv1d', options, ['stride', 'padding', 'dilation', 'groups']);
    const { w, b } = requireAffine('conv1d', p, () => undefined);
    const bias = b === undefined ? {} : { bias: asTyped<AnyTensor>(b) };
    return convolve(x as Dynamic, asTyped<Dynamic>(w), { ...options, ...bias } as Dynamic);
  });
