/** Normalisations of one example: over its last axes, its channels or groups of them. */
import { ArgumentError, ShapeError } from '../../ir/errors.ts';
import type { Value } from '../../ir/graph.ts';
import { constantLike } from '../../ir/ops/constants.ts';
import { add, div, mul, pow, sqrt } from '../../ir/ops/elementwise.ts';
import { reduceSum } from '../../ir/ops/reductions.ts';
import { broadcast, pad, window } from '../../ir/ops/views.ts';
import { checkOptions } from '../../ir/options.ts';
import { normalizeAxes, showShape, sizeOf } from '../../ir/types.ts';
import type {
  AnyTensor,
  Axes,
  ChannelsOf,
  Checked,
  Divides,
  Dynamic,
  HasChannels,
  HasSpace,
  LastDim,
  LastDims,
  Parameter,
  RankOf,
  SameShape,
  ShapeOf,
} from '../../types/index.ts';
import { asTensor, type TensorImplementation } from '../tensor.ts';
import type { FloatTensor } from './function-types.ts';
import { inverseDeviation, normalizeValue, requireEps, rescale } from './moments.ts';
import { applyOne, located, requireNumber, requireWhole, reshapeValue } from './operands.ts';
import {
  requireChannels,
  requireDivides,
  requireFloatTensor,
  requireParameter,
} from './parameters.ts';
import { type AxesArgument, meanValue, spread } from './reductions.ts';

/** What normalisations take. */
export interface EpsOptions {
  /** Keeps the divisor from 0; see the function for its default. */
  readonly eps?: number;
}

type MaybeTensor = AnyTensor | undefined;
type LastAxes<Op extends string, Word extends string, X, Count, P> = Parameter<
  Op,
  Word,
  X,
  LastDims<ShapeOf<X>, Count>,
  P
>;
type PerChannel<Op extends string, Word extends string, X, P> = Parameter<
  Op,
  Word,
  X,
  [ChannelsOf<ShapeOf<X>>],
  P
>;

/** A gain or an offset, and what messages call it; it may be left out. */
export type Scaling = readonly [word: string, tensor: unknown];

/** `body` of x with gain and offset, which have the shape of the axes `axes` of x. */
const applyScaled = (
  name: string,
  x: TensorImplementation,
  scalings: readonly Scaling[],
  axes: readonly number[],
  body: (value: Value) => Value,
): Dynamic => {
  const wanted = axes.map((axis) => x.shape[axis]);
  const given = scalings.map(([word, one]) =>
    one === undefined ? undefined : requireParameter(name, word, x, wanted, one),
  );
  const present = given.filter((one) => one !== undefined);
  return applyOne(name, [x, ...present], ([value, ...rest]) => {
    const [gain, offset] = given.map((one) => (one === undefined ? undefined : rest.shift()));
    return rescale(body(value!), gain, offset, axes);
  });
};
const lastAxes = (rank: number, count: number): number[] =>
  Array.from({ length: count }, (_, k) => rank - count + k);

/** What `layerNorm` takes. */
export interface LayerNormOptions<K extends number | undefined = number | undefined>
  extends EpsOptions {
  /** How many of the last axes are normalised: by default as many as gamma has, or 1. */
  readonly naxes?: K;
}
type CountOf<K, G, B> = K extends number
  ? K
  : G extends AnyTensor
    ? RankOf<ShapeOf<G>>
    : B extends AnyTensor
      ? RankOf<ShapeOf<B>>
      : 1;

/** `layerNorm` over the last `count` axes, which x must have. */
export const normalizeLast = (
  name: string,
  x: TensorImplementation,
  scalings: readonly Scaling[],
  count: number,
  eps: number,
): Dynamic => {
  const axes = lastAxes(x.rank, count);
  return applyScaled(name, x, scalings, axes, (value) => normalizeValue(value, axes, eps));
};

/**
 * (x - mean) / sqrt(variance + eps) * gamma + beta over the last axes, with the biased variance and
 * eps 1e-5 by default. gamma and beta have the shape of these axes and may be left out. J. Ba et
 * al., "Layer normalization" (2016).
 */
export const layerNorm = <
  X extends FloatTensor,
  G extends MaybeTensor = undefined,
  B extends MaybeTensor = undefined,
  const K extends number | undefined = undefined,
