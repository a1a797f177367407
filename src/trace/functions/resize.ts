/** Images [N, C, ...spatial] in other sizes. */
import { ArgumentError, ShapeError } from '../../ir/errors.ts';
import type { Value } from '../../ir/graph.ts';
import { constantLike, iota } from '../../ir/ops/constants.ts';
import { fmod } from '../../ir/ops/division.ts';
import { add, div, floor, maximum, minimum, mul, round, sub } from '../../ir/ops/elementwise.ts';
import { take } from '../../ir/ops/indexing.ts';
import { cast } from '../../ir/ops/logic.ts';
import { broadcast, slice } from '../../ir/ops/views.ts';
import { checkOptions } from '../../ir/options.ts';
import { type DType, showShape, sizeOf } from '../../ir/types.ts';
import type {
  AnyTensor,
  Checked,
  DimsOf,
  DTypeOf,
  Resize,
  Result,
  ShapeOf,
  Upsample2d,
} from '../../types/index.ts';
import { asTensor } from '../tensor.ts';
import { requireImage } from './convolution.ts';
import { repeatValue } from './joins.ts';
import { applyOne, located, requireDomain, requireFlag, requireWhole } from './operands.ts';
import { requireShape } from './require-shape.ts';

/** What `resize` takes. */
export interface ResizeOptions<Z extends readonly number[] = readonly number[]> {
  /** The new lengths of the spatial axes. */
  readonly size: Z;
  /**
   * 'nearest' (the default) copies the element at floor(place * in / out); 'linear' mixes
   * neighbours.
   */
  readonly mode?: 'nearest' | 'linear';
  /**
   * For 'linear': whether the first and last elements stay in place, instead of the edges of the
   * image.
   */
  readonly alignCorners?: boolean;
}

/** The image with other spatial lengths. */
export const resize = <X extends AnyTensor, const Z extends readonly number[]>(
  x: Checked<X, Resize<ShapeOf<X>, DimsOf<Z>>>,
  options: ResizeOptions<Z>,
): Result<Resize<ShapeOf<X>, DimsOf<Z>>, DTypeOf<X>> =>
  located(() => {
    checkOptions('resize', options, ['size', 'mode', 'alignCorners']);
    const tensor = asTensor('resize', x);
    const { shape, dtype } = tensor;
    if (shape.length < 3) {
      throw new ShapeError(`resize: expected an input [N, C, ...spatial], got ${showShape(shape)}`);
    }
    const size = requireShape('resize', options?.size);
    if (size.length !== shape.length - 2) {
      throw new ShapeError(`resize: ${size.length} sizes given for the images ${showShape(shape)}`);
    }
    if (size.some((n, k) => n > 0 && shape[2 + k] === 0)) {
      throw new ShapeError(`resize: the images ${showShape(shape)} have no elements to copy`);
    }
    sizeOf([...shape.slice(0, 2), ...size]);
    const mode = options.mode ?? 'nearest';
    const isAligned = requireFlag('resize', 'alignCorners', options.alignCorners);
    if (mode !== 'nearest' && mode !== 'linear') {
      throw new ArgumentError(`resize: mode must be 'nearest' or 'linear', not '${String(mode)}'`);
    }
    if (mode === 'nearest' && isAligned) {
      throw new ArgumentError("resize: alignCorners needs mode 'linear'");
    }
    if (mode === 'linear') requireDomain('resize', 'float', dtype);
    return applyOne('resize', [tensor], ([value]) =>
      size.reduce(
        (image, n, k) =>
          mode === 'nearest' ? nearest(image, 2 + k, n) : linear(image, 2 + k, n, isAligned),
        value!,
      ),
    );
  });

/** Every element of an image [N, C, H, W] `factor` times in both directions. */
export const upsample2d = <X extends AnyTensor, F extends number>(
  x: X,
  factor: Checked<F, Upsample2d<ShapeOf<X>, F>>,
): Result<Upsample2d<ShapeOf<X>, F>, DTypeOf<X>> =>
  located(() => {
    const tensor = asTensor('upsample2d', x);
    requireImage('upsample2d', tensor.shape, 2);
    const times = requireWhole('upsample2d', 'the factor', factor, 1);
    const [n, c, h, w] = tensor.shape as readonly [number, number, number, number];
    sizeOf([n, c, h * times, w * times]);
    return applyOne('upsample2d', [tensor], ([value]) =>
      repeatValue(repeatValue(value!, times, 2), times, 3),
    );
  });

/** Whole factors are views; other sizes look their elements up. */
const nearest = (value: Value, axis: number, size: number): Value => {
  const { shape } = value.type;
  const length = shape[axis] as number;
  if (size === length) return value;
  if (length > 0 && size % length === 0) return repeatValue(value, size / length, axis);
  if (size > 0 && length % size === 0) {
    return slice(value, {
      start: shape.map(() => 0),
      size: shape.map((n, k) => (k === axis ? size : n)),
      step: shape.map((_, k) => (k === axis ? length / size : 1)),
    });
  }
  const places = iota([], { axis: 0, shape: [size], dtype: 'i32' });
  const scaled = mul(places, constantLike(places, length));
  return take([value, divideExactly(scaled, size)], { axis, batch: 0 });
};
/**
 * floor(x / by) of integers: the multiple of `by` below x, divided in f32 and rounded, is exact
 * below 2^22.
 */
const divideExactly = (x: Value, by: number): Value => {
  const multiple = sub(x, fmod(x, constantLike(x, by)));
  const quotient = cast(multiple, { dtype: 'f32' });
  return cast(round(div(quotient, constantLike(quotient, by))), { dtype: 'i32' });
};

/**
 * Mixes the two neighbours of (place + 1/2) * in / out - 1/2, or of place * (in - 1) / (out - 1)
 * when aligned.
 */
const linear = (value: Value, axis: number, size: number, isAligned: boolean): Value => {
  const { shape, dtype } = value.type;
  const length = shape[axis] as number;
  if (size === length || size === 0) return nearest(value, axis, size);
  const at = sources(length, size, isAligned, dtype);
  const low = floor(at);
  const high = minimum(add(low, constantLike(low, 1)), constantLike(low, length - 1));
  const look = (places: Value): Value =>
    take([value, cast(places, { dtype: 'i32' })], { axis, batch: 0 });
  const [a, b] = [look(low), look(high)];
  const weight = broadcast(sub(at, low), { shape: a.type.shape, axes: [axis] });
  return add(a, mul(weight, sub(b, a)));
};
const sources = (length: number, size: number, isAligned: boolean, dtype: DType): Value => {
  const places = iota([], { axis: 0, shape: [size], dtype });
  const constant = (x: number): Value => constantLike(places, x);
  if (isAligned) {
    if (size === 1) return constant(0);
    return div(mul(places, constant(length - 1)), constant(size - 1));
  }
  const centres = div(mul(add(places, constant(0.5)), constant(length)), constant(size));
  const moved = sub(centres, constant(0.5));
  return minimum(maximum(moved, constant(0)), constant(length - 1));
};
