/** Parts that begin where data say, and elements set at computed places. */
import fc from 'fast-check';
import * as g from 'gradloom';
import { beforeAll, expect, test } from 'vitest';
import {
  type Any,
  arrays,
  build,
  errorOf,
  fromTensor,
  indexes,
  type Naive,
  read,
  toTensor,
} from './naive.ts';

beforeAll(() => g.setDefaultBackend(g.reference));

const loose = g as unknown as Record<string, (...args: unknown[]) => Any>;
const integer = (k: number): Any => g.tensor(k, { dtype: 'i32' }) as unknown as Any;

/** Where a part of a size begins on an axis. */
const placeOf = (start: number, n: number, size: number): number =>
  Math.max(0, Math.min(start < 0 ? start + n : start, n - size));

const parts = fc
  .array(
    fc.nat({ max: 5 }).chain((n) =>
      fc.record({
        n: fc.constant(n),
        size: fc.nat({ max: n }),
        start: fc.integer({ min: -7, max: 7 }),
        isTensor: fc.boolean(),
      }),
    ),
    { maxLength: 3 },
  )
  .chain((axes) =>
    fc.tuple(fc.constant(axes), arrays(axes.map(({ n }) => n)), arrays(axes.map((a) => a.size))),
  );
test.each([g.reference, g.js])('random parts are read and replaced', (backend) => {
  g.setDefaultBackend(backend);
  fc.assert(
    fc.property(parts, ([axes, x, update]) => {
      const from = axes.map(({ start, n, size }) => placeOf(start, n, size));
      const size = axes.map((axis) => axis.size);
      const part = build(size, (at) =>
        read(
          x,
          at.map((k, axis) => k + from[axis]!),
        ),
      );
      const replaced = build(x.shape, (at) => {
        const inner = at.map((k, axis) => k - from[axis]!);
        const isInside = inner.every((k, axis) => k >= 0 && k < size[axis]!);
        return isInside ? read(update, inner) : read(x, at);
      });
      const each = axes.map(({ start, isTensor }) => (isTensor ? integer(start) : start));
      const vector = g.tensor(
        axes.map(({ start }) => start),
        { dtype: 'i32', shape: [axes.length] },
      );
      const numbers = axes.map(({ start }) => start);
      for (const starts of [each, vector, numbers]) {
        expect(fromTensor(loose.dynamicSlice!(toTensor(x), starts, size))).toEqual(part);
        const got = loose.dynamicUpdateSlice!(toTensor(x), toTensor(update), starts);
        expect(fromTensor(got)).toEqual(replaced);
      }
    }),
    { numRuns: backend === g.js ? 12 : 50 },
  );
  g.setDefaultBackend(g.reference);
});

test('gradients of parts, over a batch of starts too', () => {
  const x = g.arange(1, 7, { dtype: 'f32' });
  const weights = g.tensor([10, 100]);
  const at = g.tensor(3, { dtype: 'i32' });
  const f = (y: g.Tensor<[6]>, start: g.Tensor<[], 'i32'>): g.Tensor<[]> =>
    g.sum(g.mul(g.dynamicSlice(y, [start], [2]), weights));
  expect(g.jit(g.grad(f))(x, at).toArray()).toEqual([0, 0, 0, 10, 100, 0]);
  const h = (y: g.Tensor<[6]>, update: g.Tensor<[2]>, start: g.Tensor<[], 'i32'>): g.Tensor<[]> =>
    g.sum(g.mul(g.dynamicUpdateSlice(y, update, [start]), y));
  const [dy, du] = g.jit(g.grad(h, { argnums: [0, 1] }))(x, g.tensor([7, 8]), at);
  expect(dy.toArray()).toEqual([2, 4, 6, 7, 8, 12]);
  expect(du.toArray()).toEqual([4, 5]);
  const starts = g.tensor([0, -1, 9], { dtype: 'i32' });
  const many = g.vmap((start: Any) => g.dynamicSlice(x, [start as never], [2]))(
    starts as unknown as Any,
  );
  expect(many.toArray()).toEqual([
    [1, 2],
    [5, 6],
    [5, 6],
  ]);
  const unsigned = g.tensor([4294967295], { dtype: 'u32' });
  expect(g.dynamicSlice(x, unsigned, [2]).toArray()).toEqual([5, 6]);
});

