/**
 * Random words in a graph: the blocks that a key gives to the counters 0, 1, 2... Counters,
 * children of keys and words follow JAX with `jax_threefry_partitionable`, its default, bit for
 * bit.
 */
import type { Value } from '../../ir/graph.ts';
import { full, iota } from '../../ir/ops/constants.ts';
import { xor } from '../../ir/ops/logic.ts';
import { threefry2x32 } from '../../ir/ops/random.ts';
import { slice } from '../../ir/ops/views.ts';
import { type Shape, sizeOf } from '../../ir/types.ts';
import { broadcastValue, reshapeValue } from '../../trace/functions/operands.ts';

/** The two words of a key as scalars. */
export type KeyWords = readonly [Value, Value];

const word = (value: number): Value => full([], { value, shape: [], dtype: 'u32' });
const element = (vector: Value, index: number): Value =>
  reshapeValue(slice(vector, { start: [index], size: [1], step: [1] }), []);

/** The words of a key of shape [2]. */
export const wordsOf = (key: Value): KeyWords => [element(key, 0), element(key, 1)];

/** Two words per element of `shape`; the counter of an element is its row-major position. */
export const blocks = ([first, second]: KeyWords, shape: Shape): [Value, Value] => {
  const places = iota([], { axis: 0, shape: [sizeOf(shape)], dtype: 'u32' });
  const inputs = [first, second, word(0)].map((value) => broadcastValue(value, shape));
  return threefry2x32([...inputs, reshapeValue(places, shape)], {}) as [Value, Value];
};

/** The key that belongs to the counter `data`, a u32 scalar. */
export const childAt = ([first, second]: KeyWords, data: Value): KeyWords =>
  threefry2x32([first, second, word(0), data], {}) as [Value, Value];
/** The key at `index` of those that `split` gives. */
export const child = (key: KeyWords, index: number): KeyWords => childAt(key, word(index));

/** 32 random bits per element of `shape`. */
export const wordAt = (key: KeyWords, shape: Shape): Value => {
  const [first, second] = blocks(key, shape);
  return xor(first, second);
};
