/**
 * Learning rates as pure functions of the number of the step, the first being 0: of a number
 * outside of compiled functions, of a scalar tensor such as the step of an optimizer's state
 * inside.
 */
import { ArgumentError } from '../../ir/errors.ts';
import { checkOptions } from '../../ir/options.ts';
import { where } from '../../trace/functions/choices.ts';
import { lt } from '../../trace/functions/comparisons.ts';
import { located, requireWhole } from '../../trace/functions/operands.ts';
import { describe, isTensor } from '../../trace/tensor.ts';
import type { Dynamic } from '../../types/index.ts';
import { type Arithmetic, type Schedule, scheduleOf } from './schedule-formula.ts';
import { requireSetting } from './update.ts';

/** What `exponentialDecay` takes. */
export interface ExponentialDecayOptions {
  /** The rate at step 0. */
  readonly rate: number;
  /** What the rate is multiplied by at every step. */
  readonly decay: number;
}
const requirePositive = (name: string, word: string, x: unknown): number => {
  const value = requireSetting(name, word, x);
  if (value > 0) return value;
  throw new ArgumentError(`${name}: ${word} must be more than 0`);
};

/** rate * decay^step: PyTorch's `ExponentialLR`. */
export const exponentialDecay = (options: ExponentialDecayOptions): Schedule =>
  located(() => {
    const name = 'exponentialDecay';
    checkOptions(name, options, ['rate', 'decay']);
    const rate = requireSetting(name, 'rate', options?.rate);
    const decay = requirePositive(name, 'decay', options.decay);
    return scheduleOf(name, (a, t) => a.mul(a.constant(rate), a.power(decay, t)));
  });

/** What `stepDecay` takes. */
export interface StepDecayOptions {
  /** The rate at step 0. */
  readonly rate: number;
  /** How many steps the rate stays the same. */
  readonly every: number;
  /** What the rate is multiplied by then, 0.1 by default. */
  readonly decay?: number;
}
/** rate * decay^floor(step / every): PyTorch's `StepLR`. */
export const stepDecay = (options: StepDecayOptions): Schedule =>
  located(() => {
    const name = 'stepDecay';
    checkOptions(name, options, ['rate', 'every', 'decay']);
    const rate = requireSetting(name, 'rate', options?.rate);
    const every = requireWhole(name, 'every', options.every, 1);
    const decay = requirePositive(name, 'decay', options.decay ?? 0.1);
    return scheduleOf(name, (a, t) => {
      // Half a step more, so that multiples of `every` do not fall below a whole number.
      const middle = a.add(t, a.constant(0.5));
      const times = a.floor(a.mul(middle, a.constant(1 / every)));
      return a.mul(a.constant(rate), a.power(decay, times));
    });
  });

/** From `first` to `last` along half a wave of the cosine, for a share of the way in [0, 1]. */
const alongCosine = <E>(a: Arithmetic<E>, first: number, last: number, share: E): E => {
  const wave = a.add(a.constant(1), a.cos(a.mul(share, a.constant(Math.PI))));
  return a.add(a.constant(last), a.mul(wave, a.constant((first - last) / 2)));
};

/** What `cosineDecay` takes. */
export interface CosineDecayOptions {
  /** The rate at step 0. */
  readonly rate: number;
  /** The step at which the least rate is reached, which then stays. */
  readonly steps: number;
  /** The least rate, 0 by default. */
  readonly least?: number;
}
/**
 * least + (rate - least) (1 + cos(pi step / steps)) / 2, and `least` from there on: PyTorch's
 * `CosineAnnealingLR`. I. Loshchilov and F. Hutter, "SGDR" (2017).
 */
