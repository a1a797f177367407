/** One call of every array function that maps tensors to a tensor, away from kinks. */
import * as g from 'gradloom';
import { pick } from '../../src/trace/functions/index.ts';
import { integerSamples } from './integer-samples.ts';
import { layerSamples } from './layer-samples.ts';
import { lossSamples } from './loss-samples.ts';
import { matrixSamples } from './matrix-samples.ts';
import type { Any } from './naive.ts';
import { windowSamples } from './samples-windows.ts';

/** A call: the shapes of its float inputs, and what is done with them. */
export interface Sample {
  readonly name: string;
  readonly shapes: readonly (readonly number[])[];
  /** The inputs lie in this interval; default [0.3, 1.7]. */
  readonly interval?: readonly [number, number];
  readonly call: (...inputs: Any[]) => g.AnyTensor;
  /** Whether the derivative is 0 everywhere, or there is none. */
  readonly isFlat?: boolean;
}

const one = (name: string, call: (x: Any) => g.AnyTensor, more: Partial<Sample> = {}): Sample => ({
  name,
  shapes: [[2, 3]],
  call,
  ...more,
});
const two = (
  name: string,
  call: (a: Any, b: Any) => g.AnyTensor,
  more: Partial<Sample> = {},
): Sample => ({
  name,
  shapes: [
    [2, 1, 3],
    [2, 1],
  ],
  call,
  ...more,
});
const flat = { isFlat: true };
const ids = (data: number[] | number[][]): g.Tensor<g.Dynamic, 'i32'> =>
  g.tensor(data, { dtype: 'i32' });
const images = { shapes: [[1, 2, 5, 5]] };

