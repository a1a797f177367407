/** Products of vectors, matrices and labelled axes against loops. */
import fc from 'fast-check';
import * as g from 'gradloom';
import { beforeAll, expect, test } from 'vitest';
import {
  type Any,
  arrays,
  broadcastable,
  broadcastShape,
  build,
  errorOf,
  fromTensor,
  indexes,
  type Naive,
  read,
  readBroadcast,
  toTensor,
} from './naive.ts';

beforeAll(() => g.setDefaultBackend(g.reference));

const range = (n: number): number[] => Array.from({ length: n }, (_, k) => k);

test('matmul of stacks of matrices broadcasts the leading axes', () => {
  const sizes = fc.tuple(...[0, 1, 2].map(() => fc.integer({ min: 0, max: 3 })));
  const operands = fc
    .tuple(broadcastable, sizes)
    .chain(([[a, b], [m, k, n]]) => fc.tuple(arrays([...a, m!, k!]), arrays([...b, k!, n!])));
  fc.assert(
    fc.property(operands, ([a, b]) => {
      const batch = broadcastShape(a.shape.slice(0, -2), b.shape.slice(0, -2));
      const [m, k] = a.shape.slice(-2) as [number, number];
      const n = b.shape[b.shape.length - 1]!;
      const wanted = build([...batch, m, n], (at) => {
        const [i, j] = at.slice(-2) as [number, number];
        const lead = at.slice(0, -2);
        return range(k).reduce(
          (sum, l) => sum + readBroadcast(a, [...lead, i, l]) * readBroadcast(b, [...lead, l, j]),
          0,
        );
      });
      expect(fromTensor(g.matmul(toTensor(a), toTensor(b)))).toEqual(wanted);
    }),
    { numRuns: 60 },
  );
});

test('matmul of vectors', () => {
  const [v, m] = [
    g.tensor([1, 2]),
    g.tensor([
      [1, 2],
      [3, 4],
    ]),
  ];
  expect(g.matmul(v, v).item()).toBe(5);
  expect(g.matmul(v, m).toArray()).toEqual([7, 10]);
  expect(g.matmul(m, v).toArray()).toEqual([5, 11]);
  expect(g.matmul(g.ones([3, 1, 2]), v).toArray()).toEqual([[3], [3], [3]]);
  expect(g.matmul(v, g.ones([3, 2, 1])).toArray()).toEqual([[3], [3], [3]]);
  expect(g.matmul(g.ones([2, 0]), g.ones([0, 2])).toArray()).toEqual([
    [0, 0],
    [0, 0],
  ]);
  expect(g.matmul(g.arange(2), g.arange(2)).dtype).toBe('i32');
});

test('dot, outer, linear, tensordot', () => {
  const [v, w] = [g.tensor([1, 2, 3]), g.tensor([4, 5, 6])];
  expect(g.dot(v, w).item()).toBe(32);
  expect(g.outer(g.tensor([1, 2]), w).toArray()).toEqual([
    [4, 5, 6],
    [8, 10, 12],
  ]);
  const weight = g.tensor([
    [1, 0, 0],
    [0, 1, 1],
  ]);
  expect(g.linear(v, weight).toArray()).toEqual([1, 5]);
  expect(g.linear(g.stack([v, w]), weight, g.tensor([10, 20])).toArray()).toEqual([
    [11, 25],
    [14, 31],
  ]);
  const x = g.reshape(g.arange(24), [2, 3, 4]);
  const y = g.reshape(g.arange(12), [3, 4]);
  expect(g.tensordot(x, y).toArray()).toEqual([506, 1298]);
  expect(
    g
      .tensordot(x, y, [
        [1, -1],
        [0, 1],
      ])
      .toArray(),
  ).toEqual([506, 1298]);
  expect(g.tensordot(v, w, 0).toArray()).toEqual(g.outer(v, w).toArray());
  expect(g.tensordot(y, x, [[0], [1]]).shape).toEqual([4, 2, 4]);
});

/** The sum of products over all letters, one by one. */
const naiveEinsum = (terms: string[], out: string, operands: readonly Naive[]): Naive => {
  const lengths = new Map<string, number>();
  terms.forEach((term, t) => {
    [...term].forEach((letter, k) => {
      lengths.set(letter, operands[t]!.shape[k]!);
    });
  });
  const letters = [...lengths.keys()];
  const summed = letters.filter((letter) => !out.includes(letter));
  return build(
    [...out].map((letter) => lengths.get(letter)!),
    (at) => {
      const place = new Map([...out].map((letter, k): [string, number] => [letter, at[k]!]));
      let sum = 0;
      for (const rest of indexes(summed.map((letter) => lengths.get(letter)!))) {
        summed.forEach((letter, k) => {
          place.set(letter, rest[k]!);
        });
        sum += terms.reduce(
          (product, term, t) =>
            product *
            read(
              operands[t]!,
              [...term].map((letter) => place.get(letter)!),
            ),
          1,
        );
      }
      return sum;
    },
  );
};

