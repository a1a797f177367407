/** Batch normalisation of channels, with running statistics as explicit state. */
import { ShapeError } from '../../ir/errors.ts';
import { checkOptions } from '../../ir/options.ts';
import { showShape } from '../../ir/types.ts';
import {
  batchNormSettings,
  type BatchNormOptions as FunctionOptions,
  normalizeBatch,
} from '../../trace/functions/batch-norm.ts';
import { ones, onesLike, zeros, zerosLike } from '../../trace/functions/creation.ts';
import type { FloatTensor } from '../../trace/functions/function-types.ts';
import { located, requireWhole } from '../../trace/functions/operands.ts';
import { requireChannels, requireFloatTensor } from '../../trace/functions/parameters.ts';
import { asTensor, type TensorImplementation } from '../../trace/tensor.ts';
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
/** What the layer `batchNorm` takes: it must be said whether it trains. */
export interface BatchNormOptions extends FunctionOptions {
  /** Whether the statistics are those of the batch, which then also move the running ones. */
  readonly training: boolean;
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
    const parameters: Dynamic = initScaling('initBatchNorm', channels, options);
    const { scale, shift } = parameters;
    return [parameters, { mean: zerosLike(shift), variance: onesLike(scale) }];
  });

/** Scale 1 and shift 0 for each of a number of channels. */
export const initScaling = (
  name: string,
  channels: number,
  options: FloatDrawOptions | undefined,
): BatchNorm<number, FloatDType> => {
  checkOptions(name, options, ['dtype']);
  const dtype = requireFloat(name, options?.dtype);
  const shape = [requireWhole(name, 'the number of channels', channels, 1)];
  return { scale: ones(shape, { dtype }), shift: zeros(shape, { dtype }) } as Dynamic;
};

/** An input [N, C, ...] with the channels of the parameters, of which `scale` is one. */
export const requireInput = (name: string, x: unknown, scale: unknown): TensorImplementation => {
  const tensor = requireFloatTensor(name, x);
  const own = requireChannels(name, tensor, 2, '[N, C, ...]');
  const channels = asTensor(name, scale).shape[0];
  if (channels === undefined || own === channels) return tensor;
  const counts = `${own} channels but the parameters have ${channels}`;
  throw new ShapeError(`${name}: the input ${showShape(tensor.shape)} has ${counts}`);
};

/**
 * The function `batchNorm` with parameters and running statistics in objects: `[y, state] =
 * batchNorm(p, state, x, { training: true })`. Without training the state stays as it is.
 */
export const batchNorm = <C extends Dim, D extends FloatDType, X extends FloatTensor>(
  p: BatchNorm<C, D>,
  state: BatchNormState<NoInfer<C>, NoInfer<D>>,
  x: Checked<X, Channels<'batchNorm', ShapeOf<X>, C>>,
  options: BatchNormOptions,
): [X, BatchNormState<C, D>] =>
  located((): Dynamic => {
    requireTraining('batchNorm', options?.training);
    const settings = batchNormSettings(options);
    requireObject('batchNorm', 'the parameters', p);
    requireObject('batchNorm', 'the state', state);
    const { scale, shift } = p;
    const input = requireInput('batchNorm', x, scale);
    const [y, mean, variance] = normalizeBatch(
      input,
      { scale, shift, mean: state.mean, variance: state.variance },
      settings,
    );
    return [y, settings.training ? { mean, variance } : state];
  });