>(
  x: X,
  gamma?: Checked<G, LastAxes<'layerNorm', 'gamma', X, CountOf<K, G, B>, G>>,
  beta?: Checked<B, LastAxes<'layerNorm', 'beta', X, CountOf<K, G, B>, B>>,
  options?: LayerNormOptions<K>,
): X =>
  located((): Dynamic => {
    checkOptions('layerNorm', options, ['naxes', 'eps']);
    const eps = requireEps('layerNorm', options?.eps, 1e-5);
    const tensor = requireFloatTensor('layerNorm', x);
    if (tensor.rank === 0) throw new ShapeError('layerNorm: the input is a scalar');
    const model = gamma ?? beta;
    const own = model === undefined ? 1 : asTensor('layerNorm', model).rank;
    const count = requireWhole('layerNorm', 'naxes', options?.naxes ?? Math.max(1, own), 1);
    if (options?.naxes !== undefined && count > tensor.rank) {
      throw new ArgumentError(`layerNorm: naxes must be at most ${tensor.rank}, not ${count}`, {
        got: `input ${showShape(tensor.shape)}`,
      });
    }
    const scalings = [['gamma', gamma] as const, ['beta', beta] as const];
    return normalizeLast('layerNorm', tensor, scalings, Math.min(count, tensor.rank), eps);
  });

/** What `groupNorm` takes. */
export interface GroupNormOptions<G = number> extends EpsOptions {
  /** Into how many groups of equal size the channels are parted. */
  readonly groups: G;
}

/** `groupNorm` of an input [N, C, ...]. */
export const normalizeGroups = (
  name: string,
  x: TensorImplementation,
  scalings: readonly Scaling[],
  groups: number,
  eps: number,
): Dynamic => {
  const channels = x.shape[1] as number;
  requireDivides(name, groups, 'groups', channels, 'channels');
  const apart = [x.shape[0] as number, groups, sizeOf([channels / groups, ...x.shape.slice(2)])];
  return applyScaled(name, x, scalings, [1], (value) =>
    reshapeValue(normalizeValue(reshapeValue(value, apart), [2], eps), x.shape),
  );
};

/**
 * Groups of channels of each example of x [N, C, ...] to mean 0 and variance 1, then gamma and beta
 * per channel, which may be left out; eps is 1e-5 by default. Y. Wu and K. He, "Group
 * normalization" (2018).
 */
export const groupNorm = <
  X extends FloatTensor,
  A extends MaybeTensor,
  B extends MaybeTensor,
  const G extends number,
>(
  x: Checked<X, HasChannels<'groupNorm', ShapeOf<X>>>,
  gamma: Checked<A, PerChannel<'groupNorm', 'gamma', X, A>>,
  beta: Checked<B, PerChannel<'groupNorm', 'beta', X, B>>,
  options: GroupNormOptions<
    Checked<G, Divides<'groupNorm', 'groups', G, 'channels', ChannelsOf<ShapeOf<X>>>>
  >,
): X =>
  located((): Dynamic => {
    checkOptions('groupNorm', options, ['groups', 'eps']);
    const groups = requireWhole('groupNorm', 'groups', options?.groups, 1);
    const eps = requireEps('groupNorm', options.eps, 1e-5);
    const tensor = requireFloatTensor('groupNorm', x);
    requireChannels('groupNorm', tensor, 2, '[N, C, ...]');
    const scalings = [['gamma', gamma] as const, ['beta', beta] as const];
    return normalizeGroups('groupNorm', tensor, scalings, groups, eps);
  });

/**
 * Each channel of each example of x [N, C, ...spatial] to mean 0 and variance 1 over its space,
 * then gamma and beta per channel, which may be left out; eps is 1e-5 by default. D. Ulyanov et
 * al., "Instance normalization" (2016).
 */
export const instanceNorm = <
  X extends FloatTensor,
  A extends MaybeTensor = undefined,
  B extends MaybeTensor = undefined,
>(
  x: Checked<X, HasSpace<'instanceNorm', ShapeOf<X>>>,
  gamma?: Checked<A, PerChannel<'instanceNorm', 'gamma', X, A>>,
  beta?: Checked<B, PerChannel<'instanceNorm', 'beta', X, B>>,
  options?: EpsOptions,
): X =>
  located((): Dynamic => {
    checkOptions('instanceNorm', options, ['eps']);
    const eps = requireEps('instanceNorm', options?.eps, 1e-5);
    const tensor = requireFloatTensor('instanceNorm', x);
    requireChannels('instanceNorm', tensor, 3, '[N, C, ...spatial]');
    const axes = lastAxes(tensor.rank, tensor.rank - 2);
    const scalings = [['gamma', gamma] as const, ['beta', beta] as const];
    return applyScaled('instanceNorm', tensor, scalings, [1], (value) =>
      normalizeValue(value, axes, eps),
    );
  });

/** `rmsNorm` over the last axis, which x must have. */
export const normalizeRootMeanSquare = (
  name: string,
  x: TensorImplementation,
  scalings: readonly Scaling[],
  eps: number,
): Dynamic => {
  if (x.rank === 0) throw new ShapeError(`${name}: the input is a scalar`);
  const axes = lastAxes(x.rank, 1);
  return applyScaled(name, x, scalings, axes, (value) => {
    const factor = inverseDeviation(meanValue(mul(value, value), axes), eps);
    return mul(value, spread(factor, x.shape, axes));
  });
};

