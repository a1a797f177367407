/** Raw random bits, for distributions that the library does not have. */
import { checkOptions } from '../../ir/options.ts';
import { located } from '../../trace/functions/operands.ts';
import { requireShape } from '../../trace/functions/require-shape.ts';
import type { DimsOf, Tensor } from '../../types/index.ts';
import { wordAt } from './blocks.ts';
import { applyDraw } from './draw.ts';
import type { Key } from './key.ts';

/** 32 random bits per element: the same bits as JAX's `random.bits`. */
export const bits = <const S extends readonly number[]>(
  key: Key,
  shape: S,
  options?: Record<string, never>,
): Tensor<DimsOf<S>, 'u32'> =>
  located(() => {
    checkOptions('bits', options, []);
    const size = requireShape('bits', shape);
    return applyDraw('bits', key, [], (words) => wordAt(words, size));
  });
