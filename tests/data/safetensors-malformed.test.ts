/** safetensors files that are not what they claim to be: each refusal, and random damage. */
import fc from 'fast-check';
import { type ArrayData, readSafetensors, writeSafetensors } from 'gradloom/data';
import { describe, expect, test } from 'vitest';
import { ArgumentError } from '../../src/ir/errors.ts';
import { arbitraryArray, arbitraryDamage, formatErrorOf, valueOrFormatError } from './fuzz.ts';

/** A file from a header text and a number of data bytes. */
const build = (header: string | Uint8Array, dataBytes = 0, length?: bigint): Uint8Array => {
  const text = typeof header === 'string' ? new TextEncoder().encode(header) : header;
  const file = new Uint8Array(8 + text.length + dataBytes);
  new DataView(file.buffer).setBigUint64(0, length ?? BigInt(text.length), true);
  file.set(text, 8);
  return file;
};

const entry = (dtype: string, shape: string, offsets: string): string =>
  `{"dtype":${dtype},"shape":${shape},"data_offsets":${offsets}}`;
const u8 = (begin: number, end: number): string =>
  entry('"U8"', `[${end - begin}]`, `[${begin},${end}]`);
const one = (text: string): string => `{"a":${text}}`;

describe('well-formed headers of other writers', () => {
  test('spaces, field order, escapes, entry order and empty tensors are accepted', () => {
    const header =
      '{ "b" : { "data_offsets":[ 2 , 3 ], "shape":[1\t],\n"dtype":"U\\u0038" },' +
      `"\\u0061\\n":${u8(0, 2)}, "e":${entry('"F64"', '[0,3]', '[2,2]')}, "s":${u8(3, 4)} } \r\n`;
    const file = build(header, 4);
    file.set([1, 2, 3, 4], file.length - 4);
    const { tensors } = readSafetensors(file);
    expect([...tensors.keys()]).toEqual(['a\n', 'e', 'b', 's']);
    expect([...(tensors.get('b') as ArrayData).data]).toEqual([3]);
    expect(tensors.get('e')).toEqual({ dtype: 'f64', shape: [0, 3], data: new Float64Array(0) });
  });

  test('data that are not aligned are read', () => {
    const header = `{"a":${u8(0, 1)},"b":${entry('"F64"', '[1]', '[1,9]')}}`;
    const file = build(header, 9);
    new DataView(file.buffer).setFloat64(file.length - 8, 0.1, true);
    expect(readSafetensors(file).tensors.get('b')?.data[0]).toBe(0.1);
  });

  test('a header that is padded with many spaces is read', () => {
    expect(readSafetensors(build(`{}${' '.repeat(3_000_000)}`)).tensors.size).toBe(0);
  });

  test('a long string with many escapes is read', () => {
    const text = '\\n'.repeat(3_000_000);
    const { metadata } = readSafetensors(build(`{"__metadata__":{"k":"${text}"}}`));
    expect(metadata.get('k')?.length).toBe(3_000_000);
  });
});

