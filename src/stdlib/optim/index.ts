/** `gradloom/optim`: optimizers as pure functions of parameters, gradients and a state. */
export {
  type Adam,
  type AdamOptions,
  type AdamState,
  adam,
  adamW,
} from './adam.ts';
export {
  type Adagrad,
  type AdagradOptions,
  type AdagradState,
  adagrad,
  type RmsProp,
  type RmsPropOptions,
  type RmsPropState,
  rmsProp,
} from './adaptive-rates.ts';
export { clipByGlobalNorm, clipByValue, globalNorm } from './clip.ts';
export type { Schedule, ScheduleStep } from './schedule-formula.ts';
export {
  type CosineDecayOptions,
  cosineDecay,
  type ExponentialDecayOptions,
  exponentialDecay,
  type LinearWarmupOptions,
  linearWarmup,
  type OneCycleOptions,
  oneCycle,
  type StepDecayOptions,
  stepDecay,
} from './schedules.ts';
export {
  type Momentum,
  type MomentumOptions,
  type MomentumState,
  momentum,
  type Sgd,
  type SgdOptions,
  type SgdState,
  sgd,
} from './sgd.ts';
export type { Rate, UpdateOptions } from './update.ts';
