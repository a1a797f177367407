/** All array functions, in families. `pick` is for the losses and no part of the public library. */
export {
  type AlphaOptions,
  celu,
  elu,
  type GeluOptions,
  gelu,
  type HardTanhOptions,
  hardSigmoid,
  hardSwish,
  hardTanh,
  leakyRelu,
  logSigmoid,
  mish,
  relu,
  relu6,
  selu,
  sigmoid,
  silu,
  softplus,
  softsign,
} from './activations.ts';
export {
  adaptiveAvgPool1d,
  adaptiveAvgPool2d,
  adaptiveAvgPool3d,
  adaptiveMaxPool1d,
  adaptiveMaxPool2d,
  adaptiveMaxPool3d,
  globalAvgPool,
  globalMaxPool,
} from './adaptive-pooling.ts';
export {
  add,
  atan2,
  div,
  floorDivide,
  fmod,
  hypot,
  logaddexp,
  maximum,
  minimum,
  mul,
  pow,
  remainder,
  squaredDifference,
  sub,
  truncDivide,
} from './arithmetic.ts';
export {
  type AttentionOptions,
  attention,
  type MultiHeadAttentionOptions,
  multiHeadAttention,
} from './attention.ts';
export { type BatchNormOptions, batchNorm } from './batch-norm.ts';
export {
  type ClampOptions,
  cast,
  clamp,
  identity,
  lerp,
  maskedFill,
  stopGradient,
  where,
} from './choices.ts';
export {
  bitwiseAnd,
  bitwiseNot,
  bitwiseOr,
  bitwiseXor,
  eq,
  ge,
  gt,
  isfinite,
  isinf,
  isnan,
  le,
  logicalAnd,
  logicalNot,
  logicalOr,
  logicalXor,
  lt,
  ne,
  shiftLeft,
  shiftRight,
} from './comparisons.ts';
export { type ConvolutionOptions, conv1d, conv2d, conv3d } from './convolution.ts';
export {
  type ConvolutionTransposeOptions,
  convTranspose1d,
  convTranspose2d,
  convTranspose3d,
} from './convolution-transpose.ts';
export {
  arange,
  type EyeOptions,
  eye,
  full,
  fullLike,
  linspace,
  ones,
  onesLike,
  type RangeOptions,
  zeros,
  zerosLike,
} from './creation.ts';
export {
  type CumulativeFunction,
  type CumulativeOptions,
  cumlogsumexp,
  cummax,
  cummin,
  cumprod,
  cumsum,
} from './cumulative.ts';
export { type DiagonalOptions, diag, diagonal, trace, tril, triu } from './diagonals.ts';
export { dynamicSlice, dynamicUpdateSlice, type Starts } from './dynamic-slices.ts';
export { einsum } from './einsum.ts';
export type {
  Arithmetic,
  Comparison,
  ElementFunction,
  ElementTest,
  FloatFunction,
  FloatTensor,
  Normalization,
  Position,
  Reduction,
  ReductionTo,
} from './function-types.ts';
export { col2im, im2col } from './im2col.ts';
export {
  embedding,
  type Indexes,
  indexAdd,
  oneHot,
  pick,
  scatter,
  scatterAdd,
  take,
  takeAlongAxis,
} from './indexing.ts';
export { concat, repeat, roll, split, stack, tile } from './joins.ts';
export {
  broadcastTo,
  flip,
  moveAxis,
  permute,
  reshape,
  squeeze,
  transpose,
  unsqueeze,
} from './layout.ts';
export {
  cholesky,
  det,
  inv,
  type LuFactors,
  logdet,
  lu,
  type SignAndLogarithm,
  slogdet,
  solve,
  type TriangularSolution,
  type TriangularSolveOptions,
  triangularSolve,
} from './linear-algebra.ts';
export { cross, kron, type MeshgridOptions, meshgrid } from './matrices.ts';
export {
  type EpsOptions,
  type GroupNormOptions,
  groupNorm,
  instanceNorm,
  type LayerNormOptions,
  type LocalResponseNormOptions,
  l2Normalize,
  layerNorm,
  localResponseNorm,
  rmsNorm,
} from './normalizations.ts';
export { argsort, type SortOptions, sort, type TopKOptions, topk } from './orders.ts';
export { pixelShuffle, pixelUnshuffle } from './pixel-shuffle.ts';
export {
  abs,
  ceil,
  exp,
  exp2,
  expm1,
  floor,
  log,
  log1p,
  log2,
  log10,
  neg,
  reciprocal,
  round,
  rsqrt,
  sign,
  sqrt,
  square,
  trunc,
} from './pointwise.ts';
export {
  type AvgPoolOptions,
  avgPool1d,
  avgPool2d,
  avgPool3d,
  maxPool1d,
  maxPool2d,
  maxPool3d,
  type PoolOptions,
} from './pooling.ts';
export { dot, linear, matmul, outer, type TensordotAxes, tensordot } from './products.ts';
export { gru, lstm, type RnnOptions, rnn, type SequenceOptions } from './recurrent.ts';
export { gruCell, lstmCell, type RnnCellOptions, rnnCell } from './recurrent-cells.ts';
export { all, any, argmax, argmin, countNonzero, max, mean, min, prod, sum } from './reductions.ts';
export { type ResizeOptions, resize, upsample2d } from './resize.ts';
export { type RopeOptions, rope } from './rotary.ts';
export { expectLike, expectShape, shape } from './shapes.ts';
export { at, type PadMode, type PadOptions, pad, slice } from './slices.ts';
export { logSoftmax, softmax } from './softmax.ts';
export { digamma, erf, erfc, erfInv, lgamma } from './special.ts';
export {
  logsumexp,
  type NormOptions,
  type NormOrder,
  norm,
  std,
  type VarianceOptions,
  variance,
} from './statistics.ts';
export { type TensorOptions, tensor } from './tensor.ts';
export {
  acos,
  acosh,
  asin,
  asinh,
  atan,
  atanh,
  cos,
  cosh,
  sin,
  sinc,
  sinh,
  tan,
  tanh,
} from './trigonometry.ts';
