/** Evenly distributed real numbers, from which the other distributions are made. */
import { ArgumentError } from '../../ir/errors.ts';
import type { Value } from '../../ir/graph.ts';
import { add, mul } from '../../ir/ops/elementwise.ts';
import { cast, shiftRight } from '../../ir/ops/logic.ts';
import type { Shape } from '../../ir/types.ts';
import type { DimsOf, FloatDType, Tensor } from '../../types/index.ts';
import { blocks, type KeyWords, wordAt } from './blocks.ts';
import { constant, drawFloats, type FloatDrawOptions, requireFinite } from './draw.ts';
import type { Key } from './key.ts';

/** What `uniform` takes. */
export interface UniformOptions<D extends FloatDType = FloatDType> extends FloatDrawOptions<D> {
  /** The least number, 0 by default. */
  readonly min?: number;
  /** The bound above, 1 by default. */
  readonly max?: number;
}

/** Numbers k / 2^23 in [0, 1) for f32 and k / 2^52 for f64, every k equally likely. */
export const unitValue = (key: KeyWords, shape: Shape, dtype: FloatDType): Value => {
  const scaled = (value: Value, by: number): Value => mul(value, constant(by, shape, dtype));
  const shifted = (value: Value, by: number): Value =>
    cast(shiftRight(value, constant(by, shape, 'u32')), { dtype });
  if (dtype === 'f32') return scaled(shifted(wordAt(key, shape), 9), 2 ** -23);
  const [high, low] = blocks(key, shape);
  return scaled(add(scaled(cast(high, { dtype }), 2 ** 20), shifted(low, 12)), 2 ** -52);
};

/** A number as the dtype holds it. */
export const roundTo = (value: number, dtype: FloatDType): number =>
  dtype === 'f32' ? Math.fround(value) : value;

/** Numbers from `min` to `max`. */
export const uniformValue = (
  key: KeyWords,
  shape: Shape,
  dtype: FloatDType,
  min: number,
  max: number,
): Value => {
  const unit = unitValue(key, shape, dtype);
  const low = roundTo(min, dtype);
  const span = roundTo(roundTo(max, dtype) - low, dtype);
  const stretched = span === 1 ? unit : mul(unit, constant(span, shape, dtype));
  return low === 0 ? stretched : add(stretched, constant(low, shape, dtype));
};

/**
 * Numbers evenly distributed in [min, max): `uniform(key, [3], { min: -2, max: 3 })`. They are
 * those of JAX: bit for bit in [0, 1); elsewhere JAX rounds min + k * (max - min) once, and a
 * backend that rounds the product too is at most 1 ulp of the larger bound away. Rounding can give
 * `max` itself.
 */
export const uniform = <const S extends readonly number[], D extends FloatDType = 'f32'>(
  key: Key,
  shape: S,
  options?: UniformOptions<D>,
): Tensor<DimsOf<S>, NoInfer<D>> =>
  drawFloats('uniform', key, shape, options, ['min', 'max'], (words, size, dtype) => {
    const min = requireFinite('uniform', 'min', options?.min ?? 0);
    const max = requireFinite('uniform', 'max', options?.max ?? 1);
    if (min > max) throw new ArgumentError(`uniform: min ${min} is above max ${max}`);
    return uniformValue(words, size, dtype, min, max);
  });
