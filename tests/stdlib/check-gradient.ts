/**
 * Compares gradients with central differences in double precision, for the tests of layers and
 * losses.
 */
import { expect } from 'vitest';
import { grad, type Tensor, tensor, tree } from '../../src/index.ts';

type Loss = (params: any) => Tensor<any, any>;
/** `grad` for parameters of which the types say nothing. */
const gradientOf = grad as unknown as (loss: Loss) => (params: unknown) => unknown;

/** The loss with one element of the parameters moved by `by`. */
const moved = (loss: Loss, params: unknown, leaf: number, element: number, by: number): number => {
  let at = 0;
  const near = tree.map((x) => {
    const data = Float64Array.from(x.dataSync() as Float64Array);
    if (at++ === leaf) data[element]! += by;
    return tensor(data, { shape: [...x.shape] });
  }, params);
  return loss(near).item() as number;
};

/**
 * Every element of the gradient of `loss` by the f64 tensors of `params` against (f(x + h) - f(x -
 * h)) / 2h.
 */
export const checkGradient = (loss: Loss, params: unknown, tolerance = 1e-6): void => {
  const gradients = tree.leaves(gradientOf(loss)(params));
  const leaves = tree.leaves(params);
  expect(gradients.length).toBe(leaves.length);
  leaves.forEach((x, leaf) => {
    expect(x.dtype).toBe('f64');
    const found = gradients[leaf]!.dataSync() as Float64Array;
    const step = 1e-5;
    const expected = Array.from(found, (_, k) => {
      const [up, down] = [step, -step].map((by) => moved(loss, params, leaf, k, by));
      return (up! - down!) / (2 * step);
    });
    expected.forEach((value, k) => {
      expect(Math.abs(found[k]! - value), `leaf ${leaf}, element ${k}`).toBeLessThan(
        tolerance * (1 + Math.abs(value)),
      );
    });
  });
};
