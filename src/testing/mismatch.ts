/**
 * Compares results: integers and bools bit for bit, floats within a tolerance relative to their
 * size.
 */
import type { TypedArray } from '../ir/types.ts';

/**
 * How far floats may be apart: `relative` times the element, plus `scaled` times the largest
 * element.
 */
export interface Tolerance {
  readonly relative: number;
  readonly scaled: number;
}

/**
 * Two ways of computing the same f32 in doubles that round once per stored value: 16 units in the
 * last place of the element and 4 of the largest element, for what cancels.
 */
export const singleTolerance: Tolerance = { relative: 1e-6, scaled: 2.5e-7 };
/** The same for f64: about 64 units in the last place. */
export const doubleTolerance: Tolerance = { relative: 1.5e-14, scaled: 1.5e-14 };
/**
 * The same for the bits of a 16 bit float, which may be neighbours: one value rounded to it from
 * two sides of a tie.
 */
export const halfTolerance: Tolerance = { relative: 0, scaled: 0 };
/** No difference but the sign and payload of NaN. */
export const exactly: Tolerance = { relative: 0, scaled: 0 };

/** How far a compiled result may be from an interpreted one; floats of 32 bits by `single`. */
export const toleranceFor = (array: TypedArray, single: Tolerance = singleTolerance): Tolerance => {
  if (array instanceof Float32Array) return single;
  if (array instanceof Uint16Array) return halfTolerance;
  return array instanceof Float64Array ? doubleTolerance : exactly;
};

const isFloatArray = (array: TypedArray): boolean =>
  array instanceof Float32Array || array instanceof Float64Array;

/** The places of two patterns in the order of the numbers they stand for, apart. */
const stepsApart = (x: number, y: number): number => {
  const place = (bits: number): number => (bits < 0x8000 ? bits : 0x8000 - bits);
  return Math.abs(place(x) - place(y));
};

/** The largest finite magnitude in an array. */
export const scaleOf = (array: TypedArray): number => {
  let scale = 0;
  // By index: iterators of long arrays take most of the time of a comparison.
  for (let k = 0; k < array.length; k++) {
    const size = Math.abs(array[k] as number);
    if (size > scale && size !== Number.POSITIVE_INFINITY) scale = size;
  }
  return scale;
};

/** Says where two arrays differ by more than the tolerance; undefined where they agree. */
export const mismatch = (
  actual: TypedArray,
  expected: TypedArray,
  tolerance: Tolerance = exactly,
): string | undefined => {
  if (actual.length !== expected.length) {
    return `${actual.length} elements instead of ${expected.length}`;
  }
  const isExact = tolerance === exactly || !isFloatArray(expected);
  const areNeighbours = tolerance === halfTolerance && expected instanceof Uint16Array;
  const floor = isExact ? 0 : tolerance.scaled * scaleOf(expected);
  for (let k = 0; k < expected.length; k++) {
    const [x, y] = [actual[k] as number, expected[k] as number];
    if (Object.is(x, y) || (areNeighbours && stepsApart(x, y) <= 1)) continue;
    const isNear =
      !isExact && (x === y || Math.abs(x - y) <= tolerance.relative * Math.abs(y) + floor);
    if (!isNear) return `element ${k} is ${x} instead of ${y}`;
  }
  return undefined;
};
