/** The layer of root mean square normalisation. */
import { checkOptions } from '../../ir/options.ts';
import { ones } from '../../trace/functions/creation.ts';
import type { FloatTensor } from '../../trace/functions/function-types.ts';
import { requireEps } from '../../trace/functions/moments.ts';
import { type EpsOptions, normalizeRootMeanSquare } from '../../trace/functions/normalizations.ts';
import { located, requireWhole } from '../../trace/functions/operands.ts';
import { requireFloatTensor } from '../../trace/functions/parameters.ts';
import type { Checked, Dim, Dynamic, FloatDType, ShapeOf, Tensor } from '../../types/index.ts';
import { type FloatDrawOptions, requireFloat } from '../random/draw.ts';
import { requireObject } from '../require-object.ts';
import { type Ending, requireEnding } from './layer-norm.ts';

/** The trained parameter per feature. */
export interface RmsNorm<F extends Dim, D = 'f32'> {
  readonly scale: Tensor<[F], D>;
}

/** First parameters for F features: scale 1. */
export const initRmsNorm = <const F extends number, D extends FloatDType = 'f32'>(
  features: F,
  options?: FloatDrawOptions<D>,
): RmsNorm<F, NoInfer<D>> =>
  located((): Dynamic => {
    checkOptions('initRmsNorm', options, ['dtype']);
    const dtype = requireFloat('initRmsNorm', options?.dtype);
    return {
      scale: ones([requireWhole('initRmsNorm', 'the number of features', features, 1)], { dtype }),
    };
  });

/** The function `rmsNorm` with its parameter in an object. */
export const rmsNorm = <F extends Dim, D extends FloatDType, X extends FloatTensor>(
  p: RmsNorm<F, D>,
  x: Checked<X, Ending<'rmsNorm', ShapeOf<X>, [F]>>,
  options?: EpsOptions,
): X =>
  located((): Dynamic => {
    checkOptions('rmsNorm', options, ['eps']);
    const eps = requireEps('rmsNorm', options?.eps, 1e-6);
    requireObject('rmsNorm', 'the parameters', p);
    const tensor = requireFloatTensor('rmsNorm', x);
    requireEnding('rmsNorm', tensor, p.scale);
    return normalizeRootMeanSquare('rmsNorm', tensor, [['scale', p.scale]], eps);
  });
