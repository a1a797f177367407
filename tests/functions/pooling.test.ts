/** Pooling, columns of windows and shuffled pixels against loops, and where their gradients go. */
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
import { type Layout, layouts, placesOf, tapAt } from './windows.ts';

beforeAll(() => g.setDefaultBackend(g.reference));

const loose = g as unknown as Record<string, (...args: unknown[]) => Any>;
const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
const product = (values: readonly number[]): number => values.reduce((a, b) => a * b, 1);

const naivePool = (
  x: Naive,
  taps: number[],
  layout: Layout,
  f: (values: number[], inside: number) => number,
): Naive => {
  const spatial = x.shape.slice(2);
  return build([...x.shape.slice(0, 2), ...placesOf(spatial, taps, layout)], ([n, c, ...place]) => {
    const seen = indexes(taps).map((tap) => tapAt(spatial, place, tap, layout));
    const values = seen.flatMap((at) => (at === null ? [] : [read(x, [n!, c!, ...at])]));
    return f(
      values,
      taps.reduce((a, b) => a * b, 1),
    );
  });
};

test.each([1, 2, 3])('maxPool and avgPool of random layouts with %s spatial axes', (axes) => {
  const cases = layouts(axes).chain(({ spatial, taps, layout }) =>
    fc.tuple(fc.constant({ taps, layout }), arrays([2, 1, ...spatial])),
  );
  fc.assert(
    fc.property(cases, ([{ taps, layout }, x]) => {
      const max = loose[`maxPool${axes}d`]!(toTensor(x), taps, layout);
      expect(fromTensor(max)).toEqual(
        naivePool(x, taps, layout, (values) => Math.max(-Infinity, ...values)),
      );
      const average = loose[`avgPool${axes}d`]!;
      expect(fromTensor(average(toTensor(x), taps, layout))).toEqual(
        naivePool(x, taps, layout, (values, count) => Math.fround(sum(values) / count)),
      );
      expect(fromTensor(average(toTensor(x), taps, { ...layout, countIncludePad: false }))).toEqual(
        naivePool(x, taps, layout, (values) => Math.fround(sum(values) / values.length)),
      );
    }),
    { numRuns: axes === 3 ? 15 : 30 },
  );
});

/** Where each window finds its first maximum gets 1 more. */
const naiveMaxGradient = (x: Naive, taps: number[], layout: Layout): Naive => {
  const spatial = x.shape.slice(2);
  const data = x.data.map(() => 0);
  for (const [n, c, ...place] of indexes([
    ...x.shape.slice(0, 2),
    ...placesOf(spatial, taps, layout),
  ])) {
    let best: number[] | undefined;
    for (const tap of indexes(taps)) {
      const at = tapAt(spatial, place, tap, layout);
      if (at === null) continue;
      const here = [n!, c!, ...at];
      if (best === undefined || read(x, here) > read(x, best)) best = here;
    }
    if (best === undefined) continue;
    data[best.reduce((position, k, axis) => position * x.shape[axis]! + k, 0)]! += 1;
  }
  return { shape: x.shape, data };
};
test.each([1, 2, 3])('the first maximum of each window gets the gradient of maxPool%sd', (axes) => {
  const cases = layouts(axes).chain(({ spatial, taps, layout }) => {
    const count = 2 * product(spatial);
    const values = fc.array(fc.integer({ min: 0, max: 2 }), { minLength: count, maxLength: count });
    return fc.tuple(
      fc.constant({ taps, layout }),
      values.map((data): Naive => ({ shape: [1, 2, ...spatial], data })),
    );
  });
  fc.assert(
    fc.property(cases, ([{ taps, layout }, x]) => {
      const loss = (y: Any): g.Tensor<[]> =>
        g.sum(loose[`maxPool${axes}d`]!(y, taps, layout)) as g.Tensor<[]>;
      // A window of nothing but padding looks for its maximum in the padding, and finds it there.
      expect(fromTensor(g.grad(loss)(toTensor(x) as Any))).toEqual(
        naiveMaxGradient(x, taps, layout),
      );
    }),
    { numRuns: axes === 3 ? 15 : 40 },
  );
});