export const cosineDecay = (options: CosineDecayOptions): Schedule =>
  located(() => {
    const name = 'cosineDecay';
    checkOptions(name, options, ['rate', 'steps', 'least']);
    const rate = requireSetting(name, 'rate', options?.rate);
    const steps = requireWhole(name, 'steps', options.steps, 1);
    const least = requireSetting(name, 'least', options.least ?? 0);
    return scheduleOf(name, (a, t) => {
      const share = a.mul(a.min(t, a.constant(steps)), a.constant(1 / steps));
      return alongCosine(a, rate, least, share);
    });
  });

/** What `oneCycle` takes. */
export interface OneCycleOptions {
  /** The highest rate. */
  readonly rate: number;
  /** The number of all steps; the last is steps - 1, and its rate stays. */
  readonly steps: number;
  /** The share of the steps in which the rate rises, 0.3 by default. */
  readonly pctStart?: number;
  /** The highest rate over the first, 25 by default. */
  readonly divFactor?: number;
  /** The first rate over the last, 1e4 by default. */
  readonly finalDivFactor?: number;
}
/**
 * From rate / divFactor up to rate until step pctStart * steps - 1, and down to rate / divFactor /
 * finalDivFactor, both along cosines: PyTorch's `OneCycleLR`. L. Smith and N. Topin,
 * "Super-convergence" (2018).
 */
export const oneCycle = (options: OneCycleOptions): Schedule =>
  located(() => {
    const name = 'oneCycle';
    checkOptions(name, options, ['rate', 'steps', 'pctStart', 'divFactor', 'finalDivFactor']);
    const rate = requireSetting(name, 'rate', options?.rate);
    const steps = requireWhole(name, 'steps', options.steps, 2);
    const pctStart = requireSetting(name, 'pctStart', options.pctStart ?? 0.3, 1);
    const first = rate / requirePositive(name, 'divFactor', options.divFactor ?? 25);
    const last = first / requirePositive(name, 'finalDivFactor', options.finalDivFactor ?? 1e4);
    const [top, end] = [Math.max(0, pctStart * steps - 1), steps - 1];
    return scheduleOf(name, (a, t) => {
      const until = a.min(t, a.constant(end));
      const fallen = a.mul(a.sub(until, a.constant(top)), a.constant(1 / (end - top)));
      const down = alongCosine(a, rate, last, fallen);
      if (top === 0) return down;
      const up = alongCosine(a, first, rate, a.mul(until, a.constant(1 / top)));
      return a.upTo(until, top, up, down);
    });
  });

/** What `linearWarmup` takes. */
export interface LinearWarmupOptions {
  /** After how many steps the rate is that of the schedule. */
  readonly steps: number;
  /** The share of the rate at step 0, 0 by default. */
  readonly start?: number;
}
/**
 * The first rate of a schedule, or a rate that stays, approached along a line from a share of it;
 * then the schedule from its step 0 on: PyTorch's `LinearLR` followed by another scheduler.
 */
export const linearWarmup = (then: Schedule | number, options: LinearWarmupOptions): Schedule =>
  located(() => {
    const name = 'linearWarmup';
    checkOptions(name, options, ['steps', 'start']);
    const steps = requireWhole(name, 'steps', options?.steps, 1);
    const start = requireSetting(name, 'start', options.start ?? 0);
    if (typeof then !== 'function' && typeof then !== 'number') {
      const got = describe(then);
      throw new ArgumentError(`${name}: expected a schedule or a rate, not ${got}`);
    }
    const rate = typeof then === 'number' ? requireSetting(name, 'rate', then) : then(0);
    const rising = scheduleOf(name, (a, t) => {
      const share = a.mul(t, a.constant((1 - start) / steps));
      return a.mul(a.constant(rate), a.add(a.constant(start), share));
    });
    const after = typeof then === 'number' ? scheduleOf(name, (a) => a.constant(then)) : then;
    return ((step: Dynamic): Dynamic => {
      if (!isTensor(step)) return step < steps ? rising(step) : after(step - steps);
      const t: Dynamic = step;
      return where(lt(t, steps), rising(t), after(t.sub(steps)));
    }) as Schedule;
  });
