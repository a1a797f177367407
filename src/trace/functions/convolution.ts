/**
 * Convolutions, strictly cross-correlations, of images [N, C, ...spatial] with kernels [O,
 * C/groups, ...taps].
 */
import { ShapeError } from '../../ir/errors.ts';
import type { Value } from '../../ir/graph.ts';
import { conv } from '../../ir/ops/contractions.ts';
import { add } from '../../ir/ops/elementwise.ts';
import { broadcast, pad } from '../../ir/ops/views.ts';
import { checkOptions } from '../../ir/options.ts';
import { type Shape, showShape, sizeOf } from '../../ir/types.ts';
import type {
  AnyTensor,
  Checked,
  ConvolutionOf,
  DTypeOf,
  Dynamic,
  Padding,
  PerAxis,
  Result,
  SpatialRank,
} from '../../types/index.ts';
import { asTensor, type TensorImplementation } from '../tensor.ts';
import {
  applyOne,
  located,
  requireDomain,
  requireSameDType,
  requireWhole,
  reshapeValue,
} from './operands.ts';
import { layWindows, perAxis } from './window-options.ts';

/** What convolutions take. Where there are several spatial axes, numbers may be given per axis. */
export interface ConvolutionOptions<
  S extends PerAxis = PerAxis,
  P extends Padding = Padding,
  D extends PerAxis = PerAxis,
  G extends number = number,
> {
  /** The distance of neighbouring windows, 1 by default. */
  readonly stride?: S;
  /**
   * Zeros around the image: 'valid' (none, the default), 'same', a number, or [before, after] per
   * axis.
   */
  readonly padding?: P;
  /** The distance of neighbouring taps, 1 by default. */
  readonly dilation?: D;
  /** How many groups the channels fall into, each with kernels of its own; 1 by default. */
  readonly groups?: G;
  /** A vector [O] added to the output channels. */
  readonly bias?: AnyTensor;
}

/** The signature of convolutions with R spatial axes. */
type ConvolutionFunction<Op extends string, R extends SpatialRank> = <
  X extends AnyTensor,
  W extends AnyTensor,
  const S extends PerAxis = 1,
  const P extends Padding = 'valid',
  const D extends PerAxis = 1,
  const G extends number = 1,
>(
  x: X,
  kernel: Checked<W, ConvolutionOf<Op, R, X, W, S, P, D, G>>,
  options?: ConvolutionOptions<S, P, D, G>,
) => Result<ConvolutionOf<Op, R, X, W, S, P, D, G>, DTypeOf<X>>;

/** The convolution of sequences [N, C, W] with kernels [O, C/groups, KW]. */
export const conv1d: ConvolutionFunction<'conv1d', 1> = (x, kernel, options) =>
  convolve('conv1d', 1, x, kernel, options);
/** The convolution of images [N, C, H, W] with kernels [O, C/groups, KH, KW]. */
export const conv2d: ConvolutionFunction<'conv2d', 2> = (x, kernel, options) =>
  convolve('conv2d', 2, x, kernel, options);
/** The convolution of volumes [N, C, D, H, W] with kernels [O, C/groups, KD, KH, KW]. */
export const conv3d: ConvolutionFunction<'conv3d', 3> = (x, kernel, options) =>
  convolve('conv3d', 3, x, kernel, options);

const spatial = (axes: SpatialRank): string => ({ 1: 'W', 2: 'HW', 3: 'DHW' })[axes];
/** `[N, C, H, W]`: letters as messages show them. */
export const letters = (first: string, axes: SpatialRank, prefix = ''): string =>
  `[${[...first, ...[...spatial(axes)].map((letter) => prefix + letter)].join(', ')}]`;
/** Throws unless x has a batch axis, a channel axis and `axes` spatial ones. */
export const requireImage = (name: string, shape: Shape, axes: SpatialRank): void => {
  if (shape.length === axes + 2) return;
  throw new ShapeError(
    `${name}: expected an input ${letters('NC', axes)}, got ${showShape(shape)}`,
  );
};

