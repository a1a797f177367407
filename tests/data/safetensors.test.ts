/** safetensors files: exact bytes, round trips and what the writer refuses. */
import fc from 'fast-check';
import { type ArrayData, readSafetensors, writeSafetensors } from 'gradloom/data';
import { describe, expect, test } from 'vitest';
import { ArgumentError, DTypeError, ShapeError } from '../../src/ir/errors.ts';
import { arbitraryArray, shifted } from './fuzz.ts';

const f32 = (...values: number[]): ArrayData<'f32'> => ({
  dtype: 'f32',
  shape: [values.length],
  data: Float32Array.from(values),
});

const headerOf = (file: Uint8Array): string => {
  const length = Number(new DataView(file.buffer).getBigUint64(0, true));
  return new TextDecoder().decode(file.subarray(8, 8 + length));
};

describe('writeSafetensors', () => {
  test('writes the bytes that the format asks for', () => {
    const file = writeSafetensors({ b: f32(1), a: f32(-2, 0.5) }, { z: '1', format: 'x' });
    const header =
      '{"__metadata__":{"format":"x","z":"1"},' +
      '"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},' +
      '"b":{"dtype":"F32","shape":[1],"data_offsets":[8,12]}}';
    expect(headerOf(file).trimEnd()).toBe(header);
    expect(headerOf(file).length % 8).toBe(0);
    expect(file.length).toBe(8 + Math.ceil(header.length / 8) * 8 + 12);
    expect([...file.subarray(-12)]).toEqual([0, 0, 0, 0xc0, 0, 0, 0, 0x3f, 0, 0, 0x80, 0x3f]);
  });

  test('no tensors give a file of 16 bytes', () => {
    const file = writeSafetensors({});
    expect([...file]).toEqual([8, 0, 0, 0, 0, 0, 0, 0, 0x7b, 0x7d, 32, 32, 32, 32, 32, 32]);
    expect(readSafetensors(file)).toEqual({ tensors: new Map(), metadata: new Map() });
  });

  test('larger elements come first in the data, names in order in the header', () => {
    const file = writeSafetensors({
      a: { dtype: 'u8', shape: [3], data: Uint8Array.of(1, 2, 3) },
      b: { dtype: 'f64', shape: [], data: Float64Array.of(1) },
      c: { dtype: 'bool', shape: [1], data: Uint8Array.of(1) },
      d: { dtype: 'u32', shape: [1], data: Uint32Array.of(2 ** 32 - 1) },
    });
    expect(headerOf(file).trimEnd()).toBe(
      '{"a":{"dtype":"U8","shape":[3],"data_offsets":[12,15]},' +
        '"b":{"dtype":"F64","shape":[],"data_offsets":[0,8]},' +
        '"c":{"dtype":"BOOL","shape":[1],"data_offsets":[15,16]},' +
        '"d":{"dtype":"U32","shape":[1],"data_offsets":[8,12]}}',
    );
    expect([...readSafetensors(file).tensors.keys()]).toEqual(['b', 'd', 'a', 'c']);
  });

  test('16 bit floats are written as their bits', () => {
    const file = writeSafetensors({
      a: { dtype: 'bf16', shape: [1], data: Uint16Array.of(0x3f80) },
      b: { dtype: 'f16', shape: [2], data: Uint16Array.of(0x3c00, 0xc000) },
      c: { dtype: 'u8', shape: [1], data: Uint8Array.of(7) },
    });
    expect(headerOf(file).trimEnd()).toBe(
      '{"a":{"dtype":"BF16","shape":[1],"data_offsets":[0,2]},' +
        '"b":{"dtype":"F16","shape":[2],"data_offsets":[2,6]},' +
        '"c":{"dtype":"U8","shape":[1],"data_offsets":[6,7]}}',
    );
    expect([...file.subarray(-7)]).toEqual([0x80, 0x3f, 0, 0x3c, 0, 0xc0, 7]);
    const { tensors } = readSafetensors(shifted(file));
    expect(tensors.get('b')).toEqual({
      dtype: 'f16',
      shape: [2],
      data: Uint16Array.of(0x3c00, 0xc000),
    });
    const numbers = { dtype: 'f16', shape: [1], data: Float32Array.of(1) };
    expect(() => writeSafetensors({ a: numbers as unknown as ArrayData })).toThrow(
      'f16 elements are held in a Uint16Array',
    );
  });

  test('the order of the arguments does not matter', () => {
    const members: [string, ArrayData][] = [
      ['10', f32(1)],
      ['9', f32(2)],
      ['é', f32(3)],
      ['', f32()],
    ];
    const forward = writeSafetensors(
      new Map(members),
      new Map([
        ['a', '1'],
        ['b', '2'],
      ]),
    );
    const backward = writeSafetensors(new Map(members.reverse()), { b: '2', a: '1' });
    expect(backward).toEqual(forward);
    expect(headerOf(forward).indexOf('"10"')).toBeLessThan(headerOf(forward).indexOf('"9"'));
  });

  test('keeps names like __proto__ as ordinary keys', () => {
    const file = writeSafetensors(
      new Map([
        ['__proto__', f32(1)],
        ['constructor', f32(2)],
      ]),
      new Map([['__proto__', 'text']]),
    );
    const { tensors, metadata } = readSafetensors(file);
    expect(tensors.get('__proto__')).toEqual(f32(1));
    expect(tensors.get('constructor')).toEqual(f32(2));
    expect([...metadata]).toEqual([['__proto__', 'text']]);
    expect('dtype' in {}).toBe(false);
  });

  test('refuses arguments that contradict themselves', () => {
    const write = (array: object, name = 'a'): (() => unknown) => {
      return () => writeSafetensors(new Map([[name, array as ArrayData]]));
    };
    expect(write(f32(1), '__metadata__')).toThrow('keeps for metadata');
    expect(write(f32(1), '\ud800')).toThrow('not well-formed');
    expect(write({ ...f32(1), shape: [2] })).toThrow(ShapeError);
    expect(write({ ...f32(1), shape: [-1] })).toThrow(ShapeError);
    expect(write({ ...f32(1), shape: 1 })).toThrow(ShapeError);
    expect(write({ ...f32(1), dtype: 'f16' })).toThrow(DTypeError);
    expect(write({ ...f32(1), dtype: 'toString' })).toThrow(DTypeError);
    expect(write({ ...f32(1), dtype: 'i32' })).toThrow(DTypeError);
    expect(write({ ...f32(1), shape: new Array(65).fill(1) })).toThrow('64 dimensions');
    expect(write({ dtype: 'bool', shape: [2], data: Uint8Array.of(1, 2) })).toThrow('0 or 1');
    expect(() => writeSafetensors({ a: null as unknown as ArrayData })).toThrow(ArgumentError);
    expect(() => writeSafetensors(null as unknown as Record<string, ArrayData>)).toThrow(
      ArgumentError,
    );
    expect(() => writeSafetensors({}, { a: 1 } as unknown as Record<string, string>)).toThrow(
      ArgumentError,
    );
    expect(() => writeSafetensors({}, { a: '\udc00' })).toThrow(ArgumentError);
  });

  test('writes the elements of a view, not of its buffer', () => {
    const data = Float32Array.of(9, 1, 2, 9).subarray(1, 3);
    const file = writeSafetensors({ a: { dtype: 'f32', shape: [2], data } });
    expect(readSafetensors(file).tensors.get('a')).toEqual(f32(1, 2));
  });
});

