/**
 * LeNet-5 (Y. LeCun et al., "Gradient-based learning applied to document recognition", 1998) with
 * today's activation and pooling: two convolutions, each followed by relu and a 2 x 2 maximum, then
 * three dense layers.
 */
import { reshape, type Tensor } from 'gradloom';
import * as nn from 'gradloom/nn';
import * as random from 'gradloom/random';

/** The first parameters, drawn from a key. */
export const initLenet = (key: random.Key) => {
  const [k1, k2, k3, k4, k5] = random.split(key, 5);
  return {
    conv1: nn.initConv2d(k1, 1, 6, 5),
    conv2: nn.initConv2d(k2, 6, 16, 5),
    dense1: nn.initDense(k3, 400, 120),
    dense2: nn.initDense(k4, 120, 84),
    out: nn.initDense(k5, 84, 10),
  };
};
/** The parameters of LeNet. */
export interface Lenet extends ReturnType<typeof initLenet> {}

/** Pictures [N, 1, 32, 32] to the logits of the ten classes. */
export const logits = (p: Lenet, images: Tensor<['N', 1, 32, 32]>) => {
  const c1 = nn.conv2d(p.conv1, images).relu();
  const s2 = nn.maxPool2d(c1, 2);
  const c3 = nn.conv2d(p.conv2, s2).relu();
  const s4 = nn.maxPool2d(c3, 2);
  const flat = reshape(s4, [-1, 400]);
  const f5 = nn.dense(p.dense1, flat).relu();
  const f6 = nn.dense(p.dense2, f5).relu();
  return nn.dense(p.out, f6);
};

/**
 * What the table of layers shows: names, output shapes and how many parameters each layer learns.
 */
export const layers = (p: Lenet) => {
  const count = ({ w, b }: { w: { shape: readonly number[] }; b?: { shape: readonly number[] } }) =>
    [w.shape, b?.shape ?? []].reduce((sum, shape) => sum + shape.reduce((n, d) => n * d, 1), 0);
  return [
    { name: 'conv1 6@5x5, relu', outputShape: ['N', 6, 28, 28], parameters: count(p.conv1) },
    { name: 'max pool 2x2', outputShape: ['N', 6, 14, 14], parameters: 0 },
    { name: 'conv2 16@5x5, relu', outputShape: ['N', 16, 10, 10], parameters: count(p.conv2) },
    { name: 'max pool 2x2', outputShape: ['N', 16, 5, 5], parameters: 0 },
    { name: 'dense1, relu', outputShape: ['N', 120], parameters: count(p.dense1) },
    { name: 'dense2, relu', outputShape: ['N', 84], parameters: count(p.dense2) },
    { name: 'out', outputShape: ['N', 10], parameters: count(p.out) },
  ];
};