/** The samples. */
export const samples: readonly Sample[] = [
  one('neg', g.neg),
  one('abs', g.abs),
  one('sign', g.sign, flat),
  one('square', g.square),
  one('floor', g.floor, flat),
  one('ceil', g.ceil, flat),
  one('round', g.round, flat),
  one('trunc', g.trunc, flat),
  one('sqrt', g.sqrt),
  one('rsqrt', g.rsqrt),
  one('reciprocal', g.reciprocal),
  one('exp', g.exp),
  one('exp2', g.exp2),
  one('expm1', g.expm1),
  one('log', g.log),
  one('log2', g.log2),
  one('log10', g.log10),
  one('log1p', g.log1p),
  one('sin', g.sin),
  one('cos', g.cos),
  one('tan', g.tan, { interval: [-1, 1] }),
  one('asin', g.asin, { interval: [-0.9, 0.9] }),
  one('acos', g.acos, { interval: [-0.9, 0.9] }),
  one('atan', g.atan),
  one('sinh', g.sinh),
  one('cosh', g.cosh),
  one('asinh', g.asinh),
  one('acosh', g.acosh, { interval: [1.2, 3] }),
  one('atanh', g.atanh, { interval: [-0.9, 0.9] }),
  one('tanh', g.tanh),
  one('erf', g.erf),
  one('erfc', g.erfc),
  one('lgamma', g.lgamma),
  one('digamma', g.digamma),
  one('erfInv', g.erfInv, { interval: [-0.9, 0.9] }),
  one('sinc', g.sinc),
  one('relu', g.relu, { interval: [-2, 2] }),
  one('relu6', g.relu6, { interval: [-3, 9] }),
  one('sigmoid', g.sigmoid),
  one('logSigmoid', g.logSigmoid, { interval: [-3, 3] }),
  one('softplus', g.softplus, { interval: [-3, 3] }),
  one('silu', g.silu),
  one('mish', g.mish),
  one('softsign', g.softsign),
  one('hardSigmoid', g.hardSigmoid),
  one('hardSwish', g.hardSwish),
  one('hardTanh', g.hardTanh, { interval: [-3, 3] }),
  one('leakyRelu', g.leakyRelu, { interval: [-3, 3] }),
  one('elu', g.elu, { interval: [-3, 3] }),
  one('celu', (x) => g.celu(x, { alpha: 2 }), { interval: [-3, 3] }),
  one('selu', g.selu, { interval: [-3, 3] }),
  one('gelu', g.gelu, { interval: [-3, 3] }),
  one('gelu tanh', (x) => g.gelu(x, { approximate: 'tanh' }), { interval: [-3, 3] }),
  one('isnan', g.isnan, flat),
  one('isinf', g.isinf, flat),
  one('isfinite', g.isfinite, flat),
  one('logicalNot', g.logicalNot, flat),
  one('identity', g.identity),
  one('stopGradient', g.stopGradient, flat),
  one('cast', (x) => g.cast(g.cast(x, 'f64'), 'f32')),
  one('clamp', (x) => g.clamp(x, { min: 0.5, max: 1.3 })),
  one('maskedFill', (x) => g.maskedFill(x, g.tensor([true, false, true]), 7)),
  two('add', g.add),
  two('sub', g.sub),
  two('mul', g.mul),
  two('div', g.div),
  two('pow', g.pow),
  two('maximum', g.maximum),
  two('minimum', g.minimum),
  two('atan2', g.atan2),
  two('fmod', g.fmod),
  two('remainder', g.remainder),
  two('floorDivide', g.floorDivide, flat),
  two('truncDivide', g.truncDivide, flat),
  two('hypot', g.hypot),
  two('logaddexp', g.logaddexp),
  two('squaredDifference', g.squaredDifference),
  two('eq', g.eq, flat),
  two('ne', g.ne, flat),
  two('lt', g.lt, flat),
  two('le', g.le, flat),
  two('gt', g.gt, flat),
  two('ge', g.ge, flat),
  two('logicalAnd', g.logicalAnd, flat),
  two('logicalOr', g.logicalOr, flat),
  two('logicalXor', g.logicalXor, flat),
  two('where', (a, b) => g.where(g.gt(a, 1), a, b)),
  { name: 'lerp', shapes: [[2, 3], [3], [2, 1]], call: (a, b, weight) => g.lerp(a, b, weight) },
  one('sum', (x) => g.sum(x, 0)),
  one('mean', (x) => g.mean(x, -1, { keepDims: true })),
  one('max', (x) => g.max(x, 1)),
  one('min', (x) => g.min(x)),
  one('prod', (x) => g.prod(x, 1)),
  one('any', (x) => g.any(g.gt(x, 1), 1), flat),
  one('all', (x) => g.all(g.gt(x, 1), 0), flat),
  one('countNonzero', (x) => g.countNonzero(g.floor(x), 0), flat),
  one('argmax', (x) => g.argmax(x), flat),
  one('argmin', (x) => g.argmin(x, 0), flat),
  one('variance', (x) => g.variance(x, 1, { correction: 1 })),
  one('std', (x) => g.std(x, 1)),
  one('norm', (x) => g.norm(x, 1)),
  one('norm inf', (x) => g.norm(x, 1, { ord: 'inf' })),
  one('logsumexp', (x) => g.logsumexp(x, 1)),
  one('softmax', (x) => g.softmax(x)),
  one('logSoftmax', (x) => g.logSoftmax(x, 0)),
  {
    name: 'matmul',
    shapes: [
      [2, 3],
      [3, 2],
    ],
    call: g.matmul,
  },
  {
    name: 'matmul of stacks',
    shapes: [
      [2, 1, 2, 3],
      [3, 3, 2],
    ],
    call: g.matmul,
  },
  { name: 'matmul of vectors', shapes: [[3], [2, 3, 2]], call: g.matmul },
  { name: 'dot', shapes: [[3], [3]], call: g.dot },
  { name: 'outer', shapes: [[3], [2]], call: g.outer },
  { name: 'linear', shapes: [[2, 3], [4, 3], [4]], call: (x, w, b) => g.linear(x, w, b) },
  {
    name: 'tensordot',
    shapes: [
      [2, 3, 2],
      [2, 3],
    ],
    call: (a, b) => g.tensordot(a, b, [[1], [1]]),
  },
  {
    name: 'einsum',
    shapes: [[2, 3], [3, 3], [3]],
    call: (a, b, c) => g.einsum('ij,jj,k->ki', a, b, c),
  },
  one('reshape', (x) => g.reshape(x, [3, 2])),
  one('transpose', (x) => g.transpose(x)),
  one('permute', (x) => g.permute(x, [1, 0])),
  one('squeeze', (x) => g.squeeze(g.unsqueeze(x, 1))),
  one('unsqueeze', (x) => g.unsqueeze(x, -1)),
  one('broadcastTo', (x) => g.broadcastTo(x, [2, 2, 3])),
  one('flip', (x) => g.flip(x, 1)),
  {
    name: 'concat',
    shapes: [
      [2, 3],
      [1, 3],
    ],
    call: (a, b) => g.concat([a, b], 0),
  },
  { name: 'stack', shapes: [[2], [2]], call: (a, b) => g.stack([a, b], 1) },
  one('split', (x) => g.split(x, [1, 2], 1)[1]!),
  one('repeat', (x) => g.repeat(x, 2, 1)),
  one('tile', (x) => g.tile(x, [2, 1])),
  one('roll', (x) => g.roll(x, 1, 1)),
  one('slice', (x) => g.slice(x, [1, [2, 0, -1]])),
  one('at', (x) => g.at(x, -1)),
  one('pad', (x) =>
    g.pad(x, [
      [1, 0],
      [-1, 2],
    ]),
  ),
  one('pad reflect', (x) =>
    g.pad(
      x,
      [
        [1, 1],
        [2, 1],
      ],
      { mode: 'reflect' },
    ),
  ),
  ...matrixSamples,
  one('tril', (x) => g.tril(x)),
  one('triu', (x) => g.triu(x, { offset: 1 })),
  one('take', (x) =>
    g.take(
      x,
      ids([
        [1, 0],
        [-1, 2],
      ]),
      1,
    ),
  ),
  one('embedding', (x) => g.embedding(x, ids([1, 1, 0]))),
  one('pick', (x) => pick(x, ids([2, -3]))),
  one('takeAlongAxis', (x) =>
    g.takeAlongAxis(
      x,
      ids([
        [1, 0],
        [-1, 2],
      ]),
      1,
    ),
  ),
  {
    name: 'scatterAdd',
    shapes: [
      [2, 3],
      [2, 2],
    ],
    call: (x, u) =>
      g.scatterAdd(
        x,
        ids([
          [1, 1],
          [0, 2],
        ]),
        u,
        1,
      ),
  },
  {
    name: 'indexAdd',
    shapes: [
      [2, 3],
      [3, 3],
    ],
    call: (x, u) => g.indexAdd(x, ids([1, 1, 0]), u),
  },
  one('oneHot', (x) => g.oneHot(g.argmax(x), 3), flat),
  one('argsort', (x) => g.argsort(x), flat),
  one('sort', (x) => g.sort(x, 0)[0]),
  {
    name: 'conv1d',
    shapes: [
      [1, 2, 5],
      [4, 1, 2],
    ],
    call: (x, w) => g.conv1d(x, w, { groups: 2, stride: 2 }),
  },
  {
    name: 'conv2d',
    shapes: [[1, 2, 4, 4], [3, 2, 2, 2], [3]],
    call: (x, w, bias) => g.conv2d(x, w, { bias, padding: 'same', dilation: [1, 2] }),
  },
  {
    name: 'conv3d',
    shapes: [
      [1, 1, 2, 3, 3],
      [1, 1, 2, 2, 2],
    ],
    call: (x, w) => g.conv3d(x, w),
  },
  {
    name: 'convTranspose1d',
    shapes: [
      [1, 2, 3],
      [2, 1, 3],
    ],
    call: (x, w) => g.convTranspose1d(x, w, { stride: 2, padding: 1, outputPadding: 1 }),
  },
  {
    name: 'convTranspose2d',
    shapes: [
      [1, 2, 2, 2],
      [2, 1, 2, 2],
    ],
    call: (x, w) => g.convTranspose2d(x, w, { stride: 2, groups: 2 }),
  },
  one('maxPool1d', (x) => g.maxPool1d(x, 2, { stride: 1 }), { shapes: [[1, 2, 5]] }),
  one('maxPool2d', (x) => g.maxPool2d(x, 3, { stride: 2, padding: 1 }), images),
  one('avgPool1d', (x) => g.avgPool1d(x, 2), { shapes: [[1, 2, 5]] }),
  one(
    'avgPool2d',
    (x) => g.avgPool2d(x, 3, { stride: 2, padding: 1, countIncludePad: false }),
    images,
  ),
  one('globalAvgPool', (x) => g.globalAvgPool(x), images),
  one('resize', (x) => g.resize(x, { size: [3, 7] }), images),
  one('resize linear', (x) => g.resize(x, { size: [3, 7], mode: 'linear' }), images),
  one('upsample2d', (x) => g.upsample2d(x, 2), images),
  ...windowSamples,
  ...layerSamples,
  ...lossSamples,
  ...integerSamples,
];