describe('refused', () => {
  test.each<[string, Uint8Array, string]>([
    ['nothing', new Uint8Array(0), 'ends at byte 0'],
    ['7 bytes', new Uint8Array(7), 'ends at byte 7'],
    ['a header of 0 bytes', build(''), "starts with '{'"],
    ['a header above the limit', build('{}', 0, 100_000_001n), 'at most 100000000 bytes'],
    ['a header of 2^63 bytes', build('{}', 0, 2n ** 63n), 'at most 100000000 bytes'],
    ['a header of 2^64 - 1 bytes', build('{}', 0, 2n ** 64n - 1n), 'at most 100000000 bytes'],
    ['a header beyond the file', build('{}', 0, 3n), 'ends at byte 10, inside its header'],
    ['a header of 2^32 + 2 bytes', build('{}', 0, 2n ** 32n + 2n), 'at most 100000000'],
    ['bytes that are not UTF-8', build(Uint8Array.of(0x7b, 0xff, 0x7d)), 'not UTF-8'],
    ['a byte order mark', build('\ufeff{}'), "starts with '{'"],
    ['a leading space', build(' {}'), "starts with '{'"],
    ['an array', build('[]'), "starts with '{'"],
    ['an open object', build('{'), 'expected a string'],
    ['a missing colon', build('{"a"}'), "expected ':'"],
    ['a trailing comma', build(`{"a":${u8(0, 0)},}`), 'expected a string'],
    ['an open string', build('{"a'), 'without end'],
    ['an open string at an escape', build('{"a\\'), 'without end'],
    ['a raw control character', build('{"a\n":1}'), 'not a JSON string'],
    ['a wrong escape', build('{"\\x":1}'), 'not a JSON string'],
    ['half a surrogate pair', build('{"\\ud800":1}'), 'half a surrogate pair'],
    ['text after the header', build('{}x'), 'text after the end'],
    ['two objects', build('{}{}'), 'text after the end'],
    ['a padding of zeros', build('{}\0\0'), 'text after the end'],
    ['single quotes', build("{'a':1}"), 'expected a string'],
    ['a name without entry', build('{"a":null}'), "expected '{'"],
    ['an entry that is a number', build('{"a":1}'), "expected '{'"],
    ['an empty entry', build('{"a":{}}'), 'lacks one of'],
    ['no dtype', build('{"a":{"shape":[],"data_offsets":[0,0]}}'), 'lacks one of'],
    ['no shape', build('{"a":{"dtype":"U8","data_offsets":[0,0]}}'), 'lacks one of'],
    ['no offsets', build('{"a":{"dtype":"U8","shape":[0]}}'), 'lacks one of'],
    ['an unknown field', build('{"a":{"strides":[1]}}'), 'unknown field "strides"'],
    ['a field __proto__', build('{"a":{"__proto__":{}}}'), 'unknown field "__proto__"'],
    ['deep nesting', build(`{"a":${'['.repeat(100_000)}`), "expected '{'"],
    ['deep objects', build('{"a":'.repeat(100_000)), 'unknown field'],
    ['an unknown dtype', build(one(entry('"X9"', '[0]', '[0,0]'))), 'unknown dtype'],
    ['a dtype in small letters', build(one(entry('"f32"', '[0]', '[0,0]'))), 'unknown dtype'],
    ['F8', build(one(entry('"F8_E4M3"', '[2]', '[0,2]')), 2), 'convert it before saving'],
    ['a dtype that is a number', build(one(entry('1', '[0]', '[0,0]'))), 'expected a string'],
    ['a shape that is a number', build(one(entry('"U8"', '0', '[0,0]'))), "expected '['"],
    ['a negative dimension', build(one(entry('"U8"', '[-1]', '[0,0]'))), 'whole numbers'],
    ['a fraction', build(one(entry('"U8"', '[1.0]', '[0,1]')), 1), 'whole numbers'],
    ['an exponent', build(one(entry('"U8"', '[1e0]', '[0,1]')), 1), 'whole numbers'],
    ['a leading zero', build(one(entry('"U8"', '[01]', '[0,1]')), 1), 'whole numbers'],
    ['a number in quotes', build(one(entry('"U8"', '["1"]', '[0,1]')), 1), 'whole numbers'],
    ['2^53', build(one(entry('"U8"', '[9007199254740992]', '[0,0]'))), 'whole numbers'],
    ['2^64', build(one(entry('"U8"', '[18446744073709551616]', '[0,0]'))), 'whole numbers'],
    ['a long number', build(one(entry('"U8"', `[${'9'.repeat(99)}]`, '[0,0]'))), 'whole'],
    [
      'a product beyond safe integers',
      build(one(entry('"U8"', '[4294967296,4294967296]', '[0,0]'))),
      'beyond every file',
    ],
    [
      'bytes beyond safe integers',
      build(one(entry('"F64"', '[4503599627370496]', '[0,0]'))),
      'beyond every file',
    ],
    [
      '65 dimensions',
      build(one(entry('"U8"', `[${new Array(65).fill(1)}]`, '[0,1]')), 1),
      'more than 64 numbers',
    ],
    ['one offset', build(one(entry('"U8"', '[0]', '[0]'))), 'has not two offsets'],
    ['three offsets', build(one(entry('"U8"', '[0]', '[0,0,0]'))), 'more than 2 numbers'],
    ['offsets backwards', build(one(entry('"U8"', '[1]', '[1,0]')), 1), 'do not fit its 1 bytes'],
    ['a shape too small', build(one(entry('"F32"', '[1]', '[0,8]')), 8), 'do not fit its 4 bytes'],
    ['a shape too large', build(one(entry('"F32"', '[3]', '[0,8]')), 8), 'do not fit its 12 bytes'],
    ['half an element', build(one(entry('"F32"', '[1]', '[0,3]')), 3), 'do not fit its 4 bytes'],
    ['a hole at the start', build(one(u8(1, 2)), 2), 'leaves a hole'],
    ['a hole between', build(`{"a":${u8(0, 1)},"b":${u8(2, 3)}}`, 3), '"b" leaves a hole'],
    ['an overlap', build(`{"a":${u8(0, 2)},"b":${u8(1, 3)}}`, 3), '"b" overlaps'],
    ['equal ranges', build(`{"a":${u8(0, 2)},"b":${u8(0, 2)}}`, 2), '"b" overlaps'],
    ['an empty tensor inside another', build(`{"a":${u8(0, 2)},"b":${u8(1, 1)}}`, 2), 'overlaps'],
    ['an empty tensor after the end', build(`{"a":${u8(0, 1)},"b":${u8(5, 5)}}`, 1), 'hole'],
    ['data cut short', build(one(u8(0, 4)), 3), 'ends early'],
    ['trailing data', build(one(u8(0, 4)), 5), 'trailing bytes'],
    ['data without tensors', build('{}', 1), 'trailing bytes'],
    ['a bomb', build(one(u8(0, 2 ** 40)), 3), 'ends early'],
    ['duplicate tensors', build(`{"a":${u8(0, 1)},"a":${u8(0, 1)}}`, 1), 'duplicate key'],
    ['duplicates by escape', build(`{"a":${u8(0, 1)},"\\u0061":${u8(0, 1)}}`, 1), 'duplicate'],
    [
      'duplicate __proto__',
      build(`{"__proto__":${u8(0, 1)},"__proto__":${u8(0, 1)}}`, 1),
      'duplicate',
    ],
    ['a duplicate field', build('{"a":{"dtype":"U8","dtype":"U8"}}'), 'duplicate key in tensor'],
    ['duplicate metadata', build('{"__metadata__":{"a":"","a":""}}'), 'duplicate key in the meta'],
    ['two metadata', build('{"__metadata__":{},"__metadata__":{}}'), 'duplicate key'],
    ['metadata with a number', build('{"__metadata__":{"a":1}}'), 'expected a string'],
    ['metadata with an object', build('{"__metadata__":{"a":{}}}'), 'expected a string'],
    ['metadata null', build('{"__metadata__":null}'), "expected '{'"],
    ['metadata that is a tensor', build(`{"__metadata__":${u8(0, 0)}}`), 'expected a string'],
  ])('%s', (_what, file, message) => {
    expect(formatErrorOf(() => readSafetensors(file)).message).toContain(message);
  });

  test('a boolean that is neither 0 nor 1', () => {
    const file = build(one(entry('"BOOL"', '[3]', '[0,3]')), 3);
    file.set([1, 0, 2], file.length - 3);
    expect(formatErrorOf(() => readSafetensors(file)).message).toContain('2 at byte 2');
    file[file.length - 1] = 1;
    expect([...(readSafetensors(file).tensors.get('a') as ArrayData).data]).toEqual([1, 0, 1]);
  });

  test('positions count the characters of the header', () => {
    expect(formatErrorOf(() => readSafetensors(build('{"a":7}'))).message).toContain(
      '(header character 5)\n  got: "7}"',
    );
  });

  test('long names are cut in messages', () => {
    const file = build(`{"${'x'.repeat(1_000_000)}":{}}`);
    expect(formatErrorOf(() => readSafetensors(file)).message.length).toBeLessThan(400);
  });

  test('nothing is written into prototypes', () => {
    const header = `{"__proto__":${u8(0, 1)},"__metadata__":{"__proto__":"x"}}`;
    const { tensors, metadata } = readSafetensors(build(header, 1));
    expect(tensors.has('__proto__')).toBe(true);
    expect(metadata.get('__proto__')).toBe('x');
    expect(Object.getPrototypeOf(tensors)).toBe(Map.prototype);
    expect(Object.keys(Object.prototype)).toEqual([]);
  });

  test('an argument that is no byte array', () => {
    expect(() => readSafetensors(new ArrayBuffer(8) as unknown as Uint8Array)).toThrow(
      ArgumentError,
    );
  });
});

