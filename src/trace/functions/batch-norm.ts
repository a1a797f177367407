/** Batch normalisation: channels to mean 0 and variance 1 over the batch and the space. */
import { ArgumentError, ShapeError } from '../../ir/errors.ts';
import type { Value } from '../../ir/graph.ts';
import { constantLike } from '../../ir/ops/constants.ts';
import { add, mul, stopGradient, sub } from '../../ir/ops/elementwise.ts';
import { checkOptions } from '../../ir/options.ts';
import { showShape } from '../../ir/types.ts';
import type {
  AnyTensor,
  ChannelsOf,
  Checked,
  DTypeOf,
  Dynamic,
  HasChannels,
  Parameter,
  ShapeOf,
  Tensor,
} from '../../types/index.ts';
import { apply } from '../apply.ts';
import { asTyped, type TensorImplementation } from '../tensor.ts';
import type { FloatTensor } from './function-types.ts';
import { inverseDeviation, momentsOf, requireEps, rescale } from './moments.ts';
import { located, requireFlag, requireNumber } from './operands.ts';
import { requireChannels, requireFloatTensor, requireParameters } from './parameters.ts';
import { countOf, spread } from './reductions.ts';

/** What `batchNorm` takes. */
export interface BatchNormOptions<T extends boolean = boolean> {
  /** Added to the variance, 1e-5 by default. */
  readonly eps?: number;
  /** How far the running statistics move to those of the batch, 0.1 by default. */
  readonly momentum?: number;
  /** Whether the statistics are those of the batch; false by default. */
  readonly training?: T;
}
/** The result, and while training the next running mean and variance. */
export type BatchNormResult<X, T extends boolean> = T extends true
  ? [y: X, mean: Statistic<X>, variance: Statistic<X>]
  : X;
type Statistic<X> = Tensor<[ChannelsOf<ShapeOf<X>>], DTypeOf<X>>;
type PerChannel<Word extends string, X, P> = Parameter<
  'batchNorm',
  Word,
  X,
  [ChannelsOf<ShapeOf<X>>],
  P
>;

/** The options, checked. */
export interface BatchNormSettings {
  readonly eps: number;
  readonly momentum: number;
  readonly training: boolean;
}

/** The options with their defaults; throws for unknown and impossible ones. */
export const batchNormSettings = (options: BatchNormOptions | undefined): BatchNormSettings => {
  checkOptions('batchNorm', options, ['eps', 'momentum', 'training']);
  const momentum = requireNumber('batchNorm', 'momentum', options?.momentum ?? 0.1);
  if (!(momentum >= 0 && momentum <= 1)) {
    throw new ArgumentError(`batchNorm: momentum must be in [0, 1], not ${momentum}`);
  }
  return {
    momentum,
    eps: requireEps('batchNorm', options?.eps, 1e-5),
    training: requireFlag('batchNorm', 'training', options?.training),
  };
};

/** Of the input, gain, offset, running mean and running variance. */
type FiveValues = [Value, Value, Value, Value, Value];

/**
 * The results of `batchNorm` on an input and on gain, offset, running mean and running variance,
 * which `parameters` names for the messages.
 */
export const normalizeBatch = (
  x: TensorImplementation,
  parameters: Readonly<Record<string, unknown>>,
  { eps, momentum, training }: BatchNormSettings,
): TensorImplementation[] => {
  const channels = requireChannels('batchNorm', x, 2, '[N, C, ...]');
  const tensors = requireParameters('batchNorm', x, [channels], parameters);
  const axes = x.shape.map((_, axis) => axis).filter((axis) => axis !== 1);
  const count = countOf(x.shape, axes);
  if (training && count < 2) {
    throw new ShapeError(`batchNorm: training needs more than ${count} values per channel`, {
      got: `input ${showShape(x.shape)}`,
    });
  }
  return apply('batchNorm', [x, ...tensors].map(asTyped<Dynamic>), (values) => {
    const [value, gain, offset, mean, variance] = values as FiveValues;
    const scaled = (centred: Value, of: Value): Value => {
      const factor = spread(inverseDeviation(of, eps), x.shape, axes);
      return rescale(mul(centred, factor), gain, offset, [1]);
    };
    if (!training) return scaled(sub(value, spread(mean, x.shape, axes)), variance);
    const batch = momentsOf(value, axes);
    const moved = (old: Value, now: Value, by: number): Value =>
      stopGradient(add(mul(old, constantLike(old, 1 - momentum)), mul(now, constantLike(now, by))));
    return [
      scaled(batch.centred, batch.variance),
      moved(mean, batch.mean, momentum),
      moved(variance, batch.variance, (momentum * count) / (count - 1)),
    ];
  });
};

/**
 * (x - mean) / sqrt(variance + eps) * gamma + beta per channel of x [N, C, ...]; the other tensors
 * have one element per channel. While training, mean and biased variance are those of the batch,
 * and the result is `[y, newRunningMean, newRunningVar]`: the running statistics moved to the mean
 * and to the unbiased variance, without a gradient. Otherwise the running statistics are used and
 * the result is y. S. Ioffe and C. Szegedy, "Batch normalization" (2015), with the running
 * statistics of PyTorch.
 */
export const batchNorm = <
  X extends FloatTensor,
  G extends AnyTensor,
  B extends AnyTensor,
  M extends AnyTensor,
  V extends AnyTensor,
  const T extends boolean = false,
>(
  x: Checked<X, HasChannels<'batchNorm', ShapeOf<X>>>,
  gamma: Checked<G, PerChannel<'gamma', X, G>>,
  beta: Checked<B, PerChannel<'beta', X, B>>,
  runningMean: Checked<M, PerChannel<'runningMean', X, M>>,
  runningVar: Checked<V, PerChannel<'runningVar', X, V>>,
  options?: BatchNormOptions<T>,
): BatchNormResult<X, T> =>
  located((): Dynamic => {
    const settings = batchNormSettings(options);
    const tensor = requireFloatTensor('batchNorm', x);
    const parameters = { gamma, beta, runningMean, runningVar };
    const results = normalizeBatch(tensor, parameters, settings);
    return settings.training ? results : results[0];
  });
