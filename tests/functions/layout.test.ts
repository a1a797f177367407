/** Arrangements: shapes, orders of axes, joins, parts and repetitions. */
import fc from 'fast-check';
import * as g from 'gradloom';
import { beforeAll, expect, test } from 'vitest';
import { type Any, arrays, build, errorOf, fromTensor, read, shapes, toTensor } from './naive.ts';

beforeAll(() => g.setDefaultBackend(g.reference));

test('reshape keeps the order of the elements', () => {
  const x = g.arange(6);
  expect(g.reshape(x, [2, 3]).toArray()).toEqual([
    [0, 1, 2],
    [3, 4, 5],
  ]);
  expect(g.reshape(x, [3, -1]).shape).toEqual([3, 2]);
  expect(g.reshape(x, [-1]).shape).toEqual([6]);
  expect(g.reshape(g.tensor(3), [1, 1]).toArray()).toEqual([[3]]);
  expect(g.reshape(g.tensor([[3]]), []).item()).toBe(3);
  expect(g.reshape(g.zeros([0, 3]) as Any, [-1, 5]).shape).toEqual([0, 5]);
  expect(g.reshape(g.zeros([2, 0]), [0, 7]).shape).toEqual([0, 7]);
});

test('permute and transpose of random arrays', () => {
  const cases = shapes(1, 4, 3).chain((shape) =>
    fc.tuple(
      arrays(shape),
      fc.shuffledSubarray([...shape.keys()], { minLength: shape.length }),
      fc.boolean(),
    ),
  );
  fc.assert(
    fc.property(cases, ([x, axes, isNegative]) => {
      const wanted = build(
        axes.map((axis) => x.shape[axis]!),
        (at) =>
          read(
            x,
            x.shape.map((_, axis) => at[axes.indexOf(axis)]!),
          ),
      );
      const given = isNegative ? axes.map((axis) => axis - axes.length) : axes;
      expect(fromTensor(g.permute(toTensor(x), given))).toEqual(wanted);
    }),
    { numRuns: 40 },
  );
  const x = g.reshape(g.arange(24), [2, 3, 4]);
  expect(g.transpose(x).shape).toEqual([2, 4, 3]);
  expect(g.transpose(x, 0, 1).shape).toEqual([3, 2, 4]);
  expect(g.transpose(x, 0, -1).toArray()).toEqual(g.permute(x, [2, 1, 0]).toArray());
  expect(g.permute(g.tensor(1), []).shape).toEqual([]);
});

test('squeeze, unsqueeze, broadcastTo, flip', () => {
  const x = g.zeros([1, 3, 1]);
  expect(g.squeeze(x).shape).toEqual([3]);
  expect(g.squeeze(x, -1).shape).toEqual([1, 3]);
  expect(g.squeeze(x, [0, 2]).shape).toEqual([3]);
  expect(g.unsqueeze(g.zeros([3]), 0).shape).toEqual([1, 3]);
  expect(g.unsqueeze(g.zeros([3]), -1).shape).toEqual([3, 1]);
  expect(g.unsqueeze(g.zeros([3]), -2).shape).toEqual([1, 3]);
  expect(g.broadcastTo(g.tensor([[1], [2]]), [2, 2, 2]).toArray()).toEqual([
    [
      [1, 1],
      [2, 2],
    ],
    [
      [1, 1],
      [2, 2],
    ],
  ]);
  expect(g.broadcastTo(g.tensor([5]), [0]).toArray()).toEqual([]);
  const m = g.tensor([
    [1, 2],
    [3, 4],
  ]);
  expect(g.flip(m).toArray()).toEqual([
    [4, 3],
    [2, 1],
  ]);
  expect(g.flip(m, -1).toArray()).toEqual([
    [2, 1],
    [4, 3],
  ]);
  expect(g.flip(m, [0]).toArray()).toEqual([
    [3, 4],
    [1, 2],
  ]);
});

