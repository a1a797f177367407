/**
 * Options of convolution and pooling: strides, dilations and padding, one number for all spatial
 * axes or one per axis.
 */
import { ArgumentError, ShapeError } from '../../ir/errors.ts';
import { type Shape, showShape } from '../../ir/types.ts';
import type { Padding } from '../../types/index.ts';
import { describe } from '../tensor.ts';
import { requireWhole } from './operands.ts';

/** How windows lie on the spatial axes. */
export interface Windows {
  /** The number of taps. */
  readonly taps: readonly number[];
  readonly stride: readonly number[];
  readonly dilation: readonly number[];
  /** Elements added before and after. */
  readonly low: readonly number[];
  readonly high: readonly number[];
  /** The number of windows. */
  readonly places: readonly number[];
}

/** One whole number per spatial axis. */
export const perAxis = (
  name: string,
  what: string,
  option: unknown,
  axes: number,
  otherwise: number,
  least = 1,
): number[] => {
  if (option === undefined) return Array<number>(axes).fill(otherwise);
  if (!Array.isArray(option))
    return Array<number>(axes).fill(requireWhole(name, what, option, least));
  if (option.length !== axes) {
    throw new ArgumentError(`${name}: ${what} has ${option.length} entries for ${axes} axes`);
  }
  return option.map((one: unknown) => requireWhole(name, what, one, least));
};

/** The distance from the first to the last tap, both included. */
export const reachOf = (taps: number, dilation: number): number => (taps - 1) * dilation + 1;

const paddingOf = (
  name: string,
  padding: unknown,
  axis: number,
  needed: number,
): [number, number] => {
  if (padding === undefined || padding === 'valid') return [0, 0];
  // The odd element goes to the end, as in TensorFlow and XLA.
  if (padding === 'same') return [Math.floor(needed / 2), Math.ceil(needed / 2)];
  if (!Array.isArray(padding)) {
    if (typeof padding !== 'number') {
      const got = typeof padding === 'string' ? `'${padding}'` : describe(padding);
      throw new ArgumentError(
        `${name}: padding must be a number, 'same', 'valid' or pairs per axis, not ${got}`,
      );
    }
    const both = requireWhole(name, 'padding', padding, 0);
    return [both, both];
  }
  const pair: unknown = padding[axis];
  if (Array.isArray(pair) && pair.length === 2) {
    return [requireWhole(name, 'padding', pair[0], 0), requireWhole(name, 'padding', pair[1], 0)];
  }
  throw new ArgumentError(`${name}: padding needs one pair [before, after] per spatial axis`);
};

/**
 * Lays windows on the spatial axes of an image; throws when one is larger than the padded image.
 */
export const layWindows = (
  name: string,
  image: Shape,
  taps: readonly number[],
  options: {
    readonly stride: readonly number[];
    readonly dilation: readonly number[];
    readonly padding: Padding | undefined;
  },
): Windows => {
  const { stride, dilation, padding } = options;
  if (Array.isArray(padding) && padding.length !== taps.length) {
    throw new ArgumentError(
      `${name}: padding has ${padding.length} entries for ${taps.length} axes`,
    );
  }
  const reach = taps.map((n, k) => reachOf(n, dilation[k] as number));
  const laid = reach.map((span, k) => {
    const [length, by] = [image[2 + k] as number, stride[k] as number];
    const needed = Math.max(0, (Math.ceil(length / by) - 1) * by + span - length);
    const [low, high] = paddingOf(name, padding, k, length === 0 ? 0 : needed);
    const room = length + low + high - span;
    const isEmpty = padding === 'same' && length === 0;
    if (room < 0 && !isEmpty) {
      throw new ShapeError(
        `${name}: the ${reach.join('x')} window is larger than the input ${showShape(image)}`,
      );
    }
    return { low, high, places: isEmpty ? 0 : Math.floor(room / by) + 1 };
  });
  return {
    taps,
    stride,
    dilation,
    low: laid.map(({ low }) => low),
    high: laid.map(({ high }) => high),
    places: laid.map(({ places }) => places),
  };
};
