/** Draws of classes with the probabilities that logits say. */
import { ShapeError } from '../../ir/errors.ts';
import type { Value } from '../../ir/graph.ts';
import { add } from '../../ir/ops/elementwise.ts';
import { argMax } from '../../ir/ops/reductions.ts';
import { checkOptions } from '../../ir/options.ts';
import { normalizeAxis, showShape } from '../../ir/types.ts';
import { broadcastValue, located, requireDomain } from '../../trace/functions/operands.ts';
import { requireShape } from '../../trace/functions/require-shape.ts';
import { asTensor } from '../../trace/tensor.ts';
import type {
  Checked,
  DimsOf,
  Dynamic,
  FloatDType,
  Ok,
  Reduce,
  Result,
  ShapeOf,
  Tensor,
} from '../../types/index.ts';
import { applyDraw } from './draw.ts';
import { gumbelValue } from './gumbel.ts';
import type { Key } from './key.ts';

/** What `categorical` takes. */
export interface CategoricalOptions<Ax extends number, S extends readonly number[]> {
  /** The axis of the classes, the last by default. */
  readonly axis?: Ax;
  /** The leading shape of independent draws, [] by default. */
  readonly shape?: S;
}

/** The shape of the draws: the leading shape, then that of the logits without the classes. */
export type Draws<Lead, Rule> =
  Rule extends Ok<infer Rest>
    ? Rest extends readonly unknown[]
      ? Lead extends readonly unknown[]
        ? Ok<[...Lead, ...Rest]>
        : Ok<Dynamic>
      : Ok<Dynamic>
    : Rule;

/**
 * The index of a class, drawn with probability softmax(logits) along an axis: `categorical(key,
 * logits, { shape: [5] })` draws five times. By the Gumbel trick, as JAX does.
 */
export const categorical = <
  X extends Tensor<unknown, FloatDType>,
  const Ax extends number = -1,
  const S extends readonly number[] = [],
>(
  key: Key,
  logits: Checked<X, Reduce<'categorical', ShapeOf<X>, Ax, false>>,
  options?: CategoricalOptions<Ax, S>,
): Result<Draws<DimsOf<S>, Reduce<'categorical', ShapeOf<X>, Ax, false>>, 'i32'> =>
  located((): Dynamic => {
    checkOptions('categorical', options, ['axis', 'shape']);
    const x = asTensor('categorical', logits);
    requireDomain('categorical', 'float', x.dtype);
    const axis = normalizeAxis('categorical', options?.axis ?? -1, x.shape);
    if (x.shape[axis] === 0) {
      throw new ShapeError(`categorical: logits ${showShape(x.shape)} have no classes`);
    }
    const lead = requireShape('categorical', options?.shape ?? []);
    const all = [...lead, ...x.shape];
    return applyDraw('categorical', key, [x], (words, [value]) => {
      const noise = gumbelValue(words, all, x.dtype as FloatDType);
      const scores = add(noise, broadcastValue(value as Value, all));
      return argMax(scores, { axes: [lead.length + axis] });
    });
  });
