/** Trees: order, static parts, classes, and the shapes of objects that are refused. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { flatten, registerTreeClass, structureKey, unflatten } from '../../src/trace/flatten.ts';
import { add, mul, sub, sum, tensor } from '../../src/trace/functions/index.ts';
import { grad, jit } from '../../src/trace/transformations/index.ts';
import { tree } from '../../src/trace/tree.ts';
import { type AnyLeaf, errorOf, flat } from './dynamic.ts';

const [a, b, c] = [tensor([1, 2]), tensor(3), tensor([4])];

test('keys are visited in sorted order, whatever the order they were written in', () => {
  expect(tree.leaves({ z: a, b: [b, { c }] })).toEqual([b, c, a]);
  expect(tree.leaves({ b: [b, { c }], z: a })).toEqual([b, c, a]);
  expect(tree.entries({ 'not a name': a, b: [b, { c }] }).map(([path]) => path)).toEqual([
    'b[0]',
    'b[1].c',
    '["not a name"]',
  ]);
  expect(tree.entries(a)).toEqual([['', a]]);
});

test('what is no tensor is part of the structure', () => {
  const f = (): number => 1;
  const mixed = { a, name: 'x', none: null, gone: undefined, on: true, big: 2n, f, list: [1, b] };
  const { leaves, structure } = tree.flatten(mixed);
  expect(leaves).toEqual([a, b]);
  expect(tree.unflatten(structure, leaves)).toEqual(mixed);
  expect(Object.hasOwn(tree.unflatten(structure, leaves) as object, 'gone')).toBe(true);
  expect(errorOf(() => tree.unflatten(structure, [a]))).toMatchInlineSnapshot(
    `"ArgumentError: tree.unflatten: 1 leaves for 2 tensors"`,
  );
  expect(errorOf(() => tree.unflatten(structure, [a, b, c]))).toMatchInlineSnapshot(
    `"ArgumentError: tree.unflatten: 3 leaves for 2 tensors"`,
  );
});

test('flattening and putting together gives the tree back', () => {
  const leaf = fc.oneof(fc.constant(a), fc.integer(), fc.string(), fc.constant(null));
  const key = fc
    .string()
    .filter((word) => !['__proto__', 'constructor', 'prototype'].includes(word));
  const { tree: trees } = fc.letrec((tie) => ({
    tree: fc.oneof(
      { depthSize: 'small' },
      leaf,
      fc.array(tie('tree'), { maxLength: 4 }),
      fc.dictionary(key, tie('tree'), { maxKeys: 4, noNullPrototype: true }),
    ),
  }));
  fc.assert(
    fc.property(trees, trees, (one, other) => {
      const { leaves, structure } = flatten(one);
      expect(unflatten(structure, leaves)).toEqual(one);
      const same = structureKey(structure) === structureKey(flatten(other).structure);
      const isEqual = JSON.stringify(sortKeys(one)) === JSON.stringify(sortKeys(other));
      expect(same).toBe(isEqual);
    }),
    { numRuns: 300 },
  );
});

/** The same value with sorted keys, for comparing by text; no two of the generated parts share a text. */
const sortKeys = (x: unknown): unknown => {
  if (x === a) return { tensor: true };
  if (Object.is(x, -0)) return { minusZero: true };
  if (Array.isArray(x)) return x.map(sortKeys);
  if (typeof x !== 'object' || x === null) return x;
  const entries = Object.entries(x).sort(([k], [l]) => (k < l ? -1 : 1));
  return ['object', ...entries.map(([k, value]) => [k, sortKeys(value)])];
};

test('map goes leaf by leaf and keeps the first structure', () => {
  const p = { w: a, layers: [{ b, rate: 0.5 }], name: 'net' };
  const g = { w: a, layers: [{ b: c, rate: null }], name: null };
  const stepped = tree.map((x, y) => sub(x, mul(y, 2)), p, g);
  expect(stepped.w.toArray()).toEqual([-1, -2]);
  expect(flat(stepped.layers[0]?.b)).toEqual([-5]);
  expect([stepped.layers[0]?.rate, stepped.name]).toEqual([0.5, 'net']);
  expect(errorOf(() => tree.map((x) => x, p, { w: a, layers: [] }))).toMatchInlineSnapshot(`
    "ArgumentError: tree.map: tree 1 does not have the structure of tree 0
      got: layers[0].b is a tensor in tree 0, but not there"
  `);
  expect(errorOf(() => tree.map((x) => x, { w: a }, p))).toMatchInlineSnapshot(`
    "ArgumentError: tree.map: tree 1 does not have the structure of tree 0
      got: layers[0].b is a tensor there, but not in tree 0"
  `);
  expect(errorOf(() => tree.map(3 as never, p))).toMatchInlineSnapshot(`
    "ArgumentError: tree.map: expected a function first
      got: a number"
  `);
});

