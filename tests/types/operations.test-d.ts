/** Static shapes and dtypes of the array functions, and the mistakes that they catch. */

import type { Dim, Equal, Shape, Tensor } from 'gradloom';
import * as T from 'gradloom';

declare function is<X>(): <Y>(y: Y, ...err: Equal<X, Y> extends true ? [] : [got: Y]) => void;
declare const n: number;
declare function tensor<S, D = 'f32'>(): Tensor<S, D>;
const x = T.zeros([32, 784]),
  w = T.zeros([784, 128]),
  b = T.zeros([128]),
  y = T.zeros([32], { dtype: 'i32' });
const xb = tensor<['batch', 784]>(),
  xu = T.zeros([n, 784]);
is<Tensor<[32, 784], 'f32'>>()(x);
is<Tensor<[32], 'i32'>>()(y);
is<Tensor<[number, 784], 'f32'>>()(xu);
is<Tensor<['batch', 784], 'f32'>>()(xb);

// broadcasting
is<Tensor<[32, 128], 'f32'>>()(T.add(T.matmul(x, w), b));
is<Tensor<['batch', 128], 'f32'>>()(T.add(T.matmul(xb, w), b));
is<Tensor<[number, 128], 'f32'>>()(T.add(T.matmul(xu, w), b));
is<Tensor<[32, 784], 'f32'>>()(T.add(x, xu));
is<Tensor<[number, 784], 'f32'>>()(T.add(xu, x));
is<Tensor<[32, 784], 'f32'>>()(T.mul(2, x));
is<Tensor<[32, 784], 'f32'>>()(T.mul(x, 2));
is<Tensor<[8, 4, 3], 'f32'>>()(T.add(T.zeros([8, 1, 3]), T.zeros([4, 1])));
is<Tensor<any, 'f32'>>()(T.add(T.zeros([8, 1, 3]), {} as Tensor));
// @ts-expect-error 784 vs 128
T.add(x, b);
// @ts-expect-error dtype
T.add(x, T.zeros([784], { dtype: 'i32' }));
// @ts-expect-error symbol against literal
T.add(xb, x);

// matmul
is<Tensor<[8, 12, 16, 16], 'f32'>>()(T.matmul(T.zeros([8, 12, 16, 64]), T.zeros([8, 12, 64, 16])));
is<Tensor<[8, 12, 16, 5], 'f32'>>()(T.matmul(T.zeros([8, 12, 16, 64]), T.zeros([64, 5])));
is<Tensor<[], 'f32'>>()(T.matmul(T.zeros([3]), T.zeros([3])));
is<Tensor<[2], 'f32'>>()(T.matmul(T.zeros([2, 3]), T.zeros([3])));
// @ts-expect-error inner
T.matmul(x, b);

// reductions
is<Tensor<[], 'f32'>>()(T.sum(x));
is<Tensor<[32], 'f32'>>()(T.sum(x, 1));
is<Tensor<[32], 'f32'>>()(T.sum(x, -1));
is<Tensor<[32, 1], 'f32'>>()(T.mean(x, -1, { keepDims: true }));
is<Tensor<[3], 'f32'>>()(T.sum(T.zeros([2, 3, 4]), [0, 2]));
is<Tensor<[1, 3, 1], 'f32'>>()(T.sum(T.zeros([2, 3, 4]), [0, -1], { keepDims: true }));
is<Tensor<[32], 'i32'>>()(T.argmax(x));
is<Tensor<[784], 'i32'>>()(T.argmax(x, 0));
is<Tensor<[32, 784], 'f32'>>()(T.softmax(x));
is<Tensor<[32, 784], 'f32'>>()(T.softmax(x, 0));
// @ts-expect-error axis
T.sum(x, 2);
// @ts-expect-error axis
T.softmax(x, -3);

