/** Random draws: ranges, moments, edges, static types and errors. */
import * as fc from 'fast-check';
import { describe, expect, expectTypeOf, test } from 'vitest';
import { explain, ones, type Tensor, tensor, zeros } from '../../src/index.ts';
import * as random from '../../src/stdlib/random/index.ts';
import { errorText } from './error-text.ts';

const seed = random.key(7);
const numbersOf = (x: { dataSync(): ArrayLike<number> }): number[] => Array.from(x.dataSync());
const meanOf = (xs: readonly number[]): number => xs.reduce((sum, x) => sum + x, 0) / xs.length;
const varianceOf = (xs: readonly number[]): number => {
  const mean = meanOf(xs);
  return meanOf(xs.map((x) => (x - mean) ** 2));
};

/** Threefry with 64 bit integers, written from the paper and apart from the library. */
const referenceBlock = (key: readonly number[], counter: number): [number, number] => {
  const turns = [13, 15, 26, 6, 17, 29, 16, 24];
  const mask = 0xffffffffn;
  const [k0, k1] = key.map(BigInt) as [bigint, bigint];
  const schedule = [k0, k1, k0 ^ k1 ^ 0x1bd11bdan];
  let x = k0;
  let y = (BigInt(counter) + k1) & mask;
  for (let round = 0; round < 20; round++) {
    const turn = BigInt(turns[round % 8]!);
    x = (x + y) & mask;
    y = (((y << turn) | (y >> (32n - turn))) & mask) ^ x;
    if (round % 4 === 3) {
      const group = (round + 1) / 4;
      x = (x + schedule[group % 3]!) & mask;
      y = (y + schedule[(group + 1) % 3]! + BigInt(group)) & mask;
    }
  }
  return [Number(x), Number(y)];
};

describe('keys', () => {
  test('the words of a seed are those of a 64-bit integer', () => {
    expect(random.key(2 ** 32 + 5).toArray()).toEqual([1, 5]);
    expect(random.key(-1).toArray()).toEqual([4294967295, 4294967295]);
    expect(random.key(Number.MAX_SAFE_INTEGER).toArray()).toEqual([2 ** 21 - 1, 4294967295]);
  });

  test('splitting equals the block cipher for any key and place', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 32 - 1 }), fc.nat(40), (low, place) => {
        const key = random.key(low * 1000);
        const rows = random.splitRows(key, 41).toArray();
        expect(rows[place]).toEqual(referenceBlock(key.toArray(), place));
        expect(random.foldIn(key, place).toArray()).toEqual(rows[place]);
      }),
      { numRuns: 20 },
    );
  });

  test('negative data are folded in as 32 bits', () => {
    const minusOne = random.foldIn(seed, -1).toArray();
    expect(minusOne).toEqual(random.foldIn(seed, 2 ** 32 - 1).toArray());
    expect(minusOne).toEqual(random.foldIn(seed, tensor(-1, { dtype: 'i32' })).toArray());
  });
});

describe('shapes', () => {
  test('scalars, empty shapes and the row-major order of counters', () => {
    expect(random.bits(seed, []).toArray()).toBe(random.bits(seed, [1]).toArray()[0]);
    expect(random.uniform(seed, [0]).toArray()).toEqual([]);
    expect(random.normal(seed, [2, 0]).shape).toEqual([2, 0]);
    expect(random.permutation(seed, 0).toArray()).toEqual([]);
    expect(random.permutation(seed, 1).toArray()).toEqual([0]);
    expect(random.split(seed, 0)).toEqual([]);
    expect(numbersOf(random.bits(seed, [3, 5]))).toEqual(numbersOf(random.bits(seed, [15])));
  });

  test('a draw is one launch', () => {
    const launches = (draw: () => Tensor<any, any>): number => explain(draw)().launches.length;
    expect(launches(() => random.uniform(seed, [100], { min: 2, max: 3 }))).toBe(1);
    expect(launches(() => random.normal(seed, [100], { std: 2 }))).toBe(1);
    expect(launches(() => random.bernoulli(seed, [100]))).toBe(1);
    expect(launches(() => random.categorical(seed, ones([20, 5])))).toBe(1);
  });

  test('static types', () => {
    expectTypeOf(random.uniform(seed, [3, 4])).toEqualTypeOf<Tensor<[3, 4], 'f32'>>();
    expectTypeOf(random.normal(seed, [2], { dtype: 'f64' })).toEqualTypeOf<Tensor<[2], 'f64'>>();
    expectTypeOf(random.randint(seed, [], { max: 3 })).toEqualTypeOf<Tensor<[], 'i32'>>();
    expectTypeOf(random.permutation(seed, 7)).toEqualTypeOf<Tensor<[7], 'i32'>>();
    expectTypeOf(random.permutation(seed, zeros([3, 2]))).toEqualTypeOf<Tensor<[3, 2], 'f32'>>();
    expectTypeOf(random.split(seed)).toEqualTypeOf<[random.Key, random.Key]>();
    expectTypeOf(random.splitRows(seed, 4)).toEqualTypeOf<Tensor<[4, 2], 'u32'>>();
    expectTypeOf(random.choice(seed, zeros([5, 2]), [3])).toEqualTypeOf<Tensor<[3, 2], 'f32'>>();
    const drawn = random.categorical(seed, zeros([4, 3]), { shape: [5] });
    expectTypeOf(drawn).toEqualTypeOf<Tensor<[5, 4], 'i32'>>();
    expect(drawn.shape).toEqual([5, 4]);
    // @ts-expect-error: a key has two words
    expect(() => random.uniform(zeros([3], { dtype: 'u32' }), [3])).toThrow();
  });
});