test('pooling: defaults, dtypes and gradients', () => {
  const x = g.tensor([
    [
      [
        [1, 5, 5, 2],
        [5, 3, 1, 1],
      ],
    ],
  ]);
  expect(g.maxPool2d(x, 2).toArray()).toEqual([[[[5, 5]]]]);
  const first = g.grad((y: g.Tensor<[1, 1, 2, 4]>) => g.sum(g.maxPool2d(y, 2)))(x);
  expect(first.toArray()).toEqual([
    [
      [
        [0, 1, 1, 0],
        [0, 0, 0, 0],
      ],
    ],
  ]);
  const mean = g.grad((y: g.Tensor<[1, 1, 2, 4]>) =>
    g.sum(g.avgPool2d(y, [1, 2], { stride: [1, 1] })),
  )(x);
  expect(mean.toArray()).toEqual([
    [
      [
        [0.5, 1, 1, 0.5],
        [0.5, 1, 1, 0.5],
      ],
    ],
  ]);
  expect(g.maxPool2d(g.cast(x, 'i32'), [2, 4]).toArray()).toEqual([[[[5]]]]);
  expect(g.maxPool2d(g.tensor([[[[1, Number.NaN]]]]), [1, 2]).toArray()).toEqual([
    [[[Number.NaN]]],
  ]);
  expect(g.globalAvgPool(x).toArray()).toEqual([[23 / 8]]);
  expect(g.globalAvgPool(g.ones([2, 3, 4])).shape).toEqual([2, 3]);
});

test('vmap of max-pool works', () => {
  const x = g.sin(g.reshape(g.arange(0, 120, { dtype: 'f32' }), [3, 2, 1, 4, 5])) as Any;
  const pool = (y: Any): Any => g.maxPool2d(y, [2, 3], { stride: [2, 1], padding: 1 }) as Any;
  const loss = (y: Any): g.Tensor<[]> => g.sum(g.square(pool(y))) as g.Tensor<[]>;
  for (const backend of [g.reference, g.js]) {
    g.setDefaultBackend(backend);
    const [values, gradients] = [g.vmap(pool)(x), g.vmap(g.grad(loss))(x)] as [Any, Any];
    for (const k of [0, 1, 2]) {
      const one = g.at(x, k) as Any;
      expect(g.at(values, k).toArray()).toEqual(pool(one).toArray());
      expect(g.at(gradients, k).toArray()).toEqual(g.grad(loss)(one).toArray());
    }
  }
  g.setDefaultBackend(g.reference);
});

/** The range of elements of bin k of m on an axis of length n. */
const binOf = (k: number, n: number, m: number): number[] => {
  const [from, to] = [Math.floor((k * n) / m), Math.ceil(((k + 1) * n) / m)];
  return Array.from({ length: to - from }, (_, i) => from + i);
};
test.each([1, 2, 3])('adaptive pooling of random images with %s spatial axes', (axes) => {
  const lengths = (least: number): fc.Arbitrary<number[]> =>
    fc.array(fc.integer({ min: least, max: 6 }), { minLength: axes, maxLength: axes });
  const cases = fc
    .tuple(lengths(1), lengths(0))
    .chain(([spatial, size]) => fc.tuple(arrays([1, 2, ...spatial]), fc.constant(size)));
  fc.assert(
    fc.property(cases, ([x, size]) => {
      const bins = (f: (values: number[]) => number): Naive =>
        build([1, 2, ...size], ([n, c, ...place]) => {
          const ranges = place.map((k, axis) => binOf(k, x.shape[2 + axis]!, size[axis]!));
          const all = indexes(ranges.map((range) => range.length));
          return f(all.map((at) => read(x, [n!, c!, ...at.map((i, axis) => ranges[axis]![i]!)])));
        });
      const max = loose[`adaptiveMaxPool${axes}d`]!(toTensor(x), size);
      expect(fromTensor(max)).toEqual(bins((values) => Math.max(...values)));
      const mean = fromTensor(loose[`adaptiveAvgPool${axes}d`]!(toTensor(x), size));
      const wanted = bins((values) => sum(values) / values.length);
      expect(mean.shape).toEqual(wanted.shape);
      wanted.data.forEach((b, k) => {
        expect(Math.abs(mean.data[k]! - b)).toBeLessThan(1e-5);
      });
    }),
    { numRuns: 25 },
  );
});