describe('damage', () => {
  const valid = fc
    .uniqueArray(
      fc.tuple(fc.string({ maxLength: 4 }), arbitraryArray(['f32', 'f64', 'i32', 'bool', 'u8'])),
      { selector: ([name]) => name, maxLength: 3 },
    )
    .map((members) => writeSafetensors(new Map(members), { k: 'v' }));

  const checkWhole = (file: Uint8Array): void => {
    const read = valueOrFormatError(() => readSafetensors(file));
    let bytes = 0;
    for (const { shape, data } of read?.tensors.values() ?? []) {
      expect(data.length).toBe(shape.reduce((a, b) => a * b, 1));
      bytes += data.byteLength;
    }
    expect(bytes).toBeLessThanOrEqual(file.length);
  };

  test('random bytes give whole arrays or a FormatError', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 80 }), checkWhole), { numRuns: 500 });
    const damaged = fc.tuple(valid, arbitraryDamage).map(([file, damage]) => damage(file));
    fc.assert(fc.property(damaged, checkWhole), { numRuns: 2000 });
  });

  test('headers made of pieces of headers give whole arrays or a FormatError', () => {
    const piece = fc.constantFrom(
      ...['{', '}', '[', ']', ',', ':', '"a"', '"b"', '"dtype"', '"shape"', '"data_offsets"'],
      ...['"U8"', '"__metadata__"', '"__proto__"', '0', '1', '9007199254740993', ' ', '\\', '"'],
      ...[u8(0, 1), u8(1, 2), u8(0, 0), '[0,1]', '{"a":', 'null', '-1', '1e9'],
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 14 }), fc.nat({ max: 3 }), (pieces, dataBytes) => {
        checkWhole(build(`{${pieces.join('')}}`, dataBytes));
      }),
      { numRuns: 3000 },
    );
  });

  test('each shortening and lengthening of a valid file is refused', () => {
    const file = writeSafetensors({ w: { dtype: 'f32', shape: [2], data: Float32Array.of(1, 2) } });
    for (let length = 0; length < file.length; length++) {
      formatErrorOf(() => readSafetensors(file.subarray(0, length)));
    }
    formatErrorOf(() => readSafetensors(Uint8Array.from([...file, 0])));
  });
});
