/**
 * IDX, the file format of MNIST (LeCun, Cortes, Burges): two zero bytes, a type code, the rank, one
 * unsigned 32-bit size per dimension, then the elements, all most significant byte first.
 */
import { ArgumentError, FormatError } from '../../ir/errors.ts';
import { checkOptions } from '../../ir/options.ts';
import {
  type ArrayData,
  allocate,
  checkArray,
  elementCount,
  type StorageArrays,
  type StorageDType,
} from './array-data.ts';
import { checkBytes, copyOrdered, decodeElements, encodeElements } from './element-bytes.ts';

/** The element types of an IDX file. */
export type IdxType = 'u8' | 'i8' | 'i16' | 'i32' | 'f32' | 'f64';

/** The storage dtypes that an IDX file is read into. */
export type IdxDType = 'u8' | 'i32' | 'f32' | 'f64';

interface IdxElement {
  readonly type: IdxType;
  readonly code: number;
  readonly size: number;
  readonly dtype: IdxDType;
}

const elements: readonly IdxElement[] = [
  { type: 'u8', code: 0x08, size: 1, dtype: 'u8' },
  { type: 'i8', code: 0x09, size: 1, dtype: 'i32' },
  { type: 'i16', code: 0x0b, size: 2, dtype: 'i32' },
  { type: 'i32', code: 0x0c, size: 4, dtype: 'i32' },
  { type: 'f32', code: 0x0d, size: 4, dtype: 'f32' },
  { type: 'f64', code: 0x0e, size: 8, dtype: 'f64' },
];

const hex = (byte: number): string => `0x${byte.toString(16).padStart(2, '0')}`;

/** The element type that the first four bytes announce. */
const readMagic = (bytes: Uint8Array): IdxElement => {
  const [first, second, code] = bytes as unknown as readonly [number, number, number];
  if (first === 0x1f && second === 0x8b) {
    throw new FormatError('readIdx: the bytes at byte 0 are compressed with gzip', {
      hint: 'readIdx(await gunzip(bytes))',
    });
  }
  if (first !== 0 || second !== 0) {
    throw new FormatError(
      `readIdx: an IDX file starts with two zero bytes (byte ${first === 0 ? 1 : 0})`,
      {
        got: `${hex(first)} ${hex(second)}`,
      },
    );
  }
  const element = elements.find((candidate) => candidate.code === code);
  if (element === undefined) {
    throw new FormatError('readIdx: unknown type code at byte 2', {
      got: hex(code),
      hint: `known codes: ${elements.map((e) => `${hex(e.code)} ${e.type}`).join(', ')}`,
    });
  }
  return element;
};

const decode = (element: IdxElement, payload: Uint8Array): StorageArrays[IdxDType] => {
  if (element.type === element.dtype) {
    return decodeElements('readIdx', element.dtype, payload, element.size, 'big');
  }
  // i8 and i16 are not storage dtypes: their values are widened.
  const { buffer } = copyOrdered('readIdx', payload, element.size, 'big');
  const narrow = element.type === 'i8' ? new Int8Array(buffer) : new Int16Array(buffer);
  const wide = allocate('readIdx', 'i32', narrow.length);
  wide.set(narrow);
  return wide;
};

/**
 * Reads an IDX file. u8, i32, f32 and f64 keep their type; i8 and i16 become i32. The result owns
 * its memory. Throws a FormatError that names the byte for a wrong start, an unknown type code, a
 * missing byte, a byte too many, or sizes whose product is not the length of the file; nothing is
 * allocated before the sizes are checked.
 */
export const readIdx = (bytes: Uint8Array): ArrayData<IdxDType> => {
  checkBytes('readIdx', bytes);
  const end = bytes.length;
  if (end < 4) {
    throw new FormatError(`readIdx: the file ends at byte ${end}, inside its first 4 bytes`);
  }
  const element = readMagic(bytes);
  const rank = bytes[3] as number;
  const start = 4 + 4 * rank;
  if (end < start) {
    throw new FormatError(`readIdx: the file ends at byte ${end}, inside its sizes`, {
      got: `${rank} dimensions, whose sizes end at byte ${start}`,
    });
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const shape = Array.from({ length: rank }, (_, axis) => view.getUint32(4 + 4 * axis, false));
  const count = elementCount(shape);
  const needed = count === undefined ? undefined : start + count * element.size;
  if (needed === undefined || !Number.isSafeInteger(needed)) {
    throw new FormatError('readIdx: the sizes from byte 4 on are beyond every file', {
      got: `[${shape.join(', ')}] of ${element.type}`,
    });
  }
  if (end !== needed) {
    const fault = end < needed ? 'the file ends early' : 'the file has trailing bytes';
    throw new FormatError(`readIdx: ${fault}: its elements end at byte ${needed}`, {
      got: `${end} bytes for [${shape.join(', ')}] of ${element.type}`,
    });
  }
  const { dtype } = element;
  return { dtype, shape, data: decode(element, bytes.subarray(start)) };
};

const chooseElement = (dtype: StorageDType, type: IdxType | undefined): IdxElement => {
  const wanted = type ?? dtype;
  const element = elements.find((candidate) => candidate.type === wanted);
  if (element === undefined || element.dtype !== dtype) {
    throw new ArgumentError('writeIdx: the dtype has no place in an IDX file', {
      got: type === undefined ? dtype : `${dtype} to be written as ${String(type)}`,
      hint: 'u8, f32 and f64 are written as themselves, i32 as i32, i16 or i8',
    });
  }
  return element;
};

const encode = (element: IdxElement, data: ArrayData['data']): Uint8Array<ArrayBuffer> => {
  if (element.type === element.dtype) return encodeElements('writeIdx', data, 'big');
  const narrow = element.type === 'i8' ? Int8Array.from(data) : Int16Array.from(data);
  const lost = narrow.findIndex((value, i) => value !== data[i]);
  if (lost >= 0) {
    throw new ArgumentError(`writeIdx: element ${lost} is outside of ${element.type}`, {
      got: String(data[lost]),
    });
  }
  return encodeElements('writeIdx', narrow, 'big');
};

/**
 * Writes an IDX file: u8, i32, f32 and f64 as themselves, i32 also as `type: 'i8'` or `'i16'`.
 * Throws an ArgumentError for another dtype, a value outside of the type, a rank above 255 or a
 * dimension above 2^32 - 1.
 */
export const writeIdx = (
  array: ArrayData,
  options: { readonly type?: IdxType } = {},
): Uint8Array<ArrayBuffer> => {
  checkOptions('writeIdx', options, ['type']);
  checkArray('writeIdx', array);
  const element = chooseElement(array.dtype, options.type);
  const { shape } = array;
  if (shape.length > 255 || shape.some((dimension) => dimension > 0xffffffff)) {
    throw new ArgumentError('writeIdx: at most 255 dimensions, each below 2^32', {
      got: `[${shape.join(', ')}]`,
    });
  }
  const payload = encode(element, array.data);
  const start = 4 + 4 * shape.length;
  const file = allocate('writeIdx', 'u8', start + payload.length) as Uint8Array<ArrayBuffer>;
  file[2] = element.code;
  file[3] = shape.length;
  const view = new DataView(file.buffer);
  shape.forEach((dimension, axis) => {
    view.setUint32(4 + 4 * axis, dimension, false);
  });
  file.set(payload, start);
  return file;
};
