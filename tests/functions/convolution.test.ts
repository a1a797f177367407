/** Convolution, pooling and resizing against loops, and where their gradients go. */
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

const naiveConvolution = (x: Naive, w: Naive, groups: number, layout: Layout): Naive => {
  const [n, , ...spatial] = x.shape as [number, number, ...number[]];
  const [out, each, ...taps] = w.shape as [number, number, ...number[]];
  return build([n, out, ...placesOf(spatial, taps, layout)], ([image, o, ...place]) => {
    const first = Math.floor(o! / (out / groups)) * each;
    let sum = 0;
    for (const [c, ...tap] of indexes([each, ...taps])) {
      const at = tapAt(spatial, place, tap, layout);
      if (at !== null) sum += read(x, [image!, first + c!, ...at]) * read(w, [o!, c!, ...tap]);
    }
    return sum;
  });
};

test.each([1, 2, 3])('conv%sd of random layouts', (axes) => {
  const cases = fc
    .tuple(layouts(axes), fc.integer({ min: 1, max: 2 }), fc.integer({ min: 1, max: 2 }))
    .chain(([laid, groups, each]) =>
      fc.tuple(
        fc.constant({ ...laid, groups }),
        arrays([2, each * groups, ...laid.spatial]),
        arrays([2 * groups, each, ...laid.taps]),
      ),
    );
  fc.assert(
    fc.property(cases, ([{ layout, groups }, x, w]) => {
      const got = loose[`conv${axes}d`]!(toTensor(x), toTensor(w), { ...layout, groups });
      expect(fromTensor(got)).toEqual(naiveConvolution(x, w, groups, layout));
    }),
    { numRuns: axes === 3 ? 10 : 30 },
  );
});

test('padding by name, one number for all axes, and a bias', () => {
  const x = g.reshape(g.arange(16, undefined, { dtype: 'f32' }), [1, 1, 4, 4]);
  const w = g.ones([2, 1, 3, 3]);
  const same = g.conv2d(x, w, { padding: 'same', bias: g.tensor([0, 100]) });
  expect(same.shape).toEqual([1, 2, 4, 4]);
  expect(g.slice(same, [0, 0, 0]).toArray()).toEqual([10, 18, 24, 18]);
  expect(g.slice(same, [0, 1, 0]).toArray()).toEqual([110, 118, 124, 118]);
  expect(g.conv2d(x, w, { padding: 1 }).toArray()).toEqual(
    g
      .conv2d(x, w, {
        padding: [
          [1, 1],
          [1, 1],
        ],
      })
      .toArray(),
  );
  expect(g.conv2d(x, w).shape).toEqual([1, 2, 2, 2]);
  expect(g.conv2d(x, w, { padding: 'valid' }).shape).toEqual([1, 2, 2, 2]);
  // An even window at stride 2: three elements are missing, the odd one stands at the end.
  const even = g.conv1d(g.tensor([[[1, 2, 3, 4, 5]]]), g.tensor([[[1, 1, 1, 1]]]), {
    stride: 2,
    padding: 'same',
  });
  expect(even.toArray()).toEqual([[[6, 14, 9]]]);
  expect(g.conv2d(g.zeros([0, 1, 4, 4]), w).shape).toEqual([0, 2, 2, 2]);
  expect(g.conv2d(g.zeros([1, 0, 4, 4]), g.zeros([2, 0, 3, 3])).toArray()).toEqual(
    g.zeros([1, 2, 2, 2]).toArray(),
  );
});

test.each([1, 2, 3])('convTranspose%sd is the gradient of the convolution', (axes) => {
  const cases = layouts(axes).chain(({ spatial, taps, layout }) => {
    const padding = layout.padding.map(([low]) => low);
    const both = { ...layout, padding: padding.map((p): [number, number] => [p, p]) };
    const places = placesOf(spatial, taps, both);
    return fc.tuple(
      fc.constant({ spatial, both, padding, places }),
      arrays([1, 2, ...places.map((p) => Math.max(p, 1))]),
      arrays([2, 3, ...taps]),
    );
  });
  fc.assert(
    fc.property(cases, ([{ spatial, both, padding, places }, y, w]) => {
      fc.pre(places.every((p) => p >= 1));
      const taps = w.shape.slice(2);
      const size = places.map(
        (p, k) =>
          (p - 1) * both.stride[k]! - 2 * padding[k]! + (taps[k]! - 1) * both.dilation[k]! + 1,
      );
      const outputPadding = spatial.map((n, k) => n - size[k]!);
      const got = loose[`convTranspose${axes}d`]!(toTensor(y), toTensor(w), {
        stride: both.stride,
        dilation: both.dilation,
        padding,
        outputPadding,
      });
      const convolved = (x: Any): g.Tensor<[]> =>
        g.sum(g.mul(loose[`conv${axes}d`]!(x, toTensor(w), both), toTensor(y))) as g.Tensor<[]>;
      const gradient = g.grad(convolved)(g.zeros([1, 3, ...spatial]) as Any);
      expect(fromTensor(got)).toEqual(fromTensor(gradient));
    }),
    { numRuns: 25 },
  );
  const [x, w] = [g.ones([1, 2, 3, 3]), g.ones([2, 1, 2, 2])];
  const grouped = g.convTranspose2d(x, w, { groups: 2, bias: g.tensor([1, 2]) });
  expect(g.slice(grouped, [0, null, 0, 0]).toArray()).toEqual([2, 3]);
});