// reshape, transpose, permute
is<Tensor<[32, 28, 28, 1], 'f32'>>()(T.reshape(x, [32, 28, 28, 1]));
is<Tensor<[32, 28, 28, 1], 'f32'>>()(T.reshape(x, [32, 28, 28, -1]));
is<Tensor<['batch', 28, 28, 1], 'f32'>>()(T.reshape(xb, [T.shape(xb)[0], 28, 28, 1]));
is<Tensor<['batch', 28, 28], 'f32'>>()(T.reshape(xb, [-1, 28, 28]));
is<Tensor<[number, 28, 28], 'f32'>>()(T.reshape(xu, [-1, 28, 28]));
is<Tensor<[number, 28, 28], 'f32'>>()(T.reshape(xu, [n, 28, 28]));
is<Tensor<[28, 28], 'f32'>>()(T.reshape({} as Tensor, [28, 28]));
is<Tensor<[0, 7], 'f32'>>()(T.reshape(T.zeros([2, 0]), [0, 7]));
// @ts-expect-error product
T.reshape(x, [32, 28, 29]);
// @ts-expect-error not a multiple
T.reshape(x, [-1, 1000]);
// @ts-expect-error symbol lost
T.reshape(xb, [784]);
is<Tensor<[784, 32], 'f32'>>()(T.transpose(x));
is<Tensor<[2, 4, 3], 'f32'>>()(T.transpose(T.zeros([2, 3, 4])));
is<Tensor<[4, 2, 3], 'f32'>>()(T.permute(T.zeros([2, 3, 4]), [2, 0, 1]));
// @ts-expect-error
T.permute(T.zeros([2, 3, 4]), [2, 0, 0]);
// @ts-expect-error
T.permute(T.zeros([2, 3, 4]), [1, 0]);

// concat, stack, slice, take
is<Tensor<[32, 912], 'f32'>>()(T.concat([x, T.zeros([32, 128])], 1));
is<Tensor<[32, 912], 'f32'>>()(T.concat([x, T.zeros([32, 128])], -1));
is<Tensor<[number, 784], 'f32'>>()(T.concat([xb, x], 0));
is<Tensor<[6, 2], 'f32'>>()(T.concat([T.zeros([1, 2]), T.zeros([2, 2]), T.zeros([3, 2])], 0));
// @ts-expect-error
T.concat([x, T.zeros([31, 128])], 1);
is<Tensor<[2, 32, 784], 'f32'>>()(T.stack([x, x]));
is<Tensor<[32, 2, 784], 'f32'>>()(T.stack([x, xu], 1));
// @ts-expect-error
T.stack([x, w]);
is<Tensor<[16, 784], 'f32'>>()(T.slice(x, [[16, 32]]));
is<Tensor<[784], 'f32'>>()(T.slice(x, [0]));
is<Tensor<[32, 10], 'f32'>>()(T.slice(x, [null, [5, 15]]));
// @ts-expect-error
T.slice(x, [0, 0, 0]);
is<Tensor<[16, 784], 'f32'>>()(T.slice(x, [[-16, null]]));
is<Tensor<[31, 784], 'f32'>>()(T.slice(x, [[0, -1]]));
is<Tensor<[11, 784], 'f32'>>()(T.slice(x, [[0, null, 3]]));
is<Tensor<[0, 784], 'f32'>>()(T.slice(x, [[20, 10]]));
is<Tensor<[2, 784], 'f32'>>()(T.slice(x, [[30, 100]]));
is<Tensor<[32, 784], 'f32'>>()(T.slice(x, [[null, null, -1]]));
is<Tensor<[5, 784], 'f32'>>()(T.slice(x, [[10, 0, -2]]));
is<Tensor<[number, 784], 'f32'>>()(T.slice(xb, [[0, 5]]));
is<Tensor<['batch', 10], 'f32'>>()(T.slice(xb, [null, [774, null]]));
is<Tensor<[784], 'f32'>>()(T.slice(xb, [-1]));
is<Tensor<[784], 'f32'>>()(T.at(x, 31));
is<Tensor<[784], 'f32'>>()(x.at(-32));
// @ts-expect-error 32 is beyond the last row
T.slice(x, [32]);
// @ts-expect-error there are no 33 rows
T.at(x, -33);

