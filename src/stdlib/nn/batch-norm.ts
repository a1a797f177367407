/** Batch normalisation of channels, with running statistics as explicit state. */
import { ArgumentError, ShapeError } from '../../ir/errors.ts';
import type { Value } from '../../ir/graph.ts';
import { constantLike } from '../../ir/ops/constants.ts';
import { add, mul, stopGradient, sub } from '../../ir/ops/elementwise.ts';
import { checkOptions } from '../../ir/options.ts';
import { showShape } from '../../ir/types.ts';
import { apply } from '../../trace/apply.ts';
import { ones, zeros } from '../../trace/functions/creation.ts';
import type { FloatTensor } from '../../trace/functions/function-types.ts';
import {
  applyOne,
  located,
  requireDomain,
  requireNumber,
  requireWhole,
} from '../../trace/functions/operands.ts';
import { countOf, spread } from '../../trace/functions/reductions.ts';
import { asTensor, asTyped, type TensorImplementation } from '../../trace/tensor.ts';
import type { Unify } from '../../types/dimensions.ts';
import type {
  Checked,
  Dim,
  Dynamic,
  FloatDType,
  IsDynamicRank,
  Ok,
  ShapeError as ShapeMessage,
  ShapeOf,
  Show,
  ShowDim,
  Tensor,
} from '../../types/index.ts';
import { type FloatDrawOptions, requireFloat } from '../random/draw.ts';
import { requireObject } from '../require-object.ts';
import { requireTraining } from './dropout.ts';
import {
  inverseDeviation,
  momentsOf,
  requireEpsilon,
  requireParameters,
  rescale,
} from './normalize.ts';

/** The trained parameters per channel: gamma and beta of the paper. */
export interface BatchNorm<C extends Dim, D = 'f32'> {
  readonly scale: Tensor<[C], D>;
  readonly shift: Tensor<[C], D>;
}
/** The running statistics per channel, which inference uses. */
export interface BatchNormState<C extends Dim, D = 'f32'> {
  readonly mean: Tensor<[C], D>;
  readonly variance: Tensor<[C], D>;
}
/** What `batchNorm` takes. */
export interface BatchNormOptions {
  /** Whether the statistics are those of the batch, which then also move the running ones. */
  readonly training: boolean;
  /** How far the running statistics move to those of the batch, 0.1 by default. */
  readonly momentum?: number;
  /** Added to the variance, 1e-5 by default. */
  readonly epsilon?: number;
}

/** The rule of `batchNorm`: images X [N, C, ...] with C channels. */
export type Channels<Op extends string, X, C> =
  IsDynamicRank<X> extends true
    ? Ok<X>
    : X extends readonly [unknown, infer Own, ...unknown[]]
      ? Unify<Own, C> extends [unknown]
        ? Ok<X>
        : WrongChannels<`${Op}: the input ${Show<X>}`, ShowDim<Own>, ShowDim<C>>
      : ShapeMessage<`${Op}: expected an input [N, C, ...], got ${Show<X>}`>;

type WrongChannels<
  Input extends string,
  Own extends string,
  C extends string,
> = ShapeMessage<`${Input} has ${Own} channels but the parameters have ${C}`>;

/** First parameters and state for C channels: scale 1, shift 0, mean 0, variance 1. */
export const initBatchNorm = <const C extends number, D extends FloatDType = 'f32'>(
  channels: C,
  options?: FloatDrawOptions<D>,
): [BatchNorm<C, NoInfer<D>>, BatchNormState<C, NoInfer<D>>] =>
  located((): Dynamic => {
    checkOptions('initBatchNorm', options, ['dtype']);
    const dtype = requireFloat('initBatchNorm', options?.dtype);
    const shape = [requireWhole('initBatchNorm', 'the number of channels', channels, 1)];
    return [
      { scale: ones(shape, { dtype }), shift: zeros(shape, { dtype }) },
      { mean: zeros(shape, { dtype }), variance: ones(shape, { dtype }) },
    ];
  });

const requireInput = (x: unknown, channels: number | undefined): TensorImplementation => {
  const tensor = asTensor('batchNorm', x);
  const { shape } = tensor;
  requireDomain('batchNorm', 'float', tensor.dtype);
  if (shape.length < 2) {
    throw new ShapeError(`batchNorm: expected an input [N, C, ...], got ${showShape(shape)}`);
  }
  if (channels !== undefined && shape[1] !== channels) {
    const counts = `${shape[1]} channels but the parameters have ${channels}`;
    throw new ShapeError(`batchNorm: the input ${showShape(shape)} has ${counts}`);
  }
  return tensor;
};

