/** Writing safetensors files: the same tensors and metadata always give the same bytes. */
import { ArgumentError } from '../../ir/errors.ts';
import { type ArrayData, allocate, checkArray, elementBytes } from './array-data.ts';
import { encodeElements } from './element-bytes.ts';
import {
  formatHeader,
  headerLimit,
  metadataKey,
  rankLimit,
  type TensorEntry,
} from './safetensors-header.ts';

/** Values by name, as a Map or as a plain object. */
export type Named<V> = ReadonlyMap<string, V> | Readonly<Record<string, V>>;

const loneSurrogate = /\p{Surrogate}/u;

const checkText = (what: string, text: unknown): void => {
  if (typeof text === 'string' && !loneSurrogate.test(text)) return;
  throw new ArgumentError(`writeSafetensors: ${what} is not well-formed text`, {
    got: typeof text === 'string' ? JSON.stringify(text) : typeof text,
  });
};

/** The members of `named` in the order of their names (by UTF-16 code unit). */
const sortedMembers = <V>(what: string, named: Named<V>): [string, V][] => {
  if (named === null || typeof named !== 'object') {
    throw new ArgumentError(`writeSafetensors: the ${what} are a Map or a plain object`, {
      got: named === null ? 'null' : typeof named,
    });
  }
  const members = named instanceof Map ? [...named] : Object.entries(named);
  for (const [name] of members) checkText(`a name of the ${what}`, name);
  return members.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
};

const checkTensor = (name: string, array: ArrayData): void => {
  const what = `writeSafetensors: tensor ${JSON.stringify(name)}`;
  if (name === metadataKey) {
    throw new ArgumentError(`${what} has the name that the format keeps for metadata`);
  }
  checkArray(what, array);
  if (array.shape.length > rankLimit) {
    throw new ArgumentError(`${what} has more than ${rankLimit} dimensions`);
  }
  if (array.dtype === 'bool') {
    const wrong = array.data.findIndex((byte: number) => byte > 1);
    if (wrong >= 0) {
      throw new ArgumentError(`${what}: booleans are held as 0 or 1`, {
        got: `${array.data[wrong]} at element ${wrong}`,
      });
    }
  }
};

/**
 * Gives each tensor its bytes: larger elements first and names in order among equals, as the
 * reference implementation does, so that every element is aligned to its size in the file.
 */
const layOut = (members: readonly (readonly [string, ArrayData])[]): TensorEntry[] => {
  const size = ([, { dtype }]: readonly [string, ArrayData]): number => elementBytes(dtype);
  let begin = 0;
  return [...members]
    .sort((a, b) => size(b) - size(a))
    .map(([name, { dtype, shape, data }]) => {
      const end = begin + data.byteLength;
      const entry = { name, dtype, shape, begin, end };
      begin = end;
      return entry;
    });
};

/**
 * Writes arrays and text about them as one safetensors file. The header lists names in order and is
 * padded with spaces to a multiple of 8 bytes; equal arguments give equal bytes, whatever their
 * order. Throws an ArgumentError for the name `__metadata__`, metadata that are not strings, half
 * surrogate pairs, a rank above 64 or a header above 100 MB, a ShapeError or a DTypeError for an
 * array that contradicts itself.
 */
export const writeSafetensors = (
  tensors: Named<ArrayData>,
  metadata: Named<string> = {},
): Uint8Array<ArrayBuffer> => {
  const members = sortedMembers('tensors', tensors);
  for (const [name, array] of members) checkTensor(name, array);
  const texts = sortedMembers('metadata', metadata);
  for (const [key, text] of texts) checkText(`the metadata of ${JSON.stringify(key)}`, text);
  const laidOut = layOut(members);
  const byName = new Map(laidOut.map((entry) => [entry.name, entry]));
  const listed = members.map(([name]) => byName.get(name) as TensorEntry);
  const header = new TextEncoder().encode(formatHeader(listed, texts));
  const headerBytes = Math.ceil(header.length / 8) * 8;
  if (headerBytes > headerLimit) {
    throw new ArgumentError(`writeSafetensors: a header has at most ${headerLimit} bytes`, {
      got: `${headerBytes}`,
    });
  }
  const start = 8 + headerBytes;
  const total = start + (laidOut.at(-1)?.end ?? 0);
  const file = allocate('writeSafetensors', 'u8', total) as Uint8Array<ArrayBuffer>;
  new DataView(file.buffer).setUint32(0, headerBytes, true);
  file.fill(0x20, 8, start);
  file.set(header, 8);
  const arrays = new Map(members);
  for (const { name, begin } of laidOut) {
    const { data } = arrays.get(name) as ArrayData;
    file.set(encodeElements('writeSafetensors', data, 'little'), start + begin);
  }
  return file;
};
