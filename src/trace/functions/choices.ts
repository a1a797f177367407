/** Choices between elements, bounds and conversions. */
import { ArgumentError, DTypeError } from '../../ir/errors.ts';
import { full } from '../../ir/ops/constants.ts';
import * as elementwise from '../../ir/ops/elementwise.ts';
import { cast as castValue, select } from '../../ir/ops/logic.ts';
import { checkOptions } from '../../ir/options.ts';
import { broadcastShapes, type DType, dtypes } from '../../ir/types.ts';
import type {
  AnyTensor,
  Binary,
  Broadcast,
  Checked,
  Choice,
  ComputedOperand,
  ConditionOperand,
  DTypeOf,
  JoinDType,
  Operand,
  Result,
  ShapeOf,
  Tensor,
} from '../../types/index.ts';
import { asTensor } from '../tensor.ts';
import { clampValue } from './activations.ts';
import type { ElementFunction } from './function-types.ts';
import {
  applyBroadcast,
  applyElementwise,
  applyOne,
  applyUnary,
  broadcastValue,
  commonDType,
  commonShape,
  located,
  requireExact,
  requireNumber,
  requireOperand,
} from './operands.ts';

/**
 * `condition ? a : b`, element by element with broadcasting. The side not taken gets the
 * gradient 0; keep its derivative finite, because 0 times infinity is NaN.
 */
export const where = <C extends AnyTensor, A extends Operand, B extends Operand>(
  condition: ConditionOperand<'where', C>,
  a: A,
  b: Checked<B, Choice<'where', C, A, B>>,
): Result<Choice<'where', C, A, B>, JoinDType<A, B>> =>
  located(() => {
    const test = asTensor('where', condition);
    if (test.dtype !== 'bool') {
      throw new DTypeError(`where: the condition is ${test.dtype}, not bool`, {
        hint: 'compare, for example with ne(x, 0)',
      });
    }
    const operands = [requireOperand('where', a), requireOperand('where', b)];
    const dtype = commonDType('where', operands);
    const shape = broadcastShapes('where', test.shape, commonShape('where', operands));
    return applyBroadcast('where', [test, ...operands], shape, dtype, select);
  });

/** `value` where the mask is true, x elsewhere; the mask broadcasts to the shape of x. */
export const maskedFill = <T extends AnyTensor, M extends Tensor<unknown, 'bool'>>(
  x: T,
  mask: Checked<M, Broadcast<'maskedFill', ShapeOf<T>, ShapeOf<M>>>,
  value: number,
): Result<Broadcast<'maskedFill', ShapeOf<T>, ShapeOf<M>>, DTypeOf<T>> =>
  located(() => {
    const [tensor, test] = [asTensor('maskedFill', x), asTensor('maskedFill', mask)];
    if (test.dtype !== 'bool') {
      throw new DTypeError(`maskedFill: the mask is ${test.dtype}, not bool`);
    }
    const fill = requireNumber('maskedFill', 'the value', value);
    requireExact('maskedFill', fill, tensor.dtype);
    const shape = broadcastShapes('maskedFill', tensor.shape, test.shape);
    return applyOne('maskedFill', [tensor, test], ([v, m]) =>
      select(
        broadcastValue(m!, shape),
        full([], { value: fill, shape, dtype: tensor.dtype }),
        broadcastValue(v!, shape),
      ),
    );
  });

/** The bounds of `clamp`; a missing one, or null, is no bound. */
export interface ClampOptions {
  /** The lower bound. */
  readonly min?: number | null;
  /** The upper bound; it wins over the lower one. */
  readonly max?: number | null;
}
/** min(max(x, min), max); the derivative is 1 inside and on the bounds, NaN stays. */
export const clamp = <T extends AnyTensor>(x: T, options: ClampOptions): T =>
  located(() => {
    checkOptions('clamp', options, ['min', 'max']);
    const tensor = asTensor('clamp', x);
    const bound = (what: 'min' | 'max'): number | null => {
      const value = options?.[what] ?? null;
      if (value === null) return null;
      requireExact('clamp', requireNumber('clamp', what, value), tensor.dtype);
      return value;
    };
    const [min, max] = [bound('min'), bound('max')];
    if (min === null && max === null) throw new ArgumentError('clamp: give min, max or both');
    return applyUnary('clamp', 'number', x, (value) => clampValue(value, min, max));
  });

/** a + t * (b - a): a at t = 0, b at t = 1. */
export const lerp = <A extends Operand, B extends Operand, T extends Operand>(
  a: ComputedOperand<'lerp', A>,
  b: Checked<B, Binary<'lerp', A, B>>,
  t: Checked<T, Binary<'lerp', Result<Binary<'lerp', A, B>, JoinDType<A, B>>, T>>,
): Result<
  Binary<'lerp', Result<Binary<'lerp', A, B>, JoinDType<A, B>>, T>,
  JoinDType<Result<Binary<'lerp', A, B>, JoinDType<A, B>>, T>
> =>
  applyElementwise('lerp', 'float', [a, b, t], (x, y, weight) =>
    elementwise.add(x, elementwise.mul(weight, elementwise.sub(y, x))),
  );

/** Throws DTypeError for a word that is no dtype. */
export const requireDType = (name: string, dtype: unknown): DType => {
  if (dtypes.includes(dtype as DType)) return dtype as DType;
  throw new DTypeError(`${name}: '${String(dtype)}' is no dtype`, {
    hint: `dtypes are ${dtypes.join(', ')}`,
  });
};
/**
 * The elements as another dtype: floats to integers truncate and saturate, NaN becomes 0, bool is x
 * != 0.
 */
export const cast = <T extends AnyTensor, D extends DType>(x: T, dtype: D): Tensor<ShapeOf<T>, D> =>
  located(() => {
    const to = requireDType('cast', dtype);
    return applyUnary('cast', 'any', x, (value) =>
      value.type.dtype === to ? value : castValue(value, { dtype: to }),
    );
  });
/** x, with derivative 0. */
export const stopGradient: ElementFunction = (x) =>
  applyUnary('stopGradient', 'any', x, elementwise.stopGradient);
/** x itself, unchanged. */
export const identity: ElementFunction = (x) => applyUnary('identity', 'any', x, (value) => value);