is<Tensor<[8, 16, 768], 'f32'>>()(
  T.take(T.zeros([50257, 768]), T.zeros([8, 16], { dtype: 'i32' })),
);
is<Tensor<[32, 10], 'f32'>>()(T.oneHot(y, 10));
// @ts-expect-error float ids
T.take(T.zeros([50257, 768]), T.zeros([8, 16]));

// einsum
const q = T.zeros([8, 12, 16, 64]);
is<Tensor<[8, 12, 16, 16], 'f32'>>()(T.einsum('bhid,bhjd->bhij', q, q));
is<Tensor<[784, 128], 'f32'>>()(T.einsum('ij->ij', w));
is<Tensor<[128, 784], 'f32'>>()(T.einsum('ij->ji', w));
is<Tensor<[], 'f32'>>()(T.einsum('ij->', w));
is<Tensor<['batch', 128], 'f32'>>()(T.einsum('bi,ij->bj', xb, w));
is<Tensor<[32, 128], 'f32'>>()(T.einsum('bi,ij->bj', x, T.zeros([n, 128])));
// @ts-expect-error
T.einsum('bi,ij->bj', x, x);
// @ts-expect-error
T.einsum('bi,ij->bk', x, w);
// @ts-expect-error
T.einsum('bic,ij->bj', x, w);
// @ts-expect-error
T.einsum('bi,ij,jk->bk', x, w);

// convolution and pooling
is<Tensor<[32, 6, 28, 28], 'f32'>>()(
  T.conv2d(T.zeros([32, 1, 28, 28]), T.zeros([6, 1, 5, 5]), { padding: 'same' }),
);
is<Tensor<[32, 6, 24, 24], 'f32'>>()(T.conv2d(T.zeros([32, 1, 28, 28]), T.zeros([6, 1, 5, 5])));
is<Tensor<[32, 64, 112, 112], 'f32'>>()(
  T.conv2d(T.zeros([32, 3, 224, 224]), T.zeros([64, 3, 7, 7]), { stride: 2, padding: 3 }),
);
is<Tensor<[32, 64, 112, 75], 'f32'>>()(
  T.conv2d(T.zeros([32, 3, 224, 224]), T.zeros([64, 3, 7, 3]), {
    stride: [2, 3],
    padding: [
      [3, 3],
      [0, 1],
    ],
  }),
);
is<Tensor<[2, 8, 24, 24], 'f32'>>()(
  T.conv2d(T.zeros([2, 4, 28, 28]), T.zeros([8, 2, 3, 3]), { dilation: 2, groups: 2 }),
);
is<Tensor<['N', 64, 'H', 'H'], 'f32'>>()(
  T.conv2d(tensor<['N', 3, 'H', 'H']>(), T.zeros([64, 3, 3, 3]), { padding: 1 }),
);
is<Tensor<['N', 64, number, number], 'f32'>>()(
  T.conv2d(tensor<['N', 3, 'H', 'H']>(), T.zeros([64, 3, 3, 3]), { stride: 2, padding: 1 }),
);
is<Tensor<[2, 8, 98], 'f32'>>()(
  T.conv1d(T.zeros([2, 4, 100]), T.zeros([8, 4, 3]), { bias: T.zeros([8]) }),
);
is<Tensor<[2, 8, 6, 6, 6], 'f32'>>()(T.conv3d(T.zeros([2, 4, 8, 8, 8]), T.zeros([8, 4, 3, 3, 3])));
is<Tensor<[2, 8, 16, 16], 'f32'>>()(
  T.convTranspose2d(T.zeros([2, 4, 8, 8]), T.zeros([4, 8, 4, 4]), { stride: 2, padding: 1 }),
);
is<Tensor<[2, 8, 16, 16], 'f32'>>()(
  T.convTranspose2d(T.zeros([2, 4, 8, 8]), T.zeros([4, 8, 3, 3]), {
    stride: 2,
    padding: 1,
    outputPadding: 1,
  }),
);
is<Tensor<[32, 6, 14, 14], 'f32'>>()(T.maxPool2d(T.zeros([32, 6, 28, 28]), 2));
is<Tensor<[32, 6, 13, 13], 'f32'>>()(T.maxPool2d(T.zeros([32, 6, 28, 28]), 3, { stride: 2 }));
is<Tensor<[32, 6, 14, 9], 'f32'>>()(T.avgPool2d(T.zeros([32, 6, 28, 28]), [2, 3]));
is<Tensor<[32, 6], 'f32'>>()(T.globalAvgPool(T.zeros([32, 6, 28, 28])));
is<Tensor<[32, 6, 56, 56], 'f32'>>()(T.upsample2d(T.zeros([32, 6, 28, 28]), 2));
is<Tensor<[32, 6, 10, 20], 'f32'>>()(T.resize(T.zeros([32, 6, 28, 28]), { size: [10, 20] }));
// @ts-expect-error channels
T.conv2d(T.zeros([32, 3, 28, 28]), T.zeros([6, 1, 5, 5]));
// @ts-expect-error channels of groups
T.conv2d(T.zeros([32, 4, 28, 28]), T.zeros([6, 4, 5, 5]), { groups: 2 });
// @ts-expect-error too large
T.conv2d(T.zeros([32, 1, 4, 4]), T.zeros([6, 1, 5, 5]));
// @ts-expect-error too large with dilation
T.conv2d(T.zeros([32, 1, 8, 8]), T.zeros([6, 1, 5, 5]), { dilation: 2 });
// @ts-expect-error dtypes
T.conv2d(T.zeros([32, 1, 8, 8]), T.zeros([6, 1, 5, 5], { dtype: 'f64' }));
// @ts-expect-error unknown option
T.conv2d(T.zeros([32, 1, 8, 8]), T.zeros([6, 1, 5, 5]), { strides: 2 });
// @ts-expect-error rank
T.maxPool2d(T.zeros([6, 28, 28]), 2);
// @ts-expect-error sizes
T.resize(T.zeros([1, 6, 28, 28]), { size: [10] });
// @ts-expect-error channels
T.convTranspose2d(T.zeros([2, 4, 8, 8]), T.zeros([3, 8, 4, 4]));

