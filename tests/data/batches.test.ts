/**
 * Batches, shuffles, row gathering and splits: determinism, completeness, uniformity and refusals.
 */
import fc from 'fast-check';
import { type BatchOptions, batches, gatherRows, stratifiedSplit } from 'gradloom/data';
import { describe, expect, test } from 'vitest';
import { ArgumentError, ShapeError } from '../../src/ir/errors.ts';
import { IntegerGenerator, seededGenerator } from '../../src/stdlib/data/integer-generator.ts';
import { arbitraryArray } from './fuzz.ts';

const flat = (list: readonly Int32Array[]): number[] => list.flatMap((batch) => [...batch]);
const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i);
const ascending = (values: Iterable<number>): number[] => [...values].sort((a, b) => a - b);

/** xoshiro128** in arbitrary-precision integers, after the authors' C text. */
function* xoshiro(state: readonly number[]): Generator<number> {
  const word = (value: bigint): bigint => value & 0xffffffffn;
  const rotate = (value: bigint, by: bigint): bigint => word((value << by) | (value >> (32n - by)));
  const s = state.map(BigInt) as [bigint, bigint, bigint, bigint];
  for (;;) {
    yield Number(word(rotate(word(s[1] * 5n), 7n) * 9n));
    const shifted = word(s[1] << 9n);
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= shifted;
    s[3] = rotate(s[3], 11n);
  }
}

describe('the integer generator', () => {
  test('agrees with the published algorithm', () => {
    const words = fc.tuple(...range(4).map(() => fc.integer({ min: 1, max: 2 ** 32 - 1 })));
    fc.assert(
      fc.property(words, (state) => {
        const generator = new IntegerGenerator(
          state as unknown as [number, number, number, number],
        );
        const oracle = xoshiro(state);
        for (let i = 0; i < 50; i++) expect(generator.next()).toBe(oracle.next().value);
      }),
    );
    const first = new IntegerGenerator([1, 2, 3, 4]);
    expect(range(4).map(() => first.next())).toEqual([11520, 0, 5927040, 70819200]);
  });

  test('seed and epoch both matter, in all of their bits', () => {
    const starts = [0, 1, 2 ** 31, 2 ** 32, 2 ** 32 + 1, 2 ** 53 - 1].flatMap((seed) =>
      [0, 1, 2 ** 32].map((epoch) => {
        const generator = seededGenerator('test', seed, epoch);
        return range(4)
          .map(() => generator.next())
          .join();
      }),
    );
    expect(new Set(starts).size).toBe(starts.length);
  });

  test('draws below a bound are even', () => {
    const generator = seededGenerator('test', 7);
    const counts = new Array(6).fill(0);
    for (let i = 0; i < 60_000; i++) counts[generator.below(6)]++;
    // Chi-square with 5 degrees of freedom; 25.7 is exceeded once in 10,000 seeds.
    const chi = counts.reduce((sum, count) => sum + (count - 10_000) ** 2 / 10_000, 0);
    expect(chi).toBeLessThan(25.7);
  });

  test('draws that would favour small numbers are thrown away', () => {
    const generator = seededGenerator('test', 1);
    const bound = 3 * 2 ** 30;
    let low = 0;
    for (let i = 0; i < 6000; i++) if (generator.below(bound) < 2 ** 30) low++;
    // A bare remainder would give one half instead of one third.
    expect(low / 6000).toBeGreaterThan(0.3);
    expect(low / 6000).toBeLessThan(0.37);
  });
});

