/**
 * Normally distributed numbers, whole and truncated, by the inverse of the error function as in
 * JAX.
 */

import { erf as erfOf } from '../../ir/error-functions.ts';
import { ArgumentError } from '../../ir/errors.ts';
import type { Value } from '../../ir/graph.ts';
import { add, maximum, minimum, mul } from '../../ir/ops/elementwise.ts';
import { erfInv, erfInvSingle } from '../../ir/ops/special.ts';
import { requireNumber } from '../../trace/functions/operands.ts';
import type { DimsOf, FloatDType, Tensor } from '../../types/index.ts';
import type { KeyWords } from './blocks.ts';
import { constant, drawFloats, type FloatDrawOptions, requireFinite } from './draw.ts';
import type { Key } from './key.ts';
import { nextAfter } from './next-after.ts';
import { roundTo, uniformValue } from './uniform.ts';

/** What `normal` takes. */
export interface NormalOptions<D extends FloatDType = FloatDType> extends FloatDrawOptions<D> {
  /** The mean, 0 by default. */
  readonly mean?: number;
  /** The standard deviation, 1 by default. */
  readonly std?: number;
}
/** What `truncatedNormal` takes. */
export interface TruncatedNormalOptions<D extends FloatDType = FloatDType>
  extends FloatDrawOptions<D> {
  /** The bound below, -2 by default. */
  readonly lower?: number;
  /** The bound above, 2 by default. */
  readonly upper?: number;
}

/** sqrt(2) erfInv(u): a number of the standard normal distribution where u is even in (-1, 1). */
const quantile = (u: Value, dtype: FloatDType): Value => {
  const like = (value: number): Value => constant(value, u.type.shape, dtype);
  // In f32 by the polynomial that JAX uses, in f64 to the last digits.
  return mul(dtype === 'f32' ? erfInvSingle(u) : erfInv(u), like(Math.SQRT2));
};

const standard = (key: KeyWords, shape: readonly number[], dtype: FloatDType): Value => {
  // Open at -1, where the inverse is infinite.
  const lowest = nextAfter(-1, 0, dtype);
  return quantile(uniformValue(key, shape, dtype, lowest, 1), dtype);
};

/**
 * Normally distributed numbers: `normal(key, [3, 4], { std: 0.1 })`. From the bits and by the
 * polynomial of JAX, whose rounding differs: standard numbers are within 2 ulp of those of JAX.
 */
export const normal = <const S extends readonly number[], D extends FloatDType = 'f32'>(
  key: Key,
  shape: S,
  options?: NormalOptions<D>,
): Tensor<DimsOf<S>, NoInfer<D>> =>
  drawFloats('normal', key, shape, options, ['mean', 'std'], (words, size, dtype) => {
    const mean = requireFinite('normal', 'mean', options?.mean ?? 0);
    const std = requireFinite('normal', 'std', options?.std ?? 1);
    if (std < 0) throw new ArgumentError(`normal: std must not be negative, but is ${std}`);
    const x = standard(words, size, dtype);
    const scaled = std === 1 ? x : mul(x, constant(std, size, dtype));
    return mean === 0 ? scaled : add(scaled, constant(mean, size, dtype));
  });

/**
 * Numbers of the standard normal distribution that lie between `lower` and `upper`, both
 * exclusive; infinite bounds are none. Within 2 ulp of those of JAX, or 2^-21 on backends that
 * round a product before they add to it.
 */
export const truncatedNormal = <const S extends readonly number[], D extends FloatDType = 'f32'>(
  key: Key,
  shape: S,
  options?: TruncatedNormalOptions<D>,
): Tensor<DimsOf<S>, NoInfer<D>> =>
  drawFloats('truncatedNormal', key, shape, options, ['lower', 'upper'], (words, size, dtype) => {
    const name = 'truncatedNormal';
    const lower = roundTo(requireNumber(name, 'lower', options?.lower ?? -2), dtype);
    const upper = roundTo(requireNumber(name, 'upper', options?.upper ?? 2), dtype);
    const [least, most] = [
      nextAfter(lower, Number.POSITIVE_INFINITY, dtype),
      nextAfter(upper, Number.NEGATIVE_INFINITY, dtype),
    ];
    if (!(least <= most)) {
      throw new ArgumentError(
        `${name}: no ${dtype} lies between lower ${lower} and upper ${upper}`,
      );
    }
    const root = roundTo(Math.SQRT2, dtype);
    const scaled = (bound: number): number => roundTo(erfOf(roundTo(bound / root, dtype)), dtype);
    const [a, b] = [scaled(lower), scaled(upper)];
    if (a === b) {
      throw new ArgumentError(
        `${name}: ${dtype} has no digits left between lower ${lower} and upper ${upper}`,
        { hint: 'so far out the distribution is nearly exponential' },
      );
    }
    const x = quantile(uniformValue(words, size, dtype, a, b), dtype);
    return minimum(maximum(x, constant(least, size, dtype)), constant(most, size, dtype));
  });
