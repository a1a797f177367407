/** RMSprop and Adagrad: rates per parameter by the size of its gradients, as PyTorch has them. */
import type { Value } from '../../ir/graph.ts';
import { constantLike } from '../../ir/ops/constants.ts';
import { add, div, mul, sqrt, sub } from '../../ir/ops/elementwise.ts';
import { checkOptions } from '../../ir/options.ts';
import { located, requireFlag } from '../../trace/functions/operands.ts';
import type { Gradient, Tensor } from '../../types/index.ts';
import { requireObject } from '../require-object.ts';
import {
  decayedGradient,
  firstStep,
  type Rate,
  requireRate,
  requireSetting,
  type UpdateOptions,
  updateAll,
  zeroMoments,
} from './update.ts';

/** What `rmsProp` takes. */
export interface RmsPropOptions {
  /** The learning rate, 0.01 by default. */
  readonly rate?: Rate;
  /** The share of the mean of squared gradients that is kept, 0.99 by default. */
  readonly alpha?: number;
  /** Added to the root of the mean of squares, 1e-8 by default. */
  readonly eps?: number;
  /** The share of each parameter that is added to its gradient, 0 by default. */
  readonly weightDecay?: number;
  /** The share of the velocity that is kept, 0 by default. */
  readonly momentum?: number;
  /** Whether the variance of gradients takes the place of the mean of squares; false by default. */
  readonly centered?: boolean;
}
/** The state of `rmsProp`; what the options do not ask for is null. */
export interface RmsPropState<P> {
  readonly square: P;
  readonly mean: P | null;
  readonly velocity: P | null;
  /** How many updates were made. */
  readonly step: Tensor<[], 'i32'>;
}
/** RMSprop. */
export interface RmsProp {
  /** The state before the first update: moments of 0. */
  init<P>(params: P): RmsPropState<P>;
  /** The next parameters and the next state. */
  update<P>(
    params: P,
    gradients: NoInfer<Gradient<P>>,
    state: RmsPropState<NoInfer<P>>,
    options?: UpdateOptions,
  ): [P, RmsPropState<P>];
}

const likeOf =
  (parameter: Value) =>
  (value: number): Value =>
    constantLike(parameter, value);

/**
 * v = alpha * v + (1 - alpha) * g^2, then p - rate * g / (sqrt(v) + eps), with g + weightDecay * p
 * for g. `centered` takes the square of the running mean of g from v, `momentum` adds up the steps.
 * T. Tieleman and G. Hinton, "Lecture 6.5: rmsprop" (2012); A. Graves, "Generating sequences with
 * recurrent neural networks" (2013) for the centered form.
 */
export const rmsProp = (options?: RmsPropOptions): RmsProp =>
  located(() => {
    const name = 'rmsProp';
    checkOptions(name, options, ['rate', 'alpha', 'eps', 'weightDecay', 'momentum', 'centered']);
    const rate = requireRate(name, options?.rate ?? 0.01);
    const alpha = requireSetting(name, 'alpha', options?.alpha ?? 0.99, 1);
    const eps = requireSetting(name, 'eps', options?.eps ?? 1e-8);
    const decay = requireSetting(name, 'weightDecay', options?.weightDecay ?? 0);
    const momentum = requireSetting(name, 'momentum', options?.momentum ?? 0, 1);
    const isCentered = requireFlag(name, 'centered', options?.centered);
    return {
      init: (params) =>
        located(() => ({
          square: zeroMoments(name, params),
          mean: isCentered ? zeroMoments(name, params) : null,
          velocity: momentum > 0 ? zeroMoments(name, params) : null,
          step: firstStep(),
        })),
      update: (params, gradients, state, given) =>
        located(() => {
          requireObject(name, 'the state', state);
          const { square, mean, velocity, step } = state;
          const moments = [
            square,
            ...(isCentered ? [mean] : []),
            ...(momentum > 0 ? [velocity] : []),
          ];
          const next = updateAll(
            name,
            { params, gradients, moments, step, rate, options: given },
            (leaf) => {
              const like = likeOf(leaf.parameter);
              const gradient = decayedGradient(leaf, decay);
              const blend = (old: Value, now: Value): Value =>
                add(mul(like(alpha), old), mul(like(1 - alpha), now));
              const rest = [...leaf.moments];
              const squares = blend(rest.shift()!, mul(gradient, gradient));
              const means = isCentered ? [blend(rest.shift()!, gradient)] : [];
              const spread = means.reduce((all, one) => sub(all, mul(one, one)), squares);
              const direction = div(gradient, add(sqrt(spread), like(eps)));
              const speeds = rest.map((old) => add(mul(like(momentum), old), direction));
              const move = mul(leaf.rate, speeds[0] ?? direction);
              return [sub(leaf.parameter, move), squares, ...means, ...speeds];
            },
          );
          const rest = [...next.moments];
          return [
            next.params,
            {
              square: rest.shift(),
              mean: isCentered ? rest.shift() : null,
              velocity: momentum > 0 ? rest.shift() : null,
              step: next.step,
            },
          ];
        }),
    };
  });

