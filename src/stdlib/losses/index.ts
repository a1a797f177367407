/** Losses, which `gradloom` and `gradloom/nn` export. */
export { type CrossEntropyOptions, crossEntropy } from './cross-entropy.ts';
export { type CtcLengths, type CtcOptions, ctcLoss } from './ctc-loss.ts';
export type { PairLoss, TripleLoss } from './elementwise-loss.ts';
export {
  type CosineSimilarityOptions,
  cosineEmbeddingLoss,
  cosineSimilarity,
  type MarginOptions,
  marginRankingLoss,
  tripletMarginLoss,
} from './margin.ts';
export { type NllOptions, nllLoss } from './nll-loss.ts';
export {
  type BceWithLogitsOptions,
  bceLoss,
  bceWithLogits,
  hingeLoss,
  type KlDivOptions,
  klDiv,
  squaredHingeLoss,
} from './probability.ts';
export type { LossOptions, Reduction } from './reduction.ts';
export {
  gaussianNllLoss,
  type HuberOptions,
  huberLoss,
  l1Loss,
  mseLoss,
  poissonNllLoss,
  type SmoothL1Options,
  smoothL1Loss,
} from './regression.ts';
