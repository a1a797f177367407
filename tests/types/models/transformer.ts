/** A decoder in the style of GPT-2: two blocks, a causal loss and decoding with a cache. Only its types are used. */

import type { Dim, DimsOf, Tensor } from 'gradloom';
import * as T from 'gradloom';

declare function normal<const S extends readonly number[]>(shape: S): Tensor<DimsOf<S>>;

const blockInit = () => ({
  ln1: { g: T.ones([768]), b: T.zeros([768]) },
  qkv: { w: normal([768, 2304]), b: T.zeros([2304]) },
  proj: { w: normal([768, 768]), b: T.zeros([768]) },
  ln2: { g: T.ones([768]), b: T.zeros([768]) },
  up: { w: normal([768, 3072]), b: T.zeros([3072]) },
  down: { w: normal([3072, 768]), b: T.zeros([768]) },
});
interface Block extends ReturnType<typeof blockInit> {}
const init = () => ({
  tokens: normal([50257, 768]),
  positions: normal([1024, 768]),
  blocks: [blockInit(), blockInit()] as [Block, Block],
  ln: { g: T.ones([768]), b: T.zeros([768]) },
});
interface Params extends ReturnType<typeof init> {}
type Mask = Tensor<['T', 'T'], 'bool'>;

/** Generic in its dimensions through its own type parameters. */
const layerNorm = <B extends Dim, L extends Dim, D extends Dim>(
  x: Tensor<[B, L, D]>,
  p: { g: Tensor<[D]>; b: Tensor<[D]> },
) => {
  const centred = T.sub(x, T.mean(x, -1, { keepDims: true }));
  const variance = T.mean(T.mul(centred, centred), -1, { keepDims: true });
  return T.add(T.mul(T.div(centred, T.sqrt(T.add(variance, 1e-5))), p.g), p.b);
};
const dense = <B extends Dim, L extends Dim, I extends Dim, O extends Dim>(
  x: Tensor<[B, L, I]>,
  p: { w: Tensor<[I, O]>; b: Tensor<[O]> },
) => T.add(T.matmul(x, p.w), p.b);

const splitHeads = (x: Tensor<['B', 'T', 768]>) => {
  const [b, t] = T.shape(x);
  return T.permute(T.reshape(x, [b, t, 12, 64]), [0, 2, 1, 3]);
};
const attention = (x: Tensor<['B', 'T', 768]>, p: Block, mask: Mask) => {
  const [b, t] = T.shape(x);
  const qkv = dense(x, p.qkv);
  const q = splitHeads(T.slice(qkv, [null, null, [0, 768]]));
  const k = splitHeads(T.slice(qkv, [null, null, [768, 1536]]));
  const v = splitHeads(T.slice(qkv, [null, null, [1536, 2304]]));
  const scores = T.mul(T.einsum('bhid,bhjd->bhij', q, k), 1 / Math.sqrt(64));
  const weights = T.softmax(T.where(mask, scores, -1e9));
  const mixed = T.permute(T.matmul(weights, v), [0, 2, 1, 3]);
  return dense(T.reshape(mixed, [b, t, 768]), p.proj);
};
const block = (x: Tensor<['B', 'T', 768]>, p: Block, mask: Mask) => {
  const a = T.add(x, attention(layerNorm(x, p.ln1), p, mask));
  return T.add(a, dense(T.gelu(dense(layerNorm(a, p.ln2), p.up)), p.down));
};

type Ids = Tensor<['B', 'T'], 'i32'>;
const forward = (p: Params, ids: Ids, places: Tensor<['T'], 'i32'>, mask: Mask) => {
  const embedded = T.add(T.embedding(p.tokens, ids), T.embedding(p.positions, places));
  const x = p.blocks.reduce((x, b) => block(x, b, mask), embedded);
  return T.matmul(layerNorm(x, p.ln), T.transpose(p.tokens));
};
const loss = (p: Params, ids: Ids, targets: Ids, places: Tensor<['T'], 'i32'>, mask: Mask) => {
  const logProbabilities = T.logSoftmax(forward(p, ids, places, mask));
  return T.neg(T.mean(T.sum(T.mul(logProbabilities, T.oneHot(targets, 50257)), -1)));
};
const step = T.jit(
  (p: Params, ids: Ids, targets: Ids, places: Tensor<['T'], 'i32'>, mask: Mask) => {
    const [l, g] = T.valueAndGrad(loss)(p, ids, targets, places, mask);
    return [T.tree.map((p, g) => T.sub(p, T.mul(g, 1e-4)), p, g), l] as const;
  },
);

interface Cache {
  k: Tensor<['B', 12, 'S', 64]>;
  v: Tensor<['B', 12, 'S', 64]>;
}
/** One token for every sequence, against a cache of S positions. */
const decode = (x: Tensor<['B', 1, 768]>, p: Block, cache: Cache) => {
  const qkv = T.reshape(dense(layerNorm(x, p.ln1), p.qkv), [-1, 1, 3, 12, 64]);
  const q = T.permute(T.slice(qkv, [null, null, 0]), [0, 2, 1, 3]);
  const k = T.permute(T.slice(qkv, [null, null, 1]), [0, 2, 1, 3]);
  const v = T.permute(T.slice(qkv, [null, null, 2]), [0, 2, 1, 3]);
  const keys = T.concat([cache.k, k], 2);
  const values = T.concat([cache.v, v], 2);
  const weights = T.softmax(T.mul(T.matmul(q, T.transpose(keys)), 0.125));
  const mixed = T.reshape(T.permute(T.matmul(weights, values), [0, 2, 1, 3]), [-1, 1, 768]);
  const a = T.add(x, dense(mixed, p.proj));
  const out = T.add(a, dense(T.gelu(dense(layerNorm(a, p.ln2), p.up)), p.down));
  return [out, { k: keys, v: values }] as const;
};

declare const p: Params;
declare const mask: Tensor<[256, 256], 'bool'>;
declare const cache: { k: Tensor<[1, 12, 31, 64]>; v: Tensor<[1, 12, 31, 64]> };
const ids = T.zeros([8, 256], { dtype: 'i32' });
export const [updated, value] = step(p, ids, ids, T.arange(256), mask);
export const logits: Tensor<[8, 256, 50257]> = T.jit(forward)(p, ids, T.arange(256), mask);
export const decoded = T.jit(decode)(T.zeros([1, 1, 768]), blockInit(), cache);