test('adaptive and global pooling: one size for all axes, infinities, first maxima', () => {
  const x = g.tensor([
    [
      [
        [1, 3, 3, 2, 3],
        [3, 0, 0, 0, -Infinity],
      ],
    ],
  ]);
  expect(g.adaptiveMaxPool2d(x, 1).toArray()).toEqual([[[[3]]]]);
  // Bins overlap in the middle column; an infinity outside of a bin does not reach it.
  expect(g.adaptiveAvgPool2d(x, [2, 2]).toArray()).toEqual([
    [
      [
        [Math.fround(7 / 3), Math.fround(8 / 3)],
        [1, -Infinity],
      ],
    ],
  ]);
  const gradient = g.grad((y: g.Tensor<[1, 1, 2, 5]>) => g.sum(g.adaptiveMaxPool2d(y, [1, 2])))(x);
  expect(gradient.toArray()).toEqual([
    [
      [
        [0, 1, 1, 0, 0],
        [0, 0, 0, 0, 0],
      ],
    ],
  ]);
  expect(g.globalMaxPool(x).toArray()).toEqual([[3]]);
  const first = g.grad((y: g.Tensor<[1, 1, 2, 5]>) => g.sum(g.globalMaxPool(y)))(x);
  expect(first.toArray()).toEqual([
    [
      [
        [0, 1, 0, 0, 0],
        [0, 0, 0, 0, 0],
      ],
    ],
  ]);
  expect(g.globalMaxPool(g.cast(x, 'i32')).toArray()).toEqual([[3]]);
  expect(g.adaptiveMaxPool1d(g.ones([2, 3, 4], { dtype: 'i32' }), 3).shape).toEqual([2, 3, 3]);
  expect(g.adaptiveAvgPool3d(g.ones([2, 3, 4, 5, 6]), 2).shape).toEqual([2, 3, 2, 2, 2]);
  expect(g.globalAvgPool(g.zeros([1, 2, 0])).toArray()).toEqual([[Number.NaN, Number.NaN]]);
});

const naiveColumns = (x: Naive, taps: number[], layout: Layout): Naive => {
  const [n, c, ...spatial] = x.shape as [number, number, ...number[]];
  const places = indexes(placesOf(spatial, taps, layout));
  const offsets = indexes(taps);
  return build([n, c * offsets.length, places.length], ([image, row, place]) => {
    const tap = offsets[row! % offsets.length]!;
    const at = tapAt(spatial, places[place!]!, tap, layout);
    return at === null ? 0 : read(x, [image!, Math.floor(row! / offsets.length), ...at]);
  });
};
test('im2col of random layouts, and col2im is its gradient', () => {
  const cases = layouts(2).chain(({ spatial, taps, layout }) => {
    const count = product(placesOf(spatial, taps, layout));
    return fc.tuple(
      fc.constant({ spatial, taps, layout }),
      arrays([2, 2, ...spatial]),
      arrays([2, 2 * product(taps), count]),
    );
  });
  fc.assert(
    fc.property(cases, ([{ spatial, taps, layout }, x, y]) => {
      expect(fromTensor(loose.im2col!(toTensor(x), taps, layout))).toEqual(
        naiveColumns(x, taps, layout),
      );
      const loss = (v: Any): g.Tensor<[]> =>
        g.sum(g.mul(loose.im2col!(v, taps, layout), toTensor(y))) as g.Tensor<[]>;
      const gradient = g.grad(loss)(toTensor(x) as Any);
      const summed = loose.col2im!(toTensor(y), spatial, taps, layout);
      expect(fromTensor(summed)).toEqual(fromTensor(gradient));
    }),
    { numRuns: 30 },
  );
  // A convolution is a product with the columns.
  const image = g.reshape(g.arange(0, 50, { dtype: 'f32' }), [1, 2, 5, 5]);
  const kernel = g.sin(g.reshape(g.arange(0, 54, { dtype: 'f32' }), [3, 2, 3, 3]));
  const columns = g.im2col(image, 3, { padding: 1, stride: 2 });
  const [got, wanted] = [
    g.matmul(g.reshape(kernel, [3, 18]), columns),
    g.reshape(g.conv2d(image, kernel, { padding: 1, stride: 2 }), [1, 3, 9]),
  ].map((t) => fromTensor(t).data);
  wanted!.forEach((b, k) => {
    expect(Math.abs(got![k]! - b)).toBeLessThan(1e-4);
  });
});

test('pixelShuffle of random images, and pixelUnshuffle undoes it', () => {
  const cases = fc
    .tuple(
      fc.integer({ min: 1, max: 3 }),
      fc.array(fc.nat({ max: 3 }), { minLength: 4, maxLength: 4 }),
    )
    .chain(([r, [n, c, h, w]]) => fc.tuple(fc.constant(r), arrays([n!, c! * r * r, h!, w!])));
  fc.assert(
    fc.property(cases, ([r, x]) => {
      const [n, c, h, w] = x.shape as [number, number, number, number];
      const wanted = build([n, c / (r * r), h * r, w * r], ([image, k, i, j]) =>
        read(x, [
          image!,
          k! * r * r + (i! % r) * r + (j! % r),
          Math.floor(i! / r),
          Math.floor(j! / r),
        ]),
      );
      const shuffled = loose.pixelShuffle!(toTensor(x), r);
      expect(fromTensor(shuffled)).toEqual(wanted);
      expect(fromTensor(loose.pixelUnshuffle!(shuffled, r))).toEqual(x);
    }),
    { numRuns: 30 },
  );
});

