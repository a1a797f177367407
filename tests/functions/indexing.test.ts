/** Elements at computed places: values, negative and wrong indexes, gradients, orders. */
import fc from 'fast-check';
import * as g from 'gradloom';
import { beforeAll, expect, test } from 'vitest';
import { type Any, arrays, build, errorOf, fromTensor, read, shapes, toTensor } from './naive.ts';

beforeAll(() => g.setDefaultBackend(g.reference));

const ids = (list: number[] | number[][], dtype: 'i32' | 'u32' = 'i32') =>
  g.tensor(list, { dtype }) as g.Tensor<g.Dynamic, 'i32' | 'u32'>;

test('take of random arrays', () => {
  const cases = fc
    .tuple(shapes(1, 3, 3), shapes(0, 2, 3), fc.nat({ max: 2 }))
    .map(([shape, places, axis]) => ({ shape, places, axis: axis % shape.length }))
    .filter(({ shape, axis }) => shape[axis]! > 0)
    .chain(({ shape, places, axis }) => {
      const n = shape[axis]!;
      const count = places.reduce((a, b) => a * b, 1);
      return fc.tuple(
        arrays(shape),
        fc.constant({ places, axis }),
        fc.array(fc.integer({ min: -n, max: n - 1 }), { minLength: count, maxLength: count }),
      );
    });
  fc.assert(
    fc.property(cases, ([x, { places, axis }, list]) => {
      const at = { shape: places, data: list };
      const n = x.shape[axis]!;
      const shape = [...x.shape.slice(0, axis), ...places, ...x.shape.slice(axis + 1)];
      const wanted = build(shape, (out) => {
        const index = read(at, out.slice(axis, axis + places.length));
        const rest = out.slice(axis + places.length);
        return read(x, [...out.slice(0, axis), index < 0 ? index + n : index, ...rest]);
      });
      const got = g.take(toTensor(x), toTensor(at, 'i32'), axis - x.shape.length);
      expect(fromTensor(got)).toEqual(wanted);
    }),
    { numRuns: 60 },
  );
});

test('embedding, oneHot and pick', () => {
  const table = g.tensor([
    [1, 2],
    [3, 4],
    [5, 6],
  ]);
  expect(g.embedding(table, ids([[2, 0]])).toArray()).toEqual([
    [
      [5, 6],
      [1, 2],
    ],
  ]);
  expect(g.embedding(table, ids([1], 'u32')).toArray()).toEqual([[3, 4]]);
  expect(g.oneHot(ids([1, -1, 3]), 3).toArray()).toEqual([
    [0, 1, 0],
    [0, 0, 0],
    [0, 0, 0],
  ]);
  expect(g.oneHot(ids([0]), 2, { dtype: 'bool' }).toArray()).toEqual([[true, false]]);
  expect(g.oneHot(g.tensor(1, { dtype: 'i32' }), 2).toArray()).toEqual([0, 1]);
});

test('indexes out of range: an error outside of compiled functions, NaN inside', () => {
  const x = g.tensor([1, 2, 3]) as Any;
  expect(errorOf(() => g.take(x, ids([0, 3])))).toBe(
    'ShapeError: take: index 3 is out of range for axis 0 of [3]',
  );
  expect(errorOf(() => g.take(x, ids([4294967295], 'u32')))).toBe(
    'ShapeError: take: index 4294967295 is out of range for axis 0 of [3]',
  );
  const compiled = g.jit((y: Any, at: g.Tensor<g.Dynamic, 'i32' | 'u32'>) => g.take(y, at));
  expect(compiled(x, ids([0, 3, -4])).toArray()).toEqual([1, Number.NaN, Number.NaN]);
  expect(compiled(x, ids([4294967295], 'u32')).toArray()).toEqual([Number.NaN]);
});

test('takeAlongAxis and scatterAdd', () => {
  const x = g.tensor([
    [1, 2, 3],
    [4, 5, 6],
  ]) as Any;
  expect(
    g
      .takeAlongAxis(
        x,
        ids([
          [2, 0],
          [-1, 1],
        ]),
        1,
      )
      .toArray(),
  ).toEqual([
    [3, 1],
    [6, 5],
  ]);
  expect(g.takeAlongAxis(x, ids([[1, 0, 1]]), 0).toArray()).toEqual([[4, 2, 6]]);
  const updates = g.tensor([
    [1, 1, 1],
    [10, 10, 10],
  ]) as Any;
  expect(
    g
      .scatterAdd(
        x,
        ids([
          [0, 0, 2],
          [2, 1, 0],
        ]),
        updates,
        1,
      )
      .toArray(),
  ).toEqual([
    [3, 2, 4],
    [14, 15, 16],
  ]);
  expect(
    g
      .scatterAdd(
        g.zeros([2, 2]) as Any,
        ids([
          [0, 1],
          [0, 0],
        ]),
        g.ones([2, 2]) as Any,
        0,
      )
      .toArray(),
  ).toEqual([
    [2, 1],
    [0, 1],
  ]);
});

