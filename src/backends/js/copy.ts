/** Copying between arrays of one type: what carries of loops and handed on results need. */
import type { TypedArray } from '../../ir/types.ts';

/** Below this length a loop is faster than making a view. */
const short = 32;

/** Copies `length` elements; the two ranges must not overlap. */
export const copy = (
  from: TypedArray,
  start: number,
  to: TypedArray,
  at: number,
  length: number,
): void => {
  if (length <= short) {
    for (let k = 0; k < length; k++) to[at + k] = from[start + k] as number;
    return;
  }
  const isWhole = start === 0 && length === from.length;
  to.set(isWhole ? from : from.subarray(start, start + length), at);
};