test('concat, stack and split undo each other', () => {
  const [a, b] = [
    g.tensor([[1, 2]]),
    g.tensor([
      [3, 4],
      [5, 6],
    ]),
  ];
  const joined = g.concat([a, b], 0);
  expect(joined.toArray()).toEqual([
    [1, 2],
    [3, 4],
    [5, 6],
  ]);
  expect(g.split(joined, [1, 2]).map((x) => x.toArray())).toEqual([a.toArray(), b.toArray()]);
  expect(g.split(joined, [0, 3, 0]).map((x) => x.shape[0])).toEqual([0, 3, 0]);
  expect(g.split(g.arange(6), 3).map((x) => x.toArray())).toEqual([
    [0, 1],
    [2, 3],
    [4, 5],
  ]);
  expect(g.split(b, 2, -1).map((x) => x.toArray())).toEqual([
    [[3], [5]],
    [[4], [6]],
  ]);
  expect(g.concat([a], -1).toArray()).toEqual(a.toArray());
  expect(g.concat([b, b], -1).toArray()).toEqual([
    [3, 4, 3, 4],
    [5, 6, 5, 6],
  ]);
  expect(g.concat([g.zeros([0, 2]), a, g.zeros([0, 2])], 0).toArray()).toEqual([[1, 2]]);
  const [v, w] = [g.tensor([1, 2]), g.tensor([3, 4])];
  expect(g.stack([v, w]).toArray()).toEqual([
    [1, 2],
    [3, 4],
  ]);
  expect(g.stack([v, w], -1).toArray()).toEqual([
    [1, 3],
    [2, 4],
  ]);
  expect(g.stack([g.tensor(1), g.tensor(2)]).toArray()).toEqual([1, 2]);
});

test('repeat, tile, roll', () => {
  const x = g.tensor([
    [1, 2],
    [3, 4],
  ]);
  expect(g.repeat(x, 2, 1).toArray()).toEqual([
    [1, 1, 2, 2],
    [3, 3, 4, 4],
  ]);
  expect(g.repeat(x, 2, 0).toArray()).toEqual([
    [1, 2],
    [1, 2],
    [3, 4],
    [3, 4],
  ]);
  expect(g.repeat(x, 0, 0).shape).toEqual([0, 2]);
  expect(g.tile(x, 2).toArray()).toEqual([
    [1, 2, 1, 2],
    [3, 4, 3, 4],
  ]);
  expect(g.tile(x, [2, 1]).toArray()).toEqual([
    [1, 2],
    [3, 4],
    [1, 2],
    [3, 4],
  ]);
  expect(g.tile(g.tensor([1, 2]), [2, 2]).toArray()).toEqual([
    [1, 2, 1, 2],
    [1, 2, 1, 2],
  ]);
  expect(g.tile(g.tensor(7), [3]).toArray()).toEqual([7, 7, 7]);
  const v = g.arange(5);
  expect(g.roll(v, 2, 0).toArray()).toEqual([3, 4, 0, 1, 2]);
  expect(g.roll(v, -1, 0).toArray()).toEqual([1, 2, 3, 4, 0]);
  expect(g.roll(v, 12, -1).toArray()).toEqual([3, 4, 0, 1, 2]);
  expect(g.roll(g.zeros([0]), 3, 0).shape).toEqual([0]);
});

