/** Dropout: elements turned off at random while training. */
import { ArgumentError } from '../../ir/errors.ts';
import { constantLike } from '../../ir/ops/constants.ts';
import { mul } from '../../ir/ops/elementwise.ts';
import { select } from '../../ir/ops/logic.ts';
import { checkOptions } from '../../ir/options.ts';
import type { FloatTensor } from '../../trace/functions/function-types.ts';
import { located, requireDomain } from '../../trace/functions/operands.ts';
import { asTensor, describe } from '../../trace/tensor.ts';
import type { Dynamic } from '../../types/index.ts';
import { bernoulliValue, requireProbability } from '../random/bernoulli.ts';
import { applyDraw } from '../random/draw.ts';
import { type Key, requireKey } from '../random/key.ts';

/** What `dropout` takes. */
export interface DropoutOptions {
  /** The probability that an element is turned off, 0.5 by default. */
  readonly rate?: number;
  /** Whether elements are turned off at all. */
  readonly training: boolean;
}

/**
 * Whether a layer trains; an ArgumentError when the options do not say, because no default is safe.
 */
export const requireTraining = (name: string, training: unknown): boolean => {
  if (typeof training === 'boolean') return training;
  throw new ArgumentError(`${name}: training must be true or false, not ${describe(training)}`);
};

/**
 * x with each element 0 with probability `rate` and divided by 1 - rate otherwise, so that the
 * mean stays; x itself when not training. N. Srivastava et al., "Dropout: a simple way to prevent
 * neural networks from overfitting" (2014).
 */
export const dropout = <X extends FloatTensor>(key: Key, x: X, options: DropoutOptions): X =>
  located((): Dynamic => {
    checkOptions('dropout', options, ['rate', 'training']);
    const training = requireTraining('dropout', options?.training);
    const rate = requireProbability('dropout', 'rate', options.rate ?? 0.5);
    if (rate === 1) throw new ArgumentError('dropout: rate 1 would leave nothing');
    const tensor = asTensor('dropout', x);
    requireDomain('dropout', 'float', tensor.dtype);
    requireKey('dropout', key);
    if (!training || rate === 0) return x;
    return applyDraw('dropout', key, [tensor], (words, [value]) => {
      const kept = bernoulliValue(words, tensor.shape, 1 - rate);
      const scaled = mul(value!, constantLike(value!, 1 / (1 - rate)));
      return select(kept, scaled, constantLike(value!, 0));
    });
  });