/**
 * x / sqrt(mean(x^2) + eps) * gamma over the last axis; gamma may be left out, eps is 1e-6 by
 * default. B. Zhang and R. Sennrich, "Root mean square layer normalization" (2019).
 */
export const rmsNorm = <X extends FloatTensor, G extends MaybeTensor = undefined>(
  x: X,
  gamma?: Checked<G, Parameter<'rmsNorm', 'gamma', X, [LastDim<ShapeOf<X>>], G>>,
  options?: EpsOptions,
): X =>
  located((): Dynamic => {
    checkOptions('rmsNorm', options, ['eps']);
    const eps = requireEps('rmsNorm', options?.eps, 1e-6);
    const tensor = requireFloatTensor('rmsNorm', x);
    return normalizeRootMeanSquare('rmsNorm', tensor, [['gamma', gamma]], eps);
  });

/** x / sqrt(sum(x^2) + eps) along an axis, by default the last; eps is 1e-12 by default. */
export const l2Normalize = <X extends FloatTensor, const Ax extends Axes | undefined = -1>(
  x: X,
  axis?: Checked<Ax, SameShape<'l2Normalize', ShapeOf<X>, Ax>>,
  options?: EpsOptions,
): X =>
  located((): Dynamic => {
    checkOptions('l2Normalize', options, ['eps']);
    const eps = requireEps('l2Normalize', options?.eps, 1e-12);
    const tensor = requireFloatTensor('l2Normalize', x);
    const along = (axis ?? (tensor.rank === 0 ? [] : -1)) as AxesArgument;
    const axes = normalizeAxes('l2Normalize', along, tensor.shape);
    return applyOne('l2Normalize', [tensor], ([value]) => {
      const total = reduceSum(mul(value!, value!), { axes });
      const length = sqrt(add(total, constantLike(total, eps)));
      return div(value!, spread(length, tensor.shape, axes));
    });
  });

/** What `localResponseNorm` takes. */
export interface LocalResponseNormOptions {
  /** How many neighbouring channels count: floor(size / 2) before and the rest from there on. */
  readonly size: number;
  /** What their mean square is multiplied by, 1e-4 by default. */
  readonly alpha?: number;
  /** The exponent of the divisor, 0.75 by default. */
  readonly beta?: number;
  /** What the divisor has at least, 1 by default. */
  readonly k?: number;
}

/** The sums of each channel with its neighbours, `before` of them ahead; zeros stand outside. */
const sumOfNeighbours = (x: Value, size: number, before: number): Value => {
  const [n, channels, ...rest] = x.type.shape as [number, number, ...number[]];
  const none = [n, channels, ...rest].map(() => 0);
  const framed = pad(x, {
    low: none.with(1, before),
    high: none.with(1, size - 1 - before),
    interior: none,
    value: 0,
  });
  const { shape } = framed.type;
  const axes = shape.map((_, k) => (k < 2 ? k : k + 1));
  const repeated = broadcast(framed, { shape: [n, shape[1] as number, size, ...rest], axes });
  const seen = window(repeated, {
    leading: 1,
    length: [shape[1] as number],
    windows: [channels],
    stride: [1],
    dilation: [1],
  });
  return reduceSum(seen, { axes: [2] });
};

/**
 * x / (k + alpha / size * s)^beta, where s is the sum of x^2 over `size` neighbouring channels of x
 * [N, C, ...]; zeros stand outside. A. Krizhevsky et al., "ImageNet classification with deep
 * convolutional neural networks" (2012), with the mean of PyTorch.
 */
export const localResponseNorm = <X extends FloatTensor>(
  x: Checked<X, HasChannels<'localResponseNorm', ShapeOf<X>>>,
  options: LocalResponseNormOptions,
): X =>
  located((): Dynamic => {
    const name = 'localResponseNorm';
    checkOptions(name, options, ['size', 'alpha', 'beta', 'k']);
    const size = requireWhole(name, 'size', options?.size, 1);
    const alpha = requireNumber(name, 'alpha', options.alpha ?? 1e-4);
    const beta = requireNumber(name, 'beta', options.beta ?? 0.75);
    const k = requireNumber(name, 'k', options.k ?? 1);
    const tensor = requireFloatTensor(name, x);
    requireChannels(name, tensor, 2, '[N, C, ...]');
    return applyOne(name, [tensor], ([value]) => {
      const total = sumOfNeighbours(mul(value!, value!), size, Math.floor(size / 2));
      const scaled = mul(total, constantLike(total, alpha / size));
      const base = add(scaled, constantLike(total, k));
      return div(value!, pow(base, constantLike(base, beta)));
    });
  });
