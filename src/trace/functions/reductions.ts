/**
 * Folds of axes: sums, products, extremes and truth. Axes may be negative; by default all are
 * folded.
 */
import { ShapeError } from '../../ir/errors.ts';
import type { Value } from '../../ir/graph.ts';
import { constantLike } from '../../ir/ops/constants.ts';
import { div } from '../../ir/ops/elementwise.ts';
import { cast } from '../../ir/ops/logic.ts';
import * as reduce from '../../ir/ops/reductions.ts';
import { broadcast } from '../../ir/ops/views.ts';
import { checkOptions } from '../../ir/options.ts';
import { normalizeAxes, type Shape, showShape } from '../../ir/types.ts';
import type { Dynamic, ReduceOptions } from '../../types/index.ts';
import { asTensor, type TensorImplementation } from '../tensor.ts';
import { truthValue } from './comparisons.ts';
import type { FloatReduction, Position, Reduction, ReductionTo } from './function-types.ts';
import {
  applyOne,
  type Domain,
  located,
  requireDomain,
  requireFlag,
  reshapeValue,
} from './operands.ts';

/** The axes as every reduction takes them. */
export type AxesArgument = number | readonly number[] | undefined | null;

/** The number of elements that a fold of `axes` folds into one. */
export const countOf = (shape: Shape, axes: readonly number[]): number =>
  axes.reduce((count, axis) => count * (shape[axis] ?? 1), 1);

/** A folded value put back over the shape it came from. */
export const spread = (folded: Value, shape: Shape, axes: readonly number[]): Value => {
  const kept = shape.map((_, axis) => axis).filter((axis) => !axes.includes(axis));
  return broadcast(folded, { shape, axes: kept });
};

/** What a fold does with its input and the axes, counted from the front in ascending order. */
type Fold = (value: Value, axes: readonly number[], tensor: TensorImplementation) => Value;

/** A fold of some axes of one tensor; with keepDims the folded axes stay with length 1. */
export const applyFold = (
  name: string,
  domain: Domain,
  x: unknown,
  axis: AxesArgument,
  options: ReduceOptions | undefined,
  fold: Fold,
  valid: readonly string[] = ['keepDims'],
): Dynamic =>
  located(() => {
    const tensor = asTensor(name, x);
    requireDomain(name, domain, tensor.dtype);
    checkOptions(name, options, valid);
    const keepDims = requireFlag(name, 'keepDims', options?.keepDims);
    const axes = normalizeAxes(name, axis, tensor.shape);
    const kept = tensor.shape.map((n, k) => (axes.includes(k) ? 1 : n));
    return applyOne(name, [tensor], ([value]) => {
      const out = fold(value as Value, axes, tensor);
      return keepDims ? reshapeValue(out, kept) : out;
    });
  });

/** Throws where an extreme of no elements is asked for. */
export const requireElements = (name: string, shape: Shape, axes: readonly number[]): void => {
  if (countOf(shape, axes) !== 0) return;
  throw new ShapeError(`${name}: shape ${showShape(shape)} has no elements to choose from`);
};
const extreme =
  (name: string, op: typeof reduce.reduceMax): Fold =>
  (value, axes, { shape }) => {
    requireElements(name, shape, axes);
    return op(value, { axes });
  };

/** The sum. */
export const sum: Reduction<'sum'> = (x, axis, options) =>
  applyFold('sum', 'number', x, axis as AxesArgument, options, (value, axes) =>
    reduce.reduceSum(value, { axes }),
  );
/** The arithmetic mean; NaN of nothing. */
export const mean: FloatReduction<'mean'> = (x, axis, options) =>
  applyFold('mean', 'float', x, axis as AxesArgument, options, meanValue);
/** The largest; NaN wins, ties share the gradient evenly. Of nothing it is an error. */
export const max: Reduction<'max'> = (x, axis, options) =>
  applyFold('max', 'number', x, axis as AxesArgument, options, extreme('max', reduce.reduceMax));
/** The smallest; NaN wins, ties share the gradient evenly. Of nothing it is an error. */
export const min: Reduction<'min'> = (x, axis, options) =>
  applyFold('min', 'number', x, axis as AxesArgument, options, extreme('min', reduce.reduceMin));
/** The product; its gradient is exact also where elements are 0. */
export const prod: Reduction<'prod'> = (x, axis, options) =>
  applyFold('prod', 'number', x, axis as AxesArgument, options, (value, axes) =>
    reduce.reduceProd(value, { axes }),
  );
/** Whether any element is not 0; false of nothing. */
export const any: ReductionTo<'any', 'bool'> = (x, axis, options) =>
  applyFold('any', 'any', x, axis as AxesArgument, options, (value, axes) =>
    reduce.reduceOr(truthValue(value), { axes }),
  );
/** Whether all elements are not 0; true of nothing. */
export const all: ReductionTo<'all', 'bool'> = (x, axis, options) =>
  applyFold('all', 'any', x, axis as AxesArgument, options, (value, axes) =>
    reduce.reduceAnd(truthValue(value), { axes }),
  );
/** How many elements are not 0. */
export const countNonzero: ReductionTo<'countNonzero', 'i32'> = (x, axis, options) =>
  applyFold('countNonzero', 'any', x, axis as AxesArgument, options, (value, axes) =>
    reduce.reduceSum(cast(truthValue(value), { dtype: 'i32' }), { axes }),
  );

const lastByDefault = (axis: unknown): AxesArgument =>
  axis === undefined ? -1 : (axis as AxesArgument);
/**
 * The position of the largest along one axis, by default the last, or in all of x with null: the
 * first of equals, the first NaN.
 */
export const argmax: Position<'argmax'> = (x, axis, options) =>
  applyFold('argmax', 'number', x, lastByDefault(axis), options, extreme('argmax', reduce.argMax));
/**
 * The position of the smallest along one axis, by default the last, or in all of x with null: the
 * first of equals, the first NaN.
 */
export const argmin: Position<'argmin'> = (x, axis, options) =>
  applyFold('argmin', 'number', x, lastByDefault(axis), options, extreme('argmin', reduce.argMin));

/** The sum over the number of elements. */
export const meanValue = (value: Value, axes: readonly number[]): Value => {
  const total = reduce.reduceSum(value, { axes });
  return div(total, constantLike(total, countOf(value.type.shape, axes)));
};
