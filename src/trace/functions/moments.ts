/**
 * What the normalisations share: the graph of mean, variance and (x - mean) / sqrt(variance + eps),
 * accurate also where the mean is large against the deviation.
 */
import { ArgumentError } from '../../ir/errors.ts';
import type { Value } from '../../ir/graph.ts';
import { constantLike } from '../../ir/ops/constants.ts';
import { add, div, mul, sqrt, stopGradient, sub } from '../../ir/ops/elementwise.ts';
import { lt, select } from '../../ir/ops/logic.ts';
import { broadcast } from '../../ir/ops/views.ts';
import { requireNumber } from './operands.ts';
import { meanValue, spread } from './reductions.ts';

/**
 * Mean and biased variance over axes, and the distances from the mean. The mean is rounded to the
 * dtype, so the distances keep a small mean of their own, which the second pass measures and takes
 * out: the corrected two-pass algorithm of T. Chan, G. Golub and R. LeVeque, "Algorithms for
 * computing the sample variance" (1983). To the gradient this correction is a constant: it would
 * be 0 in exact arithmetic.
 */
export const momentsOf = (
  x: Value,
  axes: readonly number[],
): { mean: Value; variance: Value; centred: Value } => {
  const { shape } = x.type;
  const mean = meanValue(x, axes);
  const rough = sub(x, spread(mean, shape, axes));
  const rest = stopGradient(meanValue(rough, axes));
  const raw = sub(meanValue(mul(rough, rough), axes), mul(rest, rest));
  const zero = constantLike(raw, 0);
  return {
    mean,
    variance: select(lt(raw, zero), zero, raw),
    centred: sub(rough, spread(rest, shape, axes)),
  };
};

/** 1 / sqrt(variance + eps). */
export const inverseDeviation = (variance: Value, eps: number): Value =>
  div(constantLike(variance, 1), sqrt(add(variance, constantLike(variance, eps))));

/** (x - mean) / sqrt(variance + eps) over axes. */
export const normalizeValue = (x: Value, axes: readonly number[], eps: number): Value => {
  const { variance, centred } = momentsOf(x, axes);
  return mul(centred, spread(inverseDeviation(variance, eps), x.type.shape, axes));
};

/**
 * x * gain + offset, where axis k of these runs along axis `axes[k]` of x. Either may be left out.
 */
export const rescale = (
  x: Value,
  gain: Value | undefined,
  offset: Value | undefined,
  axes: readonly number[],
): Value => {
  const { shape } = x.type;
  const scaled = gain === undefined ? x : mul(x, broadcast(gain, { shape, axes }));
  return offset === undefined ? scaled : add(scaled, broadcast(offset, { shape, axes }));
};

/** The small number that keeps roots and divisors from 0. */
export const requireEps = (name: string, eps: unknown, byDefault: number): number => {
  const value = requireNumber(name, 'eps', eps ?? byDefault);
  if (value >= 0 && Number.isFinite(value)) return value;
  throw new ArgumentError(`${name}: eps must be a number >= 0, not ${value}`);
};