test('einsum of random specifications', () => {
  const letters = ['a', 'b', 'c', 'd'];
  const term = fc.array(fc.constantFrom(...letters), { maxLength: 3 }).map((list) => list.join(''));
  const specification = fc
    .tuple(fc.array(term, { minLength: 1, maxLength: 3 }), fc.shuffledSubarray(letters))
    .map(([terms, out]) => ({
      terms,
      out: out.filter((letter) => terms.some((one) => one.includes(letter))).join(''),
    }));
  const whole = specification.chain(({ terms, out }) =>
    fc
      .array(fc.integer({ min: 0, max: 3 }), { minLength: 4, maxLength: 4 })
      .chain((sizes) =>
        fc.tuple(
          fc.constant({ terms, out }),
          fc.tuple(...terms.map((one) => arrays([...one].map((l) => sizes[letters.indexOf(l)]!)))),
        ),
      ),
  );
  fc.assert(
    fc.property(whole, ([{ terms, out }, operands]) => {
      const spec = `${terms.join(',')}->${out}`;
      const got = fromTensor(g.einsum(spec, ...operands.map((x) => toTensor(x))));
      const wanted = naiveEinsum(terms, out, operands);
      expect(got.shape, spec).toEqual(wanted.shape);
      wanted.data.forEach((b, k) => {
        expect(Math.abs(got.data[k]! - b), spec).toBeLessThanOrEqual(
          1e-5 * Math.max(1, Math.abs(b)),
        );
      });
    }),
    { numRuns: 150 },
  );
});

test('einsum: diagonals, implicit results, ellipses, spaces', () => {
  const x = g.reshape(g.arange(9, undefined, { dtype: 'f32' }), [3, 3]) as Any;
  const loose = g.einsum as unknown as (spec: string, ...xs: Any[]) => Any;
  expect(loose('ii->', x).item()).toBe(12);
  expect(loose('ii->i', x).toArray()).toEqual([0, 4, 8]);
  expect(loose('ii', x).item()).toBe(12);
  expect(loose('ba', x).toArray()).toEqual(g.transpose(x).toArray());
  expect(loose('ij,jk', x, x).toArray()).toEqual(g.matmul(x, x).toArray());
  expect(loose(' i j , j k -> i k ', x, x).toArray()).toEqual(g.matmul(x, x).toArray());
  const batch = g.ones([2, 1, 3, 3]) as Any;
  expect(loose('...ij,...jk->...ik', batch, x).toArray()).toEqual(g.matmul(batch, x).toArray());
  expect(loose('...ij->...', batch).toArray()).toEqual([[9], [9]]);
  expect(loose('i...->...', x).toArray()).toEqual([9, 12, 15]);
  expect(loose('...i,...i', g.ones([4, 1, 3]) as Any, g.ones([5, 3]) as Any).shape).toEqual([4, 5]);
  expect(
    loose(
      'iii->i',
      g.reshape(g.arange(27, undefined, { dtype: 'f32' }), [3, 3, 3]) as Any,
    ).toArray(),
  ).toEqual([0, 13, 26]);
});

test('gradients of diagonals and of several operands', () => {
  const x = g.tensor([
    [1, 2],
    [3, 4],
  ]);
  const trace = g.grad((y: g.Tensor<[2, 2]>) => g.einsum('ii->', y));
  expect(trace(x).toArray()).toEqual([
    [1, 0],
    [0, 1],
  ]);
  const triple = (a: g.Tensor<[2, 2]>): g.Tensor<[]> => g.einsum('ij,jk,ki->', a, a, a);
  // The gradient of the trace of a cube is three times the transposed square.
  expect(g.grad(triple)(x).toArray()).toEqual([
    [21, 45],
    [30, 66],
  ]);
});

