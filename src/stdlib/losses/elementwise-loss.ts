/** What losses of tensors of one shape share: their checks, their reduction and their types. */
import { ArgumentError, ShapeError } from '../../ir/errors.ts';
import type { Value } from '../../ir/graph.ts';
import { checkOptions } from '../../ir/options.ts';
import { sameShape, showShape } from '../../ir/types.ts';
import type { FloatTensor } from '../../trace/functions/function-types.ts';
import {
  applyOne,
  located,
  requireNumber,
  requireSameDType,
} from '../../trace/functions/operands.ts';
import { requireFloatTensor } from '../../trace/functions/parameters.ts';
import { asTensor, type TensorImplementation } from '../../trace/tensor.ts';
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
  reduced,
  requireReduction,
} from './reduction.ts';

/**
 * The shape of two tensors that must agree in shape and dtype, of which a mean or a sum makes a
 * scalar.
 */
export type Agreeing<Op extends string, X, Y> = SameDTypeThen<
  Op,
  X,
  Y,
  UnifyShapes<Op, ShapeOf<X>, ShapeOf<Y>>
>;

/** The options of a loss without any but the reduction. */
export type NoOptions = Readonly<Record<never, never>>;
/**
 * A loss per element of two tensors of one shape, reduced to a scalar unless the reduction is
 * 'none'. It has the options O beside.
 */
export type PairLoss<Op extends string, O = NoOptions> = <
  X extends FloatTensor,
  Y extends AnyTensor,
  R extends Reduction = 'mean',
>(
  x: X,
  y: Checked<Y, Agreeing<Op, X, Y>>,
  options?: LossOptions<R> & O,
) => Loss<R, Agreeing<Op, X, Y>, DTypeOf<X>>;
/**
 * A loss per element of three tensors of one shape, reduced to a scalar unless the reduction is
 * 'none'. It has the options O beside.
 */
export type TripleLoss<Op extends string, O = NoOptions> = <
  X extends FloatTensor,
  Y extends AnyTensor,
  Z extends AnyTensor,
  R extends Reduction = 'mean',
>(
  x: X,
  y: Checked<Y, Agreeing<Op, X, Y>>,
  z: Checked<Z, Agreeing<Op, X, Z>>,
  options?: LossOptions<R> & O,
) => Loss<R, Agreeing<Op, X, Y>, DTypeOf<X>>;

/** Float tensors of one dtype and one shape. */
export const requireAgreeing = (name: string, xs: readonly unknown[]): TensorImplementation[] => {
  const tensors = xs.map((x) => asTensor(name, x));
  const first = tensors[0] as TensorImplementation;
  for (const { dtype, shape } of tensors) {
    requireSameDType(name, first.dtype, dtype);
    requireFloatTensor(name, xs[0]);
    if (!sameShape(first.shape, shape)) {
      throw new ShapeError(
        `${name}: shapes ${showShape(first.shape)} and ${showShape(shape)} differ`,
      );
    }
  }
  return tensors;
};

/**
 * The loss that `emit` gives per element of float tensors of one shape, reduced. Broadcasting is
 * refused: here it is nearly always a mistake.
 */
export const applyLoss = (
  name: string,
  xs: readonly unknown[],
  options: LossOptions | undefined,
  valid: readonly string[],
  emit: (...values: Value[]) => Value,
): Dynamic =>
  located(() => {
    checkOptions(name, options, ['reduction', ...valid]);
    const reduction = requireReduction(name, options);
    return applyOne(name, requireAgreeing(name, xs), (values) =>
      reduced(emit(...values), reduction),
    );
  });

/** A finite number of at least `least` among the options of a loss. */
export const requireAmount = (
  name: string,
  word: string,
  x: unknown,
  least: number = Number.NEGATIVE_INFINITY,
): number => {
  const value = requireNumber(name, word, x);
  if (Number.isFinite(value) && value >= least) return value;
  const range = Number.isFinite(least) ? `a finite number >= ${least}` : 'a finite number';
  throw new ArgumentError(`${name}: ${word} must be ${range}, not ${value}`);
};
