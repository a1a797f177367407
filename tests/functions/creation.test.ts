/** Tensors from data and from nothing: shapes, dtypes, conversions and refusals. */
import * as g from 'gradloom';
import { beforeAll, expect, test } from 'vitest';
import { errorOf } from './naive.ts';

beforeAll(() => g.setDefaultBackend(g.reference));

const typeOf = (x: g.AnyTensor): string => `${x.dtype}[${x.shape.join()}]`;

test('nested arrays, numbers and booleans', () => {
  expect(
    g
      .tensor([
        [1, 2, 3],
        [4, 5, 6],
      ])
      .toArray(),
  ).toEqual([
    [1, 2, 3],
    [4, 5, 6],
  ]);
  expect(typeOf(g.tensor(3))).toBe('f32[]');
  expect(g.tensor(3).item()).toBe(3);
  expect(typeOf(g.tensor(true))).toBe('bool[]');
  expect(g.tensor([[true], [false]]).toArray()).toEqual([[true], [false]]);
  expect(typeOf(g.tensor([]))).toBe('f32[0]');
  expect(typeOf(g.tensor([[], []]))).toBe('f32[2,0]');
  expect(g.tensor([[], []]).toArray()).toEqual([[], []]);
  expect(g.tensor([1, 2, 3, 4], { shape: [2, 2], dtype: 'i32' }).toArray()).toEqual([
    [1, 2],
    [3, 4],
  ]);
  expect(g.tensor([0.1]).toArray()).toEqual([Math.fround(0.1)]);
  expect(g.tensor([0.1], { dtype: 'f64' }).toArray()).toEqual([0.1]);
  expect(g.tensor([Number.NaN, -0, Infinity]).toArray()).toEqual([Number.NaN, -0, Infinity]);
  expect(g.tensor([1, 0], { dtype: 'bool' }).toArray()).toEqual([true, false]);
  expect(g.tensor([true, false], { dtype: 'f32' }).toArray()).toEqual([1, 0]);
});

test('typed arrays keep their kind and are copied', () => {
  const data = new Float32Array([1, 2]);
  const x = g.tensor(data);
  data[0] = 9;
  expect(x.toArray()).toEqual([1, 2]);
  expect(typeOf(g.tensor(new Float64Array(2)))).toBe('f64[2]');
  expect(typeOf(g.tensor(new Int32Array(2)))).toBe('i32[2]');
  expect(typeOf(g.tensor(new Uint32Array(2)))).toBe('u32[2]');
  expect(g.tensor(new Uint8Array([255, 0]), { dtype: 'f32' }).toArray()).toEqual([255, 0]);
  expect(g.tensor(new Int8Array([-1, 1]), { dtype: 'i32' }).toArray()).toEqual([-1, 1]);
  expect(g.tensor(new Float64Array([0.1]), { dtype: 'f32' }).toArray()).toEqual([Math.fround(0.1)]);
  expect(typeOf(g.tensor(new Float32Array(6), { shape: [2, 3] }))).toBe('f32[2,3]');
  expect(typeOf(g.tensor(new Float32Array(0), { shape: [4, 0] }))).toBe('f32[4,0]');
});

test('constants', () => {
  expect(g.zeros([2, 2]).toArray()).toEqual([
    [0, 0],
    [0, 0],
  ]);
  expect(g.ones([2], { dtype: 'bool' }).toArray()).toEqual([true, true]);
  expect(g.full([2], 0.5).toArray()).toEqual([0.5, 0.5]);
  expect(g.full([], 7, { dtype: 'u32' }).item()).toBe(7);
  const x = g.tensor([[1, 2]], { dtype: 'i32' });
  expect([g.zerosLike(x), g.onesLike(x), g.fullLike(x, 5)].map(typeOf)).toEqual(
    Array(3).fill('i32[1,2]'),
  );
  expect(typeOf(g.onesLike(x, { dtype: 'f32' }))).toBe('f32[1,2]');
  expect(
    g
      .jit((y: g.Tensor<[2]>) => g.add(y, g.full([2], 3)))(g.ones([2]))
      .toArray(),
  ).toEqual([4, 4]);
});

test('ranges', () => {
  expect(g.arange(4).toArray()).toEqual([0, 1, 2, 3]);
  expect(g.arange(2, 5).toArray()).toEqual([2, 3, 4]);
  expect(g.arange(5, 0, { step: -2 }).toArray()).toEqual([5, 3, 1]);
  expect(g.arange(0, 1, { step: 0.25, dtype: 'f32' }).toArray()).toEqual([0, 0.25, 0.5, 0.75]);
  expect(g.arange(3, 1).toArray()).toEqual([]);
  expect(g.arange(0).toArray()).toEqual([]);
  expect(g.arange(2.5, undefined, { dtype: 'f32' }).toArray()).toEqual([0, 1, 2]);
  expect(g.linspace(0, 1, 5).toArray()).toEqual([0, 0.25, 0.5, 0.75, 1]);
  const thirds = g.linspace(0.1, 0.7, 4).toArray();
  expect([thirds[0], thirds[3]]).toEqual([Math.fround(0.1), Math.fround(0.7)]);
  expect(g.linspace(3, 9, 1).toArray()).toEqual([3]);
  expect(g.linspace(3, 9, 0).toArray()).toEqual([]);
});

