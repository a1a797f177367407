/**
 * The one source of randomness: a block cipher of counters. Everything random is arithmetic on its
 * bits.
 */
import { DTypeError } from '../errors.ts';
import type { ElementContext, ElementOp, Params } from '../op.ts';
import type { Scalars } from '../scalar.ts';
import { batchAll, type MultiOp, multi, sameTypes } from './define.ts';

const rotations = [
  [13, 15, 26, 6],
  [17, 29, 16, 24],
] as const;

/**
 * Threefry-2x32, 20 rounds: J. Salmon et al., "Parallel random numbers: as easy as 1, 2, 3" (2011).
 * The two words of the key and of the counter give the two words of the block.
 */
const block = <E>(s: Scalars<E>, k0: E, k1: E, c0: E, c1: E): [E, E] => {
  const keys = [k0, k1, s.xor(s.xor(k0, k1), s.constant(0x1bd11bda))];
  let x = s.add(c0, k0);
  let y = s.add(c1, k1);
  for (let group = 0; group < 5; group++) {
    for (const by of rotations[group % 2] as readonly number[]) {
      x = s.add(x, y);
      const turned = s.or(s.shl(y, s.constant(by)), s.shr(y, s.constant(32 - by)));
      y = s.xor(x, turned);
    }
    x = s.add(x, keys[(group + 1) % 3] as E);
    y = s.add(s.add(y, keys[(group + 2) % 3] as E), s.constant(group + 1));
  }
  return [x, y];
};

const definition: ElementOp<Params> = {
  name: 'threefry2x32',
  kind: 'random',
  type: (inputs) => {
    const type = sameTypes('threefry2x32', 'integer', 4, inputs);
    // A signed shift to the right would not turn words.
    if (type.dtype !== 'u32')
      throw new DTypeError(`threefry2x32: words are u32, not ${type.dtype}`);
    return [type, type];
  },
  element: <E>(c: ElementContext<E, Params>) => {
    const [k0, k1, c0, c1] = [0, 1, 2, 3].map((input) => c.read(input, c.out)) as [E, E, E, E];
    return block(c.s, k0, k1, c0, c1);
  },
  vjp: 'zero',
  batch: (inputs, size) => threefry2x32(batchAll(inputs, size), {}),
};
/** Two u32 words of key and two of counter, element by element, to two words of random bits. */
export const threefry2x32: MultiOp<Params> = multi(definition);
