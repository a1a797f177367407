/** Losses of predicted numbers. The formulas are those of PyTorch's functions of these names. */
import { ArgumentError } from '../../ir/errors.ts';
import type { Value } from '../../ir/graph.ts';
import { constantLike } from '../../ir/ops/constants.ts';
import { abs, add, div, exp, log, minimum, mul, sub } from '../../ir/ops/elementwise.ts';
import { located } from '../../trace/functions/operands.ts';
import { applyLoss, type PairLoss, requireAmount, type TripleLoss } from './elementwise-loss.ts';

const distance = (x: Value, y: Value): Value => abs(sub(x, y));
const squaredDistance = (x: Value, y: Value): Value => {
  const d = sub(x, y);
  return mul(d, d);
};

/** (x - y)^2, by default the mean. The shapes must be equal. */
export const mseLoss: PairLoss<'mseLoss'> = (x, y, options) =>
  applyLoss('mseLoss', [x, y], options, [], squaredDistance);

/** |x - y|, by default the mean; the derivative where both are equal is 0. */
export const l1Loss: PairLoss<'l1Loss'> = (x, y, options) =>
  applyLoss('l1Loss', [x, y], options, [], distance);

/** d^2 / 2 up to `limit` and limit * (d - limit / 2) beyond, without squares of large d. */
const quadraticThenLinear = (d: Value, limit: number): Value => {
  const near = minimum(d, constantLike(d, limit));
  return mul(near, sub(d, mul(near, constantLike(d, 0.5))));
};

/** What `huberLoss` takes beside the reduction. */
export interface HuberOptions {
  /** The distance from which on the loss is linear, 1 by default. */
  readonly delta?: number;
}
/**
 * With d = |x - y|: d^2 / 2 where d <= delta, else delta * (d - delta / 2); by default the mean. P.
 * Huber, "Robust estimation of a location parameter" (1964).
 */
export const huberLoss: PairLoss<'huberLoss', HuberOptions> = (x, y, options) =>
  located(() => {
    const delta = requireAmount('huberLoss', 'delta', options?.delta ?? 1, 0);
    if (delta === 0) throw new ArgumentError('huberLoss: delta must be more than 0');
    return applyLoss('huberLoss', [x, y], options, ['delta'], (a, b) =>
      quadraticThenLinear(distance(a, b), delta),
    );
  });

/** What `smoothL1Loss` takes beside the reduction. */
export interface SmoothL1Options {
  /** The distance from which on the loss is linear, 1 by default; with 0 it is `l1Loss`. */
  readonly beta?: number;
}
/**
 * With d = |x - y|: d^2 / (2 beta) where d < beta, else d - beta / 2; by default the mean. R.
 * Girshick, "Fast R-CNN" (2015).
 */
export const smoothL1Loss: PairLoss<'smoothL1Loss', SmoothL1Options> = (x, y, options) =>
  located(() => {
    const beta = requireAmount('smoothL1Loss', 'beta', options?.beta ?? 1, 0);
    return applyLoss('smoothL1Loss', [x, y], options, ['beta'], (a, b) => {
      const d = distance(a, b);
      if (beta === 0) return d;
      return div(quadraticThenLinear(d, beta), constantLike(d, beta));
    });
  });

/** e^x - y x for counts y and logarithms x of their rates, by default the mean. */
export const poissonNllLoss: PairLoss<'poissonNllLoss'> = (x, y, options) =>
  applyLoss('poissonNllLoss', [x, y], options, [], (a, b) => sub(exp(a), mul(b, a)));

/** (log v + (x - y)^2 / v) / 2 for means x, targets y and variances v > 0, by default the mean. */
export const gaussianNllLoss: TripleLoss<'gaussianNllLoss'> = (x, y, variance, options) =>
  applyLoss('gaussianNllLoss', [x, y, variance], options, [], (a, b, v) => {
    const twice = add(log(v), div(squaredDistance(a, b), v));
    return mul(twice, constantLike(twice, 0.5));
  });
