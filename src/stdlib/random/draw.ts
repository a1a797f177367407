/**
 * What all draws share: the check of the key, the shape and the dtype, and one program per draw.
 */
import { ArgumentError, DTypeError } from '../../ir/errors.ts';
import type { Value } from '../../ir/graph.ts';
import { full } from '../../ir/ops/constants.ts';
import { checkOptions } from '../../ir/options.ts';
import { type DType, isFloat, type Shape } from '../../ir/types.ts';
import { requireDType } from '../../trace/functions/choices.ts';
import { applyOne, located, requireNumber } from '../../trace/functions/operands.ts';
import { requireShape } from '../../trace/functions/require-shape.ts';
import type { TensorImplementation } from '../../trace/tensor.ts';
import type { AnyTensor, Dynamic, FloatDType } from '../../types/index.ts';
import { type KeyWords, wordsOf } from './blocks.ts';
import { requireKey } from './key.ts';

/** What draws of real numbers take. */
export interface FloatDrawOptions<D extends FloatDType = FloatDType> {
  /** The dtype of the numbers, f32 by default. */
  readonly dtype?: D;
}

/** A finite number; throws ArgumentError otherwise. */
export const requireFinite = (name: string, what: string, x: unknown): number => {
  const value = requireNumber(name, what, x);
  if (Number.isFinite(value)) return value;
  throw new ArgumentError(`${name}: ${what} must be finite, not ${value}`);
};

/** The float dtype that a draw is asked for. */
export const requireFloat = (name: string, dtype: unknown): FloatDType => {
  if (dtype === undefined) return 'f32';
  const found = requireDType(name, dtype);
  if (isFloat(found)) return found as FloatDType;
  throw new DTypeError(`${name}: ${found} is not supported`, { hint: "ask for 'f32' or 'f64'" });
};

/** One value everywhere. */
export const constant = (value: number, shape: Shape, dtype: DType): Value =>
  full([], { value, shape, dtype });

/** The result of one draw: `body` gets the words of the key and the values of the other tensors. */
export const applyDraw = (
  name: string,
  key: AnyTensor,
  others: readonly TensorImplementation[],
  body: (key: KeyWords, values: Value[]) => Value,
): Dynamic =>
  applyOne(name, [requireKey(name, key), ...others], ([first, ...rest]) =>
    body(wordsOf(first as Value), rest),
  );

/**
 * A draw of real numbers in a shape; `body` emits it after the options named in `valid` were
 * checked.
 */
export const drawFloats = (
  name: string,
  key: AnyTensor,
  shape: readonly number[],
  options: FloatDrawOptions | undefined,
  valid: readonly string[],
  body: (key: KeyWords, shape: Shape, dtype: FloatDType) => Value,
): Dynamic =>
  located(() => {
    checkOptions(name, options, [...valid, 'dtype']);
    const dtype = requireFloat(name, options?.dtype);
    const size = requireShape(name, shape);
    return applyDraw(name, key, [], (words) => body(words, size, dtype));
  });