/** What `adagrad` takes. */
export interface AdagradOptions {
  /** The learning rate, 0.01 by default. */
  readonly rate?: Rate;
  /** How fast the rate falls: it is divided by 1 + (step - 1) * rateDecay; 0 by default. */
  readonly rateDecay?: number;
  /** The share of each parameter that is added to its gradient, 0 by default. */
  readonly weightDecay?: number;
  /** What the sum of squares starts with, 0 by default. */
  readonly initialSum?: number;
  /** Added to the root of the sum of squares, 1e-10 by default. */
  readonly eps?: number;
}
/** The state of `adagrad`: the sums of squared gradients. */
export interface AdagradState<P> {
  readonly sum: P;
  /** How many updates were made. */
  readonly step: Tensor<[], 'i32'>;
}
/** Adagrad. */
export interface Adagrad {
  /** The state before the first update. */
  init<P>(params: P): AdagradState<P>;
  /** The next parameters and the next state. */
  update<P>(
    params: P,
    gradients: NoInfer<Gradient<P>>,
    state: AdagradState<NoInfer<P>>,
    options?: UpdateOptions,
  ): [P, AdagradState<P>];
}

/**
 * s = s + g^2, then p - rate / (1 + (step - 1) * rateDecay) * g / (sqrt(s) + eps), with g +
 * weightDecay * p for g. J. Duchi et al., "Adaptive subgradient methods for online learning and
 * stochastic optimization" (2011).
 */
export const adagrad = (options?: AdagradOptions): Adagrad =>
  located(() => {
    const name = 'adagrad';
    checkOptions(name, options, ['rate', 'rateDecay', 'weightDecay', 'initialSum', 'eps']);
    const rate = requireRate(name, options?.rate ?? 0.01);
    const rateDecay = requireSetting(name, 'rateDecay', options?.rateDecay ?? 0);
    const decay = requireSetting(name, 'weightDecay', options?.weightDecay ?? 0);
    const initialSum = requireSetting(name, 'initialSum', options?.initialSum ?? 0);
    const eps = requireSetting(name, 'eps', options?.eps ?? 1e-10);
    return {
      init: (params) =>
        located(() => ({ sum: zeroMoments(name, params, initialSum), step: firstStep() })),
      update: (params, gradients, state, given) =>
        located(() => {
          requireObject(name, 'the state', state);
          const { sum, step } = state;
          const next = updateAll(
            name,
            { params, gradients, moments: [sum], step, rate, options: given },
            (leaf) => {
              const like = likeOf(leaf.parameter);
              const gradient = decayedGradient(leaf, decay);
              const total = add(leaf.moments[0]!, mul(gradient, gradient));
              const slowed = leaf.ofStep((t) => {
                const before = sub(t, constantLike(t, 1));
                return add(mul(before, constantLike(t, rateDecay)), constantLike(t, 1));
              });
              const by = rateDecay === 0 ? leaf.rate : div(leaf.rate, slowed);
              const direction = div(gradient, add(sqrt(total), like(eps)));
              return [sub(leaf.parameter, mul(by, direction)), total];
            },
          );
          return [next.params, { sum: next.moments[0], step: next.step }];
        }),
    };
  });
