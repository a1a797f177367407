/**
 * Folds that need care: variance, norms and logarithms of sums, stable for large values and with
 * finite gradients.
 */
import { ArgumentError } from '../../ir/errors.ts';
import type { Value } from '../../ir/graph.ts';
import { constantLike } from '../../ir/ops/constants.ts';
import {
  abs,
  add,
  div,
  exp,
  log,
  maximum,
  mul,
  pow,
  sqrt,
  stopGradient,
  sub,
} from '../../ir/ops/elementwise.ts';
import { cast, eq, ne, select } from '../../ir/ops/logic.ts';
import { reduceMax, reduceMin, reduceSum } from '../../ir/ops/reductions.ts';
import type {
  Axes,
  Checked,
  DTypeOf,
  Reduce,
  ReduceOptions,
  Result,
  ShapeOf,
} from '../../types/index.ts';
import { describe } from '../tensor.ts';
import type { FloatReduction, FloatTensor } from './function-types.ts';
import { located, requireNumber } from './operands.ts';
import {
  type AxesArgument,
  applyFold,
  countOf,
  meanValue,
  requireElements,
  spread,
} from './reductions.ts';

/** What `variance` and `std` take. */
export interface VarianceOptions<K extends boolean = boolean> extends ReduceOptions<K> {
  /**
   * Taken from the number of elements in the divisor: 0 by default, 1 for the estimate of a
   * population's.
   */
  readonly correction?: number;
}
/** The variance over axes, by default all: the mean of the squared distances from the mean. */
export const variance = <
  X extends FloatTensor,
  const Ax extends Axes | undefined = undefined,
  K extends boolean = false,
>(
  x: X,
  axis?: Checked<Ax, Reduce<'variance', ShapeOf<X>, Ax, K>>,
  options?: VarianceOptions<K>,
): Result<Reduce<'variance', ShapeOf<X>, Ax, K>, DTypeOf<X>> =>
  located(() => {
    const correction = correctionOf('variance', options);
    const valid = ['keepDims', 'correction'];
    return applyFold(
      'variance',
      'float',
      x,
      axis as AxesArgument,
      options,
      (value, axes) => varianceValue(value, axes, correction),
      valid,
    );
  });
/** The square root of the variance; the derivative where it is 0 is 0. */
export const std = <
  X extends FloatTensor,
  const Ax extends Axes | undefined = undefined,
  K extends boolean = false,
>(
  x: X,
  axis?: Checked<Ax, Reduce<'std', ShapeOf<X>, Ax, K>>,
  options?: VarianceOptions<K>,
): Result<Reduce<'std', ShapeOf<X>, Ax, K>, DTypeOf<X>> =>
  located(() => {
    const correction = correctionOf('std', options);
    const valid = ['keepDims', 'correction'];
    return applyFold(
      'std',
      'float',
      x,
      axis as AxesArgument,
      options,
      (value, axes) => safeRoot(varianceValue(value, axes, correction)),
      valid,
    );
  });
const correctionOf = (name: string, options: VarianceOptions | undefined): number => {
  const correction = requireNumber(name, 'correction', options?.correction ?? 0);
  if (correction >= 0 && Number.isFinite(correction)) return correction;
  throw new ArgumentError(`${name}: correction must be a number >= 0, not ${correction}`);
};
const varianceValue = (value: Value, axes: readonly number[], correction: number): Value => {
  const { shape } = value.type;
  const centred = sub(value, spread(meanValue(value, axes), shape, axes));
  const total = reduceSum(mul(centred, centred), { axes });
  return div(total, constantLike(total, Math.max(0, countOf(shape, axes) - correction)));
};

/** The square root with derivative 0 at 0, where that of `sqrt` is infinite. */
export const safeRoot = (value: Value): Value => {
  const zero = constantLike(value, 0);
  const isZero = eq(value, zero);
  return select(isZero, zero, sqrt(select(isZero, constantLike(value, 1), value)));
};

/** Which length `norm` measures. */
export type NormOrder = number | 'inf' | '-inf';
/** A power of a magnitude, with derivative 0 at 0 also where that of `pow` is infinite. */
const safePower = (value: Value, exponent: number): Value => {
  const isZero = eq(value, constantLike(value, 0));
  const power = pow(select(isZero, constantLike(value, 1), value), constantLike(value, exponent));
  return select(isZero, constantLike(value, 0 ** exponent), power);
};

