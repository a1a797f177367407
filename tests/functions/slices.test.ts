/** Parts of tensors by Python's rules, frames around them, triangles. */
import fc from 'fast-check';
import * as g from 'gradloom';
import { beforeAll, expect, test } from 'vitest';
import { type Any, arrays, build, errorOf, fromTensor, read, shapes, toTensor } from './naive.ts';

beforeAll(() => g.setDefaultBackend(g.reference));

/** `list(range(length))[start:stop:step]` by the definition of Python's `slice.indices`. */
const pythonRange = (
  length: number,
  start: number | null,
  stop: number | null,
  step: number,
): number[] => {
  const bound = (x: number): number => {
    const at = x < 0 ? x + length : x;
    if (at < 0) return step < 0 ? -1 : 0;
    return at >= length ? (step < 0 ? length - 1 : length) : at;
  };
  const first = start === null ? (step < 0 ? length - 1 : 0) : bound(start);
  const last = stop === null ? (step < 0 ? -1 : length) : bound(stop);
  const places: number[] = [];
  for (let k = first; step < 0 ? k > last : k < last; k += step) places.push(k);
  return places;
};

test('slices of random arrays', () => {
  const end = fc.option(fc.integer({ min: -6, max: 6 }));
  const step = fc.integer({ min: -3, max: 3 }).filter((by) => by !== 0);
  const entry = (n: number): fc.Arbitrary<g.SliceSpec[number]> => {
    const range: fc.Arbitrary<g.SliceSpec[number]> = fc.tuple(end, end, step);
    const short: fc.Arbitrary<g.SliceSpec[number]> = fc.tuple(end, end);
    const index = n === 0 ? fc.constant(null) : fc.integer({ min: -n, max: n - 1 });
    return fc.oneof(range, range, short, index, fc.constant(null));
  };
  const cases = shapes(0, 3, 5).chain((shape) =>
    fc.tuple(
      arrays(shape),
      fc.tuple(...shape.map(entry)),
      fc.integer({ min: 0, max: shape.length }),
    ),
  );
  fc.assert(
    fc.property(cases, ([x, whole, kept]) => {
      const spec = whole.slice(0, kept);
      const places = x.shape.map((n, axis) => {
        const one = spec[axis] ?? null;
        if (typeof one === 'number') return [one < 0 ? one + n : one];
        return one === null
          ? pythonRange(n, null, null, 1)
          : pythonRange(n, one[0], one[1], one[2] ?? 1);
      });
      const dropped = x.shape.map((_, axis) => typeof spec[axis] === 'number');
      const shape = places.flatMap((list, axis) => (dropped[axis] ? [] : [list.length]));
      const wanted = build(shape, (at) => {
        const rest = [...at];
        return read(
          x,
          places.map((list, axis) => list[dropped[axis] ? 0 : rest.shift()!]!),
        );
      });
      expect(fromTensor(g.slice(toTensor(x), spec))).toEqual(wanted);
    }),
    { numRuns: 150 },
  );
});

test('at takes one place of the leading axis', () => {
  const x = g.tensor([
    [1, 2],
    [3, 4],
  ]);
  expect(g.at(x, 1).toArray()).toEqual([3, 4]);
  expect(x.at(-2).toArray()).toEqual([1, 2]);
  expect(x.at(0).at(1).item()).toBe(2);
});

test('the gradient of a slice is zero elsewhere', () => {
  const f = (x: g.Tensor<[6]>): g.Tensor<[]> =>
    g.sum(g.mul(g.slice(x, [[5, 0, -2]]), g.tensor([1, 2, 3])));
  expect(
    g
      .grad(f)(g.zeros([6]))
      .toArray(),
  ).toEqual([0, 3, 0, 2, 0, 1]);
});

/** Where an element of a frame of each mode comes from, along one axis. */
const source = (mode: string, n: number, k: number): number => {
  if (mode === 'edge') return Math.min(Math.max(k, 0), n - 1);
  if (mode === 'wrap') return ((k % n) + n) % n;
  if (n === 1) return 0;
  const period = 2 * (n - 1);
  const at = ((k % period) + period) % period;
  return at < n ? at : period - at;
};

test('frames of random arrays', () => {
  const cases = shapes(1, 3, 4).chain((shape) =>
    fc.tuple(
      arrays(shape),
      fc.tuple(
        ...shape.map(() =>
          fc.tuple(fc.integer({ min: -1, max: 3 }), fc.integer({ min: -1, max: 3 })),
        ),
      ),
    ),
  );
  fc.assert(
    fc.property(cases, ([x, pads]) => {
      fc.pre(x.shape.every((n, k) => n + Math.min(0, pads[k]![0]) + Math.min(0, pads[k]![1]) >= 0));
      const shape = x.shape.map((n, k) => n + pads[k]![0] + pads[k]![1]);
      const wanted = build(shape, (at) => {
        const place = at.map((k, axis) => k - pads[axis]![0]);
        return place.every((k, axis) => k >= 0 && k < x.shape[axis]!) ? read(x, place) : 9;
      });
      expect(fromTensor(g.pad(toTensor(x), pads, { value: 9 }))).toEqual(wanted);
    }),
    { numRuns: 50 },
  );
});