test('the identity matrix', () => {
  expect(g.eye(2).toArray()).toEqual([
    [1, 0],
    [0, 1],
  ]);
  expect(g.eye(2, 3, { dtype: 'i32' }).toArray()).toEqual([
    [1, 0, 0],
    [0, 1, 0],
  ]);
  expect(g.eye(0).toArray()).toEqual([]);
});

test.each([g.reference, g.js])('ranges of every dtype', (backend) => {
  g.setDefaultBackend(backend);
  expect(g.arange(5, 0, { step: -2, dtype: 'u32' }).toArray()).toEqual([5, 3, 1]);
  const top = g.arange(4294967293, 4294967295, { dtype: 'u32' });
  expect(top.toArray()).toEqual([4294967293, 4294967294]);
  expect(g.arange(-3, 3, { step: 2 }).toArray()).toEqual([-3, -1, 1]);
  expect(g.arange(0, 2, { dtype: 'bool' }).toArray()).toEqual([false, true]);
  const wide = g.arange(0, 1, { step: 0.1, dtype: 'f64' });
  expect(wide.toArray()).toEqual(Array.from({ length: 10 }, (_, k) => k * 0.1));
  expect(g.linspace(5, -5, 5, { dtype: 'f64' }).toArray()).toEqual([5, 2.5, 0, -2.5, -5]);
  expect(g.eye(2, 1, { dtype: 'u32' }).toArray()).toEqual([[1], [0]]);
  expect(g.full([2], 4294967295, { dtype: 'u32' }).toArray()).toEqual([4294967295, 4294967295]);
  g.setDefaultBackend(g.reference);
});

test.each([g.reference, g.js])('conversions between all dtypes', (backend) => {
  g.setDefaultBackend(backend);
  const floats = [1.9, -1.9, 3e9, -3e9, 5e9, Number.NaN, Infinity, -Infinity, 0.5, -0];
  const [high, low] = [2147483647, -2147483648];
  const wanted: Record<string, (number | boolean)[]> = {
    i32: [1, -1, high, low, high, 0, high, low, 0, 0],
    u32: [1, 0, 3e9, 0, 4294967295, 0, 4294967295, 0, 0, 0],
    bool: [true, true, true, true, true, true, true, true, true, false],
  };
  for (const from of ['f32', 'f64'] as const) {
    for (const to of ['i32', 'u32', 'bool'] as const) {
      expect(g.cast(g.tensor(floats, { dtype: from }), to).toArray()).toEqual(wanted[to]);
    }
  }
  for (const to of ['f32', 'f64', 'i32', 'u32'] as const) {
    expect(g.cast(g.tensor([true, false]), to).toArray()).toEqual([1, 0]);
  }
  // Halves go to even.
  const integers = g.tensor([16777217, 16777219, high], { dtype: 'i32' });
  expect(g.cast(integers, 'f32').toArray()).toEqual([16777216, 16777220, 2147483648]);
  expect(g.cast(integers, 'f64').toArray()).toEqual([16777217, 16777219, high]);
  expect(g.cast(integers, 'bool').toArray()).toEqual([true, true, true]);
  expect(g.cast(g.tensor([-1, low], { dtype: 'i32' }), 'u32').toArray()).toEqual([
    4294967295, 2147483648,
  ]);
  expect(g.cast(g.tensor([4294967295], { dtype: 'u32' }), 'i32').toArray()).toEqual([-1]);
  expect(g.cast(g.tensor([1e300, 0.1], { dtype: 'f64' }), 'f32').toArray()).toEqual([
    Infinity,
    Math.fround(0.1),
  ]);
  g.setDefaultBackend(g.reference);
});

test('shapes as values', () => {
  const x = g.zeros([2, 3]);
  const sizes = g.shape(x);
  expect(sizes).toEqual([2, 3]);
  sizes[0] = 2;
  expect(x.shape).toEqual([2, 3]);
  expect(g.expectShape(x, [2, 3])).toBe(x);
  expect(g.expectLike(x, g.ones([2, 3]))).toBe(x);
});

