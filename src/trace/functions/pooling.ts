/** Pooling: maxima and means over windows of images [N, C, ...spatial]. */
import type { Value } from '../../ir/graph.ts';
import { full } from '../../ir/ops/constants.ts';
import { div } from '../../ir/ops/elementwise.ts';
import { firstMax, reduceSum } from '../../ir/ops/reductions.ts';
import { checkOptions } from '../../ir/options.ts';
import { type DType, isFloat, type Shape, sizeOf } from '../../ir/types.ts';
import type {
  AnyTensor,
  Checked,
  DTypeOf,
  Dynamic,
  Padding,
  PerAxis,
  Pool,
  Result,
  ShapeOf,
  SpatialRank,
} from '../../types/index.ts';
import { asTensor } from '../tensor.ts';
import { requireImage } from './convolution.ts';
import type { FloatTensor } from './function-types.ts';
import { applyOne, located, requireDomain, requireFlag, reshapeValue } from './operands.ts';
import { unfold } from './unfold.ts';
import { layWindows, perAxis, type Windows } from './window-options.ts';

/**
 * What pooling takes beside the window. Where there are several spatial axes, numbers may be given
 * per axis.
 */
export interface PoolOptions<
  S extends PerAxis = PerAxis,
  P extends Padding = Padding,
  D extends PerAxis = PerAxis,
> {
  /** The distance of neighbouring windows; by default the size of the window. */
  readonly stride?: S;
  /**
   * Elements around the image: 'valid' (none, the default), 'same', a number, or [before, after]
   * per axis.
   */
  readonly padding?: P;
  /** The distance of neighbouring taps, 1 by default. */
  readonly dilation?: D;
}
/** What mean pooling takes beside the window. */
export interface AvgPoolOptions<
  S extends PerAxis = PerAxis,
  P extends Padding = Padding,
  D extends PerAxis = PerAxis,
> extends PoolOptions<S, P, D> {
  /**
   * Whether padding counts as zeros (the default) or not at all; the mean of a window of nothing
   * but padding is then NaN.
   */
  readonly countIncludePad?: boolean;
}

type MaxPool<Op extends string, R extends SpatialRank> = <
  X extends AnyTensor,
  const K extends PerAxis,
  const S extends PerAxis = K,
  const P extends Padding = 'valid',
  const D extends PerAxis = 1,
>(
  x: X,
  window: Checked<K, Pool<Op, R, ShapeOf<X>, K, S, P, D>>,
  options?: PoolOptions<S, P, D>,
) => Result<Pool<Op, R, ShapeOf<X>, K, S, P, D>, DTypeOf<X>>;
type AvgPool<Op extends string, R extends SpatialRank> = <
  X extends FloatTensor,
  const K extends PerAxis,
  const S extends PerAxis = K,
  const P extends Padding = 'valid',
  const D extends PerAxis = 1,
>(
  x: X,
  window: Checked<K, Pool<Op, R, ShapeOf<X>, K, S, P, D>>,
  options?: AvgPoolOptions<S, P, D>,
) => Result<Pool<Op, R, ShapeOf<X>, K, S, P, D>, DTypeOf<X>>;

/** The largest in each window of a sequence [N, C, W]; the first of equals gets the gradient. */
export const maxPool1d: MaxPool<'maxPool1d', 1> = (x, window, options) =>
  maxPool('maxPool1d', 1, x, window, options);
/** The largest in each window of an image [N, C, H, W]; the first of equals gets the gradient. */
export const maxPool2d: MaxPool<'maxPool2d', 2> = (x, window, options) =>
  maxPool('maxPool2d', 2, x, window, options);
/** The largest in each window of a volume [N, C, D, H, W]; the first one gets the gradient. */
export const maxPool3d: MaxPool<'maxPool3d', 3> = (x, window, options) =>
  maxPool('maxPool3d', 3, x, window, options);
/** The mean of each window of a sequence [N, C, W]. */
export const avgPool1d: AvgPool<'avgPool1d', 1> = (x, window, options) =>
  avgPool('avgPool1d', 1, x, window, options);
/** The mean of each window of an image [N, C, H, W]. */
export const avgPool2d: AvgPool<'avgPool2d', 2> = (x, window, options) =>
  avgPool('avgPool2d', 2, x, window, options);
/** The mean of each window of a volume [N, C, D, H, W]. */
export const avgPool3d: AvgPool<'avgPool3d', 3> = (x, window, options) =>
  avgPool('avgPool3d', 3, x, window, options);

const layPool = (
  name: string,
  axes: SpatialRank,
  shape: Shape,
  window: unknown,
  options: PoolOptions | undefined,
): Windows => {
  requireImage(name, shape, axes);
  const taps = perAxis(name, 'the window', window ?? Number.NaN, axes, 0);
  const windows = layWindows(name, shape, taps, {
    stride: options?.stride === undefined ? taps : perAxis(name, 'stride', options.stride, axes, 1),
    dilation: perAxis(name, 'dilation', options?.dilation, axes, 1),
    padding: options?.padding,
  });
  sizeOf([...shape.slice(0, 2), ...windows.places, ...taps]);
  return windows;
};

/** Folds what each window sees. */
const foldWindows = (
  value: Value,
  windows: Windows,
  fill: number,
  fold: typeof reduceSum,
): Value => {
  const { shape } = value.type;
  // The taps as one axis: a fold of one axis is what most backends do best.
  const seen = reshapeValue(unfold(value, windows, fill), [
    ...shape.slice(0, 2),
    ...windows.places,
    sizeOf(windows.taps),
  ]);
  return fold(seen, { axes: [seen.type.shape.length - 1] });
};

/** What padding counts as in a maximum: -infinity, or the least integer. */
export const leastOf = (dtype: DType): number =>
  isFloat(dtype) ? Number.NEGATIVE_INFINITY : dtype === 'i32' ? -2147483648 : 0;
const maxPool = (
  name: string,
  axes: SpatialRank,
  x: unknown,
  window: unknown,
  options: PoolOptions | undefined,
): Dynamic =>
  located(() => {
    checkOptions(name, options, ['stride', 'padding', 'dilation']);
    const tensor = asTensor(name, x);
    requireDomain(name, 'number', tensor.dtype);
    const windows = layPool(name, axes, tensor.shape, window, options);
    return applyOne(name, [tensor], ([value]) =>
      foldWindows(value!, windows, leastOf(tensor.dtype), firstMax),
    );
  });

const avgPool = (
  name: string,
  axes: SpatialRank,
  x: unknown,
  window: unknown,
  options: AvgPoolOptions | undefined,
): Dynamic =>
  located(() => {
    checkOptions(name, options, ['stride', 'padding', 'dilation', 'countIncludePad']);
    const tensor = asTensor(name, x);
    requireDomain(name, 'float', tensor.dtype);
    const windows = layPool(name, axes, tensor.shape, window, options);
    const isPadCounted =
      options?.countIncludePad === undefined ||
      requireFlag(name, 'countIncludePad', options.countIncludePad);
    const isPadded = [...windows.low, ...windows.high].some((n) => n > 0);
    return applyOne(name, [tensor], ([value]) => {
      const total = (of: Value): Value => foldWindows(of, windows, 0, reduceSum);
      const { shape, dtype } = value!.type;
      if (isPadCounted || !isPadded) {
        const sum = total(value!);
        return div(sum, full([], { value: sizeOf(windows.taps), shape: sum.type.shape, dtype }));
      }
      return div(total(value!), total(full([], { value: 1, shape, dtype })));
    });
  });
