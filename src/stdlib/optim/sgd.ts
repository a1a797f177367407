/**
 * Stochastic gradient descent, plain and with momentum. The formulas are those of PyTorch's `SGD`.
 */
import { constantLike } from '../../ir/ops/constants.ts';
import { add, mul, sub } from '../../ir/ops/elementwise.ts';
import { checkOptions } from '../../ir/options.ts';
import { located, requireFlag } from '../../trace/functions/operands.ts';
import type { Gradient, Tensor } from '../../types/index.ts';
import { requireObject } from '../require-object.ts';
import {
  decayedGradient,
  firstStep,
  flattenParameters,
  type Rate,
  requireRate,
  requireSetting,
  type UpdateOptions,
  updateAll,
  zeroMoments,
} from './update.ts';

/** What `sgd` takes. */
export interface SgdOptions {
  /** The learning rate. */
  readonly rate: Rate;
  /** The share of each parameter that is added to its gradient, 0 by default. */
  readonly weightDecay?: number;
}
/** The state of `sgd`. */
export interface SgdState {
  /** How many updates were made. */
  readonly step: Tensor<[], 'i32'>;
}
/** Plain gradient descent. */
export interface Sgd {
  /** The state before the first update. */
  init<P>(params: P): SgdState;
  /** The next parameters and the next state. */
  update<P>(
    params: P,
    gradients: NoInfer<Gradient<P>>,
    state: SgdState,
    options?: UpdateOptions,
  ): [P, SgdState];
}

/** p - rate * g, with g + weightDecay * p for g. */
export const sgd = (options: SgdOptions): Sgd =>
  located(() => {
    checkOptions('sgd', options, ['rate', 'weightDecay']);
    const rate = requireRate('sgd', options?.rate);
    const decay = requireSetting('sgd', 'weightDecay', options.weightDecay ?? 0);
    return {
      init: (params) =>
        located(() => {
          flattenParameters('sgd', params);
          return { step: firstStep() };
        }),
      update: (params, gradients, state, given) =>
        located(() => {
          requireObject('sgd', 'the state', state);
          const { step } = state;
          const next = updateAll(
            'sgd',
            { params, gradients, moments: [], step, rate, options: given },
            (leaf) => [sub(leaf.parameter, mul(leaf.rate, decayedGradient(leaf, decay)))],
          );
          return [next.params, { step: next.step }];
        }),
    };
  });

/** What `momentum` takes. */
export interface MomentumOptions extends SgdOptions {
  /** The share of the velocity that is kept, 0.9 by default. */
  readonly momentum?: number;
  /** Whether the gradient looks ahead along the velocity; false by default. */
  readonly nesterov?: boolean;
}
/** The state of `momentum`: a velocity per parameter. */
export interface MomentumState<P> extends SgdState {
  readonly velocity: P;
}
/** Gradient descent with momentum. */
export interface Momentum {
  /** The state before the first update: velocities of 0. */
  init<P>(params: P): MomentumState<P>;
  /** The next parameters and the next state. */
  update<P>(
    params: P,
    gradients: NoInfer<Gradient<P>>,
    state: MomentumState<NoInfer<P>>,
    options?: UpdateOptions,
  ): [P, MomentumState<P>];
}

/**
 * v = momentum * v + g, then p - rate * v; with `nesterov` p - rate * (g + momentum * v), with g +
 * weightDecay * p for g. I. Sutskever et al., "On the importance of initialization and momentum in
 * deep learning" (2013), as PyTorch writes it.
 */
export const momentum = (options: MomentumOptions): Momentum =>
  located(() => {
    checkOptions('momentum', options, ['rate', 'weightDecay', 'momentum', 'nesterov']);
    const rate = requireRate('momentum', options?.rate);
    const kept = requireSetting('momentum', 'momentum', options.momentum ?? 0.9, 1);
    const decay = requireSetting('momentum', 'weightDecay', options.weightDecay ?? 0);
    const isNesterov = requireFlag('momentum', 'nesterov', options.nesterov);
    return {
      init: (params) =>
        located(() => ({ velocity: zeroMoments('momentum', params), step: firstStep() })),
      update: (params, gradients, state, given) =>
        located(() => {
          requireObject('momentum', 'the state', state);
          const { step, velocity } = state;
          const next = updateAll(
            'momentum',
            { params, gradients, moments: [velocity], step, rate, options: given },
            (leaf) => {
              const { parameter, moments, rate: by } = leaf;
              const gradient = decayedGradient(leaf, decay);
              const share = constantLike(parameter, kept);
              const speed = add(mul(share, moments[0]!), gradient);
              const direction = isNesterov ? add(gradient, mul(share, speed)) : speed;
              return [sub(parameter, mul(by, direction)), speed];
            },
          );
          return [next.params, { velocity: next.moments[0], step: next.step }];
        }),
    };
  });
