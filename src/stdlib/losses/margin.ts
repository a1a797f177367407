/**
 * Losses that ask for a margin between distances or similarities. The formulas are those of
 * PyTorch's functions of these names.
 */
import { ShapeError } from '../../ir/errors.ts';
import type { Value } from '../../ir/graph.ts';
import { constantLike } from '../../ir/ops/constants.ts';
import { add, div, maximum, mul, neg, relu, sqrt, sub } from '../../ir/ops/elementwise.ts';
import { eq, select } from '../../ir/ops/logic.ts';
import { reduceSum } from '../../ir/ops/reductions.ts';
import { checkOptions } from '../../ir/options.ts';
import { broadcastShapes, normalizeAxes } from '../../ir/types.ts';
import type { FloatTensor } from '../../trace/functions/function-types.ts';
import { requireEps } from '../../trace/functions/moments.ts';
import {
  applyOne,
  broadcastValue,
  located,
  requireSameDType,
} from '../../trace/functions/operands.ts';
import { requireFloatTensor, requireParameter } from '../../trace/functions/parameters.ts';
import type { AxesArgument } from '../../trace/functions/reductions.ts';
import { safeRoot } from '../../trace/functions/statistics.ts';
import { asTensor, type TensorImplementation } from '../../trace/tensor.ts';
import type {
  AnyTensor,
  Axes,
  Binary,
  Checked,
  DTypeOf,
  Dynamic,
  Ok,
  Parameter,
  Reduce,
  Result,
} from '../../types/index.ts';
import {
  type Agreeing,
  applyLoss,
  requireAgreeing,
  requireAmount,
  type TripleLoss,
} from './elementwise-loss.ts';
import {
  type Loss,
  type LossOptions,
  type Reduction,
  reduced,
  requireReduction,
} from './reduction.ts';

/** What losses with a margin take beside the reduction. */
export interface MarginOptions {
  /** How far apart is far enough; see the function for its default. */
  readonly margin?: number;
}

/**
 * max(0, -y (x1 - x2) + margin): with y = 1 the first should be the larger, with y = -1 the second.
 * The margin is 0 and the loss the mean by default.
 */
export const marginRankingLoss: TripleLoss<'marginRankingLoss', MarginOptions> = (
  x1,
  x2,
  y,
  options,
) =>
  located(() => {
    const margin = requireAmount('marginRankingLoss', 'margin', options?.margin ?? 0);
    return applyLoss('marginRankingLoss', [x1, x2, y], options, ['margin'], (a, b, sign) => {
      const wrong = neg(mul(sign, sub(a, b)));
      return relu(add(wrong, constantLike(wrong, margin)));
    });
  });

const lastAxis = (x: Value): { axes: number[] } => ({ axes: [x.type.shape.length - 1] });
const innerProduct = (x: Value, y: Value, axes: { readonly axes: readonly number[] }): Value =>
  reduceSum(mul(x, y), axes);

/** The shape of one loss per vector of the last axis; a mean or a sum of them is a scalar. */
type Vectors<Op extends string, Rule> = Rule extends Ok<infer S> ? Reduce<Op, S, -1, false> : Rule;
const requireVectors = (name: string, xs: readonly unknown[]): TensorImplementation[] => {
  const tensors = requireAgreeing(name, xs);
  if (tensors[0]?.rank !== 0) return tensors;
  throw new ShapeError(`${name}: axis -1 is out of range for shape [] (rank 0)`);
};
type TripletShape<X, Y> = Vectors<'tripletMarginLoss', Agreeing<'tripletMarginLoss', X, Y>>;

/**
 * max(0, |a - p| - |a - n| + margin) over the last axis, by default the mean with margin 1. To the
 * differences 1e-6 is added, as PyTorch does; the derivative of a distance of 0 is 0. V. Balntas et
 * al., "Learning local feature descriptors with triplets" (2016).
 */
export const tripletMarginLoss = <
  X extends FloatTensor,
  P extends AnyTensor,
  N extends AnyTensor,
  R extends Reduction = 'mean',
>(
  anchor: X,
  positive: Checked<P, TripletShape<X, P>>,
  negative: Checked<N, TripletShape<X, N>>,
  options?: LossOptions<R> & MarginOptions,
): Loss<R, TripletShape<X, P>, DTypeOf<X>> =>
  located((): Dynamic => {
    const name = 'tripletMarginLoss';
    checkOptions(name, options, ['reduction', 'margin']);
    const reduction = requireReduction(name, options);
    const margin = requireAmount(name, 'margin', options?.margin ?? 1);
    const tensors = requireVectors(name, [anchor, positive, negative]);
    return applyOne(name, tensors, ([a, p, n]) => {
      const distance = (other: Value): Value => {
        const d = sub(a!, other);
        const moved = add(d, constantLike(d, 1e-6));
        return safeRoot(innerProduct(moved, moved, lastAxis(d)));
      };
      const gap = sub(distance(p!), distance(n!));
      return reduced(relu(add(gap, constantLike(gap, margin))), reduction);
    });
  });

