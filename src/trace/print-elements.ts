/**
 * Elements for people and for JSON: nested arrays, and a text that is abridged when there are many
 * elements.
 */
import { wrapTo } from '../ir/scalar.ts';
import { type DType, type Shape, sizeOf, stridesOf, type TypedArray } from '../ir/types.ts';

/** Elements nested by axis; for rank 0 the element itself. */
export type NestedArray = number | boolean | NestedArray[];

/** Row-major elements as nested arrays; booleans for dtype bool. */
export const nestedArray = (data: TypedArray, shape: Shape, dtype: DType): NestedArray => {
  const strides = stridesOf(shape);
  const element = (position: number): number | boolean =>
    dtype === 'bool' ? data[position] !== 0 : (data[position] as number);
  const nest = (axis: number, start: number): NestedArray =>
    axis === shape.length
      ? element(start)
      : Array.from({ length: shape[axis] as number }, (_, k) =>
          nest(axis + 1, start + k * (strides[axis] as number)),
        );
  return nest(0, 0);
};

/** The same with the numbers that JSON cannot write as strings. */
export const plainNumbers = (nested: NestedArray): unknown =>
  Array.isArray(nested)
    ? nested.map(plainNumbers)
    : typeof nested === 'number' && !Number.isFinite(nested)
      ? String(nested)
      : nested;

/** The shortest text that reads back as the same element. */
const showElement = (element: number, dtype: DType): string => {
  if (dtype === 'bool') return element === 0 ? 'false' : 'true';
  if (Object.is(element, -0)) return '-0';
  if (dtype !== 'f64' && Number.isFinite(element)) {
    for (let digits = 1; digits < 9; digits++) {
      const short = Number(element.toPrecision(digits));
      if (wrapTo[dtype](short) === element) return String(short);
    }
  }
  return String(element);
};

/** Above this many elements long axes show their ends only. */
const mostElements = 200;
const ends = 3;

/** `[[1, 2], [3, 4]]`; with more than 200 elements `[[0, 1, 2, ..., 97, 98, 99], ...]`. */
export const printElements = (
  data: TypedArray,
  type: { readonly dtype: DType; readonly shape: Shape },
): string => {
  const { dtype, shape } = type;
  const strides = stridesOf(shape);
  const isAbridged = sizeOf(shape) > mostElements;
  const print = (axis: number, start: number): string => {
    const length = shape[axis];
    if (length === undefined) return showElement(data[start] as number, dtype);
    const parts: string[] = [];
    for (let k = 0; k < length; k++) {
      if (isAbridged && k === ends && length > 2 * ends) {
        parts.push('...');
        k = length - ends;
      }
      parts.push(print(axis + 1, start + k * (strides[axis] as number)));
    }
    return `[${parts.join(', ')}]`;
  };
  return print(0, 0);
};
