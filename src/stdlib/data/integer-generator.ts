/**
 * The generator behind shuffles and splits: xoshiro128** 1.1 (Blackman and Vigna 2018,
 * prng.di.unimi.it), 32-bit integer arithmetic only, so that a seed gives the same order on every
 * platform. It is not the generator of `gradloom/random`: index orders are made outside of compiled
 * programs.
 */
import { ArgumentError } from '../../ir/errors.ts';

/**
 * A mixing step in which every bit of the input reaches every bit of the result (hash-prospector
 * constants).
 */
const mix = (word: number): number => {
  let z = (word + 0x9e3779b9) | 0;
  z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
  z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
  return (z ^ (z >>> 15)) >>> 0;
};

const rotateLeft = (word: number, bits: number): number => (word << bits) | (word >>> (32 - bits));

/** A stream of unsigned 32-bit integers. */
export class IntegerGenerator {
  private readonly state: Uint32Array;

  /** Starts from the four state words given, of which one at least is not zero. */
  constructor(state: readonly [number, number, number, number]) {
    this.state = Uint32Array.from(state);
  }

  /** The next integer, 0 to 2^32 - 1. */
  next(): number {
    const { state } = this;
    const [a, b, c, d] = state as unknown as [number, number, number, number];
    const result = Math.imul(rotateLeft(Math.imul(b, 5), 7), 9) >>> 0;
    state[0] = a ^ d ^ b;
    state[1] = b ^ c ^ a;
    state[2] = c ^ a ^ (b << 9);
    state[3] = rotateLeft(d ^ b, 11);
    return result;
  }

  /**
   * The next integer below `bound` (1 to 2^32), each equally likely: draws that would favour some
   * are thrown away.
   */
  below(bound: number): number {
    const fair = 2 ** 32 - (2 ** 32 % bound);
    for (;;) {
      const draw = this.next();
      if (draw < fair) return draw % bound;
    }
  }
}

/** Throws an ArgumentError unless `value` is an integer from 0 to 2^53 - 1. */
export const checkWhole = (operation: string, what: string, value: unknown): void => {
  if (Number.isSafeInteger(value) && (value as number) >= 0) return;
  throw new ArgumentError(`${operation}: ${what} is a whole number from 0 to 2^53 - 1`, {
    got: String(value),
  });
};

/**
 * A generator for a seed and a stream of it, for instance an epoch; both are integers from 0 to
 * 2^53 - 1.
 */
export const seededGenerator = (
  operation: string,
  seed: number,
  stream: number = 0,
): IntegerGenerator => {
  checkWhole(operation, 'the seed', seed);
  checkWhole(operation, 'the epoch', stream);
  const words = [seed, stream].flatMap((n) => [(n % 2 ** 32) | 0, Math.floor(n / 2 ** 32)]);
  const word = (lane: number): number => words.reduce((hash, w) => mix(hash ^ w), mix(lane));
  const state = [word(1), word(2), word(3), word(4)] as const;
  // All zeros is the one state that xoshiro never leaves.
  return new IntegerGenerator(state.every((w) => w === 0) ? [1, 2, 3, 4] : [...state]);
};

/**
 * Brings `values` into a random order in place; all orders are equally likely (Fisher and Yates,
 * Durstenfeld 1964).
 */
export const shuffle = (values: Int32Array, generator: IntegerGenerator): void => {
  for (let last = values.length - 1; last > 0; last--) {
    const other = generator.below(last + 1);
    const value = values[last] as number;
    values[last] = values[other] as number;
    values[other] = value;
  }
};