describe('round trips', () => {
  const tensors = fc.uniqueArray(
    fc.tuple(
      fc.string({ unit: 'grapheme' }).filter((name) => name !== '__metadata__'),
      arbitraryArray(['f32', 'f64', 'f16', 'bf16', 'i32', 'u32', 'bool', 'u8']),
    ),
    { selector: ([name]) => name, maxLength: 5 },
  );

  test('reading undoes writing, bit for bit, at every alignment', () => {
    const metadata = fc.uniqueArray(fc.tuple(fc.string(), fc.string()), { selector: ([k]) => k });
    fc.assert(
      fc.property(tensors, metadata, (members, texts) => {
        const file = writeSafetensors(new Map(members), new Map(texts));
        const back = readSafetensors(shifted(file));
        expect(back.tensors).toEqual(new Map(members));
        expect(back.metadata).toEqual(new Map(texts));
        for (const [name, { data }] of members) {
          const read = back.tensors.get(name)?.data as typeof data;
          expect(new Uint8Array(read.buffer)).toEqual(new Uint8Array(data.buffer));
        }
        expect(writeSafetensors(back.tensors, back.metadata)).toEqual(file);
      }),
    );
  });

  test('the payload of a NaN survives', () => {
    const data = new Float32Array(Uint32Array.of(0x7fa00001, 0xffc12345).buffer);
    const { tensors: read } = readSafetensors(
      writeSafetensors({ a: { dtype: 'f32', shape: [2], data } }),
    );
    const back = read.get('a')?.data as Float32Array;
    expect([...new Uint32Array(back.buffer)]).toEqual([0x7fa00001, 0xffc12345]);
  });

  test('arrays own their memory', () => {
    const file = writeSafetensors({ a: f32(1, 2) });
    const { tensors: read } = readSafetensors(file);
    file.fill(0);
    expect(read.get('a')).toEqual(f32(1, 2));
    expect(read.get('a')?.data.buffer.byteLength).toBe(8);
  });
});
