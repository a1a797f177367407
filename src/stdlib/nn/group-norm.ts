/** The layer of group normalisation. */
import { checkOptions } from '../../ir/options.ts';
import type { FloatTensor } from '../../trace/functions/function-types.ts';
import { requireEps } from '../../trace/functions/moments.ts';
import { type GroupNormOptions, normalizeGroups } from '../../trace/functions/normalizations.ts';
import { located, requireWhole } from '../../trace/functions/operands.ts';
import type { Checked, Dim, Divides, Dynamic, FloatDType, ShapeOf } from '../../types/index.ts';
import type { FloatDrawOptions } from '../random/draw.ts';
import { requireObject } from '../require-object.ts';
import { type BatchNorm, type Channels, initScaling, requireInput } from './batch-norm.ts';

/** The trained parameters per channel. */
export type GroupNorm<C extends Dim, D = 'f32'> = BatchNorm<C, D>;

/** First parameters for C channels: scale 1, shift 0. */
export const initGroupNorm = <const C extends number, D extends FloatDType = 'f32'>(
  channels: C,
  options?: FloatDrawOptions<D>,
): GroupNorm<C, NoInfer<D>> =>
  located((): Dynamic => initScaling('initGroupNorm', channels, options));

/** The function `groupNorm` with its parameters in an object. */
export const groupNorm = <
  C extends Dim,
  D extends FloatDType,
  X extends FloatTensor,
  const G extends number,
>(
  p: GroupNorm<C, D>,
  x: Checked<X, Channels<'groupNorm', ShapeOf<X>, C>>,
  options: GroupNormOptions<Checked<G, Divides<'groupNorm', 'groups', G, 'channels', C>>>,
): X =>
  located((): Dynamic => {
    checkOptions('groupNorm', options, ['groups', 'eps']);
    const groups = requireWhole('groupNorm', 'groups', options?.groups, 1);
    const eps = requireEps('groupNorm', options.eps, 1e-5);
    requireObject('groupNorm', 'the parameters', p);
    const tensor = requireInput('groupNorm', x, p.scale);
    const scalings = [['scale', p.scale] as const, ['shift', p.shift] as const];
    return normalizeGroups('groupNorm', tensor, scalings, groups, eps);
  });
