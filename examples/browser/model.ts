/** The network of the page: two convolutions and one dense layer, on pictures of 8 x 8 pixels. */
import { argmax, cast, eq, jit, reshape, softmax, sum, type Tensor, valueAndGrad } from 'gradloom';
import * as nn from 'gradloom/nn';
import * as optim from 'gradloom/optim';
import * as random from 'gradloom/random';

/** Samples per step. */
export const batchSize = 32;

/** The first parameters, drawn from a seed. */
export const initNetwork = (seed: number) => {
  const [k1, k2, k3] = random.split(random.key(seed), 3);
  return {
    conv1: nn.initConv2d(k1, 1, 8, 3),
    conv2: nn.initConv2d(k2, 8, 16, 3),
    out: nn.initDense(k3, 64, 10),
  };
};
/** The parameters of the network. */
export interface Network extends ReturnType<typeof initNetwork> {}

/** Pictures of digits. */
export type Images = Tensor<['N', 1, 8, 8]>;
/** The classes of pictures. */
export type Labels = Tensor<['N'], 'i32'>;

/** Pictures to the logits of the ten classes. */
export const logits = (p: Network, images: Images) => {
  const c1 = nn.conv2d(p.conv1, images, { padding: 1 }).relu();
  const s1 = nn.maxPool2d(c1, 2);
  const c2 = nn.conv2d(p.conv2, s1, { padding: 1 }).relu();
  const s2 = nn.maxPool2d(c2, 2);
  return nn.dense(p.out, reshape(s2, [-1, 64]));
};

/** The optimizer. */
export const optimizer = optim.adam({ rate: 0.004 });
/** What Adam remembers. */
export type OptimizerState = optim.AdamState<Network>;

const loss = (p: Network, images: Images, labels: Labels) =>
  nn.crossEntropy(logits(p, images), labels);

/** One step: new parameters, new state of the optimizer, and the loss before the step. */
export const trainingStep = (p: Network, state: OptimizerState, images: Images, labels: Labels) => {
  const [value, gradients] = valueAndGrad(loss)(p, images, labels);
  const [next, nextState] = optimizer.update(p, gradients, state);
  return [next, nextState, value] as const;
};
/** The step as one compiled program, which reuses the memory of parameters and state. */
export const step = jit(trainingStep, { donate: [0, 1] });

/** How many of the pictures are classified as they are labelled. */
export const countCorrect = jit((p: Network, images: Images, labels: Labels) =>
  sum(cast(eq(argmax(logits(p, images), 1), labels), 'i32')),
);

/** The probabilities of the ten classes for each picture. */
export const probabilities = jit((p: Network, images: Images) => softmax(logits(p, images), 1));
