/**
 * What a safetensors header says, and its way from and to JSON text; used by the reader and the
 * writer.
 */
import { FormatError } from '../../ir/errors.ts';
import { elementBytes, elementCount, type StorageDType } from './array-data.ts';
import { HeaderScanner, quoteName } from './header-scanner.ts';

/** Where one tensor stands: `begin` and `end` count bytes from the end of the header. */
export interface TensorEntry {
  readonly name: string;
  readonly dtype: StorageDType;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

/** The most bytes that a header may have, as in the reference implementation. */
export const headerLimit = 100_000_000;

/** The most dimensions that a tensor may have. */
export const rankLimit = 64;

/** The key of the header that holds text about the file and names no tensor. */
export const metadataKey = '__metadata__';

const dtypeOf: ReadonlyMap<string, StorageDType> = new Map([
  ['F32', 'f32'],
  ['F64', 'f64'],
  ['F16', 'f16'],
  ['BF16', 'bf16'],
  ['I32', 'i32'],
  ['U32', 'u32'],
  ['BOOL', 'bool'],
  ['U8', 'u8'],
]);

const fileDType = new Map([...dtypeOf].map(([file, storage]) => [storage, file]));

const readDType = (scanner: HeaderScanner, name: string): StorageDType => {
  const word = scanner.string(`the dtype of ${quoteName(name)}`);
  const dtype = dtypeOf.get(word);
  if (dtype !== undefined) return dtype;
  throw new FormatError(`readSafetensors: unknown dtype of tensor ${quoteName(name)}`, {
    got: quoteName(word),
    hint: `convert it before saving to one of ${[...dtypeOf.keys()].join(', ')}`,
  });
};

const readEntry = (scanner: HeaderScanner, name: string): TensorEntry => {
  const what = `tensor ${quoteName(name)}`;
  let dtype: StorageDType | undefined;
  let shape: number[] | undefined;
  let offsets: number[] | undefined;
  scanner.object(what, (key) => {
    if (key === 'dtype') dtype = readDType(scanner, name);
    else if (key === 'shape') shape = scanner.integers(`the shape of ${what}`, rankLimit);
    else if (key === 'data_offsets') offsets = scanner.integers(`the offsets of ${what}`, 2);
    else scanner.fail(`${what} has an unknown field ${quoteName(key)}`);
  });
  if (dtype === undefined || shape === undefined || offsets === undefined) {
    return scanner.fail(`${what} lacks one of dtype, shape and data_offsets`);
  }
  const [begin, end] = offsets;
  if (begin === undefined || end === undefined) return scanner.fail(`${what} has not two offsets`);
  const entry = { name, dtype, shape, begin, end };
  checkLength(entry);
  return entry;
};

/** The length that dtype and shape ask for must be the length between the offsets. */
const checkLength = ({ name, dtype, shape, begin, end }: TensorEntry): void => {
  const count = elementCount(shape);
  const bytes = count === undefined ? Number.NaN : count * elementBytes(dtype);
  const got = `${dtype} [${shape.join(', ')}] from ${begin} to ${end}`;
  if (!Number.isSafeInteger(bytes)) {
    throw new FormatError(`readSafetensors: tensor ${quoteName(name)} is beyond every file`, {
      got,
    });
  }
  if (end - begin !== bytes) {
    throw new FormatError(
      `readSafetensors: the offsets of tensor ${quoteName(name)} do not fit its ${bytes} bytes`,
      { got },
    );
  }
};

/** The entries of a header text in the order of the text, and its metadata. */
export const parseHeader = (
  text: string,
): { readonly entries: readonly TensorEntry[]; readonly metadata: Map<string, string> } => {
  const scanner = new HeaderScanner(text);
  const entries: TensorEntry[] = [];
  const metadata = new Map<string, string>();
  if (!text.startsWith('{')) scanner.fail("a header starts with '{'");
  scanner.object('the header', (name) => {
    if (name !== metadataKey) {
      entries.push(readEntry(scanner, name));
      return;
    }
    scanner.object('the metadata', (key) => {
      metadata.set(key, scanner.string(`the metadata of ${quoteName(key)}`));
    });
  });
  scanner.end();
  return { entries, metadata };
};

const formatEntry = ({ name, dtype, shape, begin, end }: TensorEntry): string =>
  `${JSON.stringify(name)}:{"dtype":"${fileDType.get(dtype)}","shape":[${shape.join(',')}],` +
  `"data_offsets":[${begin},${end}]}`;

/**
 * The header text: the metadata first where there are any, then the entries, both in the order
 * given.
 */
export const formatHeader = (
  entries: readonly TensorEntry[],
  metadata: readonly (readonly [string, string])[],
): string => {
  const members = entries.map(formatEntry);
  if (metadata.length > 0) {
    const texts = metadata.map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`);
    members.unshift(`"${metadataKey}":{${texts.join(',')}}`);
  }
  return `{${members.join(',')}}`;
};