type EmbeddingShape<X, Y> = Vectors<'cosineEmbeddingLoss', Agreeing<'cosineEmbeddingLoss', X, Y>>;
type Label<X, Y, L> =
  EmbeddingShape<X, Y> extends Ok<infer S>
    ? Parameter<'cosineEmbeddingLoss', 'y', X, S, L>
    : Ok<[]>;

/**
 * With the cosine c of x1 and x2 over the last axis: 1 - c where y is 1, max(0, c - margin) where y
 * is -1, NaN for other y; by default the mean with margin 0. To the squared lengths 1e-12 is added.
 */
export const cosineEmbeddingLoss = <
  X extends FloatTensor,
  Y extends AnyTensor,
  L extends AnyTensor,
  R extends Reduction = 'mean',
>(
  x1: X,
  x2: Checked<Y, EmbeddingShape<X, Y>>,
  y: Checked<L, Label<X, Y, L>>,
  options?: LossOptions<R> & MarginOptions,
): Loss<R, EmbeddingShape<X, Y>, DTypeOf<X>> =>
  located((): Dynamic => {
    const name = 'cosineEmbeddingLoss';
    checkOptions(name, options, ['reduction', 'margin']);
    const reduction = requireReduction(name, options);
    const margin = requireAmount(name, 'margin', options?.margin ?? 0);
    const [first, second] = requireVectors(name, [x1, x2]) as [
      TensorImplementation,
      TensorImplementation,
    ];
    const label = requireParameter(name, 'y', first, first.shape.slice(0, -1), y);
    return applyOne(name, [first, second, label], ([a, b, sign]) => {
      const length = (x: Value): Value => {
        const square = innerProduct(x, x, lastAxis(x));
        return sqrt(add(square, constantLike(square, 1e-12)));
      };
      // Roots before the product: the product of squares would overflow first.
      const cosine = div(innerProduct(a!, b!, lastAxis(a!)), mul(length(a!), length(b!)));
      const like = (value: number): Value => constantLike(cosine, value);
      const apart = relu(sub(cosine, like(margin)));
      const otherwise = select(eq(sign!, like(-1)), apart, like(Number.NaN));
      return reduced(select(eq(sign!, like(1)), sub(like(1), cosine), otherwise), reduction);
    });
  });

/** What `cosineSimilarity` takes. */
export interface CosineSimilarityOptions {
  /** The least product of lengths that is divided by, 1e-8 by default. */
  readonly eps?: number;
}
type CosineShape<X, Y, Ax> =
  Binary<'cosineSimilarity', X, Y> extends Ok<infer S>
    ? Reduce<'cosineSimilarity', S, Ax, false>
    : Binary<'cosineSimilarity', X, Y>;

/**
 * x . y / max(|x| |y|, eps) along an axis, by default the last; the operands broadcast. The
 * derivative of the length of a zero vector is 0.
 */
export const cosineSimilarity = <
  X extends FloatTensor,
  Y extends AnyTensor,
  const Ax extends Axes = -1,
>(
  x: X,
  y: Checked<Y, Binary<'cosineSimilarity', X, Y>>,
  axis?: Checked<Ax, CosineShape<X, Y, Ax>>,
  options?: CosineSimilarityOptions,
): Result<CosineShape<X, Y, Ax>, DTypeOf<X>> =>
  located((): Dynamic => {
    const name = 'cosineSimilarity';
    checkOptions(name, options, ['eps']);
    const eps = requireEps(name, options?.eps, 1e-8);
    const [first, second] = [requireFloatTensor(name, x), asTensor(name, y)];
    requireSameDType(name, first.dtype, second.dtype);
    const shape = broadcastShapes(name, first.shape, second.shape);
    const axes = { axes: normalizeAxes(name, (axis ?? -1) as AxesArgument, shape) };
    return applyOne(name, [first, second], (values) => {
      const [a, b] = values.map((value) => broadcastValue(value, shape)) as [Value, Value];
      const length = (v: Value): Value => safeRoot(innerProduct(v, v, axes));
      const lengths = mul(length(a), length(b));
      return div(innerProduct(a, b, axes), maximum(lengths, constantLike(lengths, eps)));
    });
  });
