/** `gradloom/random`: random numbers from explicit keys, with the bits of JAX. */
export { type BernoulliOptions, bernoulli } from './bernoulli.ts';
export { bits } from './bits.ts';
export { type CategoricalOptions, categorical } from './categorical.ts';
export type { FloatDrawOptions } from './draw.ts';
export { type ExponentialOptions, exponential, gumbel } from './gumbel.ts';
export { type Key, key } from './key.ts';
export {
  type NormalOptions,
  normal,
  type TruncatedNormalOptions,
  truncatedNormal,
} from './normal.ts';
export {
  type ChoiceOptions,
  choice,
  type PermutationOptions,
  permutation,
} from './permutation.ts';
export { type RandintOptions, randint } from './randint.ts';
export { foldIn, type Keys, split, splitRows } from './split.ts';
export { type UniformOptions, uniform } from './uniform.ts';