test('resize: nearest copies, linear mixes', () => {
  const sizes = fc.tuple(
    fc.integer({ min: 1, max: 7 }),
    fc.integer({ min: 1, max: 7 }),
    fc.integer({ min: 1, max: 9 }),
    fc.integer({ min: 1, max: 9 }),
  );
  const cases = sizes.chain(([h, w, toH, toW]) =>
    fc.tuple(arrays([1, 2, h, w]), fc.constant([toH, toW])),
  );
  fc.assert(
    fc.property(cases, ([x, size]) => {
      const [h, w] = x.shape.slice(2) as [number, number];
      const wanted = build([1, 2, ...size], ([n, c, i, j]) =>
        read(x, [n!, c!, Math.floor((i! * h) / size[0]!), Math.floor((j! * w) / size[1]!)]),
      );
      expect(fromTensor(loose.resize!(toTensor(x), { size }))).toEqual(wanted);
      for (const alignCorners of [false, true]) {
        const source = (k: number, from: number, to: number): number => {
          if (alignCorners) return to === 1 ? 0 : (k * (from - 1)) / (to - 1);
          return Math.min(Math.max(((k + 0.5) * from) / to - 0.5, 0), from - 1);
        };
        const linear = build([1, 2, ...size], ([n, c, i, j]) => {
          const [y, z] = [source(i!, h, size[0]!), source(j!, w, size[1]!)];
          const at = (a: number, b: number): number =>
            read(x, [n!, c!, Math.min(a, h - 1), Math.min(b, w - 1)]);
          const [top, left] = [Math.floor(y), Math.floor(z)];
          const [v, u] = [y - top, z - left];
          const above = at(top, left) * (1 - u) + at(top, left + 1) * u;
          const below = at(top + 1, left) * (1 - u) + at(top + 1, left + 1) * u;
          return above * (1 - v) + below * v;
        });
        const got = fromTensor(loose.resize!(toTensor(x), { size, mode: 'linear', alignCorners }));
        expect(got.shape).toEqual(linear.shape);
        linear.data.forEach((b, k) => {
          expect(Math.abs(got.data[k]! - b)).toBeLessThan(2e-5);
        });
      }
    }),
    { numRuns: 60 },
  );
  expect(g.upsample2d(g.tensor([[[[1, 2]]]]), 2).toArray()).toEqual([
    [
      [
        [1, 1, 2, 2],
        [1, 1, 2, 2],
      ],
    ],
  ]);
  // Products of place and length beyond the exact integers of f32 must still round down.
  const long = g.resize(g.reshape(g.arange(10007), [1, 1, 10007]), { size: [10005] }).toArray();
  const wanted = Array.from({ length: 10005 }, (_, k) => Math.floor((k * 10007) / 10005));
  expect(long[0]![0]).toEqual(wanted);
});

