/** gunzip: agreement with Node's zlib, damage, and the bound on the result. */
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { gunzip } from 'gradloom/data';
import { describe, expect, test } from 'vitest';
import { ArgumentError, FormatError } from '../../src/ir/errors.ts';
import { arbitraryDamage, shifted } from './fuzz.ts';

const zip = (bytes: Uint8Array): Uint8Array => new Uint8Array(gzipSync(bytes));

describe('gunzip', () => {
  test('undoes gzip, also of nothing and from an odd address', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 500 }), async (bytes) => {
        expect(await gunzip(shifted(zip(bytes)))).toEqual(bytes);
      }),
      { numRuns: 50 },
    );
  });

  test('joins many pieces in order', async () => {
    let word = 1;
    const bytes = Uint8Array.from({ length: 100_000 }, () => {
      word ^= word << 13;
      word ^= word >>> 17;
      word ^= word << 5;
      return word;
    });
    // Bytes that do not compress: the file is longer than several pieces.
    expect(zip(bytes).length).toBeGreaterThan(90_000);
    expect(Buffer.compare(await gunzip(zip(bytes)), bytes)).toBe(0);
  });

  test('a result of exactly the limit passes, one byte more does not', async () => {
    const zipped = zip(new Uint8Array(1000));
    expect((await gunzip(zipped, { limit: 1000 })).length).toBe(1000);
    await expect(gunzip(zipped, { limit: 999 })).rejects.toThrow('more than 999 bytes');
  });

  test('a bomb is refused without being unpacked', async () => {
    const bomb = zip(new Uint8Array(2 ** 28));
    const before = process.memoryUsage();
    await expect(gunzip(bomb, { limit: 2 ** 20 })).rejects.toBeInstanceOf(FormatError);
    const after = process.memoryUsage();
    const grown = after.arrayBuffers + after.external - before.arrayBuffers - before.external;
    expect(grown).toBeLessThan(2 ** 26);
  });

  test('refuses bytes that are not gzip', async () => {
    await expect(gunzip(new Uint8Array(0))).rejects.toThrow('fewer than 18 bytes');
    await expect(gunzip(new Uint8Array(40))).rejects.toThrow('no 1f 8b');
    await expect(gunzip('x' as unknown as Uint8Array)).rejects.toBeInstanceOf(ArgumentError);
    await expect(gunzip(zip(new Uint8Array(9)), { limit: -1 })).rejects.toBeInstanceOf(
      ArgumentError,
    );
    const typo = { limits: 1 } as { limit?: number };
    await expect(gunzip(zip(new Uint8Array(9)), typo)).rejects.toThrow("did you mean 'limit'?");
  });

  test('refuses each shortening', async () => {
    const zipped = zip(Uint8Array.from({ length: 200 }, (_, i) => i * i));
    for (let length = 0; length < zipped.length; length++) {
      await expect(gunzip(zipped.subarray(0, length))).rejects.toBeInstanceOf(FormatError);
    }
  });

  test('damage in the data is found by the checksum', async () => {
    const bytes = Uint8Array.from({ length: 200 }, (_, i) => i);
    const zipped = zip(bytes);
    let refused = 0;
    for (let at = 10; at < zipped.length; at++) {
      const damaged = zipped.slice();
      damaged[at] = (damaged[at] as number) ^ 0x10;
      try {
        // A few bits of the file only fill up bytes and may change.
        expect(await gunzip(damaged)).toEqual(bytes);
      } catch (fault) {
        expect(fault).toBeInstanceOf(FormatError);
        refused++;
      }
    }
    expect(refused).toBeGreaterThan(zipped.length - 14);
  });

  test('random damage gives bytes or a FormatError', async () => {
    const zipped = zip(Uint8Array.from({ length: 300 }, (_, i) => (i * i) >> 2));
    await fc.assert(
      fc.asyncProperty(arbitraryDamage, async (damage) => {
        try {
          expect((await gunzip(damage(zipped), { limit: 10_000 })).length).toBeLessThan(10_001);
        } catch (fault) {
          expect(fault).toBeInstanceOf(FormatError);
        }
      }),
      { numRuns: 200 },
    );
  });
});
