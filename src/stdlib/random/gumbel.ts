/** Distributions made by logarithms of even numbers: exponential and Gumbel. */
import { ArgumentError } from '../../ir/errors.ts';
import type { Value } from '../../ir/graph.ts';
import { div, log, log1p, maximum, neg } from '../../ir/ops/elementwise.ts';
import type { Shape } from '../../ir/types.ts';
import type { DimsOf, FloatDType, Tensor } from '../../types/index.ts';
import type { KeyWords } from './blocks.ts';
import { constant, drawFloats, type FloatDrawOptions, requireFinite } from './draw.ts';
import type { Key } from './key.ts';
import { unitValue } from './uniform.ts';

/** What `exponential` takes. */
export interface ExponentialOptions<D extends FloatDType = FloatDType> extends FloatDrawOptions<D> {
  /** Events per unit, 1 by default: the mean is 1 / rate. */
  readonly rate?: number;
}

/** -log(-log(u)) for u even in (0, 1). */
export const gumbelValue = (key: KeyWords, shape: Shape, dtype: FloatDType): Value => {
  const least = dtype === 'f32' ? 2 ** -126 : 2 ** -1022;
  const unit = maximum(unitValue(key, shape, dtype), constant(least, shape, dtype));
  return neg(log(neg(log(unit))));
};

/**
 * Numbers of the standard Gumbel distribution, whose largest among classes with added logits is a
 * draw of `categorical`. Within 2^-22 of those of JAX.
 */
export const gumbel = <const S extends readonly number[], D extends FloatDType = 'f32'>(
  key: Key,
  shape: S,
  options?: FloatDrawOptions<D>,
): Tensor<DimsOf<S>, NoInfer<D>> => drawFloats('gumbel', key, shape, options, [], gumbelValue);

/** Exponentially distributed numbers, within 2 ulp of those of JAX. */
export const exponential = <const S extends readonly number[], D extends FloatDType = 'f32'>(
  key: Key,
  shape: S,
  options?: ExponentialOptions<D>,
): Tensor<DimsOf<S>, NoInfer<D>> =>
  drawFloats('exponential', key, shape, options, ['rate'], (words, size, dtype) => {
    const rate = requireFinite('exponential', 'rate', options?.rate ?? 1);
    if (rate <= 0) throw new ArgumentError(`exponential: rate must be above 0, but is ${rate}`);
    const standard = neg(log1p(neg(unitValue(words, size, dtype))));
    return rate === 1 ? standard : div(standard, constant(rate, size, dtype));
  });
