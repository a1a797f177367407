/** `gradloom/optim`: optimizers as pure functions of parameters, gradients and a state. */
export {
  type Adam,
  type AdamOptions,
  type AdamState,
  type AdamWOptions,
  adam,
  adamW,
} from './adam.ts';
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
