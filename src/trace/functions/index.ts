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
} from './convolution-transpose.ts';
export {
  arange,
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
export {
  argsort,
  embedding,
  type Indexes,
  indexAdd,
  oneHot,
  pick,
  scatterAdd,
  sort,
  take,
  takeAlongAxis,
} from './indexing.ts';
export { concat, repeat, roll, split, stack, tile } from './joins.ts';
export { broadcastTo, flip, permute, reshape, squeeze, transpose, unsqueeze } from './layout.ts';
export {
  abs,
  atan,
  ceil,
  cos,
  erf,
  erfInv,
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
  sin,
  sinc,
  sqrt,
  square,
  tan,
  tanh,
  trunc,
} from './pointwise.ts';
export {
  type AvgPoolOptions,
  avgPool1d,
  avgPool2d,
  globalAvgPool,
  maxPool1d,
  maxPool2d,
  type PoolOptions,
} from './pooling.ts';
export { dot, linear, matmul, outer, type TensordotAxes, tensordot } from './products.ts';
export { all, any, argmax, argmin, countNonzero, max, mean, min, prod, sum } from './reductions.ts';
export { type ResizeOptions, resize, upsample2d } from './resize.ts';
export { expectLike, expectShape, shape } from './shapes.ts';
export { at, type PadMode, type PadOptions, pad, slice, tril, triu } from './slices.ts';
export { logSoftmax, softmax } from './softmax.ts';
export {
  logsumexp,
  type NormOptions,
  norm,
  std,
  type VarianceOptions,
  variance,
} from './statistics.ts';
export { type TensorOptions, tensor } from './tensor.ts';
