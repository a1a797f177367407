/** Layer normalisation over the last axes. */
import { ShapeError } from '../../ir/errors.ts';
import { checkOptions } from '../../ir/options.ts';
import { sameShape, showShape } from '../../ir/types.ts';
import { ones, zeros } from '../../trace/functions/creation.ts';
import type { FloatTensor } from '../../trace/functions/function-types.ts';
import { requireEps } from '../../trace/functions/moments.ts';
import { type EpsOptions, normalizeLast } from '../../trace/functions/normalizations.ts';
import { located } from '../../trace/functions/operands.ts';
import { requireFloatTensor } from '../../trace/functions/parameters.ts';
import { requireShape } from '../../trace/functions/require-shape.ts';
import { asTensor, type TensorImplementation } from '../../trace/tensor.ts';
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

/** The trained parameters in the shape S of the normalised axes. */
export interface LayerNorm<S, D = 'f32'> {
  readonly scale: Tensor<S, D>;
  readonly shift: Tensor<S, D>;
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
 * The function `layerNorm` with its parameters in an object: over the last axes, as many as the
 * parameters have.
 */
export const layerNorm = <S, D extends FloatDType, X extends FloatTensor>(
  p: LayerNorm<S, D>,
  x: Checked<X, Ending<'layerNorm', ShapeOf<X>, S>>,
  options?: EpsOptions,
): X =>
  located((): Dynamic => {
    checkOptions('layerNorm', options, ['eps']);
    const eps = requireEps('layerNorm', options?.eps, 1e-5);
    requireObject('layerNorm', 'the parameters', p);
    const tensor = requireFloatTensor('layerNorm', x);
    const { scale, shift } = p;
    const { rank } = requireEnding('layerNorm', tensor, scale);
    const scalings = [['scale', scale] as const, ['shift', shift] as const];
    return normalizeLast('layerNorm', tensor, scalings, rank, eps);
  });

/** The parameters of a layer whose input must end in their shape; throws a ShapeError otherwise. */
export const requireEnding = (
  name: string,
  x: TensorImplementation,
  scale: unknown,
): TensorImplementation => {
  const tensor = asTensor(name, scale);
  const { shape } = tensor;
  const lead = x.rank - shape.length;
  if (lead >= 0 && sameShape(x.shape.slice(lead), shape)) return tensor;
  const [given, wanted] = [showShape(x.shape), showShape(shape)];
  throw new ShapeError(
    `${name}: the input ${given} does not end in the shape ${wanted} of the parameters`,
  );
};
