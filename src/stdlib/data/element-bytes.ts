/**
 * Elements to and from the bytes of a file in either byte order, bit for bit (the payload of a NaN
 * survives).
 */
import { ArgumentError } from '../../ir/errors.ts';
import { allocate, type StorageArrays, type StorageDType, viewElements } from './array-data.ts';

/** The order of the bytes of one element: least significant first, or most significant first. */
export type ByteOrder = 'little' | 'big';

const hostOrder: ByteOrder =
  new Uint8Array(new Uint16Array([1]).buffer)[0] === 1 ? 'little' : 'big';

/** Reverses in place each group of `size` bytes. */
const reverseGroups = (bytes: Uint8Array, size: number): void => {
  for (let start = 0; start < bytes.length; start += size) {
    for (let low = start, high = start + size - 1; low < high; low++, high--) {
      const byte = bytes[low] as number;
      bytes[low] = bytes[high] as number;
      bytes[high] = byte;
    }
  }
};

/**
 * A copy of `bytes` in which the elements of `size` bytes go from file order to host order, or
 * back.
 */
export const copyOrdered = (
  operation: string,
  bytes: Uint8Array,
  size: number,
  order: ByteOrder,
): Uint8Array<ArrayBuffer> => {
  const copy = allocate(operation, 'u8', bytes.length) as Uint8Array<ArrayBuffer>;
  copy.set(bytes);
  if (order !== hostOrder && size > 1) reverseGroups(copy, size);
  return copy;
};

/** The elements that `bytes` hold in the given order; the result owns its memory. */
export const decodeElements = <D extends StorageDType>(
  operation: string,
  dtype: D,
  bytes: Uint8Array,
  size: number,
  order: ByteOrder,
): StorageArrays[D] => viewElements(dtype, copyOrdered(operation, bytes, size, order).buffer);

/** The bytes of a typed array in the given order, as a copy. */
export const encodeElements = (
  operation: string,
  data: ArrayBufferView & { readonly BYTES_PER_ELEMENT: number },
  order: ByteOrder,
): Uint8Array<ArrayBuffer> => {
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return copyOrdered(operation, bytes, data.BYTES_PER_ELEMENT, order);
};

/** Throws an ArgumentError unless `bytes` is a Uint8Array (a Node Buffer is one). */
export const checkBytes = (operation: string, bytes: unknown): void => {
  if (bytes instanceof Uint8Array) return;
  throw new ArgumentError(`${operation}: expected a Uint8Array`, {
    got: Object.prototype.toString.call(bytes).slice(8, -1),
    hint: 'new Uint8Array(await response.arrayBuffer())',
  });
};