test('mistakes', () => {
  const [x, w] = [g.zeros([1, 2, 8, 8]), g.zeros([4, 2, 3, 3])];
  const messages = [
    () => loose.conv2d!(g.zeros([2, 8, 8]), w),
    () => loose.conv2d!(x, g.zeros([4, 2, 3])),
    () => loose.conv2d!(x, g.zeros([4, 3, 3, 3])),
    () => loose.conv2d!(x, w, { groups: 2 }),
    () => loose.conv2d!(x, g.zeros([3, 1, 3, 3]), { groups: 2 }),
    () => loose.conv2d!(x, g.zeros([4, 2, 9, 9])),
    () => loose.conv2d!(x, w, { dilation: 4 }),
    () => loose.conv2d!(x, w, { strides: 2 }),
    () => loose.conv2d!(x, w, { stride: 0 }),
    () => loose.conv2d!(x, w, { stride: [1] }),
    () => loose.conv2d!(x, w, { padding: 'full' }),
    () => loose.conv2d!(x, w, { padding: -1 }),
    () => loose.conv2d!(x, w, { padding: [1, 1] }),
    () => loose.conv2d!(x, w, { padding: [[1, 1]] }),
    () => loose.conv2d!(x, w, { bias: g.zeros([3]) }),
    () => loose.conv2d!(x, w, { bias: 1 }),
    () => loose.conv2d!(x, g.zeros([4, 2, 3, 3], { dtype: 'f64' })),
    () => loose.conv1d!(x, w),
    () => loose.convTranspose2d!(x, g.zeros([3, 4, 3, 3])),
    () => loose.convTranspose2d!(x, g.zeros([2, 4, 3, 3]), { padding: 5 }),
    () => loose.convTranspose2d!(x, g.zeros([2, 4, 3, 3]), { groups: 3 }),
    () => loose.maxPool2d!(x, 9),
    () => loose.maxPool2d!(x, 0),
    () => loose.maxPool2d!(x),
    () => loose.maxPool2d!(x, [2, 2, 2]),
    () => loose.maxPool2d!(g.zeros([8, 8]), 2),
    () => loose.avgPool2d!(g.zeros([1, 1, 8, 8], { dtype: 'i32' }), 2),
    () => loose.avgPool2d!(x, 2, { countIncludePads: false }),
    () => loose.globalAvgPool!(g.zeros([1, 2])),
    () => loose.resize!(x, { size: [4] }),
    () => loose.resize!(x, { size: [4, 4], mode: 'cubic' }),
    () => loose.resize!(x, { size: [4, 4], alignCorners: true }),
    () => loose.resize!(x),
    () => loose.upsample2d!(x, 1.5),
    () => loose.upsample2d!(g.zeros([1, 8, 8]), 2),
  ].map(errorOf);
  expect(messages.join('\n')).toMatchInlineSnapshot(`
    "ShapeError: conv2d: expected an input [N, C, H, W], got [2, 8, 8]
    ShapeError: conv2d: expected a kernel [O, C, KH, KW], got [4, 2, 3]
    ShapeError: conv2d: input has 2 channels but the kernel expects 3 (input [1, 2, 8, 8] NCHW, kernel [4, 3, 3, 3] OIHW)
    ShapeError: conv2d: input has 2 channels but the kernel expects 4 (input [1, 2, 8, 8] NCHW, kernel [4, 2, 3, 3] OIHW)
    ShapeError: conv2d: 3 output channels do not part into 2 groups
    ShapeError: conv2d: the 9x9 window is larger than the input [1, 2, 8, 8]
    ShapeError: conv2d: the 9x9 window is larger than the input [1, 2, 8, 8]
    ArgumentError: conv2d: unknown option 'strides' (hint: did you mean 'stride'?)
    ArgumentError: conv2d: stride must be a whole number >= 1, not 0
    ArgumentError: conv2d: stride has 1 entries for 2 axes
    ArgumentError: conv2d: padding must be a number, 'same', 'valid' or pairs per axis, not 'full'
    ArgumentError: conv2d: padding must be a whole number >= 0, not -1
    ArgumentError: conv2d: padding needs one pair [before, after] per spatial axis
    ArgumentError: conv2d: padding has 1 entries for 2 axes
    ShapeError: conv2d: expected a bias [4], got [3]
    ArgumentError: conv2d: expected a tensor, not a number (hint: make one with tensor(data))
    DTypeError: conv2d: dtypes f32 and f64 differ; convert one with cast
    ShapeError: conv1d: expected an input [N, C, W], got [1, 2, 8, 8]
    ShapeError: convTranspose2d: input has 2 channels but the kernel expects 3 (input [1, 2, 8, 8], kernel [3, 4, 3, 3])
    ShapeError: convTranspose2d: the padding leaves nothing of the result for [1, 2, 8, 8]
    ShapeError: convTranspose2d: 2 channels do not part into 3 groups
    ShapeError: maxPool2d: the 9x9 window is larger than the input [1, 2, 8, 8]
    ArgumentError: maxPool2d: the window must be a whole number >= 1, not 0
    ArgumentError: maxPool2d: the window must be a whole number >= 1, not NaN
    ArgumentError: maxPool2d: the window has 3 entries for 2 axes
    ShapeError: maxPool2d: expected an input [N, C, H, W], got [8, 8]
    DTypeError: avgPool2d: i32 is not supported (hint: convert with cast(x, 'f32'))
    ArgumentError: avgPool2d: unknown option 'countIncludePads' (hint: did you mean 'countIncludePad'?)
    ShapeError: globalAvgPool: expected an input [N, C, ...spatial], got [1, 2]
    ShapeError: resize: 1 sizes given for the images [1, 2, 8, 8]
    ArgumentError: resize: mode must be 'nearest' or 'linear', not 'cubic'
    ArgumentError: resize: alignCorners needs mode 'linear'
    ArgumentError: resize: the shape must be an array, not undefined
    ArgumentError: upsample2d: the factor must be a whole number >= 1, not 1.5
    ShapeError: upsample2d: expected an input [N, C, H, W], got [1, 8, 8]"
  `);
});