/** What `norm` takes. */
export interface NormOptions<K extends boolean = boolean> extends ReduceOptions<K> {
  /**
   * 2 by default: the root of the sum of squares; 1: the sum of magnitudes; Infinity or 'inf': the
   * largest magnitude; -Infinity or '-inf': the smallest; 0: how many elements are not 0; any other
   * p: the sum of the magnitudes to the power p, to the power 1 / p.
   */
  readonly ord?: NormOrder;
}
/** The length of the vector of all elements over axes, by default all; the derivative at 0 is 0. */
export const norm = <
  X extends FloatTensor,
  const Ax extends Axes | undefined = undefined,
  K extends boolean = false,
>(
  x: X,
  axis?: Checked<Ax, Reduce<'norm', ShapeOf<X>, Ax, K>>,
  options?: NormOptions<K>,
): Result<Reduce<'norm', ShapeOf<X>, Ax, K>, DTypeOf<X>> =>
  located(() => {
    const ord = orderOf(options?.ord);
    return applyFold(
      'norm',
      'float',
      x,
      axis as AxesArgument,
      options,
      (value, axes) => normValue(value, axes, ord),
      ['keepDims', 'ord'],
    );
  });
const orderOf = (ord: unknown): number => {
  if (ord === undefined) return 2;
  if (ord === 'inf') return Number.POSITIVE_INFINITY;
  if (ord === '-inf') return Number.NEGATIVE_INFINITY;
  if (typeof ord === 'number' && !Number.isNaN(ord)) return ord;
  const got = typeof ord === 'string' ? `'${ord}'` : Number.isNaN(ord) ? 'NaN' : describe(ord);
  throw new ArgumentError(`norm: ord must be a number, 'inf' or '-inf', not ${got}`);
};
const normValue = (value: Value, axes: readonly number[], ord: number): Value => {
  const size = abs(value);
  switch (ord) {
    case 2:
      return safeRoot(reduceSum(mul(value, value), { axes }));
    case 1:
      return reduceSum(size, { axes });
    case 0: {
      const counted = cast(ne(value, constantLike(value, 0)), { dtype: value.type.dtype });
      return reduceSum(counted, { axes });
    }
    case Number.POSITIVE_INFINITY: {
      // The largest of no magnitudes is 0, the length of the empty vector.
      const largest = reduceMax(size, { axes });
      return maximum(largest, constantLike(largest, 0));
    }
    case Number.NEGATIVE_INFINITY:
      requireElements('norm', value.type.shape, axes);
      return reduceMin(size, { axes });
    default: {
      const total = reduceSum(safePower(size, ord), { axes });
      return safePower(total, 1 / ord);
    }
  }
};

/**
 * log(sum(e^x)) over axes without overflow; of nothing, or of -infinity alone, it is -infinity with
 * gradient 0, and with an infinity infinity.
 */
export const logsumexp: FloatReduction<'logsumexp'> = (x, axis, options) =>
  applyFold('logsumexp', 'float', x, axis as AxesArgument, options, (value, axes) => {
    const largest = shiftOf(value, axes);
    const total = reduceSum(exp(sub(value, spread(largest, value.type.shape, axes))), { axes });
    const zero = constantLike(total, 0);
    const isNothing = eq(total, zero);
    const logarithm = add(log(select(isNothing, constantLike(total, 1), total)), largest);
    const infinity = constantLike(total, Number.POSITIVE_INFINITY);
    const finite = select(eq(largest, infinity), infinity, logarithm);
    return select(isNothing, constantLike(total, Number.NEGATIVE_INFINITY), finite);
  });

const lowest = { f32: -3.4028234663852886e38, f64: -Number.MAX_VALUE } as const;
/**
 * What is taken from exponents before `exp`: the largest, as a constant to the gradient because the
 * result does not depend on it. It is kept finite from below, so that rows of -infinity give
 * e^-infinity = 0 and not NaN.
 */
export const shiftOf = (value: Value, axes: readonly number[]): Value => {
  const largest = stopGradient(reduceMax(value, { axes }));
  const dtype = value.type.dtype === 'f64' ? 'f64' : 'f32';
  return maximum(largest, constantLike(largest, lowest[dtype]));
};
