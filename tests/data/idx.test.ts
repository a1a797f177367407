/** IDX files: exact bytes, round trips, every malformed case and damaged files. */
import fc from 'fast-check';
import { type IdxType, readIdx, writeIdx } from 'gradloom/data';
import { describe, expect, test } from 'vitest';
import { ArgumentError, DTypeError, FormatError } from '../../src/ir/errors.ts';
import {
  arbitraryArray,
  arbitraryDamage,
  formatErrorOf,
  shifted,
  valueOrFormatError,
} from './fuzz.ts';

const file = (...bytes: number[]): Uint8Array => Uint8Array.from(bytes);

describe('readIdx', () => {
  test('reads every type code, most significant byte first', () => {
    const scalar = (code: number, ...payload: number[]): unknown => {
      const { dtype, shape, data } = readIdx(file(0, 0, code, 1, 0, 0, 0, 1, ...payload));
      expect(shape).toEqual([1]);
      return [dtype, data[0], data.constructor.name];
    };
    expect(scalar(0x08, 0xfe)).toEqual(['u8', 254, 'Uint8Array']);
    expect(scalar(0x09, 0xfe)).toEqual(['i32', -2, 'Int32Array']);
    expect(scalar(0x0b, 0xff, 0x00)).toEqual(['i32', -256, 'Int32Array']);
    expect(scalar(0x0c, 0x80, 0, 0, 1)).toEqual(['i32', -(2 ** 31) + 1, 'Int32Array']);
    expect(scalar(0x0d, 0x3f, 0xc0, 0, 0)).toEqual(['f32', 1.5, 'Float32Array']);
    expect(scalar(0x0e, 0xc0, 0x04, 0, 0, 0, 0, 0, 0)).toEqual(['f64', -2.5, 'Float64Array']);
  });

  test('reads a small MNIST-like file, also from an odd address', () => {
    const bytes = file(0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 3, 1, 2, 3, 4, 5, 6);
    const expected = { dtype: 'u8', shape: [2, 1, 3], data: file(1, 2, 3, 4, 5, 6) };
    expect(readIdx(bytes)).toEqual(expected);
    expect(readIdx(shifted(bytes))).toEqual(expected);
  });

  test('the result owns its memory', () => {
    const bytes = file(0, 0, 8, 1, 0, 0, 0, 2, 7, 9);
    const { data } = readIdx(bytes);
    bytes.fill(0);
    expect([...data]).toEqual([7, 9]);
    expect(data.buffer.byteLength).toBe(2);
  });

  test('an empty dimension needs no bytes', () => {
    expect(readIdx(file(0, 0, 13, 2, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0))).toEqual({
      dtype: 'f32',
      shape: [2 ** 32 - 1, 0],
      data: new Float32Array(0),
    });
  });

  test.each([
    ['nothing', file(), 'ends at byte 0'],
    ['three bytes', file(0, 0, 8), 'ends at byte 3'],
    ['a first byte', file(1, 0, 8, 0, 0), '(byte 0)'],
    ['a second byte', file(0, 2, 8, 0, 0), '(byte 1)'],
    ['gzip', file(0x1f, 0x8b, 8, 0), 'gunzip'],
    ['type code 0x0a', file(0, 0, 0x0a, 0, 0), 'unknown type code at byte 2\n  got: 0x0a'],
    ['type code 0', file(0, 0, 0, 0, 0), 'unknown type code'],
    ['cut sizes', file(0, 0, 8, 2, 0, 0, 0, 1, 0, 0, 0), 'ends at byte 11, inside its sizes'],
    [
      'a missing byte',
      file(0, 0, 8, 1, 0, 0, 0, 3, 1, 2),
      'ends early: its elements end at byte 11',
    ],
    ['a byte too many', file(0, 0, 8, 1, 0, 0, 0, 1, 1, 2), 'trailing bytes'],
    ['half an element', file(0, 0, 11, 1, 0, 0, 0, 1, 1), 'ends early'],
    ['a bomb of 4 GiB', file(0, 0, 8, 1, 0xff, 0xff, 0xff, 0xff, 1), 'ends early'],
    [
      'sizes beyond safe integers',
      file(0, 0, 14, 2, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1),
      'beyond every file',
    ],
    [
      'bytes beyond safe integers',
      file(0, 0, 14, 2, 0x00, 0x3f, 0xff, 0xff, 0x40, 0, 0, 0),
      'beyond every file',
    ],
    [
      'a first size of 0 before sizes beyond safe integers',
      file(0, 0, 8, 3, 0, 0, 0, 0, 255, 255, 255, 255, 255, 255, 255, 255),
      'beyond every file',
    ],
    [
      'sizes whose product wraps to 0 in 64 bits',
      file(0, 0, 8, 3, 0x80, 0, 0, 0, 0x80, 0, 0, 0, 0, 0, 0, 4),
      'beyond every file',
    ],
  ])('refuses %s', (_what, bytes, message) => {
    expect(formatErrorOf(() => readIdx(bytes)).message).toContain(message);
  });

  test('refuses each shortening and each lengthening of a valid file', () => {
    const whole = writeIdx({ dtype: 'f32', shape: [2, 2], data: Float32Array.of(1, 2, 3, 4) });
    expect(readIdx(whole).shape).toEqual([2, 2]);
    for (let length = 0; length < whole.length; length++) {
      formatErrorOf(() => readIdx(whole.subarray(0, length)));
    }
    formatErrorOf(() => readIdx(Uint8Array.from([...whole, 0])));
  });

  test('a wrong argument is an ArgumentError', () => {
    expect(() => readIdx([0, 0, 8] as unknown as Uint8Array)).toThrow(ArgumentError);
  });
});

