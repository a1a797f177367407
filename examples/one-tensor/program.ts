/** The program that docs/architecture.md follows through the compiler: a dense layer learns. */
import { grad, jit, matmul, mean, square, type Tensor, tensor, tree } from 'gradloom';

/** A dense layer of three inputs and two outputs. `w` is the tensor to follow. */
export type Layer = { w: Tensor<[3, 2]>; b: Tensor<[2]> };

/** The mean squared error of the layer on two examples. */
export const loss = (layer: Layer, x: Tensor<[2, 3]>, y: Tensor<[2, 2]>): Tensor<[]> =>
  mean(square(matmul(x, layer.w).add(layer.b).relu().sub(y)));

/** One step of gradient descent: the layer with a tenth of the gradient taken off. */
const descend = (layer: Layer, x: Tensor<[2, 3]>, y: Tensor<[2, 2]>): Layer =>
  tree.map((p, g) => p.sub(g.mul(0.1)), layer, grad(loss)(layer, x, y));

/** The same as one compiled program; the old layer's memory becomes the new layer's. */
export const step = jit(descend, { donate: [0] });

/** Arguments for `step`, made anew at each call because it takes the layer's memory. */
export const makeArguments = (): [Layer, Tensor<[2, 3]>, Tensor<[2, 2]>] => [
  {
    w: tensor([
      [0.1, 0.2],
      [0.3, -0.1],
      [0.2, 0.4],
    ]),
    b: tensor([0, 0]),
  },
  tensor([
    [1, 2, 3],
    [2, 0, 1],
  ]),
  tensor([
    [1, 0],
    [0, 1],
  ]),
];