test('random shifts, repetitions and moved axes', () => {
  const cases = shapes(1, 3, 4).chain((shape) =>
    fc.tuple(
      arrays(shape),
      fc.array(fc.tuple(fc.nat({ max: shape.length - 1 }), fc.integer({ min: -9, max: 9 })), {
        maxLength: 3,
      }),
      fc.array(fc.nat({ max: 3 }), { minLength: 1, maxLength: 4 }),
      fc.nat({ max: shape.length - 1 }),
      fc.nat({ max: shape.length - 1 }),
    ),
  );
  fc.assert(
    fc.property(cases, ([x, moves, times, from, to]) => {
      const rank = x.shape.length;
      const rolled = build(x.shape, (at) =>
        read(
          x,
          at.map((k, axis) => {
            const n = x.shape[axis]!;
            const by = moves.reduce((sum, [along, shift]) => sum + (along === axis ? shift : 0), 0);
            return (((k - by) % n) + n) % n;
          }),
        ),
      );
      const axes = moves.map(([axis], k) => (k % 2 === 0 ? axis : axis - rank));
      const shifts = moves.map(([, shift]) => shift);
      expect(fromTensor(g.roll(toTensor(x), shifts, axes))).toEqual(rolled);
      const whole = Math.max(rank, times.length);
      const wide = [...Array<number>(whole - rank).fill(1), ...x.shape];
      const counts = [...Array<number>(whole - times.length).fill(1), ...times];
      const tiled = build(
        wide.map((n, k) => n * counts[k]!),
        (at) =>
          read(
            { ...x, shape: wide },
            at.map((k, axis) => k % wide[axis]!),
          ),
      );
      expect(fromTensor(g.tile(toTensor(x), times))).toEqual(tiled);
      const order = x.shape.map((_, axis) => axis).filter((axis) => axis !== from);
      order.splice(to, 0, from);
      const moved = g.moveAxis(toTensor(x), from, to - rank);
      expect(fromTensor(moved)).toEqual(fromTensor(g.permute(toTensor(x), order)));
      const repeated = build(
        x.shape.map((n, axis) => (axis === from ? n * 2 : n)),
        (at) =>
          read(
            x,
            at.map((k, axis) => (axis === from ? k >> 1 : k)),
          ),
      );
      expect(fromTensor(g.repeat(toTensor(x), 2, from))).toEqual(repeated);
    }),
    { numRuns: 60 },
  );
  expect(g.roll(g.reshape(g.arange(4), [2, 2]), 1, [0, 1]).toArray()).toEqual([
    [3, 2],
    [1, 0],
  ]);
  expect(g.unsqueeze(g.zeros([2, 3]), [0, -1]).shape).toEqual([1, 2, 3, 1]);
  expect(g.unsqueeze(g.zeros([2, 3]), [3, 1]).shape).toEqual([2, 1, 3, 1]);
  expect(g.unsqueeze(g.zeros([]), [0, 1]).shape).toEqual([1, 1]);
});

