/** Transposed convolutions: the gradient of a convolution by its input, used to enlarge images. */
import { ShapeError } from '../../ir/errors.ts';
import type { Value } from '../../ir/graph.ts';
import { conv } from '../../ir/ops/contractions.ts';
import { permute, reverse, slice } from '../../ir/ops/views.ts';
import { checkOptions } from '../../ir/options.ts';
import { showShape, sizeOf } from '../../ir/types.ts';
import type {
  AnyTensor,
  Checked,
  ConvolutionTransposeOf,
  DTypeOf,
  Dynamic,
  PerAxis,
  Result,
  SpatialRank,
} from '../../types/index.ts';
import { asTensor } from '../tensor.ts';
import { addBias, frame, letters, requireBias, requireImage } from './convolution.ts';
import {
  applyOne,
  located,
  requireDomain,
  requireSameDType,
  requireWhole,
  reshapeValue,
} from './operands.ts';
import { perAxis, reachOf } from './window-options.ts';

/**
 * What transposed convolutions take. Where there are several spatial axes, numbers may be given per
 * axis.
 */
export interface ConvolutionTransposeOptions<
  S extends PerAxis = PerAxis,
  P extends PerAxis = PerAxis,
  D extends PerAxis = PerAxis,
  G extends number = number,
  E extends PerAxis = PerAxis,
> {
  /** The distance of the input's elements in the result, 1 by default. */
  readonly stride?: S;
  /** How many elements are cut from both ends of the result, 0 by default. */
  readonly padding?: P;
  /** How many elements are added to the far end of the result, 0 by default. */
  readonly outputPadding?: E;
  /** The distance of neighbouring taps, 1 by default. */
  readonly dilation?: D;
  /** How many groups the channels fall into; 1 by default. */
  readonly groups?: G;
  /** A vector [O] added to the output channels. */
  readonly bias?: AnyTensor;
}

/** The signature of transposed convolutions with R spatial axes. */
type TransposeFunction<Op extends string, R extends SpatialRank> = <
  X extends AnyTensor,
  W extends AnyTensor,
  const S extends PerAxis = 1,
  const P extends PerAxis = 0,
  const D extends PerAxis = 1,
  const G extends number = 1,
  const E extends PerAxis = 0,
>(
  x: X,
  kernel: Checked<W, ConvolutionTransposeOf<Op, R, X, W, S, P, D, G, E>>,
  options?: ConvolutionTransposeOptions<S, P, D, G, E>,
) => Result<ConvolutionTransposeOf<Op, R, X, W, S, P, D, G, E>, DTypeOf<X>>;

/** The transposed convolution of sequences [N, C, W] with kernels [C, O/groups, KW]. */
export const convTranspose1d: TransposeFunction<'convTranspose1d', 1> = (x, kernel, options) =>
  convolveTransposed('convTranspose1d', 1, x, kernel, options);
/** The transposed convolution of images [N, C, H, W] with kernels [C, O/groups, KH, KW]. */
export const convTranspose2d: TransposeFunction<'convTranspose2d', 2> = (x, kernel, options) =>
  convolveTransposed('convTranspose2d', 2, x, kernel, options);

/** The transposed convolution of volumes [N, C, D, H, W] with kernels [C, O/groups, KD, KH, KW]. */
export const convTranspose3d: TransposeFunction<'convTranspose3d', 3> = (x, kernel, options) =>
  convolveTransposed('convTranspose3d', 3, x, kernel, options);

const valid = ['stride', 'padding', 'outputPadding', 'dilation', 'groups', 'bias'];
const convolveTransposed = (
  name: string,
  axes: SpatialRank,
  x: unknown,
  kernel: unknown,
  options: ConvolutionTransposeOptions | undefined,
): Dynamic =>
  located(() => {
    checkOptions(name, options, valid);
    const [image, weight] = [asTensor(name, x), asTensor(name, kernel)];
    requireSameDType(name, image.dtype, weight.dtype);
    requireDomain(name, 'number', image.dtype);
    const [a, b] = [image.shape, weight.shape];
    requireImage(name, a, axes);
    if (b.length !== axes + 2) {
      const expected = letters('CO', axes, 'K');
      throw new ShapeError(`${name}: expected a kernel ${expected}, got ${showShape(b)}`);
    }
    const [n, channels, each] = [a[0]!, a[1]!, b[1]!];
    if (channels !== b[0]) {
      throw new ShapeError(
        `${name}: input has ${channels} channels but the kernel expects ${b[0]} ` +
          `(input ${showShape(a)}, kernel ${showShape(b)})`,
      );
    }
    const groups = requireWhole(name, 'groups', options?.groups ?? 1, 1);
    if (channels % groups !== 0) {
      throw new ShapeError(`${name}: ${channels} channels do not part into ${groups} groups`);
    }
    const stride = perAxis(name, 'stride', options?.stride, axes, 1);
    const dilation = perAxis(name, 'dilation', options?.dilation, axes, 1);
    const padding = perAxis(name, 'padding', options?.padding, axes, 0, 0);
    const added = perAxis(name, 'outputPadding', options?.outputPadding, axes, 0, 0);
    const low = b.slice(2).map((taps, k) => reachOf(taps, dilation[k]!) - 1 - padding[k]!);
    const out = each * groups;
    const bias = requireBias(name, options?.bias, image, out);
    const high = low.map((before, k) => before + added[k]!);
    const places = a.slice(2).map((length, k) => {
      const span = length === 0 ? 0 : (length - 1) * stride[k]! + 1;
      return span + 2 * low[k]! + added[k]! - reachOf(b[2 + k]!, dilation[k]!) + 1;
    });
    if (places.some((size) => size < 1)) {
      throw new ShapeError(`${name}: the padding leaves nothing of the result for ${showShape(a)}`);
    }
    sizeOf([n, out, ...places]);
    return applyOne(name, [image, weight, ...bias], ([v, w, c]) => {
      const grouped = reshapeValue(v!, [n, groups, channels / groups, ...a.slice(2)]);
      const between = stride.map((by) => by - 1);
      const spaced = cropped(
        frame(grouped, low.map(atLeastZero), high.map(atLeastZero), between),
        low,
        high,
      );
      const kernels = reshapeValue(w!, [groups, channels / groups, each, ...b.slice(2)]);
      const result = conv([spaced, turnKernel(kernels)], { stride: stride.map(() => 1), dilation });
      return addBias(reshapeValue(result, [n, out, ...places]), c);
    });
  });

const atLeastZero = (n: number): number => Math.max(0, n);
/** Where padding is more than the kernel reaches, elements that no part of the result sees go. */
const cropped = (value: Value, low: readonly number[], high: readonly number[]): Value => {
  if ([...low, ...high].every((n) => n >= 0)) return value;
  const start = [0, 0, 0, ...low.map((n) => atLeastZero(-n))];
  const size = value.type.shape.map((n, k) => n - start[k]! - atLeastZero(-(high[k - 3] ?? 0)));
  return slice(value, { start, size, step: size.map(() => 1) });
};
/** The kernel [G, C, O, ...taps] turned round, with its channels exchanged. */
const turnKernel = (kernel: Value): Value => {
  const taps = kernel.type.shape.map((_, k) => k).slice(3);
  return permute(reverse(kernel, { axes: taps }), { axes: [0, 2, 1, ...taps] });
};