test('mistakes', () => {
  const loose = g as unknown as Record<string, (...args: unknown[]) => unknown>;
  const [v, m] = [g.zeros([3]), g.zeros([2, 3])];
  const messages = [
    () => loose.matmul!(m, m),
    () => loose.matmul!(m, g.tensor(1)),
    () => loose.matmul!(g.tensor(1), m),
    () => loose.matmul!(g.zeros([2, 2, 3]), g.zeros([3, 3, 4])),
    () => loose.matmul!(m, g.zeros([3], { dtype: 'f64' })),
    () => loose.matmul!(g.tensor([true]), g.tensor([true])),
    () => loose.matmul!(m, 2),
    () => loose.dot!(v, m),
    () => loose.dot!(v, g.zeros([2])),
    () => loose.outer!(v, m),
    () => loose.linear!(v, v),
    () => loose.linear!(g.zeros([2]), m),
    () => loose.linear!(v, m, v),
    () => loose.linear!(v, m, g.zeros([1, 2])),
    () => loose.tensordot!(m, g.zeros([3, 2])),
    () => loose.tensordot!(m, m, 3),
    () => loose.tensordot!(m, m, [[0], [1]]),
    () => loose.tensordot!(m, m, [[0, 1], [0]]),
    () =>
      loose.tensordot!(m, m, [
        [0, 0],
        [0, 0],
      ]),
    () => loose.tensordot!(m, m, [0, 1]),
    () => loose.einsum!(3, m),
    () => loose.einsum!('ij->ji'),
    () => loose.einsum!('ij,jk->ik', m),
    () => loose.einsum!('ijk->i', m),
    () => loose.einsum!('ij,jk->ik', m, m),
    () => loose.einsum!('ii->i', m),
    () => loose.einsum!('ij->k', m),
    () => loose.einsum!('ij->ii', m),
    () => loose.einsum!('i1->i', m),
    () => loose.einsum!('...i...->i', m),
    () => loose.einsum!('i->j->k', m),
    () => loose.einsum!('...ij->ij', v),
    () => loose.einsum!('i,i->i', v, g.arange(3)),
  ].map(errorOf);
  expect(messages.join('\n')).toMatchInlineSnapshot(`
    "ShapeError: matmul: inner dimensions 3 and 2 differ ([2, 3] @ [2, 3])
    ShapeError: matmul: operand 2 is a scalar; use mul
    ShapeError: matmul: operand 1 is a scalar; use mul
    ShapeError: matmul (batch dimensions): cannot broadcast [2] with [3]: dimensions 2 and 3 differ
    DTypeError: matmul: dtypes f32 and f64 differ; convert one with cast
    DTypeError: matmul: bool is not supported (hint: convert with cast(x, 'f32') or cast(x, 'i32'))
    ArgumentError: matmul: expected a tensor, not a number (hint: make one with tensor(data))
    ShapeError: dot: expected two vectors, got [3] and [2, 3]
    ShapeError: dot: lengths 3 and 2 differ
    ShapeError: outer: expected two vectors, got [3] and [2, 3]
    ShapeError: linear: expected a weight [out, in], got [3]
    ShapeError: linear: the input has 2 features but the weight expects 3 (input [2], weight [2, 3])
    ShapeError: linear: cannot broadcast [3] to [2]: dimensions 3 and 2 differ
    ShapeError: linear: cannot broadcast [1, 2] to [2]: it has fewer dimensions
    ShapeError: tensordot: axis 0 of [2, 3] and axis 0 of [3, 2] differ
    ShapeError: tensordot: [2, 3] and [2, 3] do not have 3 axes
    ShapeError: tensordot: axis 0 of [2, 3] and axis 1 of [2, 3] differ
    ArgumentError: tensordot: 2 axes of the first operand, 1 of the second
    ArgumentError: tensordot: an axis is given twice
    ArgumentError: tensordot: axes must be a number or two lists of axes
    ArgumentError: einsum: the spec must be a string, not a number
    ArgumentError: einsum: the spec and the operands differ in number (got: 1 terms and 0 operands)
    ArgumentError: einsum: the spec and the operands differ in number (got: 2 terms and 1 operands)
    ShapeError: einsum: 'ijk' does not match operand 1 of shape [2, 3] (rank 2)
    ShapeError: einsum: index 'j' is 3 but 2 in operand 2 ('jk' on [2, 3])
    ShapeError: einsum: index 'i' is 2 but 3 in operand 1 ('ii' on [2, 3])
    ArgumentError: einsum: output index 'k' is in no operand
    ArgumentError: einsum: output index 'i' is given twice
    ArgumentError: einsum: '1' in 'i1' is not an index (hint: an index is one letter, and '...' may stand once per operand)
    ArgumentError: einsum: '...' in '...i...' is not an index (hint: an index is one letter, and '...' may stand once per operand)
    ArgumentError: einsum: 'i->j->k' has more than one '->'
    ShapeError: einsum: '...ij' does not match operand 1 of shape [3] (rank 1)
    DTypeError: einsum: dtypes f32 and i32 differ; convert one with cast"
  `);
});
