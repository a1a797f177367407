/**
 * A slice of a result is computed from slices of what the result is made of, so that nobody
 * computes elements that are cut off: the gradients of padded convolutions are of that kind.
 */
import type { Value } from '../graph.ts';
import type { Knowledge, Part } from '../op.ts';
import { sameShape, sizeOf } from '../types.ts';
import { type ConvParams, conv } from './contractions.ts';
import { type PadParams, pad, type SliceParams, slice } from './views.ts';

const partOf = (x: Value, { start, size }: Part): Value =>
  slice(x, { start, size, step: size.map(() => 1) });

/** The slice of a value, as the op that defines the value computes a part. */
export function partOfDefinition(
  [x]: readonly Value[],
  { start, size, step }: SliceParams,
  { definition, isReadOnce }: Knowledge,
): Value | undefined {
  const whole = x as Value;
  if (sameShape(whole.type.shape, size)) return whole;
  if (sizeOf(size) === 0 || step.some((by) => by !== 1)) return undefined;
  const made = definition(whole);
  if (made?.op.part === undefined) return undefined;
  // What costs anything is computed once, even where parts of it are needed apart.
  if (made.op.kind !== 'view' && !isReadOnce(whole)) return undefined;
  return made.op.part(made.inputs, made.params as never, { start, size });
}

/** A part of a padded array that has elements of the array, on axes that are not spaced out. */
export function partOfPadding(
  [x]: readonly Value[],
  { low, interior, value }: PadParams,
  { start, size }: Part,
): Value | undefined {
  const axes = (x as Value).type.shape.map((length, axis) => {
    const [from, before] = [start[axis] as number, low[axis] as number];
    const to = from + (size[axis] as number);
    const first = Math.max(from, before);
    const end = Math.min(to, before + length);
    return { first: first - before, count: end - first, low: first - from, high: to - end };
  });
  if (interior.some((between) => between > 0) || axes.some(({ count }) => count <= 0)) {
    return undefined;
  }
  const inside = partOf(x as Value, {
    start: axes.map(({ first }) => first),
    size: axes.map(({ count }) => count),
  });
  return pad(inside, {
    low: axes.map((axis) => axis.low),
    high: axes.map((axis) => axis.high),
    interior,
    value,
  });
}

/** A part of a convolution with all examples and channels: of what its windows reach. */
export function partOfConvolution(
  [x, w]: readonly Value[],
  params: ConvParams,
  { start, size }: Part,
): Value | undefined {
  const [images, taps] = [x as Value, w as Value];
  const [examples, groups] = images.type.shape;
  const channels = taps.type.shape[1];
  if (![examples, groups, channels].every((length, axis) => length === size[axis])) {
    return undefined;
  }
  const spans = params.stride.map((by, k) => {
    const reach = ((taps.type.shape[3 + k] as number) - 1) * (params.dilation[k] as number);
    return ((size[3 + k] as number) - 1) * by + reach + 1;
  });
  const used = partOf(images, {
    start: [0, 0, 0, ...params.stride.map((by, k) => by * (start[3 + k] as number))],
    size: [...images.type.shape.slice(0, 3), ...spans],
  });
  return conv([used, taps], params);
}