describe('distributions', () => {
  const n = 20000;

  test('uniform in f64 holds 52 bits of the block', () => {
    const drawn = random.uniform(seed, [5], { dtype: 'f64' }).toArray();
    drawn.forEach((x, place) => {
      const [high, low] = referenceBlock(seed.toArray(), place).map(BigInt) as [bigint, bigint];
      expect(x).toBe(Number(((high << 32n) | low) >> 12n) / 2 ** 52);
    });
  });

  test('uniform stays in its range and fills it', () => {
    const xs = numbersOf(random.uniform(seed, [n], { min: -3, max: 5 }));
    expect(Math.min(...xs)).toBeGreaterThanOrEqual(-3);
    expect(Math.max(...xs)).toBeLessThan(5);
    expect(meanOf(xs)).toBeCloseTo(1, 1);
    expect(varianceOf(xs)).toBeCloseTo(64 / 12, 0);
  });

  test.each(['f32', 'f64'] as const)('normal in %s has its moments', (dtype) => {
    const xs = numbersOf(random.normal(seed, [n], { mean: 2, std: 3, dtype }));
    expect(meanOf(xs)).toBeCloseTo(2, 1);
    expect(Math.sqrt(varianceOf(xs))).toBeCloseTo(3, 1);
    const central = xs.filter((x) => Math.abs(x - 2) < 3).length / n;
    expect(central).toBeCloseTo(0.6827, 1);
  });

  test('normal in f64 inverts the distribution function to 15 digits', () => {
    // 2 * Phi(x) - 1 = erf(x / sqrt(2)), by its Taylor series.
    const erf = (x: number): number => {
      let [sum, term] = [x, x];
      for (let k = 1; k < 80; k++) {
        term *= (-x * x) / k;
        sum += term / (2 * k + 1);
      }
      return (2 / Math.sqrt(Math.PI)) * sum;
    };
    const units = random.uniform(seed, [50], { dtype: 'f64' }).toArray();
    const xs = random.normal(seed, [50], { dtype: 'f64' }).toArray();
    xs.forEach((x, i) => {
      expect(erf(x / Math.SQRT2)).toBeCloseTo(2 * units[i]! - 1 + 2 ** -53, 13);
    });
  });

  test('normal in f64 keeps its digits in the tail', () => {
    // The normal probability above x, by the continued fraction of Laplace.
    const above = (x: number): number => {
      let fraction = x;
      for (let k = 200; k > 0; k--) fraction = x + k / fraction;
      return Math.exp((-x * x) / 2) / (fraction * Math.sqrt(2 * Math.PI));
    };
    const units = numbersOf(random.uniform(seed, [n], { dtype: 'f64' }));
    const xs = numbersOf(random.normal(seed, [n], { dtype: 'f64' }));
    const errors = xs.flatMap((x, k) =>
      x < -2.5 ? [Math.abs(above(-x) / (units[k]! + 2 ** -54) - 1)] : [],
    );
    expect(errors.length).toBeGreaterThan(50);
    expect(Math.max(...errors)).toBeLessThan(2e-13);
  });

  test('truncatedNormal stays inside, also with one bound', () => {
    const xs = numbersOf(random.truncatedNormal(seed, [n], { lower: 0.5, upper: 1 }));
    expect(Math.min(...xs)).toBeGreaterThan(0.5);
    expect(Math.max(...xs)).toBeLessThan(1);
    const above = numbersOf(
      random.truncatedNormal(seed, [n], { lower: 0, upper: Number.POSITIVE_INFINITY }),
    );
    expect(Math.min(...above)).toBeGreaterThan(0);
    expect(meanOf(above)).toBeCloseTo(Math.sqrt(2 / Math.PI), 1);
  });

  test('exponential, gumbel and bernoulli have their means', () => {
    expect(meanOf(numbersOf(random.exponential(seed, [n], { rate: 4 })))).toBeCloseTo(0.25, 1);
    expect(meanOf(numbersOf(random.gumbel(seed, [n])))).toBeCloseTo(0.5772, 1);
    expect(meanOf(numbersOf(random.bernoulli(seed, [n], { probability: 0.2 })))).toBeCloseTo(
      0.2,
      1,
    );
    expect(numbersOf(random.bernoulli(seed, [50], { probability: 0 }))).not.toContain(1);
    expect(numbersOf(random.bernoulli(seed, [50], { probability: 1 }))).not.toContain(0);
  });

  test('bernoulli with a probability per column', () => {
    const tosses = random.bernoulli(seed, [50, 2], { probability: tensor([0, 1]) }).toArray();
    expect(tosses.every(([a, b]) => a === false && b === true)).toBe(true);
  });

  test('randint fills its range evenly', () => {
    const counts = new Map<number, number>();
    for (const x of numbersOf(random.randint(seed, [n], { min: -2, max: 3 }))) {
      counts.set(x, (counts.get(x) ?? 0) + 1);
    }
    expect([...counts.keys()].sort((a, b) => a - b)).toEqual([-2, -1, 0, 1, 2]);
    for (const count of counts.values()) expect(count / n).toBeCloseTo(0.2, 1);
  });

  test('randint at the edges of 32 bits', () => {
    const low = random.bits(random.split(seed)[1], [4]).toArray();
    expect(random.randint(seed, [4], { max: 2 ** 32, dtype: 'u32' }).toArray()).toEqual(low);
    const whole = random.randint(seed, [4], { min: -(2 ** 31), max: 2 ** 31 }).toArray();
    expect(whole).toEqual(low.map((x) => x - 2 ** 31));
    expect(random.randint(seed, [3], { min: 5, max: 6 }).toArray()).toEqual([5, 5, 5]);
  });

  test('categorical follows softmax of the logits along its axis', () => {
    const logits = tensor([
      [0, 5],
      [Math.log(3), 5],
    ]);
    const drawn = random.categorical(seed, logits, { axis: 0, shape: [4000] });
    const [first, second] = [0, 1].map((c) => meanOf(drawn.toArray().map((row) => row[c]!)));
    expect(first).toBeCloseTo(0.75, 1);
    expect(second).toBeCloseTo(0.5, 1);
  });

  test('permutation keeps every part of a tensor', () => {
    fc.assert(
      fc.property(fc.nat(60), fc.nat(), (length, value) => {
        const order = random.permutation(random.key(value), length).toArray() as number[];
        expect([...order].sort((a, b) => a - b)).toEqual(order.map((_, k) => k));
      }),
      { numRuns: 20 },
    );
    const x = tensor([
      [1, 2, 3],
      [4, 5, 6],
    ]);
    const order = random.permutation(seed, 3).toArray();
    const columns = random.permutation(seed, x, { axis: 1 }).toArray();
    expect(columns).toEqual([order.map((k) => k + 1), order.map((k) => k + 4)]);
  });

  test('a long permutation takes two rounds, as in JAX', () => {
    const order = numbersOf(random.permutation(seed, 2000));
    expect(new Set(order).size).toBe(2000);
    const places = Array.from({ length: 2000 }, (_, k) => k);
    const sortBy = (keys: number[], xs: number[]): number[] =>
      places.toSorted((a, b) => keys[a]! - keys[b]!).map((k) => xs[k]!);
    const [rest, first] = random.split(seed);
    const [, second] = random.split(rest);
    const once = sortBy(numbersOf(random.bits(first, [2000])), places);
    expect(order).toEqual(sortBy(numbersOf(random.bits(second, [2000])), once));
  });

  test('choice with and without repetition', () => {
    const letters = tensor([10, 20, 30]);
    const without = random.choice(seed, letters, [3], { replace: false }).toArray();
    expect([...without].sort()).toEqual([10, 20, 30]);
    expect(
      random
        .choice(seed, 3, [50])
        .toArray()
        .every((x) => x >= 0 && x < 3),
    ).toBe(true);
    expect(random.choice(seed, 1, [2, 2]).toArray()).toEqual([
      [0, 0],
      [0, 0],
    ]);
    expect(random.choice(seed, 3, []).shape).toEqual([]);
  });
});