test('indexAdd accumulates repeated indexes', () => {
  const x = g.zeros([3, 2]);
  const updates = g.tensor([
    [1, 2],
    [3, 4],
    [5, 6],
  ]);
  expect(g.indexAdd(x, g.tensor([0, 2, 0], { dtype: 'i32' }), updates).toArray()).toEqual([
    [6, 8],
    [0, 0],
    [3, 4],
  ]);
  expect(
    g.indexAdd(g.zeros([2, 2]), g.tensor([1, 1], { dtype: 'i32' }), g.ones([2, 2]), 1).toArray(),
  ).toEqual([
    [0, 2],
    [0, 2],
  ]);
});

test('gradients of look-ups', () => {
  const f = (x: Any): g.Tensor<[]> =>
    g.sum(g.mul(g.take(x, ids([2, 0, 2])), g.tensor([1, 2, 3])) as Any);
  expect(
    g
      .grad(f)(g.zeros([3]) as Any)
      .toArray(),
  ).toEqual([2, 0, 4]);
  const h = (x: Any): g.Tensor<[]> => g.sum(g.mul(g.sort(x)[0], g.tensor([1, 2, 3])) as Any);
  expect(
    g
      .grad(h)(g.tensor([5, 1, 3]) as Any)
      .toArray(),
  ).toEqual([3, 1, 2]);
});

test('orders are stable and put NaN last', () => {
  const x = g.tensor([3, Number.NaN, 1, 3, -Infinity]);
  expect(g.argsort(x).toArray()).toEqual([4, 2, 0, 3, 1]);
  expect(g.sort(x)[0].toArray()).toEqual([-Infinity, 1, 3, 3, Number.NaN]);
  expect(
    g
      .sort(
        g.tensor([
          [2, 1],
          [0, 3],
        ]),
        0,
      )[0]
      .toArray(),
  ).toEqual([
    [0, 1],
    [2, 3],
  ]);
  expect(g.sort(g.zeros([2, 0]))[0].shape).toEqual([2, 0]);
  fc.assert(
    fc.property(arrays([4, 5]), (array) => {
      const rows = g.sort(toTensor(array))[0].toArray() as number[][];
      const wanted = [0, 1, 2, 3].map((k) =>
        array.data.slice(5 * k, 5 * k + 5).sort((a, b) => a - b),
      );
      expect(rows).toEqual(wanted);
    }),
    { numRuns: 20 },
  );
});

test('mistakes', () => {
  const loose = g as unknown as Record<string, (...args: unknown[]) => unknown>;
  const x = g.zeros([2, 3]);
  const one = ids([0]);
  const messages = [
    () => loose.take!(x, g.zeros([1])),
    () => loose.take!(x, [0]),
    () => loose.take!(x, one, 2),
    () => loose.take!(g.tensor(1), one),
    () => loose.take!(x, ids([-3])),
    () => loose.oneHot!(one, -1),
    () => loose.oneHot!(one, 2.5),
    () => loose.oneHot!(g.zeros([1]), 2),
    () => loose.takeAlongAxis!(x, one, 1),
    () => loose.takeAlongAxis!(x, ids([[0], [3]]), 1),
    () => loose.scatterAdd!(x, ids([[0], [0]]), g.zeros([2, 2]), 1),
    () => loose.scatterAdd!(x, ids([[0], [0]]), g.zeros([2, 1], { dtype: 'i32' }), 1),
    () => loose.indexAdd!(x, one, g.zeros([3])),
    () => loose.indexAdd!(x, ids([5]), g.zeros([1, 3])),
    () => loose.argsort!(g.tensor(1)),
    () => loose.sort!(x, 2),
    () => loose.sort!(g.tensor([true])),
  ].map(errorOf);
  expect(messages.join('\n')).toMatchInlineSnapshot(`
    "DTypeError: take: the indexes are f32, not i32 or u32 (hint: convert them with cast(ids, 'i32'))
    ArgumentError: take: expected a tensor, not an array (hint: make one with tensor(data))
    ShapeError: take: axis 2 is out of range for shape [2, 3] (rank 2)
    ShapeError: take: axis 0 is out of range for shape [] (rank 0)
    ShapeError: take: index -3 is out of range for axis 0 of [2, 3]
    ArgumentError: oneHot: the number of classes must be a whole number >= 0, not -1
    ArgumentError: oneHot: the number of classes must be a whole number >= 0, not 2.5
    DTypeError: oneHot: the indexes are f32, not i32 or u32 (hint: convert them with cast(ids, 'i32'))
    ShapeError: takeAlongAxis: indexes [1] and [2, 3] differ beside axis 1
    ShapeError: takeAlongAxis: index 3 is out of range for axis 1 of [2, 3]
    ShapeError: scatterAdd: updates of shape [2, 2], expected [2, 1]
    DTypeError: scatterAdd: dtypes f32 and i32 differ; convert one with cast
    ShapeError: indexAdd: updates of shape [3], expected [1, 3]
    ShapeError: indexAdd: index 5 is out of range for axis 0 of [2, 3]
    ShapeError: argsort: axis -1 is out of range for shape [] (rank 0)
    ShapeError: sort: axis 2 is out of range for shape [2, 3] (rank 2)
    DTypeError: sort: bool is not supported (hint: convert with cast(x, 'f32') or cast(x, 'i32'))"
  `);
});