const valid = ['stride', 'padding', 'dilation', 'groups', 'bias'];
const convolve = (
  name: string,
  axes: SpatialRank,
  x: unknown,
  kernel: unknown,
  options: ConvolutionOptions | undefined,
): Dynamic =>
  located(() => {
    checkOptions(name, options, valid);
    const [image, weight] = [asTensor(name, x), asTensor(name, kernel)];
    requireSameDType(name, image.dtype, weight.dtype);
    requireDomain(name, 'number', image.dtype);
    const [a, b] = [image.shape, weight.shape];
    requireImage(name, a, axes);
    if (b.length !== axes + 2) {
      throw new ShapeError(
        `${name}: expected a kernel ${letters('OC', axes, 'K')}, got ${showShape(b)}`,
      );
    }
    const [n, channels, out, each] = [a[0]!, a[1]!, b[0]!, b[1]!];
    const groups = requireWhole(name, 'groups', options?.groups ?? 1, 1);
    if (channels !== each * groups) {
      const [inputs, kernels] = [`NC${spatial(axes)}`, `OI${spatial(axes)}`];
      throw new ShapeError(
        `${name}: input has ${channels} channels but the kernel expects ${each * groups} ` +
          `(input ${showShape(a)} ${inputs}, kernel ${showShape(b)} ${kernels})`,
      );
    }
    requireGroups(name, out, groups);
    const { stride, dilation, low, high, places } = layWindows(name, a, b.slice(2), {
      stride: perAxis(name, 'stride', options?.stride, axes, 1),
      dilation: perAxis(name, 'dilation', options?.dilation, axes, 1),
      padding: options?.padding,
    });
    const bias = requireBias(name, options?.bias, image, out);
    sizeOf([n, out, ...places]);
    return applyOne(name, [image, weight, ...bias], ([v, w, c]) => {
      const framed = frame(reshapeValue(v!, [n, groups, each, ...a.slice(2)]), low, high);
      const taps = reshapeValue(w!, [groups, out / groups, each, ...b.slice(2)]);
      const grouped = conv([framed, taps], { stride, dilation });
      return addBias(reshapeValue(grouped, [n, out, ...places]), c);
    });
  });

/** Throws unless the output channels part into groups. */
export const requireGroups = (name: string, channels: number, groups: number): void => {
  if (channels % groups === 0) return;
  throw new ShapeError(`${name}: ${channels} output channels do not part into ${groups} groups`);
};
/** The bias as a list of no or one tensor; throws unless it is a vector of the output channels. */
export const requireBias = (
  name: string,
  bias: unknown,
  image: TensorImplementation,
  channels: number,
): TensorImplementation[] => {
  if (bias === undefined) return [];
  const tensor = asTensor(name, bias);
  requireSameDType(name, image.dtype, tensor.dtype);
  if (tensor.rank === 1 && tensor.shape[0] === channels) return [tensor];
  throw new ShapeError(`${name}: expected a bias [${channels}], got ${showShape(tensor.shape)}`);
};
/** A bias per channel added to [N, C, ...spatial]. */
export const addBias = (value: Value, bias: Value | undefined): Value => {
  if (bias === undefined) return value;
  return add(value, broadcast(bias, { shape: value.type.shape, axes: [1] }));
};
/** Zeros around the spatial axes of [N, G, C, ...spatial], and between their elements. */
export const frame = (
  value: Value,
  low: readonly number[],
  high: readonly number[],
  between: readonly number[] = low.map(() => 0),
): Value => {
  if ([...low, ...high, ...between].every((n) => n === 0)) return value;
  const none = [0, 0, 0];
  return pad(value, {
    low: [...none, ...low],
    high: [...none, ...high],
    interior: [...none, ...between],
    value: 0,
  });
};
