/**
 * What the normalising layers share: the graph of (x - mean) / sqrt(variance + epsilon), and checks
 * of parameters.
 */
import { ArgumentError, ShapeError } from '../../ir/errors.ts';
import type { Value } from '../../ir/graph.ts';
import { constantLike } from '../../ir/ops/constants.ts';
import { add, div, mul, sqrt, sub } from '../../ir/ops/elementwise.ts';
import { broadcast } from '../../ir/ops/views.ts';
import { type Shape, sameShape, showShape } from '../../ir/types.ts';
import { requireNumber, requireSameDType } from '../../trace/functions/operands.ts';
import { meanValue, spread } from '../../trace/functions/reductions.ts';
import { asTensor, type TensorImplementation } from '../../trace/tensor.ts';

/** Mean and biased variance over axes, and the distances from the mean. */
export const momentsOf = (
  x: Value,
  axes: readonly number[],
): { mean: Value; variance: Value; centred: Value } => {
  const mean = meanValue(x, axes);
  const centred = sub(x, spread(mean, x.type.shape, axes));
  return { mean, variance: meanValue(mul(centred, centred), axes), centred };
};

/** 1 / sqrt(variance + epsilon). */
export const inverseDeviation = (variance: Value, epsilon: number): Value =>
  div(constantLike(variance, 1), sqrt(add(variance, constantLike(variance, epsilon))));

/** x * scale + shift, where axis k of the parameters runs along axis `axes[k]` of x. */
export const rescale = (x: Value, scale: Value, shift: Value, axes: readonly number[]): Value => {
  const { shape } = x.type;
  return add(mul(x, broadcast(scale, { shape, axes })), broadcast(shift, { shape, axes }));
};

/** The small number under the root, 1e-5 by default. */
export const requireEpsilon = (name: string, epsilon: unknown): number => {
  const value = requireNumber(name, 'epsilon', epsilon ?? 1e-5);
  if (value >= 0 && Number.isFinite(value)) return value;
  throw new ArgumentError(`${name}: epsilon must be a number >= 0, not ${value}`);
};

/** Named parameters that must have one shape and the dtype of x. */
export const requireParameters = (
  name: string,
  x: TensorImplementation,
  shape: Shape,
  parameters: Readonly<Record<string, unknown>>,
): TensorImplementation[] =>
  Object.entries(parameters).map(([word, parameter]) => {
    const tensor = asTensor(name, parameter);
    requireSameDType(name, x.dtype, tensor.dtype);
    if (!sameShape(tensor.shape, shape)) {
      throw new ShapeError(
        `${name}: ${word} must have shape ${showShape(shape)}, not ${showShape(tensor.shape)}`,
        { got: `input ${showShape(x.shape)}` },
      );
    }
    return tensor;
  });
