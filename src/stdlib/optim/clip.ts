/** Gradients kept small, all together or one by one. */
import { ArgumentError } from '../../ir/errors.ts';
import type { Value } from '../../ir/graph.ts';
import { constantLike } from '../../ir/ops/constants.ts';
import { add, div, maximum, minimum, mul, sqrt } from '../../ir/ops/elementwise.ts';
import { cast } from '../../ir/ops/logic.ts';
import { reduceSum } from '../../ir/ops/reductions.ts';
import { apply } from '../../trace/apply.ts';
import { unflatten } from '../../trace/flatten.ts';
import { zeros } from '../../trace/functions/creation.ts';
import { broadcastValue, located, requireNumber } from '../../trace/functions/operands.ts';
import { asTyped, type TensorImplementation } from '../../trace/tensor.ts';
import type { Dynamic, FloatDType, Tensor } from '../../types/index.ts';
import { flattenParameters } from './update.ts';

/** A positive number; infinity clips nothing. */
const requireLimit = (name: string, word: string, x: unknown): number => {
  const value = requireNumber(name, word, x);
  if (value > 0) return value;
  throw new ArgumentError(`${name}: ${word} must be a number > 0, not ${value}`);
};

/** The root of the sum of all squares, in f64 if any of the values is. */
const normOf = (values: readonly Value[]): Value => {
  const dtype = values.some(({ type }) => type.dtype === 'f64') ? 'f64' : 'f32';
  const squares = values.map((value) => {
    const wide = value.type.dtype === dtype ? value : cast(value, { dtype });
    return reduceSum(mul(wide, wide), { axes: value.type.shape.map((_, axis) => axis) });
  });
  return sqrt(squares.reduce((sum, square) => add(sum, square)));
};

const applyToAll = (
  name: string,
  leaves: readonly TensorImplementation[],
  body: (values: Value[]) => Value | Value[],
): TensorImplementation[] => apply(name, leaves.map(asTyped<Dynamic>), body);

/** The length of the vector of all elements of all tensors of a tree; 0 of none. */
export const globalNorm = <G>(gradients: G): Tensor<[], FloatDType> =>
  located((): Dynamic => {
    const { leaves } = flattenParameters('globalNorm', gradients, 'gradient');
    return leaves.length === 0 ? zeros([]) : applyToAll('globalNorm', leaves, normOf)[0];
  });

/**
 * Gradients times min(1, maxNorm / (norm + 1e-6)) with the norm of all of them together, so that it
 * is at most maxNorm: the formula of PyTorch's `clip_grad_norm_`. R. Pascanu et al., "On the
 * difficulty of training recurrent neural networks" (2013).
 */
export const clipByGlobalNorm = <G>(gradients: G, maxNorm: number): G =>
  located((): Dynamic => {
    const name = 'clipByGlobalNorm';
    const limit = requireLimit(name, 'maxNorm', maxNorm);
    const { leaves, structure } = flattenParameters(name, gradients, 'gradient');
    if (leaves.length === 0) return gradients;
    const clipped = applyToAll(name, leaves, (values) => {
      const norm = normOf(values);
      const like = (value: number): Value => constantLike(norm, value);
      const factor = minimum(like(1), div(like(limit), add(norm, like(1e-6))));
      return values.map((value) => {
        const { dtype, shape } = value.type;
        const own = factor.type.dtype === dtype ? factor : cast(factor, { dtype });
        return mul(value, broadcastValue(own, shape));
      });
    });
    return unflatten(structure, clipped);
  });

/** Every element of the gradients moved into [-limit, limit]; PyTorch's `clip_grad_value_`. */
export const clipByValue = <G>(gradients: G, limit: number): G =>
  located((): Dynamic => {
    const bound = requireLimit('clipByValue', 'limit', limit);
    const { leaves, structure } = flattenParameters('clipByValue', gradients, 'gradient');
    if (leaves.length === 0) return gradients;
    const clipped = applyToAll('clipByValue', leaves, (values) =>
      values.map((value) =>
        minimum(maximum(value, constantLike(value, -bound)), constantLike(value, bound)),
      ),
    );
    return unflatten(structure, clipped);
  });
