/** New keys from old ones: several at once, or one per integer. */
import { ArgumentError, DTypeError, ShapeError } from '../../ir/errors.ts';
import type { Value } from '../../ir/graph.ts';
import { full } from '../../ir/ops/constants.ts';
import { cast } from '../../ir/ops/logic.ts';
import { concat, slice } from '../../ir/ops/views.ts';
import { showShape } from '../../ir/types.ts';
import { apply } from '../../trace/apply.ts';
import { located, requireWhole, reshapeValue } from '../../trace/functions/operands.ts';
import {
  asTensor,
  asTyped,
  fromData,
  isTensor,
  type TensorImplementation,
} from '../../trace/tensor.ts';
import { currentTrace } from '../../trace/trace.ts';
import type { IntDType, Tensor } from '../../types/index.ts';
import { blocks, childAt, wordsOf } from './blocks.ts';
import { applyDraw } from './draw.ts';
import { type Key, requireKey } from './key.ts';

/** N keys in an array of known length, or of unknown length for an unknown N. */
export type Keys<N extends number, Out extends Key[] = []> = number extends N
  ? Key[]
  : Out['length'] extends N
    ? Out
    : Out['length'] extends 32
      ? Key[]
      : Keys<N, [...Out, Key]>;

/** [first, second] as one vector, or [n, 2] for vectors. */
const joined = ([first, second]: readonly [Value, Value]): Value => {
  const { shape } = first.type;
  const columns = [first, second].map((value) => reshapeValue(value, [...shape, 1]));
  return concat(columns, { axis: shape.length });
};

const requireCount = (name: string, count: number): number => {
  const n = requireWhole(name, 'the number of keys', count, 0);
  if (n < 2 ** 30) return n;
  throw new ArgumentError(`${name}: ${n} keys are too many for one tensor`);
};

/**
 * `count` new keys, 2 by default, which are independent of each other and of the old one; the old
 * one is not to be used again: `const [first, second] = split(key)`. The keys are those of JAX.
 */
export const split = <const N extends number = 2>(key: Key, count?: N): Keys<N> =>
  located(() => {
    const n = requireCount('split', count ?? 2);
    const keys = apply('split', [asTyped(requireKey('split', key))], ([value]) => {
      const all = joined(blocks(wordsOf(value as Value), [n]));
      return Array.from({ length: n }, (_, k) =>
        reshapeValue(slice(all, { start: [k, 0], size: [1, 2], step: [1, 1] }), [2]),
      );
    });
    return keys as unknown as Keys<N>;
  });

/** The keys of `split` as the rows of one tensor, which is what `vmap` and `scan` take. */
export const splitRows = <const N extends number>(key: Key, count: N): Tensor<[N, 2], 'u32'> =>
  located(() => {
    const n = requireCount('splitRows', count);
    return applyDraw('splitRows', key, [], (words) => joined(blocks(words, [n])));
  });

const requireData = (data: number | Tensor<[], IntDType>): TensorImplementation | number => {
  if (isTensor(data)) {
    const { dtype, shape } = data;
    if (shape.length > 0) {
      throw new ShapeError(`foldIn: the data must be a scalar, not ${showShape(shape)}`);
    }
    if (dtype !== 'u32' && dtype !== 'i32') {
      throw new DTypeError(`foldIn: the data must be u32 or i32, not ${dtype}`);
    }
    return data;
  }
  if (typeof data !== 'number') return asTensor('foldIn', data);
  if (Number.isInteger(data) && data >= -(2 ** 31) && data < 2 ** 32) return data >>> 0;
  throw new ArgumentError('foldIn: the data must be an integer of 32 bits', { got: `${data}` });
};

/**
 * The key that belongs to the integer `data` of 32 bits, a number or a scalar tensor: different
 * data give independent keys, so `foldIn(key, step)` serves the steps of a loop. The same as JAX's
 * `fold_in`.
 */
export const foldIn = (key: Key, data: number | Tensor<[], IntDType>): Key =>
  located(() => {
    let given = requireData(data);
    // Outside of a trace a number is an input: a program per number would be a waste.
    if (typeof given === 'number' && currentTrace() === undefined) {
      given = fromData(Uint32Array.of(given), 'u32', []);
    }
    return applyDraw('foldIn', key, isTensor(given) ? [given] : [], (words, [value]) => {
      const counter =
        value === undefined
          ? full([], { value: given as number, shape: [], dtype: 'u32' })
          : value.type.dtype === 'u32'
            ? value
            : cast(value, { dtype: 'u32' });
      return joined(childAt(words, counter));
    });
  });