test.each(['reflect', 'edge', 'wrap'] as const)(
  'frames of mode %s, as wide as asked for',
  (mode) => {
    const cases = fc
      .tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 3 }), fc.nat({ max: 2 }))
      .chain((shape) =>
        fc.tuple(
          arrays(shape),
          fc.tuple(
            ...shape.map((n) => {
              const end = fc.nat({ max: n === 0 ? 0 : 9 });
              return fc.tuple(end, end);
            }),
          ),
        ),
      );
    fc.assert(
      fc.property(cases, ([x, pads]) => {
        const shape = x.shape.map((n, k) => n + pads[k]![0] + pads[k]![1]);
        const wanted = build(shape, (at) =>
          read(
            x,
            at.map((k, axis) => source(mode, x.shape[axis]!, k - pads[axis]![0])),
          ),
        );
        expect(fromTensor(g.pad(toTensor(x), pads, { mode }))).toEqual(wanted);
      }),
      { numRuns: 60 },
    );
    const f = (x: g.Tensor<[3]>): g.Tensor<[]> =>
      g.sum(g.mul(g.pad(x, [[5, 4]], { mode }), g.arange(12, undefined, { dtype: 'f32' })));
    const slopes = [0, 0, 0];
    for (let k = 0; k < 12; k++) slopes[source(mode, 3, k - 5)]! += k;
    expect(
      g
        .jit(g.grad(f))(g.zeros([3]))
        .toArray(),
    ).toEqual(slopes);
  },
);

test('triangles', () => {
  const x = g.reshape(g.arange(1, 10), [3, 3]);
  expect(g.tril(x).toArray()).toEqual([
    [1, 0, 0],
    [4, 5, 0],
    [7, 8, 9],
  ]);
  expect(g.triu(x).toArray()).toEqual([
    [1, 2, 3],
    [0, 5, 6],
    [0, 0, 9],
  ]);
  expect(g.tril(x, { offset: -1 }).toArray()).toEqual([
    [0, 0, 0],
    [4, 0, 0],
    [7, 8, 0],
  ]);
  expect(g.triu(x, { offset: 1 }).toArray()).toEqual([
    [0, 2, 3],
    [0, 0, 6],
    [0, 0, 0],
  ]);
  expect(
    g
      .tril(g.ones([2, 2, 3], { dtype: 'bool' }))
      .at(1)
      .toArray(),
  ).toEqual([
    [true, false, false],
    [true, true, false],
  ]);
});

test('mistakes', () => {
  const loose = g as unknown as Record<string, (...args: unknown[]) => unknown>;
  const x = g.zeros([2, 3]) as Any;
  const messages = [
    () => loose.slice!(x, [2]),
    () => loose.slice!(x, [null, -4]),
    () => loose.slice!(x, [0, 0, 0]),
    () => loose.slice!(x, [[0, 1, 0]]),
    () => loose.slice!(x, [[0]]),
    () => loose.slice!(x, [0.5]),
    () => loose.slice!(x, [[0, '1']]),
    () => loose.slice!(x, 0),
    () => loose.slice!(x, ['a']),
    () => loose.at!(x, 2),
    () => loose.at!(g.tensor(1), 0),
    () => loose.at!(x),
    () => loose.pad!(x, [[1, 1]]),
    () => loose.pad!(x, 1),
    () => loose.pad!(x, [1, 1]),
    () =>
      loose.pad!(x, [
        [-1, -2],
        [0, 0],
      ]),
    () => loose.pad!(g.zeros([0]), [[2, 0]], { mode: 'reflect' }),
    () =>
      loose.pad!(
        x,
        [
          [0, -1],
          [0, 0],
        ],
        { mode: 'wrap' },
      ),
    () =>
      loose.pad!(
        x,
        [
          [0, 0],
          [0, 0],
        ],
        { mode: 'mirror' },
      ),
    () => loose.pad!(g.zeros([2], { dtype: 'i32' }), [[1, 1]], { value: 0.5 }),
    () =>
      loose.pad!(
        x,
        [
          [1, 1],
          [1, 1],
        ],
        { fill: 1 },
      ),
    () => loose.tril!(g.zeros([3])),
    () => loose.triu!(x, { offset: 0.5 }),
  ].map(errorOf);
  expect(messages.join('\n')).toMatchInlineSnapshot(`
    "ShapeError: slice: index 2 is out of range for axis 0 of [2, 3]
    ShapeError: slice: index -4 is out of range for axis 1 of [2, 3]
    ShapeError: slice: more entries than the rank of [2, 3]
    ArgumentError: slice: the step must not be 0
    ArgumentError: slice: a range is [start, stop] or [start, stop, step]
    ArgumentError: slice: an index must be a whole number, not 0.5
    ArgumentError: slice: an index must be a whole number, not a string
    ArgumentError: slice: the spec must be an array, not a number
    ArgumentError: slice: an index must be a whole number, not a string
    ShapeError: at: index 2 is out of range for axis 0 of [2, 3]
    ShapeError: at: more entries than the rank of []
    ArgumentError: at: an index must be a whole number, not undefined
    ShapeError: pad: 1 pairs given for shape [2, 3] (rank 2)
    ArgumentError: pad: the pads must be an array, not a number
    ArgumentError: pad: a pair is [before, after]
    ShapeError: pad: [-1, -2] cuts more than axis 0 of [2, 3] has
    ShapeError: pad: axis 0 of [0] has no elements for mode reflect to repeat
    ShapeError: pad: mode wrap cuts nothing from axis 0 of [2, 3], not [0, -1]
    ArgumentError: pad: no mode 'mirror' (hint: modes are constant, reflect, edge, wrap)
    DTypeError: pad: the number 0.5 is not a value of i32 (hint: a number takes the dtype of the tensor; cast(x, ...) gives it another one)
    ArgumentError: pad: unknown option 'fill' (hint: valid options: mode, value)
    ShapeError: tril: shape [3] has fewer than 2 dimensions
    ArgumentError: triu: offset must be a whole number, not 0.5"
  `);
});
