/** Diagonals, triangles, Kronecker and cross products, grids: against index formulas. */
import fc from 'fast-check';
import * as g from 'gradloom';
import { beforeAll, expect, test } from 'vitest';
import { checkGradient } from '../stdlib/check-gradient.ts';
import {
  type Any,
  arrays,
  broadcastable,
  broadcastShape,
  build,
  errorOf,
  fromTensor,
  read,
  readBroadcast,
  shapes,
  toTensor,
} from './naive.ts';

beforeAll(() => g.setDefaultBackend(g.js));

const offsets = fc.integer({ min: -5, max: 5 });
const matrices = shapes(2, 4).chain((shape) => arrays(shape));
/** The length of a diagonal, counted. */
const count = (rows: number, columns: number, offset: number): number =>
  Array.from({ length: rows }, (_, r) => r + offset).filter((c) => c >= 0 && c < columns).length;

test('diagonal and trace take the elements whose indexes differ by the offset', () => {
  fc.assert(
    fc.property(matrices, offsets, (x, offset) => {
      const lead = x.shape.slice(0, -2);
      const [rows, columns] = x.shape.slice(-2) as [number, number];
      const wanted = build([...lead, count(rows, columns, offset)], (at) => {
        const k = at[at.length - 1]!;
        const [r, c] = [k + Math.max(0, -offset), k + Math.max(0, offset)];
        return read(x, [...at.slice(0, -1), r, c]);
      });
      expect(fromTensor(g.diagonal(toTensor(x) as Any, { offset }))).toEqual(wanted);
      const sums = build(lead, (at) => {
        let sum = 0;
        for (let k = 0; k < count(rows, columns, offset); k++) sum += read(wanted, [...at, k]);
        return sum;
      });
      expect(fromTensor(g.trace(toTensor(x) as Any, { offset }))).toEqual(sums);
    }),
  );
});

test('diag puts a vector on a diagonal and takes it back', () => {
  const vectors = shapes(1, 1, 5).chain((shape) => arrays(shape));
  fc.assert(
    fc.property(vectors, offsets, (x, offset) => {
      const size = x.shape[0]! + Math.abs(offset);
      const wanted = build([size, size], ([r, c]) =>
        c! - r! === offset ? x.data[Math.min(r!, c!)]! : 0,
      );
      const matrix = g.diag(toTensor(x) as Any, { offset });
      expect(fromTensor(matrix)).toEqual(wanted);
      expect(fromTensor(g.diag(matrix as Any, { offset }))).toEqual(x);
    }),
  );
});

test('triangles and the identity have an offset', () => {
  fc.assert(
    fc.property(matrices, offsets, (x, offset) => {
      const kept = (keeps: (distance: number) => boolean) =>
        build(x.shape, (at) => {
          const [r, c] = at.slice(-2) as [number, number];
          return keeps(c - r) ? read(x, at) : 0;
        });
      const tensor = toTensor(x) as Any;
      expect(fromTensor(g.tril(tensor, { offset }))).toEqual(kept((d) => d <= offset));
      expect(fromTensor(g.triu(tensor, { offset }))).toEqual(kept((d) => d >= offset));
    }),
  );
  expect(g.eye(2, 3, { offset: 1, dtype: 'i32' }).toArray()).toEqual([
    [0, 1, 0],
    [0, 0, 1],
  ]);
  expect(g.eye(3, 2, { offset: -2 }).toArray()).toEqual([
    [0, 0],
    [0, 0],
    [1, 0],
  ]);
});

test('kron puts all of b in place of every element of a', () => {
  const pairs = fc
    .tuple(shapes(0, 3, 3), shapes(0, 3, 3))
    .chain(([a, b]) => fc.tuple(arrays(a), arrays(b)));
  fc.assert(
    fc.property(pairs, ([a, b]) => {
      const rank = Math.max(a.shape.length, b.shape.length);
      const padded = (shape: readonly number[]): number[] => [
        ...new Array<number>(rank - shape.length).fill(1),
        ...shape,
      ];
      const [m, n] = [padded(a.shape), padded(b.shape)];
      const wanted = build(
        m.map((size, k) => size * n[k]!),
        (at) =>
          read(
            { shape: m, data: a.data },
            at.map((i, k) => Math.floor(i / n[k]!)),
          ) *
          read(
            { shape: n, data: b.data },
            at.map((i, k) => i % n[k]!),
          ),
      );
      expect(fromTensor(g.kron(toTensor(a) as Any, toTensor(b) as Any))).toEqual(wanted);
    }),
  );
});

test('cross is orthogonal to both and broadcasts', () => {
  const pairs = broadcastable.chain(([a, b]) => fc.tuple(arrays([...a, 3]), arrays([...b, 3])));
  fc.assert(
    fc.property(pairs, ([a, b]) => {
      const wanted = build(broadcastShape(a.shape, b.shape), (at) => {
        const k = at[at.length - 1]!;
        const [i, j] = [(k + 1) % 3, (k + 2) % 3];
        const rest = at.slice(0, -1);
        const x = (n: number): number => readBroadcast(a, [...rest, n]);
        const y = (n: number): number => readBroadcast(b, [...rest, n]);
        return x(i) * y(j) - x(j) * y(i);
      });
      expect(fromTensor(g.cross(toTensor(a) as Any, toTensor(b) as Any))).toEqual(wanted);
    }),
  );
  const x = g.tensor([[1], [0], [0]]);
  expect(g.cross(x, g.tensor([[0], [1], [0]]), 0).toArray()).toEqual([[0], [0], [1]]);
});