describe('writeIdx', () => {
  test('writes the bytes that the format asks for', () => {
    const array = { dtype: 'i32', shape: [2], data: Int32Array.of(-2, 5) } as const;
    expect([...writeIdx(array)]).toEqual([0, 0, 12, 1, 0, 0, 0, 2, 255, 255, 255, 254, 0, 0, 0, 5]);
    expect([...writeIdx(array, { type: 'i16' })].slice(2)).toEqual([
      11, 1, 0, 0, 0, 2, 255, 254, 0, 5,
    ]);
    expect([...writeIdx(array, { type: 'i8' })].slice(2)).toEqual([9, 1, 0, 0, 0, 2, 254, 5]);
  });

  test('refuses what has no place in the file', () => {
    const i32 = { dtype: 'i32', shape: [1], data: Int32Array.of(200) } as const;
    expect(() => writeIdx(i32, { type: 'i8' })).toThrow('element 0 is outside of i8');
    expect(() => writeIdx(i32, { type: 'f32' })).toThrow(ArgumentError);
    expect(() => writeIdx({ dtype: 'u32', shape: [1], data: Uint32Array.of(1) })).toThrow(
      ArgumentError,
    );
    expect(() => writeIdx({ dtype: 'bool', shape: [1], data: file(1) })).toThrow(ArgumentError);
    expect(() => writeIdx(i32, { typ: 'i8' } as { type?: IdxType })).toThrow(
      "did you mean 'type'?",
    );
    expect(() => writeIdx({ ...i32, shape: [2] })).toThrow('differ');
    expect(() => writeIdx({ ...i32, data: Float32Array.of(1) as unknown as Int32Array })).toThrow(
      DTypeError,
    );
    const deep = { dtype: 'u8', shape: new Array(256).fill(1), data: file(1) } as const;
    expect(() => writeIdx(deep)).toThrow('255 dimensions');
    expect(() => writeIdx({ dtype: 'u8', shape: [2 ** 32, 0], data: file() })).toThrow(
      'below 2^32',
    );
  });
});

describe('properties', () => {
  test('reading undoes writing, bit for bit', () => {
    fc.assert(
      fc.property(arbitraryArray(['u8', 'i32', 'f32', 'f64']), (array) => {
        const back = readIdx(shifted(writeIdx(array)));
        expect(back).toEqual(array);
        expect(new Uint8Array(back.data.buffer)).toEqual(new Uint8Array(array.data.buffer));
      }),
    );
  });

  test('the payload of a NaN survives', () => {
    const data = new Float32Array(Uint32Array.of(0x7fa00001, 0xffc12345).buffer);
    const back = readIdx(writeIdx({ dtype: 'f32', shape: [2], data }));
    expect([...new Uint32Array(back.data.buffer)]).toEqual([0x7fa00001, 0xffc12345]);
  });

  test('i8 and i16 survive', () => {
    const values = fc.array(fc.integer({ min: -128, max: 127 }));
    fc.assert(
      fc.property(values, fc.constantFrom<IdxType>('i8', 'i16'), (list, type) => {
        const array = { dtype: 'i32', shape: [list.length], data: Int32Array.from(list) } as const;
        expect(readIdx(writeIdx(array, { type }))).toEqual(array);
      }),
    );
  });

  test('random and damaged bytes give a whole array or a FormatError', () => {
    const valid = arbitraryArray(['u8', 'i32', 'f32', 'f64']).map((array) => writeIdx(array));
    const damaged = fc.tuple(valid, arbitraryDamage).map(([whole, damage]) => damage(whole));
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 64 }), damaged), (bytes) => {
        const array = valueOrFormatError(() => readIdx(bytes));
        if (array === undefined) return;
        expect(array.data.length).toBe(array.shape.reduce((a, b) => a * b, 1));
        expect(array.data.length).toBeLessThanOrEqual(bytes.length);
      }),
      { numRuns: 2000 },
    );
    expect(new FormatError('x').code).toBe('GL_FORMAT');
  });
});
