/** The 16 bit floats: every pattern, and rounding against exact integers. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DTypeError } from '../../src/ir/errors.ts';
import { decodeNumbers, encodeNumbers, halfFormats, refuseHalf } from '../../src/ir/half.ts';
import type { HalfDType } from '../../src/ir/types.ts';
import { nearestHalf, valueOfBits } from './half-oracle.ts';

const dtypes: readonly HalfDType[] = ['f16', 'bf16'];
const patterns = Array.from({ length: 65536 }, (_, bits) => bits);

/** What is wrong with the rounding of x, or undefined. */
const faultAt = (dtype: HalfDType, x: number): string | undefined => {
  const { encode, round, values } = halfFormats[dtype];
  const wanted = nearestHalf(dtype, x);
  const bits = encode(x);
  if (!Object.is(values[bits], wanted)) return `encode(${x}) is ${bits}, not that of ${wanted}`;
  if (!Object.is(round(x), wanted)) return `round(${x}) is ${round(x)}, not ${wanted}`;
  return undefined;
};
const doubleOf = (high: number, low: number): number =>
  new Float64Array(new Uint32Array([low, high]).buffer)[0] as number;
const singleOf = (bits: number): number =>
  new Float32Array(new Uint32Array([bits]).buffer)[0] as number;
const word = fc.integer({ min: 0, max: 0xffffffff });

describe.each(dtypes)('%s', (dtype) => {
  const { encode, round, values } = halfFormats[dtype];

  test('every pattern stands for the number the format defines', () => {
    const wrong = patterns.filter((bits) => !Object.is(values[bits], valueOfBits(dtype, bits)));
    expect(wrong).toEqual([]);
  });

  test('every pattern but those of NaN comes back', () => {
    const numbers = patterns.filter((bits) => !Number.isNaN(values[bits]));
    expect(numbers).toHaveLength(65536 - 2 * (dtype === 'f16' ? 1023 : 127));
    expect(numbers.filter((bits) => encode(values[bits] as number) !== bits)).toEqual([]);
    expect(numbers.filter((bits) => !Object.is(round(values[bits]!), values[bits]))).toEqual([]);
  });

  test('every NaN becomes the same quiet one', () => {
    const quiet = dtype === 'f16' ? 0x7e00 : 0x7fc0;
    expect(
      [Number.NaN, -Number.NaN, singleOf(0x7f800001), singleOf(0xffc12345)].map(encode),
    ).toEqual([quiet, quiet, quiet, quiet]);
    expect(values[quiet]).toBeNaN();
    expect(round(Number.NaN)).toBeNaN();
  });

  test('ties go to the even neighbour, and next to them to the nearer one', () => {
    const faults: string[] = [];
    for (const bits of patterns) {
      const [x, y] = [values[bits] as number, values[bits + 1] as number];
      if (!Number.isFinite(x) || !Number.isFinite(y) || bits === 0x7fff) continue;
      const middle = (x + y) / 2;
      const near = [middle, middle * (1 + 2 ** -52), middle * (1 - 2 ** -53)];
      for (const candidate of [...near, Math.fround(middle * (1 + 2 ** -23)), (x + middle) / 2]) {
        const fault = faultAt(dtype, candidate);
        if (fault !== undefined) faults.push(fault);
      }
    }
    expect(faults).toEqual([]);
  });

  test('numbers beyond the range become infinite, just below them the largest finite', () => {
    const greatest = values[dtype === 'f16' ? 0x7bff : 0x7f7f] as number;
    const half = dtype === 'f16' ? 16 : 2 ** 119;
    const limit = greatest + half;
    const below = limit * (1 - 2 ** -53);
    for (const [x, wanted] of [
      [limit, Infinity],
      [below, greatest],
      [Number.MAX_VALUE, Infinity],
      [Infinity, Infinity],
    ] as const) {
      expect(round(x)).toBe(wanted);
      expect(round(-x)).toBe(-wanted);
      expect(values[encode(x)]).toBe(wanted);
      expect(values[encode(-x)]).toBe(-wanted);
    }
  });

  test('numbers below half of the least become 0 and keep their sign', () => {
    const least = values[1] as number;
    for (const x of [0, least / 2, least / 3, 5e-324]) {
      expect([encode(x), encode(-x)], String(x)).toEqual([0, 0x8000]);
      expect([round(x), round(-x)]).toEqual([0, -0]);
    }
    expect([encode(least * 0.51), encode(-least * 0.51)]).toEqual([1, 0x8001]);
  });

  test('doubles of every magnitude round once', () => {
    fc.assert(
      fc.property(word, word, (high, low) => {
        const x = doubleOf(high, low);
        if (!Number.isNaN(x)) expect(faultAt(dtype, x)).toBeUndefined();
      }),
      { numRuns: 5000, seed: 1 },
    );
  });

  test('numbers in and around the range round once', () => {
    const exponent = fc.integer({
      min: dtype === 'f16' ? -28 : -140,
      max: dtype === 'f16' ? 18 : 128,
    });
    fc.assert(
      fc.property(exponent, word, word, (e, high, low) => {
        const x = doubleOf((high & 0x800fffff) | ((e + 1023) << 20), low);
        expect(faultAt(dtype, x)).toBeUndefined();
        expect(faultAt(dtype, Math.fround(x))).toBeUndefined();
      }),
      { numRuns: 5000, seed: 2 },
    );
  });

  test('arrays of numbers become bits and come back', () => {
    const numbers = [0, -0, 1, -1.5, 0.1, 70000, Number.NaN, 1e-8];
    const bits = encodeNumbers(dtype, numbers);
    expect(bits).toBeInstanceOf(Uint16Array);
    expect(decodeNumbers(dtype, bits)).toEqual(
      Float32Array.from(numbers, (x) => nearestHalf(dtype, x)),
    );
  });
});

test('one rounding is not two: a double just above a tie of f16 that single precision hides', () => {
  const x = 1 + 2 ** -11 + 2 ** -40;
  expect(halfFormats.f16.round(x)).toBe(1 + 2 ** -10);
  expect(halfFormats.f16.round(Math.fround(x))).toBe(1);
});

test('other dtypes are left as they are', () => {
  const data = Float64Array.of(0.1);
  expect(decodeNumbers('f64', data)).toBe(data);
  expect(encodeNumbers('i32', [1.5, -1])).toEqual(Int32Array.of(1, -1));
  expect(() => refuseHalf('add', 'f32')).not.toThrow();
  expect(() => refuseHalf('add', 'bf16')).toThrow(
    new DTypeError("add: bf16 is a storage type; compute in f32 with cast(x, 'f32')"),
  );
});
