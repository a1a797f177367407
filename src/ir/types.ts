/**
 * Dtypes, shapes and tensor types, and the rules that relate them: sizes, strides, broadcasting,
 * axes. Every stage of the compiler speaks in these terms.
 */
import { ShapeError } from './errors.ts';

/** The element types that programs compute with. */
export const dtypes = ['f32', 'f64', 'i32', 'u32', 'bool', 'f16', 'bf16'] as const;
/**
 * An element type: 32 and 64 bit floats, 32 bit integers, booleans, and the 16 bit floats, which
 * are stored and moved but not computed with.
 */
export type DType = (typeof dtypes)[number];
/** The 16 bit floats: IEEE binary16, and binary32 cut to 8 bits of precision. */
export type HalfDType = 'f16' | 'bf16';
/** A shape: the lengths of the axes, outermost first. */
export type Shape = readonly number[];
/** The type of a value: element type and shape. */
export interface TensorType {
  readonly dtype: DType;
  readonly shape: Shape;
}
/**
 * The typed array that holds elements of a dtype; booleans are bytes 0 and 1, 16 bit floats their
 * bits (half.ts).
 */
export type TypedArray =
  | Float32Array
  | Float64Array
  | Int32Array
  | Uint32Array
  | Uint16Array
  | Uint8Array;

/** Bytes per element. */
export const bytesOf: Readonly<Record<DType, number>> = {
  f32: 4,
  f64: 8,
  i32: 4,
  u32: 4,
  bool: 1,
  f16: 2,
  bf16: 2,
};

/** Whether a dtype is a floating point type that programs compute with. */
export const isFloat = (dtype: DType): boolean => dtype === 'f32' || dtype === 'f64';
/** Whether a dtype is a 16 bit float: stored, moved and converted, never computed with. */
export const isHalf = (dtype: DType): dtype is HalfDType => dtype === 'f16' || dtype === 'bf16';
/** Whether values of a dtype have derivatives: floats of every width. */
export const isDifferentiable = (dtype: DType): boolean => isFloat(dtype) || isHalf(dtype);
/** Whether a dtype is an integer type. */
export const isInteger = (dtype: DType): boolean => dtype === 'i32' || dtype === 'u32';

/** A new zeroed typed array of `length` elements. */
export const allocate = (dtype: DType, length: number): TypedArray => {
  switch (dtype) {
    case 'f32':
      return new Float32Array(length);
    case 'f64':
      return new Float64Array(length);
    case 'i32':
      return new Int32Array(length);
    case 'u32':
      return new Uint32Array(length);
    case 'bool':
      return new Uint8Array(length);
    case 'f16':
    case 'bf16':
      return new Uint16Array(length);
  }
};

/** The largest number of elements of one tensor; typed arrays of every current engine reach it. */
export const maximumElements: number = 2 ** 31 - 1;

/** Number of elements of a shape; 1 for rank 0. Throws ShapeError for sizes no array can have. */
export const sizeOf = (shape: Shape): number => {
  let size = 1;
  for (let k = 0; k < shape.length; k++) {
    const extent = shape[k] as number;
    if (!Number.isSafeInteger(extent) || extent < 0) {
      throw new ShapeError(`shape: every dimension must be a whole number >= 0, not ${extent}`, {
        got: showShape(shape),
      });
    }
    size *= extent;
    if (size > maximumElements && !shape.includes(0)) {
      throw new ShapeError(`shape: ${showShape(shape)} has too many elements`, {
        hint: `one tensor holds at most ${maximumElements} elements`,
      });
    }
  }
  return size;
};

/** Row-major strides in elements. */
export const stridesOf = (shape: Shape): number[] => {
  const strides = new Array<number>(shape.length);
  let stride = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    strides[axis] = stride;
    stride *= shape[axis] ?? 1;
  }
  return strides;
};

/** Whether two shapes are equal. */
export const sameShape = (a: Shape, b: Shape): boolean => {
  if (a === b) return true;
  if (a.length !== b.length) return false;
  for (let axis = 0; axis < a.length; axis++) if (a[axis] !== b[axis]) return false;
  return true;
};
/** Whether two tensor types are equal. */
export const sameType = (a: TensorType, b: TensorType): boolean =>
  a.dtype === b.dtype && sameShape(a.shape, b.shape);

/** `[32, 784]`, as messages show a shape. */
export const showShape = (shape: Shape): string => `[${shape.join(', ')}]`;
/** `f32[32,784]`, as the IR texts show a type. */
export const showType = (type: TensorType): string => `${type.dtype}[${type.shape.join(',')}]`;

/** The common shape of two by the rules of NumPy; `operation` names the caller in the error. */
export const broadcastShapes = (operation: string, a: Shape, b: Shape): number[] => {
  const rank = Math.max(a.length, b.length);
  const out: number[] = [];
  for (let axis = 0; axis < rank; axis++) {
    const x = a[axis - rank + a.length] ?? 1;
    const y = b[axis - rank + b.length] ?? 1;
    if (x !== y && x !== 1 && y !== 1) {
      throw new ShapeError(
        `${operation}: cannot broadcast ${showShape(a)} with ${showShape(b)}: ` +
          `dimensions ${x} and ${y} differ`,
      );
    }
    out.push(x === 1 ? y : x);
  }
  return out;
};

/**
 * An axis counted from the front; negative ones count from the end. Throws ShapeError when out of
 * range.
 */
export const normalizeAxis = (operation: string, axis: number, shape: Shape): number => {
  const rank = shape.length;
  if (!Number.isInteger(axis) || axis < -rank || axis >= rank) {
    throw new ShapeError(
      `${operation}: axis ${axis} is out of range for shape ${showShape(shape)} (rank ${rank})`,
    );
  }
  return axis < 0 ? axis + rank : axis;
};

/** Axes counted from the front, sorted; undefined means all. A repeated axis is an error. */
export const normalizeAxes = (
  operation: string,
  axes: number | readonly number[] | undefined | null,
  shape: Shape,
): number[] => {
  if (axes === undefined || axes === null) return shape.map((_, axis) => axis);
  const list = (typeof axes === 'number' ? [axes] : [...axes]).map((axis) =>
    normalizeAxis(operation, axis, shape),
  );
  list.sort((a, b) => a - b);
  list.forEach((axis, i) => {
    if (i > 0 && list[i - 1] === axis) {
      throw new ShapeError(
        `${operation}: axis ${axis} is given twice for shape ${showShape(shape)}`,
      );
    }
  });
  return list;
};
