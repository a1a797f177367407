/**
 * Softmax and its logarithm: reductions and broadcasts in the order in which one kernel can do
 * them.
 */
import type { Value } from '../../ir/graph.ts';
import { constantLike } from '../../ir/ops/constants.ts';
import { div, exp, log, mul, sub } from '../../ir/ops/elementwise.ts';
import { eq, select } from '../../ir/ops/logic.ts';
import { reduceSum } from '../../ir/ops/reductions.ts';
import { normalizeAxes } from '../../ir/types.ts';
import type { Dynamic } from '../../types/index.ts';
import { asTensor } from '../tensor.ts';
import type { Normalization } from './function-types.ts';
import { applyOne, located, requireDomain } from './operands.ts';
import { type AxesArgument, spread } from './reductions.ts';
import { shiftOf } from './statistics.ts';

type Normalize = (shifted: Value, axes: readonly number[]) => Value;

const applyNormalization = (
  name: string,
  x: unknown,
  axis: AxesArgument,
  normalize: Normalize,
): Dynamic =>
  located(() => {
    const tensor = asTensor(name, x);
    requireDomain(name, 'float', tensor.dtype);
    const axes = normalizeAxes(name, axis ?? (tensor.rank === 0 ? [] : -1), tensor.shape);
    return applyOne(name, [tensor], ([value]) => {
      return normalize(shiftedValue(value as Value, axes), axes);
    });
  });
/** x less its largest along axes, which changes no softmax. */
const shiftedValue = (x: Value, axes: readonly number[]): Value =>
  sub(x, spread(shiftOf(x, axes), x.type.shape, axes));

/** The sum of e^x with 1 in place of 0, which only rows without any finite exponent have. */
const positiveSum = (exponentials: Value, axes: readonly number[]): Value => {
  const total = reduceSum(exponentials, { axes });
  return select(eq(total, constantLike(total, 0)), constantLike(total, 1), total);
};

/**
 * e^x over the sum of e^x along an axis, by default the last. A row of -infinity alone, fully
 * masked, gives zeros.
 */
export const softmax: Normalization<'softmax'> = (x, axis) =>
  applyNormalization('softmax', x, axis as AxesArgument, softmaxOf);

const softmaxOf: Normalize = (shifted, axes) => {
  const e = exp(shifted);
  const total = positiveSum(e, axes);
  // One division per row: an element is one rounding further off.
  const share = div(constantLike(total, 1), total);
  return mul(e, spread(share, e.type.shape, axes));
};
/** Softmax of a value along axes. */
export const softmaxValue = (x: Value, axes: readonly number[]): Value =>
  softmaxOf(shiftedValue(x, axes), axes);

/** The logarithm of softmax along an axis, by default the last; stable where softmax is 0. */
export const logSoftmax: Normalization<'logSoftmax'> = (x, axis) =>
  applyNormalization('logSoftmax', x, axis as AxesArgument, (shifted, axes) => {
    const total = positiveSum(exp(shifted), axes);
    return sub(shifted, spread(log(total), shifted.type.shape, axes));
  });