test('mistakes', () => {
  const loose = g as unknown as Record<string, (...args: unknown[]) => unknown>;
  const x = g.zeros([2, 3]);
  const messages = [
    () => loose.reshape!(x, [4]),
    () => loose.reshape!(x, [-1, 4]),
    () => loose.reshape!(x, [-1, -1]),
    () => loose.reshape!(x, [-1, 0]),
    () => loose.reshape!(x, [2.5, 3]),
    () => loose.reshape!(x, 6),
    () => loose.transpose!(g.zeros([3])),
    () => loose.transpose!(x, 0, 2),
    () => loose.permute!(x, [0]),
    () => loose.permute!(x, [0, 0]),
    () => loose.permute!(x, 1),
    () => loose.squeeze!(x, 0),
    () => loose.squeeze!(x, 5),
    () => loose.unsqueeze!(x, 3),
    () => loose.unsqueeze!(x),
    () => loose.broadcastTo!(x, [2, 4]),
    () => loose.broadcastTo!(x, [3]),
    () => loose.flip!(x, 2),
    () => loose.concat!([x, g.zeros([2, 4])], 0),
    () => loose.concat!([x, g.zeros([3])], 0),
    () => loose.concat!([x, g.zeros([2, 3], { dtype: 'i32' })], 0),
    () => loose.concat!([], 0),
    () => loose.concat!(x, 0),
    () => loose.concat!([x, 1], 0),
    () => loose.concat!([x, x], 2),
    () => loose.concat!([x, x]),
    () => loose.stack!([x, g.zeros([3])]),
    () => loose.stack!([x], 4),
    () => loose.split!(x, 2, 1),
    () => loose.split!(x, [1, 3], 1),
    () => loose.split!(x, [1, -1, 2]),
    () => loose.split!(x, 'a'),
    () => loose.repeat!(x, -1, 0),
    () => loose.repeat!(x, 2),
    () => loose.tile!(x, [1, 0.5]),
    () => loose.tile!(x, [65536, 65536]),
    () => loose.roll!(x, 0.5, 0),
    () => loose.roll!(x, [1, 2], 0),
    () => loose.roll!(x, 1, [0, 2]),
    () => loose.roll!(x, 1),
    () => loose.unsqueeze!(x, [0, 0]),
    () => loose.unsqueeze!(x, [0, 4]),
    () => loose.moveAxis!(x, 0, 2),
    () => loose.moveAxis!(x, 0),
    () => loose.tile!(x),
  ].map(errorOf);
  expect(messages.join('\n')).toMatchInlineSnapshot(`
    "ShapeError: reshape: [2, 3] has 6 elements but [4] has 4
    ShapeError: reshape: [2, 3] has 6 elements, not a multiple of 4 as [-1, 4] needs
    ArgumentError: reshape: a dimension must be a whole number >= 0, not -1
    ShapeError: reshape: [2, 3] has 6 elements, not a multiple of 0 as [-1, 0] needs
    ArgumentError: reshape: a dimension must be a whole number >= 0, not 2.5
    ArgumentError: reshape: the shape must be an array, not a number
    ShapeError: transpose: shape [3] has fewer than 2 dimensions
    ShapeError: transpose: axis 2 is out of range for shape [2, 3] (rank 2)
    ShapeError: permute: 1 axes given for shape [2, 3] (rank 2)
    ShapeError: permute: [0, 0] is not a permutation of the axes of [2, 3]
    ArgumentError: permute: the axes must be an array, not a number
    ShapeError: squeeze: axis 0 of [2, 3] is not of length 1
    ShapeError: squeeze: axis 5 is out of range for shape [2, 3] (rank 2)
    ShapeError: unsqueeze: axis 3 is out of range for shape [2, 3] (rank 2)
    ShapeError: unsqueeze: axis undefined is out of range for shape [2, 3] (rank 2)
    ShapeError: broadcastTo: cannot broadcast [2, 3] to [2, 4]: dimensions 3 and 4 differ
    ShapeError: broadcastTo: cannot broadcast [2, 3] to [3]: it has fewer dimensions
    ShapeError: flip: axis 2 is out of range for shape [2, 3] (rank 2)
    ShapeError: concat: [2, 3] and [2, 4] differ at axis 1 (3 and 4), only axis 0 may differ
    ShapeError: concat: ranks differ: [2, 3] and [3]
    DTypeError: concat: dtypes f32 and i32 differ; convert one with cast
    ArgumentError: concat: expected at least one tensor
    ArgumentError: concat: expected an array of tensors, not a tensor [2, 3] f32
    ArgumentError: concat: expected a tensor, not a number (hint: make one with tensor(data))
    ShapeError: concat: axis 2 is out of range for shape [2, 3] (rank 2)
    ShapeError: concat: axis undefined is out of range for shape [2, 3] (rank 2)
    ShapeError: stack: shapes [2, 3] and [3] differ
    ShapeError: stack: axis 4 is out of range for shape [2, 3] (rank 2)
    ShapeError: split: axis 1 of [2, 3] does not part into 2 equal ones
    ShapeError: split: sizes [1, 3] add up to 4, not to axis 1 of [2, 3]
    ArgumentError: split: a size must be a whole number >= 0, not -1
    ArgumentError: split: the sizes must be a number or an array, not a string
    ArgumentError: repeat: the number of times must be a whole number >= 0, not -1
    ShapeError: repeat: axis undefined is out of range for shape [2, 3] (rank 2)
    ArgumentError: tile: a number of times must be a whole number >= 0, not 0.5
    ShapeError: shape: [131072, 196608] has too many elements (hint: one tensor holds at most 2147483647 elements)
    ArgumentError: roll: the shift must be a whole number, not 0.5
    ArgumentError: roll: 2 shifts given for 1 axes
    ShapeError: roll: axis 2 is out of range for shape [2, 3] (rank 2)
    ShapeError: roll: axis undefined is out of range for shape [2, 3] (rank 2)
    ShapeError: unsqueeze: [0, 0] names an axis of the result twice
    ShapeError: unsqueeze: axis 4 is out of range for shape [2, 3] (rank 2)
    ShapeError: moveAxis: axis 2 is out of range for shape [2, 3] (rank 2)
    ShapeError: moveAxis: axis undefined is out of range for shape [2, 3] (rank 2)
    ArgumentError: tile: the times must be a number or an array, not undefined"
  `);
});
