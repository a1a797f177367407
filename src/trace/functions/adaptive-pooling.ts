/**
 * Pooling to a given number of places: place k of m on an axis of length n covers the elements from
 * floor(k n / m) to ceil((k + 1) n / m), so neighbours overlap where m does not divide n.
 */
import { ShapeError } from '../../ir/errors.ts';
import type { Value } from '../../ir/graph.ts';
import { constantLike, iota } from '../../ir/ops/constants.ts';
import { add, div, mul } from '../../ir/ops/elementwise.ts';
import { and, gt, lt, select } from '../../ir/ops/logic.ts';
import { firstMax, reduceSum } from '../../ir/ops/reductions.ts';
import { broadcast } from '../../ir/ops/views.ts';
import { type Shape, showShape, sizeOf } from '../../ir/types.ts';
import type {
  AdaptivePool,
  AnyTensor,
  Checked,
  DTypeOf,
  Dynamic,
  GlobalPool,
  PerAxis,
  Result,
  ShapeOf,
  SpatialRank,
} from '../../types/index.ts';
import { asTensor } from '../tensor.ts';
import { requireImage } from './convolution.ts';
import type { FloatTensor } from './function-types.ts';
import { applyOne, type Domain, located, requireDomain, reshapeValue } from './operands.ts';
import { leastOf } from './pooling.ts';
import { meanValue } from './reductions.ts';
import { perAxis } from './window-options.ts';

type AdaptiveAvgPool<Op extends string, R extends SpatialRank> = <
  X extends FloatTensor,
  const Z extends PerAxis,
>(
  x: X,
  size: Checked<Z, AdaptivePool<Op, R, ShapeOf<X>, Z>>,
) => Result<AdaptivePool<Op, R, ShapeOf<X>, Z>, DTypeOf<X>>;
type AdaptiveMaxPool<Op extends string, R extends SpatialRank> = <
  X extends AnyTensor,
  const Z extends PerAxis,
>(
  x: X,
  size: Checked<Z, AdaptivePool<Op, R, ShapeOf<X>, Z>>,
) => Result<AdaptivePool<Op, R, ShapeOf<X>, Z>, DTypeOf<X>>;

/** The means of `size` parts of a sequence [N, C, W]. */
export const adaptiveAvgPool1d: AdaptiveAvgPool<'adaptiveAvgPool1d', 1> = (x, size) =>
  adaptivePool('adaptiveAvgPool1d', 1, x, size, average);
/** The means of parts of an image [N, C, H, W]; `size` is one number or one per axis. */
export const adaptiveAvgPool2d: AdaptiveAvgPool<'adaptiveAvgPool2d', 2> = (x, size) =>
  adaptivePool('adaptiveAvgPool2d', 2, x, size, average);
/** The means of parts of a volume [N, C, D, H, W]; `size` is one number or one per axis. */
export const adaptiveAvgPool3d: AdaptiveAvgPool<'adaptiveAvgPool3d', 3> = (x, size) =>
  adaptivePool('adaptiveAvgPool3d', 3, x, size, average);
/** The largest of `size` parts of a sequence [N, C, W]; the first of equals gets the gradient. */
export const adaptiveMaxPool1d: AdaptiveMaxPool<'adaptiveMaxPool1d', 1> = (x, size) =>
  adaptivePool('adaptiveMaxPool1d', 1, x, size, largest);
/**
 * The largest of parts of an image [N, C, H, W]; `size` is one number or one per axis. The first of
 * equals gets the gradient.
 */
export const adaptiveMaxPool2d: AdaptiveMaxPool<'adaptiveMaxPool2d', 2> = (x, size) =>
  adaptivePool('adaptiveMaxPool2d', 2, x, size, largest);
/**
 * The largest of parts of a volume [N, C, D, H, W]; `size` is one number or one per axis. The first
 * of equals gets the gradient.
 */
export const adaptiveMaxPool3d: AdaptiveMaxPool<'adaptiveMaxPool3d', 3> = (x, size) =>
  adaptivePool('adaptiveMaxPool3d', 3, x, size, largest);

/** How the elements of a part become one. */
interface Folding {
  readonly domain: Domain;
  /** Folds axes that are parts as a whole. */
  readonly whole: (value: Value, axes: readonly number[]) => Value;
  /** Folds one axis where `inside` says which elements belong. */
  readonly some: (value: Value, inside: Value, axis: number) => Value;
}
const average: Folding = {
  domain: 'float',
  whole: meanValue,
  some: (value, inside, axis) => {
    const zero = constantLike(value, 0);
    const total = (of: Value): Value => reduceSum(select(inside, of, zero), { axes: [axis] });
    return div(total(value), total(constantLike(value, 1)));
  },
};
const largest: Folding = {
  domain: 'number',
  whole: (value, axes) => firstMax(value, { axes }),
  some: (value, inside, axis) => {
    const least = constantLike(value, leastOf(value.type.dtype));
    return firstMax(select(inside, value, least), { axes: [axis] });
  },
};