const requireMomentum = (momentum: unknown): number => {
  const value = requireNumber('batchNorm', 'momentum', momentum ?? 0.1);
  if (value >= 0 && value <= 1) return value;
  throw new ArgumentError(`batchNorm: momentum must be in [0, 1], not ${value}`);
};

/**
 * * (x - mean) / sqrt(variance + epsilon) * scale + shift per channel of x [N, C, ...], and the
 * next state: `[y, state] = batchNorm(p, state, x, { training: true })`. While training, mean and
 * biased variance are those of the batch, and the state moves to the mean and the unbiased
 * variance; otherwise they are those of the state, which stays. S. Ioffe and C. Szegedy, "Batch
 * normalization" (2015), with the running statistics of PyTorch.
 */
export const batchNorm = <C extends Dim, D extends FloatDType, X extends FloatTensor>(
  p: BatchNorm<C, D>,
  state: BatchNormState<NoInfer<C>, NoInfer<D>>,
  x: Checked<X, Channels<'batchNorm', ShapeOf<X>, C>>,
  options: BatchNormOptions,
): [X, BatchNormState<C, D>] =>
  located((): Dynamic => {
    const name = 'batchNorm';
    checkOptions(name, options, ['training', 'momentum', 'epsilon']);
    const training = requireTraining(name, options?.training);
    const momentum = requireMomentum(options.momentum);
    const epsilon = requireEpsilon(name, options.epsilon);
    requireObject(name, 'the parameters', p);
    requireObject(name, 'the state', state);
    const { scale, shift } = p;
    const { mean, variance } = state;
    const input = requireInput(x, asTensor(name, scale).shape[0]);
    const channels = [input.shape[1] as number];
    const tensors = requireParameters(name, input, channels, { scale, shift, mean, variance });
    const run = training ? train : infer;
    return run(input, tensors, { momentum, epsilon, state });
  });

/** Of the input, the parameters and the state. */
type FiveValues = [Value, Value, Value, Value, Value];
interface Settings {
  readonly momentum: number;
  readonly epsilon: number;
  readonly state: unknown;
}
const foldedAxes = (rank: number): number[] =>
  Array.from({ length: rank }, (_, axis) => axis).filter((axis) => axis !== 1);

const infer = (
  x: TensorImplementation,
  parameters: readonly TensorImplementation[],
  { epsilon, state }: Settings,
): unknown => {
  const axes = foldedAxes(x.rank);
  const y = applyOne('batchNorm', [x, ...parameters], (values) => {
    const [value, scale, shift, mean, variance] = values as FiveValues;
    const centred = sub(value, spread(mean, x.shape, axes));
    const factor = spread(inverseDeviation(variance, epsilon), x.shape, axes);
    return rescale(mul(centred, factor), scale, shift, [1]);
  });
  return [y, state];
};

const train = (
  x: TensorImplementation,
  parameters: readonly TensorImplementation[],
  { epsilon, momentum }: Settings,
): unknown => {
  const axes = foldedAxes(x.rank);
  const count = countOf(x.shape, axes);
  if (count < 2) {
    throw new ShapeError(`batchNorm: training needs more than ${count} values per channel`, {
      got: `input ${showShape(x.shape)}`,
    });
  }
  const results = apply('batchNorm', [x, ...parameters].map(asTyped<Dynamic>), (values) => {
    const [value, scale, shift, mean, variance] = values as FiveValues;
    const batch = momentsOf(value, axes);
    const factor = spread(inverseDeviation(batch.variance, epsilon), x.shape, axes);
    const moved = (old: Value, now: Value, by: number): Value =>
      stopGradient(add(mul(old, constantLike(old, 1 - momentum)), mul(now, constantLike(now, by))));
    return [
      rescale(mul(batch.centred, factor), scale, shift, [1]),
      moved(mean, batch.mean, momentum),
      moved(variance, batch.variance, (momentum * count) / (count - 1)),
    ];
  });
  return [results[0], { mean: results[1], variance: results[2] }];
};
