/** A U-Net for images of 256x256: three levels, batch norm, skip connections. Only its types are used. */

import type { Dim, DimsOf, Tensor } from 'gradloom';
import * as T from 'gradloom';

declare function normal<const S extends readonly number[]>(shape: S): Tensor<DimsOf<S>>;

const conv = <I extends number, O extends number>(i: I, o: O) => ({
  w: normal([o, i, 3, 3]),
  g: T.ones([o, 1, 1]),
  b: T.zeros([o, 1, 1]),
});
const double = <I extends number, O extends number>(i: I, o: O) => ({
  a: conv(i, o),
  b: conv(o, o),
});
const init = () => ({
  down1: double(3, 32),
  down2: double(32, 64),
  down3: double(64, 128),
  bottom: double(128, 256),
  up3: double(384, 128),
  up2: double(192, 64),
  up1: double(96, 32),
  head: { w: normal([21, 32, 1, 1]), b: T.zeros([21]) },
});
interface Params extends ReturnType<typeof init> {}
type Conv<I extends Dim, O extends Dim> = {
  w: Tensor<[O, I, 3, 3]>;
  g: Tensor<[O, 1, 1]>;
  b: Tensor<[O, 1, 1]>;
};
type Double<I extends Dim, O extends Dim> = { a: Conv<I, O>; b: Conv<O, O> };

const convNormRelu = <N extends Dim, I extends Dim, H extends Dim, W extends Dim, O extends Dim>(
  x: Tensor<[N, I, H, W]>,
  p: Conv<I, O>,
) => {
  const y = T.conv2d(x, p.w, { padding: 'same' });
  const centred = T.sub(y, T.mean(y, [0, 2, 3], { keepDims: true }));
  const variance = T.mean(T.mul(centred, centred), [0, 2, 3], { keepDims: true });
  return T.relu(T.add(T.mul(T.div(centred, T.sqrt(T.add(variance, 1e-5))), p.g), p.b));
};
const stage = <N extends Dim, I extends Dim, H extends Dim, W extends Dim, O extends Dim>(
  x: Tensor<[N, I, H, W]>,
  p: Double<I, O>,
) => convNormRelu(convNormRelu(x, p.a), p.b);

type Images = Tensor<['N', 3, 256, 256]>;
type Labels = Tensor<['N', 256, 256], 'i32'>;
const forward = (p: Params, x: Images) => {
  const d1 = stage(x, p.down1);
  const d2 = stage(T.maxPool2d(d1, 2), p.down2);
  const d3 = stage(T.maxPool2d(d2, 2), p.down3);
  const bottom = stage(T.maxPool2d(d3, 2), p.bottom);
  const u3 = stage(T.concat([T.upsample2d(bottom, 2), d3], 1), p.up3);
  const u2 = stage(T.concat([T.upsample2d(u3, 2), d2], 1), p.up2);
  const u1 = stage(T.concat([T.upsample2d(u2, 2), d1], 1), p.up1);
  return T.conv2d(u1, p.head.w, { bias: p.head.b });
};
const diceAndCrossEntropy = (logits: Tensor<['N', 21, 256, 256]>, labels: Labels) => {
  const target = T.permute(T.oneHot(labels, 21), [0, 3, 1, 2]);
  const probabilities = T.softmax(logits, 1);
  const overlap = T.sum(T.mul(probabilities, target), [2, 3]);
  const total = T.add(T.sum(probabilities, [2, 3]), T.sum(target, [2, 3]));
  const dice = T.sub(1, T.mean(T.div(T.mul(overlap, 2), T.add(total, 1e-6))));
  return T.add(dice, T.neg(T.mean(T.sum(T.mul(T.logSoftmax(logits, 1), target), 1))));
};
const loss = (p: Params, x: Images, labels: Labels) => diceAndCrossEntropy(forward(p, x), labels);
const step = T.jit((p: Params, x: Images, labels: Labels) => {
  const [l, g] = T.valueAndGrad(loss)(p, x, labels);
  return [T.tree.map((p, g) => T.sub(p, T.mul(g, 1e-3)), p, g), l] as const;
});
const meanIoU = T.jit((p: Params, x: Images, labels: Labels) => {
  const predicted = T.oneHot(T.argmax(forward(p, x), 1), 21);
  const target = T.oneHot(labels, 21);
  const inter = T.sum(T.mul(predicted, target), [0, 1, 2]);
  const union = T.sub(T.add(T.sum(predicted, [0, 1, 2]), T.sum(target, [0, 1, 2])), inter);
  return T.mean(T.div(inter, T.maximum(union, 1)));
});
export const run = (x: Tensor<[4, 3, 256, 256]>, y: Tensor<[4, 256, 256], 'i32'>) => {
  const [p, l] = step(init(), x, y);
  const map: Tensor<[4, 21, 256, 256]> = T.jit(forward)(p, x);
  return [p, l, meanIoU(p, x, y), map] as const;
};
