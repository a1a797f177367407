/** Adam and AdamW. The formulas are those of PyTorch. */
import { constantLike } from '../../ir/ops/constants.ts';
import { add, div, expm1, mul, neg, sqrt, sub } from '../../ir/ops/elementwise.ts';
import { checkOptions } from '../../ir/options.ts';
import { located } from '../../trace/functions/operands.ts';
import type { Gradient, Tensor } from '../../types/index.ts';
import { requireObject } from '../require-object.ts';
import {
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

/** What `adam` takes. */
export interface AdamOptions {
  /** The learning rate, 1e-3 by default. */
  readonly rate?: Rate;
  /** The share of the mean of gradients that is kept, 0.9 by default. */
  readonly beta1?: number;
  /** The share of the mean of squared gradients that is kept, 0.999 by default. */
  readonly beta2?: number;
  /** Added to the root of the mean of squares, 1e-8 by default. */
  readonly epsilon?: number;
}
/** What `adamW` takes. */
export interface AdamWOptions extends AdamOptions {
  /** The share of the rate by which parameters shrink at each update, 0.01 by default. */
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

const adaptive = (
  name: string,
  options: AdamOptions | undefined,
  decay: (leaf: Leaf) => Leaf['parameter'],
): Adam => {
  const rate = requireRate(name, options?.rate ?? 1e-3);
  const beta1 = requireSetting(name, 'beta1', options?.beta1 ?? 0.9, 1);
  const beta2 = requireSetting(name, 'beta2', options?.beta2 ?? 0.999, 1);
  const epsilon = requireSetting(name, 'epsilon', options?.epsilon ?? 1e-8);
  // 1 - beta^step without the cancellation that rounds away half of the digits of 1 - 0.999.
  const correction = ({ ofStep }: Leaf, beta: number): Leaf['rate'] =>
    ofStep((step) => neg(expm1(mul(step, constantLike(step, Math.log(beta))))));
  const next: LeafUpdate = (leaf) => {
    const { parameter, gradient, moments } = leaf;
    const like = (value: number): Leaf['rate'] => constantLike(parameter, value);
    const kept = (old: Leaf['rate'], now: Leaf['rate'], beta: number): Leaf['rate'] =>
      add(mul(like(beta), old), mul(like(1 - beta), now));
    const mean = kept(moments[0]!, gradient, beta1);
    const square = kept(moments[1]!, mul(gradient, gradient), beta2);
    const deviation = div(sqrt(square), sqrt(correction(leaf, beta2)));
    const size = div(leaf.rate, correction(leaf, beta1));
    const move = mul(size, div(mean, add(deviation, like(epsilon))));
    return [sub(decay(leaf), move), mean, square];
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

const names = ['rate', 'beta1', 'beta2', 'epsilon'];

/**
 * * m = beta1 * m + (1 - beta1) * g and v = beta2 * v + (1 - beta2) * g^2, then with the
 * corrections c = 1 - beta^step p - rate / c1 * m / (sqrt(v) / sqrt(c2) + epsilon). D. Kingma and
 * J. Ba, "Adam: a method for stochastic optimization" (2015).
 */
export const adam = (options?: AdamOptions): Adam =>
  located(() => {
    checkOptions('adam', options, names);
    return adaptive('adam', options, ({ parameter }) => parameter);
  });

/**
 * * Adam whose parameters first shrink by rate * weightDecay * p, apart from the gradient. I.
 * Loshchilov and F. Hutter, "Decoupled weight decay regularization" (2019).
 */
export const adamW = (options?: AdamWOptions): Adam =>
  located(() => {
    checkOptions('adamW', options, [...names, 'weightDecay']);
    const weight = requireSetting('adamW', 'weightDecay', options?.weightDecay ?? 0.01);
    return adaptive('adamW', options, ({ parameter, rate }) => {
      const shrink = mul(rate, constantLike(parameter, weight));
      return mul(parameter, sub(constantLike(parameter, 1), shrink));
    });
  });
