/** LeNet-5 with Adam: every intermediate shape is inferred, the batch size is a name. Only its types are used. */

import type { DimsOf, Tensor } from 'gradloom';
import * as T from 'gradloom';

declare function normal<const S extends readonly number[]>(shape: S): Tensor<DimsOf<S>>;

const init = () => ({
  conv1: { w: normal([6, 1, 5, 5]), b: T.zeros([6]) },
  conv2: { w: normal([16, 6, 5, 5]), b: T.zeros([16]) },
  dense1: { w: normal([400, 120]), b: T.zeros([120]) },
  dense2: { w: normal([120, 84]), b: T.zeros([84]) },
  out: { w: normal([84, 10]), b: T.zeros([10]) },
});
interface Params extends ReturnType<typeof init> {}
type Images = Tensor<['N', 1, 28, 28]>;
type Labels = Tensor<['N'], 'i32'>;

const forward = (p: Params, images: Images) => {
  const c1 = T.relu(T.conv2d(images, p.conv1.w, { padding: 'same', bias: p.conv1.b }));
  const s2 = T.maxPool2d(c1, 2);
  const c3 = T.relu(T.conv2d(s2, p.conv2.w, { bias: p.conv2.b }));
  const s4 = T.maxPool2d(c3, 2);
  const flat = T.reshape(s4, [-1, 400]);
  const f5 = T.relu(T.add(T.matmul(flat, p.dense1.w), p.dense1.b));
  const f6 = T.relu(T.add(T.matmul(f5, p.dense2.w), p.dense2.b));
  return T.add(T.matmul(f6, p.out.w), p.out.b);
};

const loss = (p: Params, images: Images, labels: Labels) => {
  const logProbabilities = T.logSoftmax(forward(p, images));
  return T.neg(T.mean(T.sum(T.mul(logProbabilities, T.oneHot(labels, 10)), -1)));
};

const accuracy = T.jit((p: Params, images: Images, labels: Labels) =>
  T.mean(T.cast(T.eq(T.argmax(forward(p, images)), labels), 'f32')),
);

interface AdamState {
  m: Params;
  v: Params;
  t: Tensor<[], 'i32'>;
}
const adam = (p: Params, g: Params, s: AdamState, rate: number): [Params, AdamState] => {
  const m = T.tree.map((m, g) => T.add(T.mul(m, 0.9), T.mul(g, 0.1)), s.m, g);
  const v = T.tree.map((v, g) => T.add(T.mul(v, 0.999), T.mul(T.mul(g, g), 0.001)), s.v, g);
  const t = T.add(s.t, 1);
  const scale = T.div(rate, T.sub(1, T.exp(T.mul(T.cast(t, 'f32'), Math.log(0.9)))));
  const updated = T.tree.map(
    (p, m, v) => T.sub(p, T.mul(scale, T.div(m, T.add(T.sqrt(v as Tensor), 1e-8)))),
    p,
    m,
    v,
  );
  return [updated, { m, v, t }];
};

const step = T.jit((p: Params, s: AdamState, images: Images, labels: Labels) => {
  const [l, g] = T.valueAndGrad(loss)(p, images, labels);
  return [...adam(p, g, s, 1e-3), l] as const;
});

interface Batch {
  images: Tensor<[64, 1, 28, 28]>;
  labels: Tensor<[64], 'i32'>;
}
export const train = (batches: Iterable<Batch>) => {
  let p: Params = init();
  const zeros = T.tree.map((x) => T.mul(x, 0), p);
  let s: AdamState = { m: zeros, v: zeros, t: T.zeros([], { dtype: 'i32' }) };
  for (const { images, labels } of batches) {
    const [p2, s2, l] = step(p, s, images, labels);
    p = p2;
    s = s2;
    const shown: [Tensor<[]>, Tensor<[]>] = [l, accuracy(p, images, labels)];
    console.log(shown);
  }
  return p;
};
