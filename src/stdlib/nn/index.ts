/**
 * `gradloom/nn`: layers as pure functions of parameters and inputs, with the activations, pools
 * and losses that go with them. Parameters are plain objects of tensors made by the `init...`
 * functions.
 */
export {
  avgPool2d,
  gelu,
  logSoftmax,
  maxPool2d,
  relu,
  sigmoid,
  silu,
  softmax,
  softplus,
  tanh,
} from '../../trace/functions/index.ts';
export {
  loadMetadata,
  loadParameters,
  type SaveOptions,
  saveParameters,
} from '../checkpoints/index.ts';
export type { GainInitializer, GainOptions, Initializer } from '../init/index.ts';
export * as init from '../init/index.ts';
export * from '../losses/index.ts';
export {
  type BatchNorm,
  type BatchNormOptions,
  type BatchNormState,
  batchNorm,
  initBatchNorm,
} from './batch-norm.ts';
export { type Conv1d, type Conv1dOptions, conv1d, initConv1d } from './conv1d.ts';
export {
  type Conv2d,
  type Conv2dOptions,
  conv2d,
  initConv2d,
  type KernelSize,
} from './conv2d.ts';
export { type Affine, type Dense, dense, initDense, type LayerOptions } from './dense.ts';
export { type DropoutOptions, dropout } from './dropout.ts';
export { type Embedding, embedding, initEmbedding } from './embedding.ts';
export { type GroupNorm, groupNorm, initGroupNorm } from './group-norm.ts';
export { initLayerNorm, type LayerNorm, layerNorm } from './layer-norm.ts';
export {
  initMultiHeadAttention,
  type MultiHeadAttention,
  multiHeadAttention,
} from './multi-head-attention.ts';
export {
  type Gru,
  gru,
  type InitRecurrent,
  initGru,
  initLstm,
  initRnn,
  type Lstm,
  lstm,
  type Recurrent,
  type Rnn,
  type RnnOptions,
  rnn,
  type StateOptions,
} from './recurrent.ts';
export { initRmsNorm, type RmsNorm, rmsNorm } from './rms-norm.ts';