describe('batches', () => {
  test('the order of a seed stays the same for ever', () => {
    expect(batches(10, 4, { seed: 1 }).map((batch) => [...batch])).toMatchInlineSnapshot(`
      [
        [
          7,
          5,
          2,
          3,
        ],
        [
          8,
          9,
          0,
          1,
        ],
        [
          4,
          6,
        ],
      ]
    `);
    expect(flat(batches(10, 4, { seed: 1, epoch: 1 }))).toMatchInlineSnapshot(`
      [
        8,
        9,
        1,
        5,
        2,
        0,
        7,
        6,
        3,
        4,
      ]
    `);
  });

  test('every index comes once, in batches of the right size', () => {
    const options = { count: fc.nat({ max: 200 }), size: fc.integer({ min: 1, max: 70 }) };
    fc.assert(
      fc.property(fc.record({ ...options, seed: fc.maxSafeNat() }), ({ count, size, seed }) => {
        const list = batches(count, size, { seed });
        expect(ascending(flat(list))).toEqual(range(count));
        expect(list.length).toBe(Math.ceil(count / size));
        expect(list.slice(0, -1).every((batch) => batch.length === size)).toBe(true);
        const whole = batches(count, size, { seed, dropLast: true });
        expect(whole).toEqual(list.filter((batch) => batch.length === size));
        expect(flat(batches(count, 1, { seed }))).toEqual(flat(list));
      }),
    );
  });

  test('epochs and seeds have orders of their own', () => {
    const orders = range(20).flatMap((epoch) => [
      flat(batches(50, 10, { seed: 1, epoch })).join(),
      flat(batches(50, 10, { seed: 2 + epoch })).join(),
    ]);
    expect(new Set(orders).size).toBe(40);
  });

  test('all orders of three are equally likely', () => {
    const counts = new Map<string, number>();
    for (let seed = 0; seed < 6000; seed++) {
      const order = flat(batches(3, 3, { seed })).join('');
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    expect(counts.size).toBe(6);
    const chi = [...counts.values()].reduce((sum, count) => sum + (count - 1000) ** 2 / 1000, 0);
    expect(chi).toBeLessThan(25.7);
  });

  test('without a shuffle the order is natural', () => {
    const list = batches(5, 2, { shuffle: false });
    expect(list).toEqual([Int32Array.of(0, 1), Int32Array.of(2, 3), Int32Array.of(4)]);
    expect(flat(batches(5, 2, { shuffle: false, dropLast: true }))).toEqual([0, 1, 2, 3]);
  });

  test('batches do not share memory', () => {
    const [first, second] = batches(4, 2, { shuffle: false }) as [Int32Array, Int32Array];
    expect(first.buffer).not.toBe(second.buffer);
  });

  test('refuses arguments that make no sense', () => {
    const seeded = { seed: 0 };
    for (const bad of [-1, 1.5, Number.NaN, 2 ** 31, Number.POSITIVE_INFINITY]) {
      expect(() => batches(bad, 1, seeded)).toThrow(ArgumentError);
      expect(() => batches(1, bad, seeded)).toThrow(ArgumentError);
    }
    expect(() => batches(1, 0, seeded)).toThrow(ArgumentError);
    for (const bad of [-1, 0.5, Number.NaN, 2 ** 53, '1']) {
      expect(() => batches(4, 2, { seed: bad as number })).toThrow('the seed');
      expect(() => batches(4, 2, { seed: 0, epoch: bad as number })).toThrow('the epoch');
    }
    expect(() => batches(4, 2, {} as BatchOptions)).toThrow('needs a seed');
    expect(() => batches(4, 2, undefined as unknown as BatchOptions)).toThrow('needs a seed');
    expect(() => batches(4, 2, { seeds: 1 } as unknown as BatchOptions)).toThrow("mean 'seed'?");
    const both = { shuffle: false, seed: 1 } as unknown as BatchOptions;
    expect(() => batches(4, 2, both)).toThrow("unknown option 'seed'");
  });
});

describe('gatherRows', () => {
  test('copies rows in the order of the indices', () => {
    const array = { dtype: 'u8', shape: [3, 2], data: Uint8Array.of(1, 2, 3, 4, 5, 6) } as const;
    const picked = gatherRows(array, [2, 0, 2]);
    expect(picked).toEqual({ ...array, data: Uint8Array.of(5, 6, 1, 2, 5, 6) });
    expect(gatherRows(array, new Int32Array(0))).toEqual({
      dtype: 'u8',
      shape: [0, 2],
      data: new Uint8Array(0),
    });
  });

  test('all rows in order are the array itself', () => {
    const arrays = arbitraryArray(['f32', 'f64', 'i32', 'u32', 'bool', 'u8']);
    fc.assert(
      fc.property(
        arrays.filter((array) => array.shape.length > 0),
        (array) => {
          const picked = gatherRows(array, range(array.shape[0] as number));
          expect(picked).toEqual(array);
          expect(picked.data.buffer).not.toBe(array.data.buffer);
        },
      ),
    );
  });

  test('refuses indices outside and arrays without rows', () => {
    const array = { dtype: 'u8', shape: [3], data: Uint8Array.of(1, 2, 3) } as const;
    for (const bad of [-1, 3, 0.5, Number.NaN]) {
      expect(() => gatherRows(array, [0, bad])).toThrow('index 1 is outside of 0 to 2');
    }
    expect(() => gatherRows({ dtype: 'u8', shape: [], data: Uint8Array.of(1) }, [0])).toThrow(
      ShapeError,
    );
    expect(() => gatherRows({ ...array, shape: [4] }, [3])).toThrow(ShapeError);
    const wide = { dtype: 'u8', shape: [1, 2 ** 53 - 1, 0], data: new Uint8Array(0) } as const;
    expect(gatherRows(wide, [0]).shape).toEqual(wide.shape);
    expect(() => gatherRows(wide, [0, 0])).toThrow('too large');
  });
});

describe('stratifiedSplit', () => {
  const split = fc.record({
    labels: fc.array(fc.constantFrom('a', 'a', 'a', 'b', 'b', 'c'), {
      minLength: 8,
      maxLength: 99,
    }),
    fraction: fc.double({ min: 0.15, max: 0.95, noNaN: true }),
    seed: fc.nat(),
  });

  test('parts are complete, ascending and keep the share of each class', () => {
    fc.assert(
      fc.property(split, ({ labels, fraction, seed }) => {
        const { train, test: held } = stratifiedSplit(labels, { fraction, seed });
        expect(ascending([...train, ...held])).toEqual(range(labels.length));
        expect([...train]).toEqual(ascending(train));
        expect([...held]).toEqual(ascending(held));
        let members = 0;
        for (const label of new Set(labels)) {
          const size = labels.filter((l) => l === label).length;
          const taken = [...held].filter((i) => labels[i] === label).length;
          if (size > 1) members += size;
          expect(taken).toBeLessThan(size);
          const capped = Math.min(fraction * size, size - 1);
          if (size === 1) expect(taken).toBe(0);
          else expect(Math.abs(taken - capped)).toBeLessThan(1 + 1e-9);
        }
        expect(held.length).toBeLessThanOrEqual(Math.round(fraction * members));
      }),
    );
  });

  test('the largest remainders get the places that are left', () => {
    const labels = [...new Array(14).fill(0), ...new Array(13).fill(1), ...new Array(13).fill(2)];
    const { test: held } = stratifiedSplit(labels, { fraction: 0.25, seed: 3 });
    const taken = [0, 1, 2].map((c) => [...held].filter((i) => labels[i] === c).length);
    expect(taken).toEqual([4, 3, 3]);
  });

  test('a seed fixes the split, another seed gives another', () => {
    const labels = range(100).map((i) => i % 3);
    const held = (seed: number): string => {
      return stratifiedSplit(labels, { fraction: 0.2, seed }).test.join();
    };
    expect(held(1)).toBe(held(1));
    expect(new Set(range(10).map(held)).size).toBe(10);
    expect(
      stratifiedSplit(
        range(12).map((i) => i % 2),
        { fraction: 0.5, seed: 5 },
      ).test,
    ).toMatchInlineSnapshot(`
        Int32Array [
          1,
          3,
          4,
          6,
          7,
          8,
        ]
      `);
  });

  test('a class of one stays in train, a class never leaves train', () => {
    const { train, test: held } = stratifiedSplit(['x', 'y', 'y'], { fraction: 0.9, seed: 0 });
    expect([...train]).toContain(0);
    expect(held.length).toBe(1);
  });

  test('every member can come into test', () => {
    const labels = Uint8Array.of(1, 1, 1, 1, 2, 2, 2, 2);
    const seen = new Set<number>();
    for (let seed = 0; seed < 60; seed++) {
      for (const i of stratifiedSplit(labels, { fraction: 0.25, seed }).test) seen.add(i);
    }
    expect(seen.size).toBe(8);
  });

  test('refuses fractions outside of (0, 1), odd labels and empty test parts', () => {
    const labels = ['a', 'a', 'b', 'b'];
    for (const fraction of [0, 1, -0.5, 1.5, Number.NaN]) {
      expect(() => stratifiedSplit(labels, { fraction, seed: 0 })).toThrow('between 0 and 1');
    }
    expect(() => stratifiedSplit(labels, { fraction: 0.01, seed: 0 })).toThrow('would be empty');
    expect(() => stratifiedSplit(['a', 'b'], { fraction: 0.5, seed: 0 })).toThrow('would be empty');
    expect(() => stratifiedSplit([], { fraction: 0.5, seed: 0 })).toThrow(ArgumentError);
    expect(() => stratifiedSplit([1, Number.NaN], { fraction: 0.5, seed: 0 })).toThrow('label 1');
    expect(() => stratifiedSplit(labels, { fraction: 0.5, seed: -1 })).toThrow('the seed');
    const typo = { fractoin: 0.5, seed: 0 } as unknown as { fraction: number; seed: number };
    expect(() => stratifiedSplit(labels, typo)).toThrow("did you mean 'fraction'?");
  });
});