const adaptivePool = (
  name: string,
  axes: SpatialRank,
  x: unknown,
  size: unknown,
  folding: Folding,
): Dynamic =>
  located(() => {
    const tensor = asTensor(name, x);
    const { shape } = tensor;
    requireDomain(name, folding.domain, tensor.dtype);
    requireImage(name, shape, axes);
    const places = perAxis(name, 'the size', size ?? Number.NaN, axes, 0, 0);
    requireElements(name, shape);
    sizeOf([...shape.slice(0, 2), ...places]);
    return applyOne(name, [tensor], ([value]) => pool(value!, places, folding));
  });
const requireElements = (name: string, shape: Shape): void => {
  if (shape.slice(2).every((n) => n > 0)) return;
  throw new ShapeError(`${name}: the images ${showShape(shape)} have no elements to pool`);
};

const pool = (value: Value, places: readonly number[], folding: Folding): Value => {
  const lengths = value.type.shape.slice(2);
  if (places.every((m, k) => lengths[k]! % m === 0)) {
    // Equal parts without overlap are axes of their own.
    const parts = places.flatMap((m, k) => [m, lengths[k]! / m]);
    const apart = reshapeValue(value, [...value.type.shape.slice(0, 2), ...parts]);
    return folding.whole(
      apart,
      places.map((_, k) => 3 + 2 * k),
    );
  }
  // From the last axis on, so that the first of equals is the first in row-major order.
  return places.reduceRight((out, m, k) => poolAxis(out, 2 + k, m, folding), value);
};
const poolAxis = (value: Value, axis: number, m: number, folding: Folding): Value => {
  const { shape } = value.type;
  const n = shape[axis] as number;
  if (m === n) return value;
  const whole = [...shape.slice(0, axis), m, ...shape.slice(axis)];
  const spread = broadcast(value, {
    shape: whole,
    axes: shape.map((_, k) => (k < axis ? k : k + 1)),
  });
  return folding.some(spread, belongs(whole, axis), axis + 1);
};
/** Whether the element on axis + 1 belongs to the place on `axis`, without a division. */
const belongs = (shape: Shape, axis: number): Value => {
  const [m, n] = [shape[axis] as number, shape[axis + 1] as number];
  const [place, element] = [axis, axis + 1].map((at) =>
    iota([], { axis: at, shape, dtype: 'i32' }),
  );
  const times = (value: Value, by: number): Value => mul(value, constantLike(value, by));
  const next = (value: Value): Value => add(value, constantLike(value, 1));
  return and(
    gt(times(next(element!), m), times(place!, n)),
    lt(times(element!, m), times(next(place!), n)),
  );
};

/** The mean over all spatial axes: [N, C, ...spatial] to [N, C]; NaN of nothing. */
export const globalAvgPool = <X extends FloatTensor>(
  x: Checked<X, GlobalPool<'globalAvgPool', ShapeOf<X>>>,
): Result<GlobalPool<'globalAvgPool', ShapeOf<X>>, DTypeOf<X>> =>
  globalPool('globalAvgPool', x, average);
/**
 * The largest over all spatial axes: [N, C, ...spatial] to [N, C]; the first of equals gets the
 * gradient. ShapeError when there are no elements.
 */
export const globalMaxPool = <X extends AnyTensor>(
  x: Checked<X, GlobalPool<'globalMaxPool', ShapeOf<X>>>,
): Result<GlobalPool<'globalMaxPool', ShapeOf<X>>, DTypeOf<X>> =>
  globalPool('globalMaxPool', x, largest);
const globalPool = (name: string, x: unknown, folding: Folding): Dynamic =>
  located(() => {
    const tensor = asTensor(name, x);
    const { shape } = tensor;
    requireDomain(name, folding.domain, tensor.dtype);
    if (shape.length < 3) {
      throw new ShapeError(
        `${name}: expected an input [N, C, ...spatial], got ${showShape(shape)}`,
      );
    }
    if (folding === largest) requireElements(name, shape);
    const axes = shape.map((_, k) => k).slice(2);
    return applyOne(name, [tensor], ([value]) => folding.whole(value!, axes));
  });
