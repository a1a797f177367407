/** The training step of a small classifier: loss, gradients and updated parameters in one graph. */
import { buildGraph, currentBuilder, type Graph, type Value } from '../../src/ir/graph.ts';
import { backward } from '../../src/ir/ops/backward.ts';
import { mul, relu, sub } from '../../src/ir/ops/elementwise.ts';
import { crossEntropy, dense, of, scalar } from './models.ts';

/**
 * The step of plain gradient descent for layers of the given widths on batches of `batch`: inputs
 * are weights and biases in turn, then images and labels; outputs are the loss and the updated
 * parameters.
 */
export const trainingStep = (widths: readonly number[], batch: number, rate: number): Graph => {
  const layers = widths.slice(1).map((to, k) => [of([widths[k]!, to]), of([to])]);
  const types = [...layers.flat(), of([batch, widths[0]!]), of([batch], 'i32')];
  return buildGraph('step', types, (values) => {
    const parameters = values.slice(0, 2 * layers.length);
    const [images, labels] = values.slice(-2) as [Value, Value];
    let x = images;
    layers.forEach((_, k) => {
      x = dense(x, parameters[2 * k]!, parameters[2 * k + 1]!);
      if (k < layers.length - 1) x = relu(x);
    });
    const loss = crossEntropy(x, labels);
    const eqns = [...currentBuilder().eqns];
    const gradients = backward(eqns, [loss], [scalar(loss, 1)], parameters);
    const updated = parameters.map((parameter, k) => {
      const gradient = gradients[k]!;
      return sub(parameter, mul(gradient, scalar(gradient, rate)));
    });
    return [loss, ...updated];
  });
};
/** The positions of the parameters, which a step may overwrite. */
export const parametersOf = (widths: readonly number[]): number[] =>
  Array.from({ length: 2 * (widths.length - 1) }, (_, k) => k);
