/**
 * How many inputs and outputs the elements of a weight connect, which sets the size of its first
 * values.
 */
import { ShapeError } from '../../ir/errors.ts';
import { showShape } from '../../ir/types.ts';

/** The connections of one output (`fanIn`) and of one input (`fanOut`). */
export interface Fans {
  readonly fanIn: number;
  readonly fanOut: number;
}

/**
 * The fans of a weight: [in, out] of a dense layer, [out, in, ...taps] of a convolution.
 * ShapeError for a rank below 2 and for weights that connect nothing.
 */
export const fansOf = (name: string, shape: readonly number[]): Fans => {
  const [first, second, ...taps] = shape;
  if (first === undefined || second === undefined) {
    throw new ShapeError(
      `${name}: a weight of shape ${showShape(shape)} has no inputs and outputs`,
      {
        hint: 'weights are [in, out], or [out, in, ...taps] of a convolution',
      },
    );
  }
  const field = taps.reduce((product, tap) => product * tap, 1);
  const isKernel = taps.length > 0;
  const fanIn = (isKernel ? second : first) * field;
  const fanOut = (isKernel ? first : second) * field;
  if (fanIn === 0 || fanOut === 0) {
    throw new ShapeError(`${name}: a weight of shape ${showShape(shape)} connects nothing`);
  }
  return { fanIn, fanOut };
};
