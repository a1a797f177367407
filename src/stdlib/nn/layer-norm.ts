/** Layer normalisation over the last axes. */
import { ShapeError } from '../../ir/errors.ts';
import { mul } from '../../ir/ops/elementwise.ts';
import { checkOptions } from '../../ir/options.ts';
import { sameShape, showShape } from '../../ir/types.ts';
import { ones, zeros } from '../../trace/functions/creation.ts';
import type { FloatTensor } from '../../trace/functions/function-types.ts';
import { applyOne, located, requireDomain } from '../../trace/functions/operands.ts';
import { spread } from '../../trace/functions/reductions.ts';
import { requireShape } from '../../trace/functions/require-shape.ts';
import { asTensor } from '../../trace/tensor.ts';
import type { Unify } from '../../types/dimensions.ts';
import type {
  Checked,
  DimsOf,
  Dynamic,
  FloatDType,
  IsDynamicRank,
  Ok,
  ShapeError as ShapeMessage,
  ShapeOf,
  Show,
  Tensor,
} from '../../types/index.ts';
import { type FloatDrawOptions, requireFloat } from '../random/draw.ts';
import { requireObject } from '../require-object.ts';
import {
  inverseDeviation,
  momentsOf,
  requireEpsilon,
  requireParameters,
  rescale,
} from './normalize.ts';

/** The trained parameters in the shape S of the normalised axes. */
export interface LayerNorm<S, D = 'f32'> {
  readonly scale: Tensor<S, D>;
  readonly shift: Tensor<S, D>;
}
/** What `layerNorm` takes. */
export interface LayerNormOptions {
  /** Added to the variance, 1e-5 by default. */
  readonly epsilon?: number;
}

type EndsIn<X, S> = S extends readonly [...infer SI, infer SL]
  ? X extends readonly [...infer XI, infer XL]
    ? Unify<XL, SL> extends [unknown]
      ? EndsIn<XI, SI>
      : false
    : false
  : true;
/** The rule of `layerNorm`: the shape X ends in the shape S of the parameters. */
export type Ending<Op extends string, X, S> =
  IsDynamicRank<X> extends true
    ? Ok<X>
    : IsDynamicRank<S> extends true
      ? Ok<X>
      : EndsIn<X, S> extends true
        ? Ok<X>
        : WrongEnding<Op, Show<X>, Show<S>>;
type WrongEnding<
  Op extends string,
  X extends string,
  S extends string,
> = ShapeMessage<`${Op}: the input ${X} does not end in the shape ${S} of the parameters`>;

/** First parameters for axes of the given shape: scale 1, shift 0. */
export const initLayerNorm = <const S extends readonly number[], D extends FloatDType = 'f32'>(
  shape: S,
  options?: FloatDrawOptions<D>,
): LayerNorm<DimsOf<S>, NoInfer<D>> =>
  located((): Dynamic => {
    checkOptions('initLayerNorm', options, ['dtype']);
    const dtype = requireFloat('initLayerNorm', options?.dtype);
    const size = requireShape('initLayerNorm', shape);
    return { scale: ones(size, { dtype }), shift: zeros(size, { dtype }) };
  });

/**
 * * (x - mean) / sqrt(variance + epsilon) * scale + shift over the last axes, as many as the
 * parameters have: J. Ba et al., "Layer normalization" (2016).
 */
export const layerNorm = <S, D extends FloatDType, X extends FloatTensor>(
  p: LayerNorm<S, D>,
  x: Checked<X, Ending<'layerNorm', ShapeOf<X>, S>>,
  options?: LayerNormOptions,
): X =>
  located((): Dynamic => {
    checkOptions('layerNorm', options, ['epsilon']);
    const epsilon = requireEpsilon('layerNorm', options?.epsilon);
    requireObject('layerNorm', 'the parameters', p);
    const tensor = asTensor('layerNorm', x);
    requireDomain('layerNorm', 'float', tensor.dtype);
    const { shape } = asTensor('layerNorm', p.scale);
    const lead = tensor.rank - shape.length;
    if (lead < 0 || !sameShape(tensor.shape.slice(lead), shape)) {
      const [given, wanted] = [showShape(tensor.shape), showShape(shape)];
      throw new ShapeError(
        `layerNorm: the input ${given} does not end in the shape ${wanted} of the parameters`,
      );
    }
    const { scale, shift } = p;
    const parameters = requireParameters('layerNorm', tensor, shape, { scale, shift });
    const axes = shape.map((_, axis) => axis + lead);
    return applyOne('layerNorm', [tensor, ...parameters], ([value, gain, offset]) => {
      const { variance, centred } = momentsOf(value!, axes);
      const factor = spread(inverseDeviation(variance, epsilon), tensor.shape, axes);
      return rescale(mul(centred, factor), gain!, offset!, axes);
    });
  });
