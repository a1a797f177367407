/** The layer of attention in several heads. */
import { checkOptions } from '../../ir/options.ts';
import {
  attendWithHeads,
  type MultiHeadAttentionOptions,
} from '../../trace/functions/attention.ts';
import { located, requireWhole } from '../../trace/functions/operands.ts';
import type {
  AnyTensor,
  AxisOf,
  Checked,
  Dim,
  Divides,
  Dynamic,
  FloatDType,
  Parameter,
  ShapeOf,
  Tensor,
} from '../../types/index.ts';
import { xavierUniform, zeros } from '../init/index.ts';
import type { Key } from '../random/key.ts';
import { split } from '../random/split.ts';
import { requireObject } from '../require-object.ts';
import type { LayerOptions } from './dense.ts';

/**
 * The parameters of attention over F features: the weights [F, F] of queries, keys, values and the
 * result in the form of PyTorch, x w^T + b, and their biases.
 */
export interface MultiHeadAttention<F extends Dim, D = 'f32'> {
  readonly wq: Tensor<[F, F], D>;
  readonly wk: Tensor<[F, F], D>;
  readonly wv: Tensor<[F, F], D>;
  readonly wo: Tensor<[F, F], D>;
  readonly bq: Tensor<[F], D>;
  readonly bk: Tensor<[F], D>;
  readonly bv: Tensor<[F], D>;
  readonly bo: Tensor<[F], D>;
}

/**
 * First parameters of attention over F features: weights by `init`, by default
 * `init.xavierUniform`, and biases of 0.
 */
export const initMultiHeadAttention = <const F extends number, D extends FloatDType = 'f32'>(
  key: Key,
  features: F,
  options?: LayerOptions<D>,
): MultiHeadAttention<F, NoInfer<D>> =>
  located((): Dynamic => {
    const name = 'initMultiHeadAttention';
    checkOptions(name, options, ['init', 'dtype']);
    const { init = xavierUniform, dtype = 'f32' } = options ?? {};
    const width = requireWhole(name, 'the number of features', features, 1);
    const [wq, wk, wv, wo] = split(key, 4).map((one: Key) => init(one, [width, width], { dtype }));
    const [bq, bk, bv, bo] = [0, 1, 2, 3].map(() => zeros(key, [width], { dtype }));
    return { wq, wk, wv, wo, bq, bk, bv, bo };
  });

type Input<Word extends string, N, T, F, X> = Parameter<
  'multiHeadAttention',
  Word,
  X,
  [N, T, F],
  X
>;
/**
 * The function `multiHeadAttention` of xq [N, T, F] to xkv [N, S, F] with parameters in an object.
 */
export const multiHeadAttention = <
  F extends Dim,
  D extends FloatDType,
  X extends Tensor<unknown, FloatDType>,
  Y extends AnyTensor,
  const H extends number,
>(
  p: MultiHeadAttention<F, D>,
  xq: Checked<X, Input<'xq', number, number, F, X>>,
  xkv: Checked<Y, Input<'xkv', AxisOf<ShapeOf<X>, 0>, number, F, Y>>,
  options: MultiHeadAttentionOptions<
    Checked<H, Divides<'multiHeadAttention', 'heads', H, 'features', F>>
  >,
): X =>
  located((): Dynamic => {
    requireObject('multiHeadAttention', 'the parameters', p);
    const { wq, wk, wv, wo, bq, bk, bv, bo } = p;
    return attendWithHeads(xq, { xkv, wq, wk, wv, wo, bq, bk, bv, bo }, options as Dynamic);
  });
