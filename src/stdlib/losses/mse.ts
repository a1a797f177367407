/** The mean squared error. */
import { ShapeError } from '../../ir/errors.ts';
import { mul, sub } from '../../ir/ops/elementwise.ts';
import { checkOptions } from '../../ir/options.ts';
import { sameShape, showShape } from '../../ir/types.ts';
import type { FloatTensor } from '../../trace/functions/function-types.ts';
import {
  applyOne,
  located,
  requireDomain,
  requireSameDType,
} from '../../trace/functions/operands.ts';
import { meanValue } from '../../trace/functions/reductions.ts';
import { asTensor } from '../../trace/tensor.ts';
import type {
  AnyTensor,
  Checked,
  DTypeOf,
  Dynamic,
  SameDTypeThen,
  ShapeOf,
  UnifyShapes,
} from '../../types/index.ts';
import {
  type Loss,
  type LossOptions,
  type Reduction,
  requireReduction,
  total,
} from './reduction.ts';

/** The shape of two tensors that must agree in shape and dtype. */
export type Agreeing<Op extends string, X, Y> = SameDTypeThen<
  Op,
  X,
  Y,
  UnifyShapes<Op, ShapeOf<X>, ShapeOf<Y>>
>;

/**
 * * The squared distances (x - y)^2, by default their mean. The shapes must be equal: broadcasting
 * here is nearly always a mistake.
 */
export const mse = <X extends FloatTensor, Y extends AnyTensor, R extends Reduction = 'mean'>(
  x: X,
  y: Checked<Y, Agreeing<'mse', X, Y>>,
  options?: LossOptions<R>,
): Loss<R, Agreeing<'mse', X, Y>, DTypeOf<X>> =>
  located((): Dynamic => {
    checkOptions('mse', options, ['reduction']);
    const reduction = requireReduction('mse', options);
    const [a, b] = [asTensor('mse', x), asTensor('mse', y)];
    requireSameDType('mse', a.dtype, b.dtype);
    requireDomain('mse', 'float', a.dtype);
    if (!sameShape(a.shape, b.shape)) {
      throw new ShapeError(`mse: shapes ${showShape(a.shape)} and ${showShape(b.shape)} differ`);
    }
    return applyOne('mse', [a, b], ([left, right]) => {
      const distance = sub(left!, right!);
      const squares = mul(distance, distance);
      if (reduction === 'none') return squares;
      return reduction === 'sum'
        ? total(squares)
        : meanValue(
            squares,
            a.shape.map((_, k) => k),
          );
    });
  });
