/**
 * Reading safetensors files: 8 bytes with the length of the header, a JSON header, then the
 * elements of all tensors, least significant byte first (github.com/huggingface/safetensors). A
 * file is taken as hostile until each of its numbers is checked.
 */
import { FormatError } from '../../ir/errors.ts';
import { type ArrayData, elementBytes } from './array-data.ts';
import { checkBytes, decodeElements } from './element-bytes.ts';
import { quoteName } from './header-scanner.ts';
import { headerLimit, parseHeader, type TensorEntry } from './safetensors-header.ts';

/**
 * What a safetensors file holds: arrays by name in the order of their bytes, and text about the
 * file.
 */
export interface Safetensors {
  readonly tensors: Map<string, ArrayData>;
  readonly metadata: Map<string, string>;
}

/** The byte after the header. */
const readHeaderEnd = (bytes: Uint8Array): number => {
  if (bytes.length < 8) {
    throw new FormatError(
      `readSafetensors: the file ends at byte ${bytes.length}, inside the length of its header`,
    );
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, 8);
  const length = view.getUint32(4, true) * 2 ** 32 + view.getUint32(0, true);
  if (length > headerLimit) {
    throw new FormatError(`readSafetensors: a header has at most ${headerLimit} bytes`, {
      got: `${length} in bytes 0 to 7`,
    });
  }
  if (8 + length > bytes.length) {
    throw new FormatError(
      `readSafetensors: the file ends at byte ${bytes.length}, inside its header`,
      {
        got: `a header of ${length} bytes`,
      },
    );
  }
  return 8 + length;
};

const decodeText = (bytes: Uint8Array): string => {
  try {
    // A copy, because browsers refuse to decode shared memory; a byte order mark is kept, and so
    // refused.
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes.slice());
  } catch {
    throw new FormatError('readSafetensors: the header, from byte 8 on, is not UTF-8');
  }
};

/** The tensors must cover all bytes after the header, without holes and without sharing a byte. */
const checkCover = (ordered: readonly TensorEntry[], length: number): void => {
  let covered = 0;
  for (const { name, begin, end } of ordered) {
    if (begin !== covered) {
      const fault = begin < covered ? 'overlaps the tensor before it' : 'leaves a hole before it';
      throw new FormatError(`readSafetensors: tensor ${quoteName(name)} ${fault}`, {
        got: `offsets ${begin} to ${end} after byte ${covered}`,
      });
    }
    covered = end;
  }
  if (covered !== length) {
    const fault = covered > length ? 'ends early' : 'has trailing bytes';
    throw new FormatError(`readSafetensors: the file ${fault}`, {
      got: `${length} bytes after the header, tensors up to byte ${covered}`,
    });
  }
};

const readTensor = (
  data: Uint8Array,
  { name, dtype, shape, begin, end }: TensorEntry,
): ArrayData => {
  const source = data.subarray(begin, end);
  if (dtype === 'bool') {
    const wrong = source.findIndex((byte) => byte > 1);
    if (wrong >= 0) {
      throw new FormatError(`readSafetensors: tensor ${quoteName(name)} holds no booleans`, {
        got: `${source[wrong]} at byte ${begin + wrong} after the header`,
      });
    }
  }
  const elements = decodeElements('readSafetensors', dtype, source, elementBytes(dtype), 'little');
  return { dtype, shape, data: elements };
};

/**
 * Reads a safetensors file with tensors of F32, F64, F16, BF16, I32, U32, BOOL and U8. Every array
 * owns its memory, whatever the alignment in the file, and together they are no larger than the
 * file. Throws a FormatError for a header that is above 100 MB, cut short, not UTF-8 or not JSON;
 * for duplicate keys, unknown fields or dtypes, metadata other than text, a rank above 64; and for
 * tensors that overlap, leave a hole, do not fit their shape or do not end with the file.
 */
export const readSafetensors = (bytes: Uint8Array): Safetensors => {
  checkBytes('readSafetensors', bytes);
  const headerEnd = readHeaderEnd(bytes);
  const { entries, metadata } = parseHeader(decodeText(bytes.subarray(8, headerEnd)));
  const ordered = [...entries].sort((a, b) => a.begin - b.begin || a.end - b.end);
  const data = bytes.subarray(headerEnd);
  checkCover(ordered, data.length);
  const tensors = new Map<string, ArrayData>();
  for (const entry of ordered) tensors.set(entry.name, readTensor(data, entry));
  return { tensors, metadata };
};
