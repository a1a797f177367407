/** Coin tosses: truth values that are true with a given probability. */
import { ArgumentError, DTypeError, ShapeError } from '../../ir/errors.ts';
import type { Value } from '../../ir/graph.ts';
import { lt } from '../../ir/ops/logic.ts';
import { checkOptions } from '../../ir/options.ts';
import { broadcastShapes, type Shape, sameShape, showShape } from '../../ir/types.ts';
import { broadcastValue, located, requireNumber } from '../../trace/functions/operands.ts';
import { requireShape } from '../../trace/functions/require-shape.ts';
import { isTensor, type TensorImplementation } from '../../trace/tensor.ts';
import type { DimsOf, Dynamic, Tensor } from '../../types/index.ts';
import type { KeyWords } from './blocks.ts';
import { applyDraw, constant } from './draw.ts';
import type { Key } from './key.ts';
import { unitValue } from './uniform.ts';

/** What `bernoulli` takes. */
export interface BernoulliOptions {
  /**
   * How likely true is, 1/2 by default: a number in [0, 1], or an f32 tensor that broadcasts to the
   * shape.
   */
  readonly probability?: number | Tensor<Dynamic, 'f32'>;
}

/** True where a number evenly distributed in [0, 1) is below `probability`. */
export const bernoulliValue = (key: KeyWords, shape: Shape, probability: number): Value =>
  lt(unitValue(key, shape, 'f32'), constant(Math.fround(probability), shape, 'f32'));

/** A number in [0, 1]; throws ArgumentError otherwise. */
export const requireProbability = (name: string, what: string, x: unknown): number => {
  const value = requireNumber(name, what, x);
  if (value >= 0 && value <= 1) return value;
  throw new ArgumentError(`${name}: ${what} must be in [0, 1], not ${value}`);
};

const requireProbabilities = (probability: TensorImplementation, shape: Shape): void => {
  if (probability.dtype !== 'f32') {
    throw new DTypeError(`bernoulli: probability must be f32, not ${probability.dtype}`);
  }
  if (!sameShape(broadcastShapes('bernoulli', probability.shape, shape), shape)) {
    const [given, wanted] = [showShape(probability.shape), showShape(shape)];
    throw new ShapeError(`bernoulli: probability ${given} does not broadcast to ${wanted}`);
  }
};

/** True with the given probability, else false: the same tosses as JAX. */
export const bernoulli = <const S extends readonly number[]>(
  key: Key,
  shape: S,
  options?: BernoulliOptions,
): Tensor<DimsOf<S>, 'bool'> =>
  located(() => {
    checkOptions('bernoulli', options, ['probability']);
    const size = requireShape('bernoulli', shape);
    const probability: unknown = options?.probability ?? 0.5;
    if (isTensor(probability)) {
      requireProbabilities(probability, size);
      return applyDraw('bernoulli', key, [probability], (words, [bound]) =>
        lt(unitValue(words, size, 'f32'), broadcastValue(bound as Value, size)),
      );
    }
    const bound = requireProbability('bernoulli', 'probability', probability);
    return applyDraw('bernoulli', key, [], (words) => bernoulliValue(words, size, bound));
  });
