/** Random orders and choices. */
import { ArgumentError } from '../../ir/errors.ts';
import type { Value } from '../../ir/graph.ts';
import { iota } from '../../ir/ops/constants.ts';
import { argSort, take } from '../../ir/ops/indexing.ts';
import { slice } from '../../ir/ops/views.ts';
import { checkOptions } from '../../ir/options.ts';
import { normalizeAxis, sizeOf } from '../../ir/types.ts';
import {
  located,
  requireFlag,
  requireWhole,
  reshapeValue,
} from '../../trace/functions/operands.ts';
import { requireShape } from '../../trace/functions/require-shape.ts';
import { asTensor, type TensorImplementation } from '../../trace/tensor.ts';
import type { AnyTensor, DimsOf, Dynamic, Tensor } from '../../types/index.ts';
import { child, type KeyWords, wordAt } from './blocks.ts';
import { applyDraw } from './draw.ts';
import type { Key } from './key.ts';
import { randintValue } from './randint.ts';

/** What `permutation` takes. */
export interface PermutationOptions {
  /** The axis of a tensor that is put in another order, 0 by default. */
  readonly axis?: number;
}
/** What `choice` takes. */
export interface ChoiceOptions {
  /** Whether one element may be chosen several times, true by default. */
  readonly replace?: boolean;
}

/**
 * The numbers 0 to n - 1 in random order. Sorting by random keys is fair but for equal keys; as
 * in JAX the sort is repeated so often that equal keys hardly matter.
 */
const order = (key: KeyWords, n: number): Value => {
  let places = iota([], { axis: 0, shape: [n], dtype: 'i32' });
  const rounds = Math.ceil((3 * Math.log(Math.max(1, n))) / Math.log(2 ** 32 - 1));
  let [rest, here] = [key, key];
  for (let round = 0; round < rounds; round++) {
    [rest, here] = [child(rest, 0), child(rest, 1)];
    const sorted = argSort(wordAt(here, [n]));
    places = round === 0 ? sorted : take([places, sorted], { axis: 0, batch: 0 });
  }
  return places;
};

/** A number counts as the tensor 0 to n - 1. */
const requireSource = (name: string, x: number | AnyTensor, axis: number): Source => {
  if (typeof x === 'number') {
    const n = requireWhole(name, 'the number of elements', x, 0);
    sizeOf([n]);
    return { n, axis: normalizeAxis(name, axis, [n]), tensors: [] };
  }
  const tensor = asTensor(name, x);
  const at = normalizeAxis(name, axis, tensor.shape);
  return { n: tensor.shape[at] as number, axis: at, tensors: [tensor] };
};
interface Source {
  readonly n: number;
  readonly axis: number;
  readonly tensors: readonly TensorImplementation[];
}
const taken = ([x]: Value[], indexes: Value, { axis }: Source): Value =>
  x === undefined ? indexes : take([x, indexes], { axis, batch: 0 });

/**
 * The numbers 0 to n - 1, or the parts of a tensor along one axis, in random order: the same as
 * JAX's.
 */
export const permutation = <const X extends number | AnyTensor>(
  key: Key,
  x: X,
  options?: PermutationOptions,
): X extends number ? Tensor<[X], 'i32'> : X =>
  located((): Dynamic => {
    checkOptions('permutation', options, ['axis']);
    const source = requireSource('permutation', x, options?.axis ?? 0);
    return applyDraw('permutation', key, source.tensors, (words, values) =>
      taken(values, order(words, source.n), source),
    );
  });

/** What `choice` gives: numbers below n, or parts of a tensor along its first axis. */
export type Chosen<X, S extends readonly number[]> = X extends number
  ? Tensor<DimsOf<S>, 'i32'>
  : X extends Tensor<infer SX, infer D>
    ? SX extends readonly [unknown, ...infer Rest]
      ? Tensor<[...DimsOf<S>, ...Rest], D>
      : Tensor<Dynamic, D>
    : never;

/**
 * Random choices, all equally likely, of the numbers 0 to n - 1 or of the parts of a tensor along
 * its first axis: as many as `shape` has elements. For unequal probabilities see `categorical`.
 */
export const choice = <const X extends number | AnyTensor, const S extends readonly number[]>(
  key: Key,
  x: X,
  shape: S,
  options?: ChoiceOptions,
): Chosen<X, S> =>
  located((): Dynamic => {
    checkOptions('choice', options, ['replace']);
    const isRepeated = requireFlag('choice', 'replace', options?.replace ?? true);
    const source = requireSource('choice', x, 0);
    const size = requireShape('choice', shape);
    const count = sizeOf(size);
    if (count > 0 && (source.n === 0 || (!isRepeated && count > source.n))) {
      const how = isRepeated ? '' : ' without repeating one';
      throw new ArgumentError(`choice: cannot choose ${count} of ${source.n} elements${how}`);
    }
    return applyDraw('choice', key, source.tensors, (words, values) => {
      if (isRepeated) {
        return taken(values, randintValue(words, size, 0, Math.max(1, source.n), 'i32'), source);
      }
      const first = slice(order(words, source.n), { start: [0], size: [count], step: [1] });
      return taken(values, reshapeValue(first, size), source);
    });
  });
