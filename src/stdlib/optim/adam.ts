/** Adam and AdamW. The formulas are those of PyTorch. */
import { constantLike } from '../../ir/ops/constants.ts';
import { add, div, expm1, mul, neg, sqrt, sub } from '../../ir/ops/elementwise.ts';
import { checkOptions } from '../../ir/options.ts';
import { located } from '../../trace/functions/operands.ts';
import type { Gradient, Tensor } from '../../types/index.ts';
import { requireObject } from '../require-object.ts';
import {
  decayedGradient,
  firstStep,
  type Leaf,
  type LeafUpdate,
  type Rate,
  requireRate,
  requireSetting,
  type UpdateOptions,
  updateAll,
  zeroMoments,
} from './update.ts';

/** What `adam` and `adamW` take. */
export interface AdamOptions {
  /** The learning rate, 1e-3 by default. */
  readonly rate?: Rate;
  /** The share of the mean of gradients that is kept, 0.9 by default. */
  readonly beta1?: number;
  /** The share of the mean of squared gradients that is kept, 0.999 by default. */
  readonly beta2?: number;
  /** Added to the root of the mean of squares, 1e-8 by default. */
  readonly eps?: number;
  /**
   * For `adam` the share of each parameter that is added to its gradient, 0 by default; for `adamW`
   * the share of the rate by which parameters shrink at each update, 0.01 by default.
   */
  readonly weightDecay?: number;
}
/**
 * The state of `adam` and `adamW`: running means of gradients and of their squares, as they are
 * before correction.
 */
export interface AdamState<P> {
  readonly mean: P;
  readonly square: P;
  /** How many updates were made. */
  readonly step: Tensor<[], 'i32'>;
}
/** An optimizer with adaptive moments. */
export interface Adam {
  /** The state before the first update: moments of 0. */
  init<P>(params: P): AdamState<P>;
  /** The next parameters and the next state. */
  update<P>(
    params: P,
    gradients: NoInfer<Gradient<P>>,
    state: AdamState<NoInfer<P>>,
    options?: UpdateOptions,
  ): [P, AdamState<P>];
}

const adaptive = (name: string, options: AdamOptions | undefined, isDecoupled: boolean): Adam => {
  checkOptions(name, options, ['rate', 'beta1', 'beta2', 'eps', 'weightDecay']);
  const weight = options?.weightDecay ?? (isDecoupled ? 0.01 : 0);
  const decay = requireSetting(name, 'weightDecay', weight);
  const rate = requireRate(name, options?.rate ?? 1e-3);
  const beta1 = requireSetting(name, 'beta1', options?.beta1 ?? 0.9, 1);
  const beta2 = requireSetting(name, 'beta2', options?.beta2 ?? 0.999, 1);
  const eps = requireSetting(name, 'eps', options?.eps ?? 1e-8);
  // 1 - beta^step without the cancellation that rounds away half of the digits of 1 - 0.999.
  const correction = ({ ofStep }: Leaf, beta: number): Leaf['rate'] =>
    ofStep((step) => neg(expm1(mul(step, constantLike(step, Math.log(beta))))));
  const next: LeafUpdate = (leaf) => {
    const { parameter, moments } = leaf;
    const gradient = isDecoupled ? leaf.gradient : decayedGradient(leaf, decay);
    const like = (value: number): Leaf['rate'] => constantLike(parameter, value);
    const blend = (old: Leaf['rate'], now: Leaf['rate'], beta: number): Leaf['rate'] =>
      add(mul(like(beta), old), mul(like(1 - beta), now));
    const mean = blend(moments[0]!, gradient, beta1);
    const square = blend(moments[1]!, mul(gradient, gradient), beta2);
    const deviation = div(sqrt(square), sqrt(correction(leaf, beta2)));
    const size = div(leaf.rate, correction(leaf, beta1));
    const move = mul(size, div(mean, add(deviation, like(eps))));
    const kept = isDecoupled
      ? mul(parameter, sub(like(1), mul(leaf.rate, like(decay))))
      : parameter;
    return [sub(kept, move), mean, square];
  };
  return {
    init: (params) =>
      located(() => ({
        mean: zeroMoments(name, params),
        square: zeroMoments(name, params),
        step: firstStep(),
      })),
    update: (params, gradients, state, given) =>
      located(() => {
        requireObject(name, 'the state', state);
        const { mean, square, step } = state;
        const moments = [mean, square];
        const result = updateAll(
          name,
          { params, gradients, moments, step, rate, options: given },
          next,
        );
        const [nextMean, nextSquare] = result.moments;
        return [result.params, { mean: nextMean, square: nextSquare, step: result.step }];
      }),
  };
};

/**
 * m = beta1 * m + (1 - beta1) * g and v = beta2 * v + (1 - beta2) * g^2, then with the corrections
 * c = 1 - beta^step p - rate / c1 * m / (sqrt(v) / sqrt(c2) + eps), with g + weightDecay * p for g.
 * D. Kingma and J. Ba, "Adam: a method for stochastic optimization" (2015).
 */
export const adam = (options?: AdamOptions): Adam =>
  located(() => adaptive('adam', options, false));

/**
 * Adam whose parameters first shrink by rate * weightDecay * p, apart from the gradient. I.
 * Loshchilov and F. Hutter, "Decoupled weight decay regularization" (2019).
 */
export const adamW = (options?: AdamOptions): Adam =>
  located(() => adaptive('adamW', options, true));