test('mistakes', () => {
  const x = g.zeros([1, 6, 8, 8]);
  const messages = [
    () => loose.maxPool3d!(x, 2),
    () => loose.avgPool3d!(g.zeros([1, 1, 2, 2, 2]), [3, 1, 1]),
    () => loose.avgPool2d!(x, 3, { dilation: 4 }),
    () => loose.adaptiveAvgPool2d!(x, [2, 2, 2]),
    () => loose.adaptiveAvgPool2d!(x),
    () => loose.adaptiveAvgPool2d!(x, -1),
    () => loose.adaptiveAvgPool1d!(x, 2),
    () => loose.adaptiveAvgPool1d!(g.zeros([1, 1, 4], { dtype: 'i32' }), 2),
    () => loose.adaptiveMaxPool1d!(g.zeros([1, 1, 0]), 2),
    () => loose.globalMaxPool!(g.zeros([1, 1])),
    () => loose.globalMaxPool!(g.zeros([1, 1, 0])),
    () => loose.im2col!(x, 9),
    () => loose.im2col!(g.zeros([6, 8, 8]), 2),
    () => loose.im2col!(x, 2, { strides: 2 }),
    () => loose.col2im!(g.zeros([1, 7, 4]), [2, 2], 2),
    () => loose.col2im!(g.zeros([1, 8, 4]), [2, 2], 2),
    () => loose.col2im!(x, [2, 2], 2),
    () => loose.col2im!(g.zeros([1, 8, 1]), [1, 2], 2),
    () => loose.pixelShuffle!(x, 2),
    () => loose.pixelShuffle!(x, 0),
    () => loose.pixelUnshuffle!(x, 3),
    () => loose.pixelUnshuffle!(g.zeros([8, 8]), 2),
  ].map(errorOf);
  expect(messages.join('\n')).toMatchInlineSnapshot(`
    "ShapeError: maxPool3d: expected an input [N, C, D, H, W], got [1, 6, 8, 8]
    ShapeError: avgPool3d: the 3x1x1 window is larger than the input [1, 1, 2, 2, 2]
    ShapeError: avgPool2d: the 9x9 window is larger than the input [1, 6, 8, 8]
    ArgumentError: adaptiveAvgPool2d: the size has 3 entries for 2 axes
    ArgumentError: adaptiveAvgPool2d: the size must be a whole number >= 0, not NaN
    ArgumentError: adaptiveAvgPool2d: the size must be a whole number >= 0, not -1
    ShapeError: adaptiveAvgPool1d: expected an input [N, C, W], got [1, 6, 8, 8]
    DTypeError: adaptiveAvgPool1d: i32 is not supported (hint: convert with cast(x, 'f32'))
    ShapeError: adaptiveMaxPool1d: the images [1, 1, 0] have no elements to pool
    ShapeError: globalMaxPool: expected an input [N, C, ...spatial], got [1, 1]
    ShapeError: globalMaxPool: the images [1, 1, 0] have no elements to pool
    ShapeError: im2col: the 9x9 window is larger than the input [1, 6, 8, 8]
    ShapeError: im2col: expected an input [N, C, H, W], got [6, 8, 8]
    ArgumentError: im2col: unknown option 'strides' (hint: did you mean 'stride'?)
    ShapeError: col2im: 7 rows are no multiple of the 4 taps
    ShapeError: col2im: 4 places given, but an image [2, 2] has 1
    ShapeError: col2im: expected columns [N, C*KH*KW, places], got [1, 6, 8, 8]
    ShapeError: col2im: the 2x2 window is larger than the input [1, 1, 1, 2]
    ShapeError: pixelShuffle: 6 channels are no multiple of 2 * 2
    ArgumentError: pixelShuffle: the factor must be a whole number >= 1, not 0
    ShapeError: pixelUnshuffle: 8 by 8 does not part into squares of 3
    ShapeError: pixelUnshuffle: expected an input [N, C, H, W], got [8, 8]"
  `);
});
