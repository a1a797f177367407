/** Static shapes of functions that arrange, look up and pool, and the mistakes that they catch. */
import type { Dim, Equal, Tensor } from 'gradloom';
import * as T from 'gradloom';

declare function is<X>(): <Y>(y: Y, ...err: Equal<X, Y> extends true ? [] : [got: Y]) => void;
declare function tensor<S, D = 'f32'>(): Tensor<S, D>;
declare const n: number;
const x = T.zeros([32, 784]);
const xb = tensor<['batch', 784]>();
const images = T.zeros([2, 3, 28, 28]);
const any = {} as Tensor;
const i = T.zeros([], { dtype: 'i32' });

// slice: negative steps
is<Tensor<[5, 784], 'f32'>>()(T.slice(x, [[10, 0, -2]]));
is<Tensor<[32, 784], 'f32'>>()(T.slice(x, [[100, null, -1]]));
is<Tensor<[11, 784], 'f32'>>()(T.slice(x, [[null, null, -3]]));
is<Tensor<[3, 784], 'f32'>>()(T.slice(x, [[-1, -4, -1]]));
is<Tensor<[0, 784], 'f32'>>()(T.slice(x, [[0, 10, -1]]));
is<Tensor<[1, 784], 'f32'>>()(T.slice(x, [[0, null, -1]]));
is<Tensor<[number, 784], 'f32'>>()(T.slice(xb, [[5, 0, -1]]));

// pad: what is added and what is cut
is<Tensor<[30, 790], 'f32'>>()(
  T.pad(x, [
    [-3, 1],
    [2, 4],
  ]),
);
is<Tensor<['batch', 785], 'f32'>>()(
  T.pad(xb, [
    [0, 0],
    [0, 1],
  ]),
);
is<Tensor<[number, 784], 'f32'>>()(
  T.pad(xb, [
    [1, 0],
    [0, 0],
  ]),
);
// @ts-expect-error cuts more than there is
T.pad(x, [
  [-30, -3],
  [0, 0],
]);
export const framed = <N extends Dim>(y: Tensor<[N, 3]>) => {
  const wide = T.pad(y, [
    [0, 0],
    [1, 1],
  ]);
  is<Tensor<[N, 5], 'f32'>>()(wide);
  return wide;
};

// axes
is<Tensor<[1, 32, 784, 1], 'f32'>>()(T.unsqueeze(x, [0, -1]));
is<Tensor<[32, 1, 784, 1], 'f32'>>()(T.unsqueeze(x, [3, 1]));
is<Tensor<['batch', 1, 784], 'f32'>>()(T.unsqueeze(xb, 1));
is<Tensor<[3, 28, 2, 28], 'f32'>>()(T.moveAxis(images, 0, 2));
is<Tensor<[28, 2, 3, 28], 'f32'>>()(T.moveAxis(images, -1, 0));
is<Tensor<[784, 'batch'], 'f32'>>()(T.moveAxis(xb, 0, 1));
is<Tensor<[2, 3, 28, 28], 'f32'>>()(T.roll(images, [1, 2], [-1, 0]));
// @ts-expect-error axis
T.unsqueeze(x, [0, 4]);
// @ts-expect-error axis
T.moveAxis(x, 0, 2);
// @ts-expect-error axis
T.roll(x, 1, [0, 2]);

// parts and repetitions
is<[Tensor<[16, 784], 'f32'>, Tensor<[16, 784], 'f32'>]>()(T.split(x, 2));
is<[Tensor<[32, 392], 'f32'>, Tensor<[32, 392], 'f32'>]>()(T.split(x, 2, -1));
is<Tensor<[number, 784], 'f32'>[]>()(T.split(x, n));
is<[Tensor<[number, 784], 'f32'>, Tensor<[number, 784], 'f32'>]>()(T.split(xb, 2));
is<Tensor<[3, 64, 784], 'f32'>>()(T.tile(x, [3, 2, 1]));
is<Tensor<[32, 1568], 'f32'>>()(T.tile(x, 2));
is<Tensor<['batch', 784], 'f32'>>()(T.tile(xb, [1]));
// @ts-expect-error no three equal parts
T.split(x, 3);
// @ts-expect-error the sizes do not add up
T.split(x, [10, 21]);
// @ts-expect-error axis
T.split(x, 2, 2);

// look-ups
const [values, places] = T.topk(x, 5);
is<Tensor<[32, 5], 'f32'>>()(values);
is<Tensor<[32, 5], 'i32'>>()(places);
is<Tensor<[3, 784], 'f32'>>()(T.topk(x, 3, 0, { largest: false })[0]);
is<Tensor<[2, 784], 'f32'>>()(T.topk(xb, 2, 0)[0]);
is<Tensor<[32, 784], 'f32'>>()(T.sort(x, 0, { descending: true })[0]);
is<Tensor<[32, 784], 'i32'>>()(T.sort(x, 0)[1]);
is<Tensor<[4, 10], 'f32'>>()(T.dynamicSlice(x, [i, 0], [4, 10]));
is<Tensor<[1, 784], 'f32'>>()(T.dynamicSlice(xb, [i, i], [1, 784]));
is<Tensor<[4], 'f32'>>()(T.dynamicSlice(any, T.zeros([1], { dtype: 'i32' }), [4]));
is<Tensor<[32, 784], 'f32'>>()(T.dynamicUpdateSlice(x, T.zeros([1, 784]), [i, 0]));
is<Tensor<[32, 784], 'f32'>>()(
  T.scatter(x, T.zeros([32, 2], { dtype: 'i32' }), T.zeros([32, 2]), 1),
);
// @ts-expect-error 33 of 32
T.topk(x, 33, 0);
// @ts-expect-error axis
T.topk(x, 1, 2);
// @ts-expect-error one size per axis
T.dynamicSlice(x, [i, 0], [4]);
// @ts-expect-error larger than the axis
T.dynamicSlice(x, [i, 0], [33, 10]);
// @ts-expect-error floats are no starts
T.dynamicSlice(x, [T.zeros([]), 0], [3, 10]);
// @ts-expect-error larger than the axis
T.dynamicUpdateSlice(x, T.zeros([33, 1]), [i, 0]);
// @ts-expect-error rank
T.dynamicUpdateSlice(x, T.zeros([784]), [i, 0]);
// @ts-expect-error one update per index
T.scatter(x, T.zeros([32, 2], { dtype: 'i32' }), T.zeros([32, 3]), 1);

