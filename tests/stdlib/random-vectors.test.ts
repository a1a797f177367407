/**
 * Random numbers against those of JAX 0.10.2, on the reference interpreter and on the JavaScript
 * backend.
 */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { jit, js, log, reference, setDefaultBackend, tensor, vmap } from '../../src/index.ts';
import * as random from '../../src/stdlib/random/index.ts';

type Case = Readonly<Record<string, any>>;
const path = new URL('./jax-random.json', import.meta.url);
const cases: Case[] = JSON.parse(readFileSync(path, 'utf8')).cases;

/** The distance of two f32 numbers in steps of the larger one's last place. */
const ulps = (a: number, b: number): number => {
  const size = Math.max(Math.abs(a), Math.abs(b), 2 ** -126);
  return Math.abs(a - b) / 2 ** (Math.floor(Math.log2(size)) - 23);
};
const numbersOf = (x: { dataSync(): ArrayLike<number> }): number[] => Array.from(x.dataSync());
/** The largest distance of the elements from what they should be. */
const farthest = (
  found: { dataSync(): ArrayLike<number> },
  wanted: readonly number[],
  distance = (a: number, b: number): number => Math.abs(a - b),
): number => {
  expect(found.dataSync().length).toBe(wanted.length);
  return Math.max(...numbersOf(found).map((x, k) => distance(x, wanted[k]!)));
};

describe.each([reference, js])('on $name', (backend) => {
  beforeAll(() => setDefaultBackend(backend));
  afterAll(() => setDefaultBackend(js));
  describe.each(cases)('seed $seed', (one) => {
    const keyOf = (): random.Key => random.key(one.seed);

    test('keys', () => {
      expect(keyOf().toArray()).toEqual(one.key);
      expect(random.split(keyOf(), 3).map((k) => k.toArray())).toEqual(one.split3);
      expect(random.splitRows(keyOf(), 3).toArray()).toEqual(one.split3);
      expect(random.foldIn(keyOf(), 7).toArray()).toEqual(one.foldIn7);
      const seven = tensor(7, { dtype: 'i32' });
      expect(random.foldIn(keyOf(), seven).toArray()).toEqual(one.foldIn7);
    });

    test('what is exact', () => {
      const k = keyOf();
      expect(random.bits(k, [5]).toArray()).toEqual(one.bits5);
      expect(random.bits(k, [2, 3]).toArray()).toEqual(one.bits2x3);
      expect(random.uniform(k, [5]).toArray()).toEqual(one.uniform5);
      const tosses = random.bernoulli(k, [8], { probability: 0.3 });
      expect(numbersOf(tosses)).toEqual(one['bernoulli8_0.3']);
      const biases = tensor([0.3]);
      expect(numbersOf(random.bernoulli(k, [8], { probability: biases }))).toEqual(
        one['bernoulli8_0.3'],
      );
      expect(random.randint(k, [6], { min: 0, max: 10 }).toArray()).toEqual(one.randint6_0_10);
      expect(random.permutation(k, 7).toArray()).toEqual(one.permutation7);
      const logits = log(tensor([0.1, 0.2, 0.7]));
      expect(random.categorical(k, logits, { shape: [5] }).toArray()).toEqual(one.categorical5);
    });

    test('a range is rounded once on JavaScript, twice in the interpreter', () => {
      const drawn = random.uniform(keyOf(), [4], { min: -2, max: 3 });
      const wanted: number[] = one['uniform4_-2_3'];
      if (backend === js) expect(drawn.toArray()).toEqual(wanted);
      else expect(farthest(drawn, wanted)).toBeLessThanOrEqual(2 ** -22);
    });

    test('what goes through functions that others round differently', () => {
      const k = keyOf();
      expect(farthest(random.normal(k, [5]), one.normal5, ulps)).toBeLessThanOrEqual(2);
      expect(farthest(random.exponential(k, [4]), one.exponential4, ulps)).toBeLessThanOrEqual(2);
      expect(farthest(random.gumbel(k, [4]), one.gumbel4)).toBeLessThanOrEqual(2 ** -22);
      const truncated = random.truncatedNormal(k, [4], { lower: -2, upper: 2 });
      const wanted: number[] = one['truncatedNormal4_-2_2'];
      if (backend === js) expect(farthest(truncated, wanted, ulps)).toBeLessThanOrEqual(2);
      expect(farthest(truncated, wanted)).toBeLessThanOrEqual(2 ** -21);
    });

    test('the same inside of jit', () => {
      const draw = jit((k: random.Key) => {
        const [first, second] = random.split(random.foldIn(k, 7));
        return { first, second, bits: random.bits(k, [2, 3]), order: random.permutation(k, 7) };
      });
      const drawn = draw(keyOf());
      expect(drawn.bits.toArray()).toEqual(one.bits2x3);
      expect(drawn.order.toArray()).toEqual(one.permutation7);
      const [first, second] = random.split(random.foldIn(keyOf(), 7));
      expect(drawn.first.toArray()).toEqual(first.toArray());
      expect(drawn.second.toArray()).toEqual(second.toArray());
    });

    test('vmap over keys is a loop over keys', () => {
      const rows = random.splitRows(keyOf(), 3);
      const keys = random.split(keyOf(), 3);
      const draws = vmap((k: random.Key) => ({
        uniform: random.uniform(k, [2, 2]),
        order: random.permutation(k, 5),
        integers: random.randint(k, [3], { min: -5, max: 1000 }),
      }))(rows);
      expect(draws.uniform.toArray()).toEqual(keys.map((k) => random.uniform(k, [2, 2]).toArray()));
      expect(draws.order.toArray()).toEqual(keys.map((k) => random.permutation(k, 5).toArray()));
      expect(draws.integers.toArray()).toEqual(
        keys.map((k) => random.randint(k, [3], { min: -5, max: 1000 }).toArray()),
      );
    });
  });
});