/** Elements set one after the other, and for each place the update that stays. */
const naiveScatter = (
  x: Naive,
  ids: Naive,
  updates: Naive,
  axis: number,
): { result: Naive; winners: number[] } => {
  const n = x.shape[axis]!;
  const data = [...x.data];
  const winners = data.map(() => -1);
  indexes(ids.shape).forEach((at, number) => {
    const index = read(ids, at);
    const place = at.map((k, d) => (d === axis ? (index < 0 ? index + n : index) : k));
    const position = place.reduce((sum, k, d) => sum * x.shape[d]! + k, 0);
    data[position] = updates.data[number]!;
    winners[position] = number;
  });
  return { result: { shape: x.shape, data }, winners };
};
const scatters = fc
  .tuple(
    fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 3 }),
    fc.nat({ max: 2 }),
    fc.nat({ max: 6 }),
  )
  .chain(([shape, pick, count]) => {
    const axis = pick % shape.length;
    const idsShape = shape.map((n, k) => (k === axis ? count : n));
    const total = idsShape.reduce((a, b) => a * b, 1);
    const n = shape[axis]!;
    return fc.tuple(
      fc.constant(axis),
      arrays(shape),
      fc
        .array(fc.integer({ min: -n, max: n - 1 }), { minLength: total, maxLength: total })
        .map((data): Naive => ({ shape: idsShape, data })),
      arrays(idsShape),
      arrays(shape),
    );
  });
test.each([g.reference, g.js])(
  'scatter: the last of several stays and gets the gradient',
  (backend) => {
    g.setDefaultBackend(backend);
    fc.assert(
      fc.property(scatters, ([axis, x, ids, updates, weights]) => {
        const at = toTensor(ids, 'i32');
        const { result, winners } = naiveScatter(x, ids, updates, axis);
        const got = loose.scatter!(toTensor(x), at, toTensor(updates), axis);
        expect(fromTensor(got)).toEqual(result);
        const loss = (y: Any, u: Any): g.Tensor<[]> =>
          g.sum(g.mul(loose.scatter!(y, at, u, axis), toTensor(weights))) as g.Tensor<[]>;
        const [dx, du] = g.grad(loss, { argnums: [0, 1] })(
          toTensor(x) as Any,
          toTensor(updates) as Any,
        ) as [Any, Any];
        expect(fromTensor(dx).data).toEqual(weights.data.map((w, k) => (winners[k]! < 0 ? w : 0)));
        expect(fromTensor(du).data).toEqual(
          updates.data.map((_, k) => (winners.includes(k) ? weights.data[winners.indexOf(k)]! : 0)),
        );
      }),
      { numRuns: backend === g.js ? 12 : 50 },
    );
    g.setDefaultBackend(g.reference);
  },
);

test('scatter of truths, and indexes out of range inside of compiled functions', () => {
  const flags = g.tensor([false, false, true]);
  const ids = g.tensor([0, -1], { dtype: 'i32' });
  const set = g.tensor([true, false]);
  expect(g.scatter(flags, ids, set, 0).toArray()).toEqual([true, false, false]);
  const far = g.tensor([5, 1], { dtype: 'i32' });
  const f = g.jit((x: Any, u: Any) => g.scatter(x, far, u as g.Tensor<[2]>, 0));
  expect(f(g.zeros([3]) as Any, g.ones([2]) as Any).toArray()).toEqual([0, 1, 0]);
  const slope = g.jit(g.grad((u: Any) => g.sum(g.scatter(g.zeros([3]), far, u as never, 0))));
  expect(slope(g.ones([2]) as Any).toArray()).toEqual([0, 1]);
});

