/**
 * Shared parts of the tests of file readers: arbitrary arrays, damaged files and the one allowed
 * failure.
 */
import fc from 'fast-check';
import { expect } from 'vitest';
import { FormatError } from '../../src/ir/errors.ts';
import type { ArrayData } from '../../src/stdlib/data/array-data.ts';

/**
 * The value of `read`, or undefined when it throws a FormatError; any other error fails the test.
 */
export const valueOrFormatError = <T>(read: () => T): T | undefined => {
  try {
    return read();
  } catch (fault) {
    expect(fault).toBeInstanceOf(FormatError);
    return undefined;
  }
};

/** The FormatError that `read` throws. */
export const formatErrorOf = (read: () => unknown): FormatError => {
  let fault: unknown;
  try {
    read();
  } catch (thrown) {
    fault = thrown;
  }
  expect(fault).toBeInstanceOf(FormatError);
  return fault as FormatError;
};

const lengthOf = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

const elementOf = {
  f32: fc.float(),
  f64: fc.double(),
  i32: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
  u32: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
  bool: fc.integer({ min: 0, max: 1 }),
  f16: fc.integer({ min: 0, max: 65535 }),
  bf16: fc.integer({ min: 0, max: 65535 }),
  u8: fc.integer({ min: 0, max: 255 }),
} as const;

const storage = {
  f32: Float32Array,
  f64: Float64Array,
  i32: Int32Array,
  u32: Uint32Array,
  bool: Uint8Array,
  f16: Uint16Array,
  bf16: Uint16Array,
  u8: Uint8Array,
} as const;

/** Arrays of the given dtypes with rank 0 to 4 and dimensions 0 to 5. */
export const arbitraryArray = <D extends keyof typeof storage>(
  dtypes: readonly D[],
): fc.Arbitrary<ArrayData<D>> =>
  fc
    .tuple(fc.constantFrom(...dtypes), fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 4 }))
    .chain(([dtype, shape]) => {
      const size = lengthOf(shape);
      return fc
        .array(elementOf[dtype] as fc.Arbitrary<number>, { minLength: size, maxLength: size })
        .map((values) => {
          return { dtype, shape, data: storage[dtype].from(values) } as unknown as ArrayData<D>;
        });
    });

/** How a file is damaged: bytes replaced, then cut or lengthened. */
export const arbitraryDamage: fc.Arbitrary<(file: Uint8Array) => Uint8Array> = fc
  .record({
    edits: fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { maxLength: 6 }),
    early: fc.boolean(),
    cut: fc.option(fc.nat(), { freq: 2 }),
    tail: fc.uint8Array({ maxLength: 9 }),
  })
  .map(({ edits, early, cut, tail }) => (file: Uint8Array) => {
    const kept = cut === null ? file.length : cut % (file.length + 1);
    const damaged = new Uint8Array(kept + tail.length);
    damaged.set(file.subarray(0, kept));
    damaged.set(tail, kept);
    // Faults in the first bytes, where the sizes stand, are the interesting ones.
    const range = early ? Math.min(24, damaged.length) : damaged.length;
    if (range > 0) for (const [at, byte] of edits) damaged[at % range] = byte;
    return damaged;
  });

/** `bytes` as a view that starts at an odd address of a larger buffer. */
export const shifted = (bytes: Uint8Array): Uint8Array => {
  const buffer = new Uint8Array(bytes.length + 7).fill(0xaa);
  buffer.set(bytes, 3);
  return buffer.subarray(3, 3 + bytes.length);
};