// generic functions: symbols are type parameters, bodies are checked without casts
export const dense = <N extends Dim, I extends Dim, O extends Dim>(
  x: Tensor<[N, I]>,
  w: Tensor<[I, O]>,
  b: Tensor<[O]>,
) => T.add(T.matmul(x, w), b);
is<Tensor<[32, 128], 'f32'>>()(dense(x, w, b));
is<Tensor<['batch', 128], 'f32'>>()(dense(xb, w, b));
is<Tensor<[number, 128], 'f32'>>()(dense(xu, w, b));
// @ts-expect-error
dense(x, w, T.zeros([127]));
const loss = <N extends Dim>(x: Tensor<[N, 784]>, w: Tensor<[784, 10]>, y: Tensor<[N], 'i32'>) => {
  const logits = T.matmul(x, w);
  is<Tensor<[N, 10], 'f32'>>()(logits);
  const centred = T.sub(logits, T.max(logits, 1, { keepDims: true }));
  is<Tensor<[N, 10], 'f32'>>()(centred);
  const lp = T.mul(T.logSoftmax(centred), T.oneHot(y, 10));
  is<Tensor<[N, 10], 'f32'>>()(lp);
  // @ts-expect-error
  T.add(x, logits);
  return T.neg(T.mean(T.sum(lp, 1)));
};
is<Tensor<[], 'f32'>>()(loss(x, T.zeros([784, 10]), y));
// @ts-expect-error batch sizes differ
loss(x, T.zeros([784, 10]), T.zeros([64], { dtype: 'i32' }));
const swish = <S extends Shape>(x: Tensor<S>) => T.mul(x, T.sigmoid(T.mul(x, 1.702)));
is<Tensor<[32, 784], 'f32'>>()(swish(x));
const convBlock = <N extends Dim, H extends Dim, C extends Dim, F extends Dim>(
  x: Tensor<[N, C, H, H]>,
  k: Tensor<[F, C, 3, 3]>,
) => T.relu(T.conv2d(x, k, { padding: 'same' }));
is<Tensor<[4, 16, 32, 32], 'f32'>>()(convBlock(T.zeros([4, 3, 32, 32]), T.zeros([16, 3, 3, 3])));
const down = <N extends Dim, H extends Dim, C extends Dim>(x: Tensor<[N, C, H, H]>) =>
  T.maxPool2d(x, 2);
