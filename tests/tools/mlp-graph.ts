/**
 * A training step of a network with two layers as a graph: cross entropy, its gradient, and
 * momentum.
 */
import { buildGraph, type Graph, inline, type Value } from '../../src/ir/graph.ts';
import { constantLike } from '../../src/ir/ops/constants.ts';
import { dot } from '../../src/ir/ops/contractions.ts';
import { add, exp, log, mul, relu, stopGradient, sub } from '../../src/ir/ops/elementwise.ts';
import { pick } from '../../src/ir/ops/indexing.ts';
import { reduceMax, reduceSum } from '../../src/ir/ops/reductions.ts';
import { broadcast } from '../../src/ir/ops/views.ts';
import type { TensorType } from '../../src/ir/types.ts';
import { gradGraph } from '../../src/passes/grad.ts';

/** Rows of a batch, and the widths of the layers. */
export interface Sizes {
  readonly rows: number;
  readonly widths: readonly number[];
}

const f32 = (...shape: number[]): TensorType => ({ dtype: 'f32', shape });
const rowsOf = (value: Value, like: Value): Value =>
  broadcast(value, { shape: like.type.shape, axes: [0] });
const scaled = (value: Value, factor: number): Value => mul(value, constantLike(value, factor));

const layer = (x: Value, w: Value, b: Value): Value => {
  const y = dot([x, w], { contract: [[1], [0]], batch: [[], []] });
  return add(y, broadcast(b, { shape: y.type.shape, axes: [1] }));
};

const crossEntropy = (logits: Value, labels: Value, rows: number): Value => {
  const most = stopGradient(reduceMax(logits, { axes: [1] }));
  const shifted = sub(logits, rowsOf(most, logits));
  const total = log(reduceSum(exp(shifted), { axes: [1] }));
  const losses = sub(total, pick([shifted, labels], {}));
  return scaled(reduceSum(losses, { axes: [0] }), 1 / rows);
};

/** Parameters, momenta, x and y to the new parameters, the new momenta and the loss. */
export const mlpStep = ({ rows, widths }: Sizes): Graph => {
  const shapes = widths
    .slice(1)
    .flatMap((width, k) => [f32(widths[k] as number, width), f32(width)]);
  const data: TensorType[] = [f32(rows, widths[0] as number), { dtype: 'i32', shape: [rows] }];
  const loss = buildGraph('loss', [...shapes, ...data], (inputs) => {
    const [batch, labels] = inputs.slice(-2) as [Value, Value];
    let x = batch;
    for (let k = 0; k < shapes.length; k += 2) {
      x = layer(k === 0 ? x : relu(x), inputs[k] as Value, inputs[k + 1] as Value);
    }
    return [crossEntropy(x, labels, rows)];
  });
  const gradient = gradGraph(
    loss,
    shapes.map((_, k) => k),
  );
  return buildGraph('step', [...shapes, ...shapes, ...data], (inputs) => {
    const parameters = inputs.slice(0, shapes.length);
    const momenta = inputs.slice(shapes.length, 2 * shapes.length);
    const [value, ...slopes] = inline(gradient, [
      ...parameters,
      ...inputs.slice(2 * shapes.length),
    ]);
    const nextMomenta = momenta.map((momentum, k) =>
      add(scaled(momentum, 0.9), slopes[k] as Value),
    );
    const next = parameters.map((w, k) => sub(w, scaled(nextMomenta[k] as Value, 0.01)));
    return [...next, ...nextMomenta, value as Value];
  });
};