const loop: { self?: unknown } = {};
loop.self = [loop];

test.each<[string, unknown, string]>([
  ['a cycle', loop, 'a tree cannot contain itself\n  got: a cycle at self[0]'],
  [
    'a reserved key',
    JSON.parse('{"a": {"__proto__": 1}}'),
    "'__proto__' cannot be a key of a tree",
  ],
  ['the constructor key', { constructor: a }, "'constructor' cannot be a key of a tree"],
  ['a symbol as key', { x: { [Symbol('s')]: a } }, 'symbols cannot be keys of a tree\n  got: x'],
  ['a symbol', [Symbol('s')], 'a symbol cannot be part of a tree\n  got: a symbol at [0]'],
  [
    'an unknown class',
    { when: new Date(0) },
    'a Date cannot be part of a tree\n  got: a Date at when',
  ],
  ['a map', [new Map([['a', a]])], 'a Map cannot be part of a tree'],
  ['a typed array', { x: new Float32Array(3) }, 'hint: make a tensor of it with tensor(data)'],
  ['a promise', { x: Promise.resolve(a) }, 'hint: await it'],
])('%s is refused', (_, tree_, text) => {
  expect(errorOf(() => tree.leaves(tree_))).toContain(text);
});

test('a tree nested 100,000 deep is refused, not the end of the stack', () => {
  let deep: unknown = a;
  for (let k = 0; k < 100_000; k++) deep = k % 2 === 0 ? [deep] : { deep };
  expect(errorOf(() => tree.leaves(deep))).toMatchInlineSnapshot(`
    "ArgumentError: tree.leaves: a tree is nested at most 200 deep
      hint: use an array of equal parts instead of a chain of nested ones"
  `);
  expect(errorOf(() => jit((x: AnyLeaf) => x)(deep as AnyLeaf))).toContain('nested at most 200');
  let shallow: unknown = a;
  for (let k = 0; k < 199; k++) shallow = [shallow];
  expect(tree.leaves(shallow)).toEqual([a]);
});

test('objects of other realms and without prototype are plain', () => {
  const bare: Record<string, unknown> = Object.create(null);
  bare.a = a;
  expect(tree.leaves(bare)).toEqual([a]);
});

test('polluting a prototype through a tree is impossible', () => {
  const evil = JSON.parse('{"__proto__": {"polluted": true}}');
  expect(() => jit((x: AnyLeaf) => x)(evil)).toThrow("'__proto__' cannot be a key");
  expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
});

class Layer {
  readonly w: AnyLeaf;
  readonly rate: number | null;
  constructor(w: AnyLeaf, rate: number | null) {
    this.w = w;
    this.rate = rate;
  }
  apply(x: AnyLeaf): AnyLeaf {
    return mul(mul(x, this.w), this.rate ?? 1) as AnyLeaf;
  }
}

test('a registered class goes through transformations as itself', () => {
  const layer = new Layer(tensor([2, 3]), 0.5);
  expect(errorOf(() => tree.leaves({ layer }))).toMatchInlineSnapshot(`
    "ArgumentError: tree.leaves: a Layer cannot be part of a tree
      got: a Layer at layer
      hint: use plain objects and arrays, or registerTreeClass for a class of your own"
  `);
  registerTreeClass(Layer, {
    toTree: ({ w, rate }) => ({ w, rate }),
    fromTree: ({ w, rate }: { w: AnyLeaf; rate: number | null }) => new Layer(w, rate),
  });
  expect(tree.entries({ layer }).map(([path]) => path)).toEqual(['layer.w']);
  const loss = (l: Layer, x: AnyLeaf): AnyLeaf => sum(l.apply(x)) as AnyLeaf;
  const gradient = grad(loss as never)(
    layer as never,
    tensor([10, 20]) as never,
  ) as unknown as Layer;
  expect(gradient).toBeInstanceOf(Layer);
  expect([flat(gradient.w), gradient.rate]).toEqual([[5, 10], null]);
  const twice = jit((l: Layer) => new Layer(add(l.w, l.w) as AnyLeaf, l.rate))(layer);
  expect([twice instanceof Layer, flat(twice.w), twice.rate]).toEqual([true, [4, 6], 0.5]);
  class Special extends Layer {}
  expect(() => tree.leaves(new Special(tensor([1]), 1))).toThrow('a Special cannot be part');
});