test('errors', () => {
  const texts = [
    () => random.key(0.5),
    () => random.key('a' as never),
    () => random.uniform(zeros([2]) as never, [3]),
    () => random.uniform(random.splitRows(seed, 3) as never, [3]),
    () => random.uniform(seed, 3 as never),
    () => random.uniform(seed, [-1]),
    () => random.uniform(seed, [3], { min: 3, max: 2 }),
    () => random.uniform(seed, [3], { max: Number.NaN }),
    () => random.uniform(seed, [3], { dtype: 'i32' as never }),
    () => random.uniform(seed, [3], { maximum: 2 } as never),
    () => random.normal(seed, [3], { std: -1 }),
    () => random.truncatedNormal(seed, [3], { lower: 1, upper: 1 }),
    () => random.truncatedNormal(seed, [3], { lower: 6, upper: 7 }),
    () => random.bernoulli(seed, [3], { probability: 1.5 }),
    () => random.bernoulli(seed, [3], { probability: zeros([4]) }),
    () => random.bernoulli(seed, [3], { probability: zeros([2, 3]) }),
    () => random.randint(seed, [3], {} as never),
    () => random.randint(seed, [3], { min: 2, max: 2 }),
    () => random.randint(seed, [3], { max: 2 ** 32 }),
    () => random.randint(seed, [3], { max: 2, dtype: 'f32' as never }),
    () => random.exponential(seed, [3], { rate: 0 }),
    () => random.categorical(seed, zeros([3, 0])),
    () => random.choice(seed, 3, [4], { replace: false }),
    () => random.choice(seed, 0, [1]),
    () => random.permutation(seed, 2.5),
    () => random.permutation(seed, zeros([2]), { axis: 1 }),
    () => random.split(seed, -1),
    () => random.foldIn(seed, 2 ** 32),
    () => random.foldIn(seed, zeros([]) as never),
  ].map(errorText);
  expect(texts.join('\n')).toMatchInlineSnapshot(`
    "ArgumentError: key: the seed must be a safe integer
      got: 0.5
    ArgumentError: key: the seed must be a number, not a string
    DTypeError: uniform: a key has dtype u32
      got: [2] f32
      hint: make a key with random.key(seed)
    ShapeError: uniform: a key has shape [2]
      got: [3, 2] u32
      hint: use vmap to draw with many keys
    ArgumentError: uniform: the shape must be an array, not a number
    ArgumentError: uniform: a dimension must be a whole number >= 0, not -1
    ArgumentError: uniform: min 3 is above max 2
    ArgumentError: uniform: max must be finite, not NaN
    DTypeError: uniform: i32 is not supported
      hint: ask for 'f32' or 'f64'
    ArgumentError: uniform: unknown option 'maximum'
      hint: valid options: min, max, dtype
    ArgumentError: normal: std must not be negative, but is -1
    ArgumentError: truncatedNormal: no f32 lies between lower 1 and upper 1
    ArgumentError: truncatedNormal: f32 has no digits left between lower 6 and upper 7
      hint: so far out the distribution is nearly exponential
    ArgumentError: bernoulli: probability must be in [0, 1], not 1.5
    ShapeError: bernoulli: cannot broadcast [4] with [3]: dimensions 4 and 3 differ
    ShapeError: bernoulli: probability [2, 3] does not broadcast to [3]
    ArgumentError: randint: max must be a number, not undefined
    ArgumentError: randint: no integer lies in [2, 2)
    ArgumentError: randint: 0 to 4294967296 is no range of i32
    DTypeError: randint: the dtype must be i32 or u32, not f32
    ArgumentError: exponential: rate must be above 0, but is 0
    ShapeError: categorical: logits [3, 0] have no classes
    ArgumentError: choice: cannot choose 4 of 3 elements without repeating one
    ArgumentError: choice: cannot choose 1 of 0 elements
    ArgumentError: permutation: the number of elements must be a whole number >= 0, not 2.5
    ShapeError: permutation: axis 1 is out of range for shape [2] (rank 1)
    ArgumentError: split: the number of keys must be a whole number >= 0, not -1
    ArgumentError: foldIn: the data must be an integer of 32 bits
      got: 4294967296
    DTypeError: foldIn: the data must be u32 or i32, not f32"
  `);
});
