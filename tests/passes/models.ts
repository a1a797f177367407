/**
 * Small programs of machine learning, built from ops of the IR: what the passes are measured on.
 */
import { buildGraph, type Graph, type Value } from '../../src/ir/graph.ts';
import { constantLike } from '../../src/ir/ops/constants.ts';
import { conv, dot } from '../../src/ir/ops/contractions.ts';
import {
  add,
  div,
  exp,
  log,
  mul,
  relu,
  sqrt,
  stopGradient,
  sub,
} from '../../src/ir/ops/elementwise.ts';
import { pick } from '../../src/ir/ops/indexing.ts';
import { reduceMax, reduceSum } from '../../src/ir/ops/reductions.ts';
import { erf } from '../../src/ir/ops/special.ts';
import { broadcast, reshape } from '../../src/ir/ops/views.ts';
import type { DType, Shape, TensorType } from '../../src/ir/types.ts';

/** A type. */
export const of = (shape: Shape, dtype: DType = 'f32'): TensorType => ({ dtype, shape });
/** A number everywhere, like `x`. */
export const scalar = (x: Value, value: number): Value => constantLike(x, value);

/** Repeats a value of rows over the last axis. */
export const overLast = (rows: Value, like: Value): Value =>
  broadcast(rows, { shape: like.type.shape, axes: rows.type.shape.map((_, axis) => axis) });
/** Repeats a vector over all leading axes. */
export const overRows = (vector: Value, like: Value): Value =>
  broadcast(vector, { shape: like.type.shape, axes: [like.type.shape.length - 1] });
const last = (x: Value): { axes: number[] } => ({ axes: [x.type.shape.length - 1] });

/** exp(x - max) / sum over the last axis. */
export const softmax = (x: Value): Value => {
  const shifted = exp(sub(x, overLast(stopGradient(reduceMax(x, last(x))), x)));
  return div(shifted, overLast(reduceSum(shifted, last(x)), x));
};
/** x - max - log(sum(exp(x - max))) over the last axis. */
export const logSoftmax = (x: Value): Value => {
  const shifted = sub(x, overLast(stopGradient(reduceMax(x, last(x))), x));
  return sub(shifted, overLast(log(reduceSum(exp(shifted), last(x))), x));
};
/** Normalises the last axis, then scales and shifts it. */
export const layerNorm = (x: Value, scale: Value, shift: Value): Value => {
  const count = x.type.shape[x.type.shape.length - 1]!;
  const mean = (y: Value): Value => {
    const sum = reduceSum(y, last(y));
    return div(sum, scalar(sum, count));
  };
  const centred = sub(x, overLast(mean(x), x));
  const variance = mean(mul(centred, centred));
  const deviation = sqrt(add(variance, scalar(variance, 1e-5)));
  const normal = div(centred, overLast(deviation, x));
  return add(mul(normal, overRows(scale, x)), overRows(shift, x));
};
/** x / 2 (1 + erf(x / sqrt 2)). */
export const gelu = (x: Value): Value =>
  mul(mul(x, scalar(x, 0.5)), add(scalar(x, 1), erf(mul(x, scalar(x, Math.SQRT1_2)))));
/** x w + b. */
export const dense = (x: Value, w: Value, b: Value): Value => {
  const product = dot([x, w], { contract: [[1], [0]], batch: [[], []] });
  return add(product, overRows(b, product));
};
/** -log softmax(x)[label], the mean of all rows. */
export const crossEntropy = (x: Value, labels: Value): Value => {
  const rows = pick([logSoftmax(x), labels], {});
  const sum = reduceSum(rows, { axes: [0] });
  return div(sum, scalar(sum, -rows.type.shape[0]!));
};
/** A convolution with bias per output channel and relu; x [N, C, H, W], w [O, C, h, w]. */
export const convRelu = (x: Value, w: Value, b: Value): Value => {
  const [n, ...image] = x.type.shape as [number, ...number[]];
  const y = conv(
    [reshape(x, { shape: [n, 1, ...image] }), reshape(w, { shape: [1, ...w.type.shape] })],
    { stride: [1, 1], dilation: [1, 1] },
  );
  const [, , ...rest] = y.type.shape;
  const flat = reshape(y, { shape: [n, ...rest] });
  return relu(add(flat, broadcast(b, { shape: flat.type.shape, axes: [1] })));
};

/** A program of one result. */
export const single = (
  name: string,
  types: readonly TensorType[],
  body: (...values: Value[]) => Value,
): Graph => buildGraph(name, types, (values) => [body(...values)]);