is<Tensor<[4, 3, 16, 16], 'f32'>>()(down(T.zeros([4, 3, 32, 32])));

// sizes: numbers that remember the name of their dimension
export const rnnStart = (x: Tensor<['T', 'B', 64]>) => {
  const [t, b, d] = T.shape(x);
  is<64>()(d);
  is<Tensor<['B', 128], 'f32'>>()(T.zeros([b, 128]));
  is<Tensor<[number, 128], 'f32'>>()(T.zeros([b * 2, 128]));
  is<Tensor<['T', 'B', 8, 8], 'f32'>>()(T.reshape(x, [t, b, 8, 8]));
  // @ts-expect-error 9 * 8
  T.reshape(x, [t, b, 9, 8]);
  // @ts-expect-error T twice
  return T.reshape(x, [t, t, 8, 8]);
};
const fixed = [2, 3] as const;
is<Tensor<[2, 3], 'f32'>>()(T.zeros(fixed));
const dynamic: number[] = [1, 2];
is<Tensor<number[], 'f32'>>()(T.zeros(dynamic));
is<Tensor<any, 'f32'>>()(T.add(T.zeros(dynamic), x));

// dtypes: the context never decides, JavaScript numbers take the tensor's
is<Tensor<[2], 'i32'>>()(T.add(T.zeros([2], { dtype: 'i32' }), 1));
is<Tensor<[2], 'bool'>>()(T.lt(T.zeros([2]), 1));
// @ts-expect-error f32, whatever the variable says
const wrong: Tensor<[2], 'i32'> = T.zeros([2]);

export { wrong };

// @ts-expect-error products need one dtype
T.matmul(x, T.zeros([784, 2], { dtype: 'f64' }));
// @ts-expect-error integers have no root
T.sqrt(y);
is<Tensor<[32], 'f32'>>()(T.cast(y, 'f32'));
is<Tensor<[32, 784], 'f32'>>()(T.where(T.gt(x, 0), x, 0));
is<Tensor<[32, 784], 'f32'>>()(T.lerp(x, 1, 0.5));
is<Tensor<[32, 784], 'f32'>>()(T.maskedFill(x, T.gt(x, 0), 1));
// @ts-expect-error the condition does not broadcast
T.where(T.gt(T.zeros([5]), 0), x, 0);

// creation
is<Tensor<[2, 3], 'f32'>>()(
  T.tensor([
    [1, 2, 3],
    [4, 5, 6],
  ]),
);
is<Tensor<[], 'f32'>>()(T.tensor(3));
is<Tensor<[2], 'bool'>>()(T.tensor([true, false]));
is<Tensor<[3, 2], 'i32'>>()(T.tensor([1, 2, 3, 4, 5, 6], { shape: [3, 2], dtype: 'i32' }));
is<Tensor<[number], 'i32'>>()(T.tensor(new Int32Array(4)));
is<Tensor<[2, 2], 'f64'>>()(T.tensor(new Float64Array(4), { shape: [2, 2] }));
is<Tensor<[number, number], 'f32'>>()(T.tensor([] as number[][]));
is<Tensor<[10], 'i32'>>()(T.arange(10));
is<Tensor<[7], 'i32'>>()(T.arange(3, 10));
is<Tensor<[number], 'f32'>>()(T.arange(0, 1, { step: 0.25, dtype: 'f32' }));
is<Tensor<[5], 'f32'>>()(T.linspace(0, 1, 5));
is<Tensor<[3, 3], 'f32'>>()(T.eye(3));
is<Tensor<[3, 4], 'bool'>>()(T.eye(3, 4, { dtype: 'bool' }));
is<Tensor<[32], 'i32'>>()(T.zerosLike(y));
is<Tensor<[32], 'f64'>>()(T.onesLike(y, { dtype: 'f64' }));

