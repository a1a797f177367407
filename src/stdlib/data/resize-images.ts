/** Resizing of image batches outside of compiled programs, for preparing data. */
import { ArgumentError, DTypeError, ShapeError } from '../../ir/errors.ts';
import { type ArrayData, allocate, checkArray, elementCount } from './array-data.ts';

/** How values between pixels are found. */
export type ResizeMethod = 'bilinear' | 'nearest';

/**
 * For each output place along one axis: the two input places around it and the weight of the
 * second.
 */
interface AxisSamples {
  readonly low: Int32Array;
  readonly high: Int32Array;
  readonly weight: Float64Array;
}

/**
 * Half-pixel centres: output place d lies at (d + 0.5) * from / to - 0.5 of the input, kept within
 * its edges.
 */
const sampleAxis = (from: number, to: number, method: ResizeMethod): AxisSamples => {
  const low = new Int32Array(to);
  const high = new Int32Array(to);
  const weight = new Float64Array(to);
  for (let d = 0; d < to; d++) {
    // One division of exact integers, so that equal ratios give equal places for every size.
    const place = ((2 * d + 1) * from - to) / (2 * to);
    if (method === 'nearest') {
      low[d] = Math.min(Math.floor(((2 * d + 1) * from) / (2 * to)), from - 1);
      high[d] = low[d] as number;
      continue;
    }
    const clamped = Math.min(Math.max(place, 0), from - 1);
    low[d] = Math.floor(clamped);
    weight[d] = clamped - (low[d] as number);
    high[d] = Math.min((low[d] as number) + 1, from - 1);
  }
  return { low, high, weight };
};

/** A weight of 0 must not touch `b`, which may be infinite. */
const blend = (a: number, b: number, weight: number): number =>
  weight === 0 ? a : a * (1 - weight) + b * weight;

const resizePlane = (
  source: Float32Array,
  width: number,
  target: Float32Array,
  vertical: AxisSamples,
  horizontal: AxisSamples,
): void => {
  const columns = horizontal.low.length;
  for (let i = 0; i < vertical.low.length; i++) {
    const top = (vertical.low[i] as number) * width;
    const bottom = (vertical.high[i] as number) * width;
    const down = vertical.weight[i] as number;
    for (let j = 0; j < columns; j++) {
      const left = horizontal.low[j] as number;
      const right = horizontal.high[j] as number;
      const across = horizontal.weight[j] as number;
      const above = blend(source[top + left] as number, source[top + right] as number, across);
      const below = blend(
        source[bottom + left] as number,
        source[bottom + right] as number,
        across,
      );
      target[i * columns + j] = blend(above, below, down);
    }
  }
};

const checkSize = (size: readonly number[]): void => {
  const whole = (n: unknown): boolean =>
    Number.isInteger(n) && (n as number) > 0 && (n as number) < 2 ** 24;
  if (Array.isArray(size) && size.length === 2 && size.every(whole)) return;
  throw new ShapeError('resizeImages: the new size is [height, width], both from 1 to 2^24 - 1', {
    got: String(size),
  });
};

/**
 * Resizes images [N, C, H, W] to [N, C, size[0], size[1]]. Pixels have their centres at half
 * places; 'bilinear' weighs the four pixels around a place, without a filter against aliasing, and
 * holds the edge; 'nearest' takes the pixel in which the place lies. These are PyTorch's `bilinear`
 * with `align_corners=False`, and `nearest-exact`. Throws a DTypeError unless the images are f32, a
 * ShapeError for another rank, an empty image or a size that is not positive.
 */
export const resizeImages = (
  images: ArrayData<'f32'>,
  size: readonly [number, number],
  method: ResizeMethod,
): ArrayData<'f32'> => {
  checkArray('resizeImages', images);
  if (images.dtype !== 'f32') {
    throw new DTypeError('resizeImages: the images are f32', { got: String(images.dtype) });
  }
  if (method !== 'bilinear' && method !== 'nearest') {
    throw new ArgumentError("resizeImages: the method is 'bilinear' or 'nearest'", {
      got: String(method),
    });
  }
  checkSize(size);
  const [count, channels, height, width] = images.shape;
  const got = `[${images.shape.join(', ')}]`;
  if (
    count === undefined ||
    channels === undefined ||
    !height ||
    !width ||
    images.shape.length !== 4
  ) {
    throw new ShapeError('resizeImages: images are [N, C, H, W] with H and W at least 1', { got });
  }
  if (height >= 2 ** 24 || width >= 2 ** 24) {
    throw new ShapeError('resizeImages: height and width are below 2^24', { got });
  }
  const shape = [count, channels, size[0], size[1]];
  const total = elementCount(shape);
  if (total === undefined) {
    throw new ShapeError('resizeImages: the result is too large', { got: `[${shape.join(', ')}]` });
  }
  const data = allocate('resizeImages', 'f32', total);
  const vertical = sampleAxis(height, size[0], method);
  const horizontal = sampleAxis(width, size[1], method);
  const from = height * width;
  const to = size[0] * size[1];
  const planes = total === 0 ? 0 : count * channels;
  for (let plane = 0; plane < planes; plane++) {
    const source = images.data.subarray(plane * from, (plane + 1) * from);
    resizePlane(source, width, data.subarray(plane * to, (plane + 1) * to), vertical, horizontal);
  }
  return { dtype: 'f32', shape, data };
};