test('meshgrid repeats every vector along the axes of the others', () => {
  const [x, y, z] = [g.tensor([1, 2, 3]), g.tensor([4, 5]), g.tensor([6])];
  const [a, b] = g.meshgrid([x, y]);
  expect(a.toArray()).toEqual([
    [1, 2, 3],
    [1, 2, 3],
  ]);
  expect(b.toArray()).toEqual([
    [4, 4, 4],
    [5, 5, 5],
  ]);
  const [c, d] = g.meshgrid([x, y], { indexing: 'ij' });
  expect(c.toArray()).toEqual([
    [1, 1],
    [2, 2],
    [3, 3],
  ]);
  expect(d.shape).toEqual([3, 2]);
  expect(g.meshgrid([x, y, z]).map(({ shape }) => shape)).toEqual([
    [2, 3, 1],
    [2, 3, 1],
    [2, 3, 1],
  ]);
  expect(g.meshgrid([x]).map((one) => one.toArray())).toEqual([[1, 2, 3]]);
  expect(g.meshgrid([x, g.zeros([0])])[0].shape).toEqual([0, 3]);
});

test('gradients of first and second order', () => {
  const wide = (x: g.AnyTensor): Any => g.cast(x, 'f64') as unknown as Any;
  const matrix = wide(toTensor(build([3, 4], ([r, c]) => Math.sin(r! * 4 + c! + 1))));
  const vector = wide(g.tensor([0.5, -1.5, 2]));
  const losses: [(x: Any) => g.AnyTensor, Any][] = [
    [(x) => g.sum(g.sin(g.diagonal(x, { offset: 1 }))), matrix],
    [(x) => g.sum(g.sin(g.diag(x, { offset: -1 }))), vector],
    [(x) => g.square(g.trace(x)), matrix],
    [(x) => g.sum(g.sin(g.kron(x, matrix))), vector],
    [(x) => g.sum(g.sin(g.cross(x, g.square(x)))), vector],
    [(x) => g.sum(g.sin(g.meshgrid([x, vector])[0] as Any)), vector],
    [(x) => g.sum(g.square(g.tril(x, { offset: -1 }))), matrix],
  ];
  for (const [loss, x] of losses) {
    checkGradient(loss as never, x);
    const slope = (v: Any): g.AnyTensor =>
      g.sum(g.sin((g.grad(loss as never) as (v: Any) => Any)(v)));
    checkGradient(slope as never, x, 1e-5);
  }
});

test('what is wrong is said', () => {
  const loose = g as unknown as Record<string, (...all: unknown[]) => unknown>;
  const calls = [
    () => loose.diagonal!(g.zeros([3])),
    () => loose.trace!(g.zeros([2, 2], { dtype: 'bool' })),
    () => loose.diag!(g.zeros([2, 2, 2])),
    () => loose.diag!(g.zeros([2]), { offset: 0.5 }),
    () => loose.eye!(2, 2, { offset: 'left' }),
    () => loose.kron!(g.zeros([2]), g.zeros([2], { dtype: 'i32' })),
    () => loose.cross!(g.zeros([2, 4]), g.zeros([4])),
    () => loose.cross!(g.zeros([3]), g.zeros([1])),
    () => loose.cross!(g.zeros([3, 2]), g.zeros([3, 2]), 2),
    () => loose.meshgrid!([g.zeros([2]), g.zeros([2, 2])]),
    () => loose.meshgrid!([g.zeros([2])], { indexing: 'yx' }),
    () => loose.meshgrid!(g.zeros([2])),
  ];
  expect(calls.map(errorOf).join('\n')).toMatchInlineSnapshot(`
    "ShapeError: diagonal: shape [3] has fewer than 2 dimensions
    DTypeError: trace: bool is not supported (hint: convert with cast(x, 'f32') or cast(x, 'i32'))
    ShapeError: diag: expected a vector or a matrix, got [2, 2, 2]
    ArgumentError: diag: offset must be a whole number, not 0.5
    ArgumentError: eye: offset must be a whole number, not a string
    DTypeError: kron: dtypes f32 and i32 differ; convert one with cast
    ShapeError: cross: axis -1 of [2, 4] has length 4, not 3
    ShapeError: cross: axis -1 of [1] has length 1, not 3
    ShapeError: cross: axis 2 is out of range for shape [3, 2] (rank 2)
    ShapeError: meshgrid: expected vectors, got [2, 2]
    ArgumentError: meshgrid: indexing must be 'xy' or 'ij', not yx
    ArgumentError: meshgrid: expected an array of tensors, not a tensor [2] f32"
  `);
});
