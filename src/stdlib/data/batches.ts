/** Index batches for one pass over a data set, shuffled by a seed. */
import { ArgumentError } from '../../ir/errors.ts';
import { checkOptions } from '../../ir/options.ts';
import { allocate } from './array-data.ts';
import { seededGenerator, shuffle } from './integer-generator.ts';

/**
 * Options of batches: a seed for a shuffled pass, or `shuffle: false` for 0, 1, 2, ... in order.
 */
export type BatchOptions =
  | {
      readonly shuffle?: true;
      /** The same seed gives the same order on every platform. */
      readonly seed: number;
      /** Which pass this is: each epoch of a seed has an order of its own; 0 when absent. */
      readonly epoch?: number;
      /** Leaves out a last batch that is smaller than the others; false when absent. */
      readonly dropLast?: boolean;
    }
  | { readonly shuffle: false; readonly dropLast?: boolean };

const checkCount = (what: string, value: number, least: number): void => {
  if (Number.isInteger(value) && value >= least && value < 2 ** 31) return;
  throw new ArgumentError(`batches: the ${what} is an integer from ${least} to 2^31 - 1`, {
    got: String(value),
  });
};

/**
 * The indices 0 to `count - 1`, each once, in batches of `size`; without `dropLast` the last batch
 * may be smaller. The order depends on seed and epoch alone, never on `size`. Throws an
 * ArgumentError for a missing seed or a bad number.
 *
 * @example
 * for (const indices of batches(images.shape[0], 128, { seed: 1, epoch })) {
 *   const x = gatherRows(images, indices);
 * }
 */
export const batches = (count: number, size: number, options: BatchOptions): Int32Array[] => {
  checkCount('count', count, 0);
  checkCount('size', size, 1);
  const inOrder = options?.shuffle === false;
  checkOptions(
    'batches',
    options,
    inOrder ? ['shuffle', 'dropLast'] : ['shuffle', 'seed', 'epoch', 'dropLast'],
  );
  if (!inOrder && options?.seed === undefined) {
    throw new ArgumentError('batches: a shuffled pass needs a seed', {
      hint: '{ seed: 0, epoch } or { shuffle: false }',
    });
  }
  const order = allocate('batches', 'i32', count);
  for (let i = 0; i < count; i++) order[i] = i;
  if (!inOrder) shuffle(order, seededGenerator('batches', options.seed, options.epoch));
  const end = options.dropLast ? count - (count % size) : count;
  const result: Int32Array[] = [];
  for (let start = 0; start < end; start += size) {
    result.push(order.slice(start, Math.min(start + size, end)));
  }
  return result;
};
