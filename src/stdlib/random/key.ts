/**
 * Keys: the explicit state of everything random. A key is used once; `split` and `foldIn` make new
 * ones from it.
 */
import { ArgumentError, DTypeError, ShapeError } from '../../ir/errors.ts';
import { showShape } from '../../ir/types.ts';
import { located, requireNumber } from '../../trace/functions/operands.ts';
import { asTensor, asTyped, fromData, type TensorImplementation } from '../../trace/tensor.ts';
import type { AnyTensor, Tensor } from '../../types/index.ts';

/** The key of a random draw: two words of 32 bits. Equal keys give equal bits on every backend. */
export type Key = Tensor<[2], 'u32'>;

/**
 * The key of a seed, any safe integer. Its words are the high and the low 32 bits of the seed in
 * two's complement, as in JAX with 64-bit integers enabled: `key(42)` is [0, 42].
 */
export const key = (seed: number): Key =>
  located(() => {
    const value = requireNumber('key', 'the seed', seed);
    if (!Number.isSafeInteger(value)) {
      throw new ArgumentError('key: the seed must be a safe integer', { got: `${value}` });
    }
    const words = Uint32Array.of(Math.floor(value / 2 ** 32), value);
    return asTyped<Key>(fromData(words, 'u32', [2]));
  });

/** The tensor behind a key; throws for tensors that are none. */
export const requireKey = (name: string, candidate: AnyTensor): TensorImplementation => {
  const tensor = asTensor(name, candidate);
  const got = `${showShape(tensor.shape)} ${tensor.dtype}`;
  const hint = 'make a key with random.key(seed)';
  if (tensor.dtype !== 'u32') throw new DTypeError(`${name}: a key has dtype u32`, { got, hint });
  if (tensor.shape.length !== 1 || tensor.shape[0] !== 2) {
    throw new ShapeError(`${name}: a key has shape [2]`, {
      got,
      hint: tensor.shape.at(-1) === 2 ? 'use vmap to draw with many keys' : hint,
    });
  }
  return tensor;
};
