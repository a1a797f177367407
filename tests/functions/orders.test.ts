/** Elements in order: sorting, the order itself, and the first few. */
import fc from 'fast-check';
import * as g from 'gradloom';
import { beforeAll, expect, test } from 'vitest';
import { errorOf, fromTensor, type Naive, shapes, toTensor } from './naive.ts';

beforeAll(() => g.setDefaultBackend(g.reference));

/** Numbers with many equals among them, NaN too. */
const values = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: -2, max: 2 }) },
  fc.constantFrom(Number.NaN, Infinity, -Infinity, -0),
);
const cases = fc
  .tuple(shapes(1, 3, 5), fc.nat({ max: 2 }), fc.boolean())
  .chain(([shape, axis, descending]) => {
    const count = shape.reduce((a, b) => a * b, 1);
    return fc
      .array(values, { minLength: count, maxLength: count })
      .map((data) => ({ x: { shape, data }, axis: axis % shape.length, descending }));
  });

/** NaN is larger than every number; what is equal keeps its order. */
const compare = (a: number, b: number): number =>
  Number.isNaN(a) || Number.isNaN(b) ? Number(Number.isNaN(a)) - Number(Number.isNaN(b)) : a - b;
/** For each line along an axis: the places of its elements in order. */
const naiveOrder = (x: Naive, axis: number, descending: boolean): Naive => {
  const n = x.shape[axis]!;
  const stride = x.shape.slice(axis + 1).reduce((a, b) => a * b, 1);
  const data = x.data.map(() => 0);
  x.data.forEach((_, start) => {
    if (Math.floor(start / stride) % n !== 0) return;
    const at = (k: number): number => x.data[start + k * stride]!;
    const order = Array.from({ length: n }, (__, k) => k).sort((a, b) =>
      descending ? compare(at(b), at(a)) || a - b : compare(at(a), at(b)) || a - b,
    );
    order.forEach((place, k) => {
      data[start + k * stride] = place;
    });
  });
  return { shape: x.shape, data };
};
/** The elements at the places along an axis. */
const gathered = (x: Naive, order: Naive, axis: number): Naive => {
  const n = x.shape[axis]!;
  const stride = x.shape.slice(axis + 1).reduce((a, b) => a * b, 1);
  const data = order.data.map((place, position) => {
    const here = Math.floor(position / stride) % n;
    return x.data[position + (place - here) * stride]!;
  });
  return { shape: x.shape, data };
};

test.each([g.reference, g.js])('argsort, sort and topk of random arrays', (backend) => {
  g.setDefaultBackend(backend);
  fc.assert(
    fc.property(cases, fc.nat({ max: 5 }), ({ x, axis, descending }, k) => {
      const order = naiveOrder(x, axis, descending);
      const negative = axis - x.shape.length;
      expect(fromTensor(g.argsort(toTensor(x), negative, { descending }))).toEqual(order);
      const sorted = gathered(x, order, axis);
      const [values, stood] = g.sort(toTensor(x), axis, { descending });
      expect(fromTensor(values)).toEqual(sorted);
      expect(fromTensor(stood)).toEqual(order);
      fc.pre(k <= x.shape[axis]!);
      const [best, places] = g.topk(toTensor(x), k, axis, { largest: descending });
      const first = (whole: Naive): Naive =>
        fromTensor(
          g.slice(toTensor(whole, 'f64'), [...x.shape.slice(0, axis).map(() => null), [0, k]]),
        );
      expect(fromTensor(best)).toEqual(first(sorted));
      expect(fromTensor(places)).toEqual(first(order));
    }),
    { numRuns: backend === g.js ? 15 : 60 },
  );
  g.setDefaultBackend(g.reference);
});

test('integers, and axes without elements', () => {
  const x = g.tensor([3, -1, 2147483647, -2147483648], { dtype: 'i32' });
  expect(g.sort(x, -1, { descending: true })[0].toArray()).toEqual([
    2147483647, 3, -1, -2147483648,
  ]);
  const u = g.tensor([3, 4294967295, 0], { dtype: 'u32' });
  expect(g.argsort(u, 0, { descending: true }).toArray()).toEqual([1, 0, 2]);
  const [values, places] = g.topk(g.zeros([0, 3]), 2);
  expect([values.shape, places.shape, places.dtype]).toEqual([[0, 2], [0, 2], 'i32']);
  expect(g.topk(g.zeros([2, 3]), 0)[0].shape).toEqual([2, 0]);
});

test('the gradient of topk goes to what was chosen', () => {
  const x = g.tensor([[1, 5, 5, 2]]);
  const f = (y: g.Tensor<[1, 4]>): g.Tensor<[]> => g.sum(g.mul(g.topk(y, 2)[0], g.tensor([10, 1])));
  expect(g.grad(f)(x).toArray()).toEqual([[0, 10, 1, 0]]);
  const least = (y: g.Tensor<[1, 4]>): g.Tensor<[]> =>
    g.sum(g.mul(g.topk(y, 2, 1, { largest: false })[0], g.tensor([10, 1])));
  expect(g.jit(g.grad(least))(x).toArray()).toEqual([[10, 0, 0, 1]]);
  const backwards = (y: g.Tensor<[1, 4]>): g.Tensor<[]> =>
    g.sum(g.mul(g.sort(y, -1, { descending: true })[0], g.tensor([1, 2, 3, 4])));
  expect(g.grad(backwards)(x).toArray()).toEqual([[4, 1, 2, 3]]);
});

test('mistakes', () => {
  const loose = g as unknown as Record<string, (...args: unknown[]) => unknown>;
  const x = g.zeros([2, 3]);
  const messages = [
    () => loose.topk!(x, 4),
    () => loose.topk!(x, 3, 0),
    () => loose.topk!(x, -1),
    () => loose.topk!(x),
    () => loose.topk!(x, 1, 2),
    () => loose.topk!(x, 1, 1, { smallest: true }),
    () => loose.topk!(x, 1, 1, { largest: 1 }),
    () => loose.topk!(g.tensor(1), 1),
    () => loose.sort!(x, 0, { descending: 'yes' }),
    () => loose.argsort!(x, 0, { ascending: true }),
  ].map(errorOf);
  expect(messages.join('\n')).toMatchInlineSnapshot(`
    "ShapeError: topk: axis 1 of [2, 3] has fewer than 4 elements
    ShapeError: topk: axis 0 of [2, 3] has fewer than 3 elements
    ArgumentError: topk: the number of elements must be a whole number >= 0, not -1
    ArgumentError: topk: the number of elements must be a whole number >= 0, not undefined
    ShapeError: topk: axis 2 is out of range for shape [2, 3] (rank 2)
    ArgumentError: topk: unknown option 'smallest' (hint: did you mean 'largest'?)
    ArgumentError: topk: largest must be true or false, not a number
    ShapeError: topk: axis -1 is out of range for shape [] (rank 0)
    ArgumentError: sort: descending must be true or false, not a string
    ArgumentError: argsort: unknown option 'ascending' (hint: did you mean 'descending'?)"
  `);
});
