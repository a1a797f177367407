/**
 * The plain form in which the readers and writers of `gradloom/data` hold arrays: a dtype, a shape
 * and one typed array. It knows nothing of tensors, so every file of this folder runs without the
 * compiler.
 */
import { ArgumentError, DTypeError, ShapeError } from '../../ir/errors.ts';

/**
 * The typed array that holds the elements of each storage dtype; `bool` holds one byte, 0 or 1, per
 * element, `f16` and `bf16` the 16 bits.
 */
export interface StorageArrays {
  readonly f32: Float32Array;
  readonly f64: Float64Array;
  readonly i32: Int32Array;
  readonly u32: Uint32Array;
  readonly bool: Uint8Array;
  readonly f16: Uint16Array;
  readonly bf16: Uint16Array;
  readonly u8: Uint8Array;
}

/** The name of a storage dtype. */
export type StorageDType = keyof StorageArrays;

/** A dense row-major array: `data` has as many elements as the product of `shape`. */
export interface ArrayData<D extends StorageDType = StorageDType> {
  readonly dtype: D;
  readonly shape: readonly number[];
  readonly data: StorageArrays[D];
}

const constructors = {
  f32: Float32Array,
  f64: Float64Array,
  i32: Int32Array,
  u32: Uint32Array,
  bool: Uint8Array,
  f16: Uint16Array,
  bf16: Uint16Array,
  u8: Uint8Array,
} as const;

/** Bytes per element of a storage dtype. */
export const elementBytes = (dtype: StorageDType): number => constructors[dtype].BYTES_PER_ELEMENT;

/** Whether `n` is an integer that a dimension can have: 0 to 2^53 - 1. */
export const isDimension = (n: unknown): n is number =>
  Number.isSafeInteger(n) && (n as number) >= 0;

/**
 * The number of elements of `shape`, or undefined when a dimension is not a non-negative safe
 * integer or the product of the dimensions that are not zero is above 2^53 - 1.
 */
export const elementCount = (shape: readonly number[]): number | undefined => {
  let product = 1;
  let empty = false;
  for (const dimension of shape) {
    if (!isDimension(dimension)) return undefined;
    if (dimension === 0) empty = true;
    else product *= dimension;
    if (!Number.isSafeInteger(product)) return undefined;
  }
  return empty ? 0 : product;
};

/**
 * A typed array of `count` zeros; an ArgumentError in the name of `operation` when memory does not
 * suffice.
 */
export const allocate = <D extends StorageDType>(
  operation: string,
  dtype: D,
  count: number,
): StorageArrays[D] => {
  try {
    return new constructors[dtype](count) as unknown as StorageArrays[D];
  } catch {
    throw new ArgumentError(`${operation}: the result does not fit in memory`, {
      got: `${count} elements of ${dtype}`,
    });
  }
};

/** The typed array over all of `buffer`, whose length must be a multiple of the element size. */
export const viewElements = <D extends StorageDType>(
  dtype: D,
  buffer: ArrayBuffer,
): StorageArrays[D] => new constructors[dtype](buffer) as unknown as StorageArrays[D];

/**
 * Throws unless `array` is whole: a known dtype held in its own kind of typed array (DTypeError),
 * and a shape whose product is the length of the data (ShapeError).
 */
export const checkArray = (operation: string, array: ArrayData): void => {
  if (array === null || typeof array !== 'object') {
    throw new ArgumentError(`${operation}: expected an array with dtype, shape and data`, {
      got: array === null ? 'null' : typeof array,
    });
  }
  const { dtype, shape, data } = array;
  if (!Object.hasOwn(constructors, dtype)) {
    throw new DTypeError(`${operation}: unknown dtype`, {
      got: String(dtype),
      hint: `one of ${Object.keys(constructors).join(', ')}`,
    });
  }
  if (!(data instanceof constructors[dtype])) {
    throw new DTypeError(
      `${operation}: ${dtype} elements are held in a ${constructors[dtype].name}`,
      {
        got: Object.prototype.toString.call(data).slice(8, -1),
      },
    );
  }
  const count = Array.isArray(shape) ? elementCount(shape) : undefined;
  if (count !== data.length) {
    throw new ShapeError(`${operation}: the shape and the length of the data differ`, {
      got: `shape [${String(shape)}] with ${data.length} elements`,
    });
  }
};
