/** Pooling: maxima and means over windows of images [N, C, ...spatial]. */
import { ShapeError } from '../../ir/errors.ts';
import type { Value } from '../../ir/graph.ts';
import { full } from '../../ir/ops/constants.ts';
import { div } from '../../ir/ops/elementwise.ts';
import { pick } from '../../ir/ops/indexing.ts';
import { argMax, reduceSum } from '../../ir/ops/reductions.ts';
import { broadcast, pad, window as windowValue } from '../../ir/ops/views.ts';
import { checkOptions } from '../../ir/options.ts';
import { type DType, isFloat, type Shape, showShape, sizeOf } from '../../ir/types.ts';
import type {
  AnyTensor,
  Checked,
  DTypeOf,
  Dynamic,
  GlobalPool,
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
import { meanValue } from './reductions.ts';
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
export interface AvgPoolOptions<S extends PerAxis = PerAxis, P extends Padding = Padding>
  extends Omit<PoolOptions<S, P>, 'dilation'> {
  /** Whether padding counts as zeros (the default) or not at all. */
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
>(
  x: X,
  window: Checked<K, Pool<Op, R, ShapeOf<X>, K, S, P>>,
  options?: AvgPoolOptions<S, P>,
) => Result<Pool<Op, R, ShapeOf<X>, K, S, P>, DTypeOf<X>>;

/** The largest in each window of a sequence [N, C, W]; the first of equals gets the gradient. */
export const maxPool1d: MaxPool<'maxPool1d', 1> = (x, window, options) =>
  maxPool('maxPool1d', 1, x, window, options);
/** The largest in each window of an image [N, C, H, W]; the first of equals gets the gradient. */
export const maxPool2d: MaxPool<'maxPool2d', 2> = (x, window, options) =>
  maxPool('maxPool2d', 2, x, window, options);
/** The mean of each window of a sequence [N, C, W]. */
export const avgPool1d: AvgPool<'avgPool1d', 1> = (x, window, options) =>
  avgPool('avgPool1d', 1, x, window, options);
/** The mean of each window of an image [N, C, H, W]. */
export const avgPool2d: AvgPool<'avgPool2d', 2> = (x, window, options) =>
  avgPool('avgPool2d', 2, x, window, options);

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

/**
 * [N, C, ...spatial] to [N, C, ...places, taps]: what each window sees, its taps in row-major
 * order.
 */
const unfold = (value: Value, windows: Windows, fill: number): Value => {
  const { taps, stride, dilation, low, high, places } = windows;
  const none = [0, 0];
  const isFramed = [...low, ...high].some((n) => n > 0);
  const framed = isFramed
    ? pad(value, {
        low: [...none, ...low],
        high: [...none, ...high],
        interior: [...none, ...low.map(() => 0)],
        value: fill,
      })
    : value;
  const { shape } = framed.type;
  const axes = shape.map((_, k) => k);
  const spread = broadcast(framed, { shape: [...shape, ...taps], axes });
  const length = shape.slice(2);
  const seen = windowValue(spread, { leading: 2, length, windows: places, stride, dilation });
  return reshapeValue(seen, [...shape.slice(0, 2), ...places, sizeOf(taps)]);
};

const leastOf = (dtype: DType): number =>
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
    return applyOne(name, [tensor], ([value]) => {
      const seen = unfold(value!, windows, leastOf(tensor.dtype));
      // Choosing by position routes the gradient to the first maximum.
      const first = argMax(seen, { axes: [seen.type.shape.length - 1] });
      return pick([seen, first], {});
    });
  });

const avgPool = (
  name: string,
  axes: SpatialRank,
  x: unknown,
  window: unknown,
  options: AvgPoolOptions | undefined,
): Dynamic =>
  located(() => {
    checkOptions(name, options, ['stride', 'padding', 'countIncludePad']);
    const tensor = asTensor(name, x);
    requireDomain(name, 'float', tensor.dtype);
    const windows = layPool(name, axes, tensor.shape, window, options);
    const isPadCounted =
      options?.countIncludePad === undefined ||
      requireFlag(name, 'countIncludePad', options.countIncludePad);
    const isPadded = [...windows.low, ...windows.high].some((n) => n > 0);
    return applyOne(name, [tensor], ([value]) => {
      const total = (of: Value): Value => {
        const seen = unfold(of, windows, 0);
        return reduceSum(seen, { axes: [seen.type.shape.length - 1] });
      };
      const { shape, dtype } = value!.type;
      if (isPadCounted || !isPadded) {
        const sum = total(value!);
        return div(sum, full([], { value: sizeOf(windows.taps), shape: sum.type.shape, dtype }));
      }
      return div(total(value!), total(full([], { value: 1, shape, dtype })));
    });
  });

/** The mean over all spatial axes: [N, C, ...spatial] to [N, C]. */
export const globalAvgPool = <X extends FloatTensor>(
  x: Checked<X, GlobalPool<'globalAvgPool', ShapeOf<X>>>,
): Result<GlobalPool<'globalAvgPool', ShapeOf<X>>, DTypeOf<X>> =>
  located(() => {
    const tensor = asTensor('globalAvgPool', x);
    const { shape } = tensor;
    requireDomain('globalAvgPool', 'float', tensor.dtype);
    if (shape.length < 3) {
      throw new ShapeError(
        `globalAvgPool: expected an input [N, C, ...spatial], got ${showShape(shape)}`,
      );
    }
    const axes = shape.map((_, k) => k).slice(2);
    return applyOne('globalAvgPool', [tensor], ([value]) => meanValue(value!, axes));
  });