// more layout
is<Tensor<[784, 32], 'f32'>>()(T.transpose(x, 0, 1));
is<Tensor<[4, 3, 2], 'f32'>>()(T.transpose(T.zeros([2, 3, 4]), 0, -1));
is<Tensor<[4, 2, 3], 'f32'>>()(T.permute(T.zeros([2, 3, 4]), [-1, 0, 1]));
is<Tensor<[2, 4], 'f32'>>()(T.squeeze(T.zeros([2, 1, 4]), 1));
is<Tensor<[2, 4], 'f32'>>()(T.squeeze(T.zeros([1, 2, 1, 4])));
is<Tensor<[32, 1, 784], 'f32'>>()(T.unsqueeze(x, 1));
is<Tensor<[32, 784, 1], 'f32'>>()(T.unsqueeze(x, -1));
is<Tensor<[5, 32, 784], 'f32'>>()(T.broadcastTo(x, [5, 32, 784]));
is<Tensor<[34, 784], 'f32'>>()(
  T.pad(x, [
    [1, 1],
    [0, 0],
  ]),
);
is<Tensor<[32, 392], 'f32'>>()(T.split(x, 2, 1)[0]!);
is<[Tensor<[10, 784], 'f32'>, Tensor<[22, 784], 'f32'>]>()(T.split(x, [10, 22]));
is<Tensor<[64, 784], 'f32'>>()(T.repeat(x, 2, 0));
is<Tensor<[64, 784], 'f32'>>()(T.tile(x, [2, 1]));
// @ts-expect-error axis
T.transpose(x, 0, 2);
// @ts-expect-error not of length 1
T.squeeze(x, 0);
// @ts-expect-error axis
T.unsqueeze(x, 3);
// @ts-expect-error shapes
T.broadcastTo(x, [32, 785]);
// @ts-expect-error one pair per axis
T.pad(x, [[1, 1]]);
// @ts-expect-error axis
T.flip(x, 2);

// more products and look-ups
is<Tensor<[], 'f32'>>()(T.dot(b, b));
is<Tensor<[128, 784], 'f32'>>()(T.outer(b, T.zeros([784])));
is<Tensor<[32, 784], 'f32'>>()(T.linear(T.zeros([32, 128]), w, T.zeros([784])));
is<Tensor<[50257, 5], 'f32'>>()(T.take(T.zeros([50257, 768]), T.zeros([5], { dtype: 'i32' }), 1));
is<Tensor<[5, 768], 'f32'>>()(T.embedding(T.zeros([50257, 768]), T.zeros([5], { dtype: 'i32' })));
is<Tensor<[32, 3], 'f32'>>()(T.takeAlongAxis(x, T.zeros([32, 3], { dtype: 'i32' }), 1));
is<Tensor<[32, 784], 'i32'>>()(T.argsort(x));
is<Tensor<[], 'i32'>>()(T.argmax(x, null));
is<Tensor<[32, 1], 'f32'>>()(T.logsumexp(x, 1, { keepDims: true }));
is<Tensor<[32], 'f32'>>()(T.variance(x, 1, { correction: 1 }));
is<Tensor<[], 'bool'>>()(T.any(T.gt(x, 0)));
// @ts-expect-error lengths
T.dot(b, T.zeros([127]));
// @ts-expect-error features
T.linear(x, w);
// @ts-expect-error bias
T.linear(T.zeros([32, 128]), w, b);
// @ts-expect-error axis
T.take(x, y, 2);

// methods say the same as functions
is<Tensor<[32, 128], 'f32'>>()(x.matmul(w).add(b).relu());
is<Tensor<[32], 'f32'>>()(x.mean(-1));
is<Tensor<[32, 28, 28], 'f32'>>()(x.reshape([-1, 28, 28]));
is<number[][]>()(x.toArray());
is<number>()(x.sum().item());
is<boolean>()(T.any(x).item());
is<Promise<Int32Array>>()(y.data());
is<Float32Array>()(x.dataSync());
// @ts-expect-error 784 and 128
x.add(b);
// @ts-expect-error inner dimensions
x.matmul(b);
// @ts-expect-error a tensor is no number
export const sum = x + x;
