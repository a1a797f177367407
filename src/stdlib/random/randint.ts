/** Evenly distributed integers of a range. */
import { ArgumentError, DTypeError } from '../../ir/errors.ts';
import type { Value } from '../../ir/graph.ts';
import { fmod } from '../../ir/ops/division.ts';
import { add, mul } from '../../ir/ops/elementwise.ts';
import { cast } from '../../ir/ops/logic.ts';
import { checkOptions } from '../../ir/options.ts';
import type { Shape } from '../../ir/types.ts';
import { located, requireNumber } from '../../trace/functions/operands.ts';
import { requireShape } from '../../trace/functions/require-shape.ts';
import type { DimsOf, IntDType, Tensor } from '../../types/index.ts';
import { child, type KeyWords, wordAt } from './blocks.ts';
import { applyDraw, constant } from './draw.ts';
import type { Key } from './key.ts';

/** What `randint` takes. */
export interface RandintOptions<D extends IntDType = IntDType> {
  /** The least integer, 0 by default. */
  readonly min?: number;
  /** The bound above, exclusive. */
  readonly max: number;
  /** The dtype of the integers, i32 by default. */
  readonly dtype?: D;
}

/**
 * Integers in [min, max). As in JAX, 64 random bits are reduced modulo the span: high * 2^32 +
 * low in 32-bit arithmetic, which is even for spans up to 2^16 and nearly so above.
 */
export const randintValue = (
  key: KeyWords,
  shape: Shape,
  min: number,
  max: number,
  dtype: IntDType,
): Value => {
  const span = max - min;
  const low = wordAt(child(key, 1), shape);
  let offset = low;
  if (span < 2 ** 32) {
    const like = (value: number): Value => constant(value, shape, 'u32');
    const modulo = (value: Value): Value => fmod(value, like(span));
    const root = 2 ** 16 % span;
    const multiplier = (Math.imul(root, root) >>> 0) % span;
    offset = modulo(low);
    if (multiplier !== 0) {
      const high = modulo(wordAt(child(key, 0), shape));
      offset = modulo(add(mul(high, like(multiplier)), offset));
    }
  }
  const shifted = min === 0 ? offset : add(offset, constant(min >>> 0, shape, 'u32'));
  return dtype === 'u32' ? shifted : cast(shifted, { dtype });
};

const requireIntDType = (dtype: unknown): IntDType => {
  if (dtype === 'i32' || dtype === 'u32') return dtype;
  throw new DTypeError(`randint: the dtype must be i32 or u32, not ${String(dtype)}`);
};

/** Integers in [min, max), every one equally likely: the same as JAX's for i32. */
export const randint = <const S extends readonly number[], D extends IntDType = 'i32'>(
  key: Key,
  shape: S,
  options: RandintOptions<D>,
): Tensor<DimsOf<S>, NoInfer<D>> =>
  located(() => {
    checkOptions('randint', options, ['min', 'max', 'dtype']);
    const dtype = requireIntDType(options?.dtype ?? 'i32');
    const min = requireNumber('randint', 'min', options?.min ?? 0);
    const max = requireNumber('randint', 'max', options?.max);
    const least = dtype === 'i32' ? -(2 ** 31) : 0;
    const inRange = min >= least && max <= least + 2 ** 32;
    if (!Number.isInteger(min) || !Number.isInteger(max) || !inRange) {
      throw new ArgumentError(`randint: ${min} to ${max} is no range of ${dtype}`);
    }
    if (min >= max) throw new ArgumentError(`randint: no integer lies in [${min}, ${max})`);
    const size = requireShape('randint', shape);
    return applyDraw('randint', key, [], (words) => randintValue(words, size, min, max, dtype));
  });