test('mistakes', () => {
  const loose = g as unknown as Record<string, (...args: unknown[]) => unknown>;
  const deep: unknown[] = [];
  deep.push(deep);
  const messages = [
    () => g.tensor([[1, 2], [3]]),
    () => g.tensor([[1], 2]),
    () => g.tensor([1, [2]]),
    () => loose.tensor!([1, 'x']),
    () => loose.tensor!([1, undefined]),
    () => loose.tensor!('text'),
    () => loose.tensor!(null),
    () => loose.tensor!({}),
    () => g.tensor([1, true]),
    () => loose.tensor!([g.zeros([2]), g.zeros([2])]),
    () => loose.tensor!(deep),
    () => g.tensor([1, 2, 3], { shape: [2, 2] }),
    () => g.tensor([0.5], { dtype: 'i32' }),
    () => g.tensor([-1], { dtype: 'u32' }),
    () => g.tensor([2], { dtype: 'bool' }),
    () => g.tensor([Number.NaN], { dtype: 'i32' }),
    () => g.tensor(new Uint8Array(2)),
    () => loose.tensor!(new BigInt64Array(2), { dtype: 'i32' }),
    () => g.tensor(new Float32Array([0.5]), { dtype: 'i32' }),
    () => loose.tensor!([1], { type: 'f32' }),
    () => loose.zeros!(3),
    () => g.zeros([-1]),
    () => g.zeros([1.5]),
    () => loose.zeros!(['2']),
    () => g.zeros([65536, 65536]),
    () => loose.zeros!([2], 'i32'),
    () => g.zeros([2], { dtype: 'int' as 'i32' }),
    () => g.full([2], 0.5, { dtype: 'i32' }),
    () => g.arange(0, 1, { step: 0 }),
    () => g.arange(0, 1, { step: 0.5 }),
    () => g.arange(0, Infinity),
    () => g.arange(0, 3e9),
    () => g.linspace(0, 1, 2.5),
    () => g.eye(-1),
    () => g.expectShape(g.zeros([2, 3]), [3, 2]),
    () => g.expectLike(g.zeros([2]), g.zeros([2], { dtype: 'i32' })),
    () => g.expectLike(g.zeros([2]), g.zeros([3])),
  ].map(errorOf);
  expect(messages.join('\n')).toMatchInlineSnapshot(`
    "ShapeError: tensor: the array is uneven: element [1] has length 1, not 2
    ShapeError: tensor: the array is uneven: element [1] is a number, not 1
    ShapeError: tensor: the array is uneven: element [1] is an array
    ArgumentError: tensor: element [1] is a string, not a number
    ArgumentError: tensor: element [1] is undefined, not a number
    ArgumentError: tensor: the value is a string, not a number
    ArgumentError: tensor: the value is null, not a number
    ArgumentError: tensor: the value is an object, not a number
    ArgumentError: tensor: element [1] is a boolean among others of type number
    ArgumentError: tensor: element [0] is a tensor already (hint: join tensors with stack or concat)
    ShapeError: tensor: nested deeper than 32
    ShapeError: tensor: 3 elements do not fill shape [2, 2] (4 elements)
    DTypeError: tensor: element [0] is 0.5, which i32 cannot hold (hint: make it an f32 and convert with cast, which truncates and saturates)
    DTypeError: tensor: element [0] is -1, which u32 cannot hold (hint: make it an f32 and convert with cast, which truncates and saturates)
    DTypeError: tensor: element [0] is 2, which bool cannot hold (hint: make it an f32 and convert with cast, which truncates and saturates)
    DTypeError: tensor: element [0] is NaN, which i32 cannot hold (hint: make it an f32 and convert with cast, which truncates and saturates)
    DTypeError: tensor: a Uint8Array has no dtype of its own (hint: say what its elements become: tensor(data, { dtype: 'f32' }))
    DTypeError: tensor: element 0 is a bigint, not a number
    DTypeError: tensor: element 0 is 0.5, which i32 cannot hold (hint: make it an f32 and convert with cast, which truncates and saturates)
    ArgumentError: tensor: unknown option 'type' (hint: did you mean 'dtype'?)
    ArgumentError: zeros: the shape must be an array, not a number
    ArgumentError: zeros: a dimension must be a whole number >= 0, not -1
    ArgumentError: zeros: a dimension must be a whole number >= 0, not 1.5
    ArgumentError: zeros: a dimension must be a whole number >= 0, not a string
    ShapeError: shape: [65536, 65536] has too many elements (hint: one tensor holds at most 2147483647 elements)
    ArgumentError: zeros: the options must be a plain object (got: string)
    DTypeError: zeros: 'int' is no dtype (hint: dtypes are f32, f64, i32, u32, bool, f16, bf16)
    DTypeError: full: the number 0.5 is not a value of i32 (hint: a number takes the dtype of the tensor; cast(x, ...) gives it another one)
    ArgumentError: arange: no range goes from 0 to 1 by 0
    ArgumentError: arange: 0 by 0.5 has elements that i32 cannot hold (hint: ask for floats: arange(start, stop, { step, dtype: 'f32' }))
    ArgumentError: arange: no range goes from 0 to Infinity by 1
    ShapeError: shape: [3000000000] has too many elements (hint: one tensor holds at most 2147483647 elements)
    ArgumentError: linspace: count must be a whole number >= 0, not 2.5
    ArgumentError: eye: rows must be a whole number >= 0, not -1
    ShapeError: expectShape: expected [3, 2], got [2, 3]
    DTypeError: expectLike: expected i32, got f32
    ShapeError: expectLike: expected [3], got [2]"
  `);
});
