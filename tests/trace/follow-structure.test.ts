/** Trees followed along a structure seen before: never taken for the same when they differ. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { flatten, registerTreeClass, structureKey } from '../../src/trace/flatten.ts';
import { follow } from '../../src/trace/follow-structure.ts';
import { add, tensor, zeros } from '../../src/trace/functions/index.ts';
import type { TensorImplementation } from '../../src/trace/tensor.ts';
import { compiled, jit } from '../../src/trace/transformations/index.ts';
import { type AnyLeaf, flat } from './dynamic.ts';

class Pair {
  readonly parts: unknown;
  constructor(parts: unknown) {
    this.parts = parts;
  }
}
registerTreeClass(Pair, { toTree: ({ parts }) => parts, fromTree: (parts) => new Pair(parts) });
class Unknown extends Pair {}

const f = (): number => 1;
const leaf = fc.oneof(
  fc.constantFrom(tensor([1, 2]), tensor(3)),
  fc.constantFrom<unknown>(0, -0, Number.NaN, 1, '1', null, undefined, true, f),
);
// Few keys and short arrays, so that two trees are often alike.
const { tree } = fc.letrec((tie) => ({
  tree: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    leaf,
    fc.array(tie('tree'), { maxLength: 2 }),
    fc.dictionary(fc.constantFrom('a', 'b', 'toString'), tie('tree'), {
      maxKeys: 2,
      noNullPrototype: true,
    }),
    tie('tree').map((parts) => new Pair(parts)),
  ),
}));
const followed = (seen: unknown, x: unknown): TensorImplementation[] | undefined => {
  const leaves: TensorImplementation[] = [];
  return follow(flatten(seen).structure, x, leaves) ? leaves : undefined;
};

test('a tree is followed exactly where it has the structure', () => {
  let alike = 0;
  fc.assert(
    fc.property(tree, tree, (seen, x) => {
      const taken = flatten(x);
      const isSame = structureKey(taken.structure) === structureKey(flatten(seen).structure);
      if (isSame) alike++;
      expect(followed(seen, x)).toEqual(isSame ? taken.leaves : undefined);
      expect(followed(x, x)).toEqual(taken.leaves);
    }),
    { numRuns: 2000 },
  );
  expect(alike).toBeGreaterThan(50);
});

const x = tensor([1, 2]);
const hidden = Object.defineProperty({ b: x }, 'a', { value: x, enumerable: false });
test.each([
  ['an object with a key more', { a: x }, { a: x, b: x }],
  ['an object with another key', { a: x }, { b: x }],
  ['an object that inherits a key', { toString: f }, { a: f }],
  ['a key that is hidden', { a: x }, hidden],
  ['a key that is a symbol', { a: x }, { a: x, [Symbol('b')]: x }],
  ['an object without a prototype', { a: x }, Object.assign(Object.create(null), { a: x })],
  ['a class that is not known', new Pair([x]), new Unknown([x])],
  ['an array as an object', { 0: x }, [x]],
  ['an object as an array', [x], { 0: x, length: 1 }],
  ['an array of a class of its own', [x], new (class extends Array {})(x as never)],
  ['the other zero', { a: 0 }, { a: -0 }],
])('%s is looked at anew', (_, seen, other) => {
  expect(followed(seen, other)).toBeUndefined();
});

test('calls that follow the one before are counted, and compile nothing', () => {
  const call = jit((({ y, n }: { y: AnyLeaf; n: number }) => add(y, n)) as never) as unknown as (
    tree: unknown,
  ) => unknown;
  for (let k = 0; k < 3; k++) expect(flat(call({ y: tensor([k, 1]), n: 2 }))).toEqual([k + 2, 3]);
  expect(compiled(call).stats()).toMatchObject({ calls: 3, hits: 2, misses: 1 });
  expect(flat(call({ y: tensor([1, 1]), n: 3 }))).toEqual([4, 4]);
  expect(flat(call({ y: tensor([1, 1], { dtype: 'i32' }), n: 3 }))).toEqual([4, 4]);
  expect(flat(call({ y: zeros([1, 2]), n: 3 }))).toEqual([3, 3]);
  expect(compiled(call).stats()).toMatchObject({ calls: 6, hits: 2, misses: 4 });
  compiled(call).clearCache();
  expect(flat(call({ y: zeros([1, 2]), n: 3 }))).toEqual([3, 3]);
  expect(compiled(call).stats()).toMatchObject({ calls: 7, hits: 2, misses: 5 });
});
