/**
 * The models whose training steps are measured: shapes of parameters and inputs, optimizers, work.
 * Each library writes them down in its own way.
 */
import type { Shapes } from './data.ts';

/** The names of the models. */
export type ModelName = 'mlp' | 'lenet' | 'resnet' | 'unet' | 'transformer' | 'lstm';

/** How parameters are updated. */
export type OptimizerSpec =
  | { readonly kind: 'adam'; readonly rate: number }
  | { readonly kind: 'momentum'; readonly rate: number }
  | { readonly kind: 'sgd'; readonly rate: number };

/** A model as everybody must compute it. */
export interface ModelSpec {
  readonly title: string;
  readonly shapes: Shapes;
  /** The shape of the input, the batch first but for sequences [time, batch, features]. */
  readonly input: readonly number[];
  /** What the loss compares with: class ids per example, an array like the output, or nothing. */
  readonly target: 'classes' | 'array' | 'none';
  readonly targetShape: readonly number[];
  readonly optimizer: OptimizerSpec;
  /** Multiplications and additions of products and convolutions in a step, forward and back. */
  readonly flops: number;
  /** How far losses may be apart, relative to the largest. */
  readonly tolerance: number;
}

/** Sizes of the transformer block. */
export const transformerSizes = { batch: 8, length: 128, features: 256, heads: 8, hidden: 1024 };
/** Sizes of the recurrent layer. */
export const lstmSizes = { length: 64, batch: 32, inputs: 128, states: 128 };

const affine = (name: string, w: readonly number[], outputs: number): Shapes => ({
  [`${name}.w`]: w,
  [`${name}.b`]: [outputs],
});
const scaling = (name: string, features: number): Shapes => ({
  [`${name}.scale`]: [features],
  [`${name}.shift`]: [features],
});
const conv = (name: string, inputs: number, outputs: number, taps: number): Shapes =>
  affine(name, [outputs, inputs, taps, taps], outputs);

/** Multiply-adds of a layer whose input needs a gradient (three products) or not (two). */
const layer = (multiplyAdds: number, isFirst = false): number =>
  2 * multiplyAdds * (isFirst ? 2 : 3);

const mlp: ModelSpec = {
  title: 'MLP 784-512-256-10, Adam, batch 128',
  shapes: {
    ...affine('hidden1', [784, 512], 512),
    ...affine('hidden2', [512, 256], 256),
    ...affine('out', [256, 10], 10),
  },
  input: [128, 784],
  target: 'classes',
  targetShape: [128],
  optimizer: { kind: 'adam', rate: 1e-3 },
  flops: layer(128 * 784 * 512, true) + layer(128 * 512 * 256) + layer(128 * 256 * 10),
  tolerance: 1e-3,
};

const lenet: ModelSpec = {
  title: 'LeNet-5, momentum, batch 64',
  shapes: {
    ...conv('conv1', 1, 6, 5),
    ...conv('conv2', 6, 16, 5),
    ...affine('dense1', [400, 120], 120),
    ...affine('dense2', [120, 84], 84),
    ...affine('out', [84, 10], 10),
  },
  input: [64, 1, 32, 32],
  target: 'classes',
  targetShape: [64],
  optimizer: { kind: 'momentum', rate: 0.01 },
  flops:
    layer(64 * 28 * 28 * 6 * 25, true) +
    layer(64 * 10 * 10 * 16 * 150) +
    layer(64 * (400 * 120 + 120 * 84 + 84 * 10)),
  tolerance: 1e-3,
};

const resnet: ModelSpec = {
  title: 'ResNet-18 block, 64 channels, 32 x 32, momentum, batch 16',
  shapes: {
    'conv1.w': [64, 64, 3, 3],
    ...scaling('norm1', 64),
    'conv2.w': [64, 64, 3, 3],
    ...scaling('norm2', 64),
  },
  input: [16, 64, 32, 32],
  target: 'none',
  targetShape: [],
  optimizer: { kind: 'momentum', rate: 0.01 },
  flops: layer(16 * 1024 * 64 * 576, true) + layer(16 * 1024 * 64 * 576),
  tolerance: 1e-3,
};

const unet: ModelSpec = {
  title: 'U-Net, 64 x 64, two levels, Adam, batch 4',
  shapes: {
    ...conv('top', 3, 8, 3),
    ...conv('middle', 8, 16, 3),
    ...conv('bottom', 16, 32, 3),
    ...conv('up1', 48, 16, 3),
    ...conv('up2', 24, 8, 3),
    ...conv('out', 8, 1, 1),
  },
  input: [4, 3, 64, 64],
  target: 'array',
  targetShape: [4, 1, 64, 64],
  optimizer: { kind: 'adam', rate: 1e-3 },
  flops:
    layer(4 * 4096 * 8 * 27, true) +
    layer(4 * 1024 * 16 * 72) +
    layer(4 * 256 * 32 * 144) +
    layer(4 * 1024 * 16 * 432) +
    layer(4 * 4096 * (8 * 216 + 8)),
  tolerance: 1e-3,
};

const transformer = ((): ModelSpec => {
  const { batch, length, features, hidden } = transformerSizes;
  const square = [features, features];
  const names = ['q', 'k', 'v', 'o'];
  const rows = batch * length;
  return {
    title: 'transformer block, 8 x 128 x 256, 8 heads, forward and back',
    shapes: {
      ...scaling('before', features),
      ...Object.fromEntries(names.map((name) => [`attention.w${name}`, square])),
      ...Object.fromEntries(names.map((name) => [`attention.b${name}`, [features]])),
      ...scaling('between', features),
      ...affine('up', [features, hidden], hidden),
      ...affine('down', [hidden, features], features),
    },
    input: [batch, length, features],
    target: 'none',
    targetShape: [],
    optimizer: { kind: 'sgd', rate: 0.05 },
    flops:
      layer(rows * features * features * 4) +
      layer(rows * length * features * 2) +
      layer(rows * features * hidden * 2),
    tolerance: 1e-3,
  };
})();

const lstm = ((): ModelSpec => {
  const { length, batch, inputs, states } = lstmSizes;
  return {
    title: 'LSTM, 128 states, 64 steps, momentum, batch 32',
    shapes: {
      wih: [4 * states, inputs],
      whh: [4 * states, states],
      bih: [4 * states],
      bhh: [4 * states],
    },
    input: [length, batch, inputs],
    target: 'none',
    targetShape: [],
    optimizer: { kind: 'momentum', rate: 0.01 },
    flops:
      layer(length * batch * inputs * 4 * states, true) +
      layer(length * batch * states * 4 * states),
    tolerance: 1e-3,
  };
})();

/** All models. */
export const models: Readonly<Record<ModelName, ModelSpec>> = {
  mlp,
  lenet,
  resnet,
  unet,
  transformer,
  lstm,
};