test('jit(grad) through a constant-index gather works', () => {
  const ids = g.tensor([2, 0, 2, -1], { dtype: 'i32' });
  const weights = g.tensor([1, 2, 3, 4]);
  const loss = (x: g.Tensor<[4, 2]>): g.Tensor<[]> =>
    g.sum(g.mul(g.sum(g.square(g.take(x, ids)), 1), weights));
  const x = g.reshape(g.arange(0, 8, { dtype: 'f32' }), [4, 2]);
  for (const backend of [g.reference, g.js]) {
    g.setDefaultBackend(backend);
    expect(g.jit(g.grad(loss))(x).toArray()).toEqual([
      [0, 4],
      [0, 0],
      [32, 40],
      [48, 56],
    ]);
  }
  g.setDefaultBackend(g.reference);
});

test('mistakes', () => {
  const x = g.zeros([2, 3]);
  const [one, two] = [integer(0), g.zeros([2], { dtype: 'i32' })];
  const messages = [
    () => loose.dynamicSlice!(x, [0, 0], [3, 1]),
    () => loose.dynamicSlice!(x, [0, 0], [1]),
    () => loose.dynamicSlice!(x, [0], [1, 1]),
    () => loose.dynamicSlice!(x, 0, [1, 1]),
    () => loose.dynamicSlice!(x, [0, 0.5], [1, 1]),
    () => loose.dynamicSlice!(x, [0, '0'], [1, 1]),
    () => loose.dynamicSlice!(x, [0, two], [1, 1]),
    () => loose.dynamicSlice!(x, [0, g.tensor(0)], [1, 1]),
    () => loose.dynamicSlice!(x, g.zeros([3], { dtype: 'i32' }), [1, 1]),
    () => loose.dynamicSlice!(x, [one, 0], [1, -1]),
    () => loose.dynamicUpdateSlice!(x, g.zeros([1]), [0, 0]),
    () => loose.dynamicUpdateSlice!(x, g.zeros([1, 4]), [0, 0]),
    () => loose.dynamicUpdateSlice!(x, g.zeros([1, 1], { dtype: 'i32' }), [0, 0]),
    () => loose.scatter!(x, g.tensor([[0], [3]], { dtype: 'i32' }), g.zeros([2, 1]), 1),
    () => loose.scatter!(x, g.zeros([2, 1]), g.zeros([2, 1]), 1),
    () => loose.scatter!(x, g.zeros([2, 1], { dtype: 'i32' }), g.zeros([2, 2]), 1),
  ].map(errorOf);
  expect(messages.join('\n')).toMatchInlineSnapshot(`
    "ShapeError: dynamicSlice: size 3 is more than axis 0 of [2, 3] has
    ShapeError: dynamicSlice: 1 sizes given for shape [2, 3] (rank 2)
    ShapeError: dynamicSlice: 1 starts given for shape [2, 3] (rank 2)
    ArgumentError: dynamicSlice: the starts must be an array, not a number
    ArgumentError: dynamicSlice: a start must be a whole number or a tensor, not 0.5
    ArgumentError: dynamicSlice: a start must be a whole number or a tensor, not a string
    ShapeError: dynamicSlice: a start is a scalar, not [2]
    DTypeError: dynamicSlice: the indexes are f32, not i32 or u32 (hint: convert them with cast(ids, 'i32'))
    ShapeError: dynamicSlice: starts of shape [3], expected [2]
    ArgumentError: dynamicSlice: a dimension must be a whole number >= 0, not -1
    ShapeError: dynamicUpdateSlice: an update [1] for shape [2, 3] (rank 2)
    ShapeError: dynamicUpdateSlice: size 4 is more than axis 1 of [2, 3] has
    DTypeError: dynamicUpdateSlice: dtypes f32 and i32 differ; convert one with cast
    ShapeError: scatter: index 3 is out of range for axis 1 of [2, 3]
    DTypeError: scatter: the indexes are f32, not i32 or u32 (hint: convert them with cast(ids, 'i32'))
    ShapeError: scatter: updates of shape [2, 2], expected [2, 1]"
  `);
});