// pooling
is<Tensor<[2, 3, 12, 12], 'f32'>>()(T.maxPool2d(images, 3, { stride: 2, dilation: 2 }));
is<Tensor<[2, 3, 24, 26], 'f32'>>()(T.avgPool2d(images, 3, { stride: 1, dilation: [2, 1] }));
is<Tensor<[2, 3, 15, 14], 'f32'>>()(
  T.maxPool2d(images, 2, {
    padding: [
      [1, 1],
      [0, 1],
    ],
  }),
);
is<Tensor<[1, 4, 2, 3, 4], 'f32'>>()(T.maxPool3d(T.zeros([1, 4, 4, 6, 8]), 2));
is<Tensor<[1, 4, 3, 5, 7], 'f32'>>()(T.avgPool3d(T.zeros([1, 4, 4, 6, 8]), 2, { stride: 1 }));
is<Tensor<[2, 3, 7, 7], 'f32'>>()(T.adaptiveAvgPool2d(images, 7));
is<Tensor<[2, 3, 5, 1], 'f32'>>()(T.adaptiveMaxPool2d(images, [5, 1]));
is<Tensor<['N', 8, 4], 'f32'>>()(T.adaptiveAvgPool1d(tensor<['N', 8, 'L']>(), 4));
is<Tensor<[2, 1, 3, 3, 3], 'i32'>>()(
  T.adaptiveMaxPool3d(T.zeros([2, 1, 5, 6, 7], { dtype: 'i32' }), 3),
);
is<Tensor<[2, 3], 'f32'>>()(T.globalMaxPool(images));
is<Tensor<any, 'f32'>>()(T.adaptiveAvgPool2d(any, 7));
// @ts-expect-error rank
T.maxPool3d(images, 2);
// @ts-expect-error too large with dilation
T.avgPool2d(images, 3, { dilation: 14 });
// @ts-expect-error one size per axis
T.adaptiveAvgPool2d(images, [7, 7, 7]);
// @ts-expect-error rank
T.adaptiveMaxPool1d(images, 7);
// @ts-expect-error floats only
T.adaptiveAvgPool1d(T.zeros([1, 1, 4], { dtype: 'i32' }), 2);
// @ts-expect-error no spatial axes
T.globalMaxPool(x);

// columns and pixels
is<Tensor<[2, 27, 676], 'f32'>>()(T.im2col(images, 3));
is<Tensor<[2, 18, 196], 'f32'>>()(
  T.im2col(images, [2, 3], {
    padding: [
      [0, 0],
      [1, 0],
    ],
    stride: 2,
  }),
);
is<Tensor<[2, 3, 28, 28], 'f32'>>()(T.col2im(T.zeros([2, 27, 676]), [28, 28], 3));
is<Tensor<['N', 3, 4, 4], 'f32'>>()(T.col2im(tensor<['N', 12, 9]>(), [4, 4], 2));
is<Tensor<[2, 3, 56, 84], 'f32'>>()(T.pixelShuffle(T.zeros([2, 12, 28, 42]), 2));
is<Tensor<[2, 27, 14, 7], 'f32'>>()(T.pixelUnshuffle(T.zeros([2, 3, 42, 21]), 3));
is<Tensor<['N', 4, number, number], 'f32'>>()(T.pixelShuffle(tensor<['N', 16, 'H', 'W']>(), 2));
// @ts-expect-error too large
T.im2col(images, 29);
// @ts-expect-error 26 is no multiple of 9
T.col2im(T.zeros([2, 26, 676]), [28, 28], 3);
// @ts-expect-error channels
T.pixelShuffle(images, 2);
// @ts-expect-error squares
T.pixelUnshuffle(images, 3);

// transposed convolution
is<Tensor<[1, 6, 5, 7, 8], 'f32'>>()(
  T.convTranspose3d(T.zeros([1, 4, 3, 3, 4]), T.zeros([4, 3, 3, 3, 2]), {
    groups: 2,
    stride: [1, 2, 2],
  }),
);
is<Tensor<[1, 2, 8], 'f32'>>()(
  T.convTranspose1d(T.zeros([1, 2, 3]), T.zeros([2, 2, 2]), {
    dilation: 2,
    stride: 3,
    padding: 1,
    outputPadding: 1,
  }),
);
// @ts-expect-error rank
T.convTranspose3d(images, T.zeros([3, 1, 3, 3]));
// @ts-expect-error nothing is left
T.convTranspose1d(T.zeros([1, 2, 3]), T.zeros([2, 2, 2]), { padding: 2 });
// @ts-expect-error channels do not part
T.convTranspose1d(T.zeros([1, 3, 3]), T.zeros([3, 2, 2]), { groups: 2 });
// @ts-expect-error output channels do not part
T.conv1d(T.zeros([1, 4, 3]), T.zeros([3, 2, 2]), { groups: 2 });

// ranges
is<Tensor<[3], 'i32'>>()(T.arange(5, 0, { step: -2 }));
is<Tensor<[4], 'i32'>>()(T.arange(0, 10, { step: 3 }));
