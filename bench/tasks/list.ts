/** All tasks, with the targets that are printed beside their times. */
import { type ModelName, models } from './models.ts';
import type { Target, Task } from './task.ts';

const withTarget = (target: Target | undefined): { target?: Target } =>
  target === undefined ? {} : { target };
const atMost = (milliseconds: number): Target => ({ milliseconds });

const matmul = (m: number, k: number, n: number, target?: Target): Task => ({
  name: `matmul ${m === k && k === n ? m : `${m} x ${k} x ${n}`}`,
  group: 'products',
  work: { kind: 'matmul', m, k, n },
  flops: 2 * m * k * n,
  bytes: 0,
  tolerance: 1e-4,
  ...withTarget(target),
});

const elements = (form: 'add' | 'chain', count: number, size: string, target?: Target): Task => ({
  name: `${form === 'add' ? 'x + y' : 'sigmoid(tanh(x) y)'}, ${size}`,
  group: 'elements',
  work: { kind: 'elements', form, count },
  flops: 0,
  bytes: 3 * 4 * count,
  tolerance: 1e-5,
  ...withTarget(target),
});

const rowNames = {
  softmax: 'softmax',
  layerNorm: 'layer norm',
  sumRows: 'sums of rows',
  sumColumns: 'sums of columns',
};
const rows = (form: keyof typeof rowNames, target?: Target): Task => ({
  name: `${rowNames[form]}, 1024 x 1024`,
  group: 'rows',
  work: { kind: 'rows', form, rows: 1024, columns: 1024 },
  flops: 0,
  bytes: 4 * 1024 * (form === 'sumRows' || form === 'sumColumns' ? 1025 : 2048),
  tolerance: 1e-4,
  ...withTarget(target),
});

const conv = (withGradients: boolean, target: Target): Task => ({
  name: `conv 3x3${withGradients ? ' with gradients' : ''}, 32 x 64 x 32 x 32`,
  group: 'convolutions',
  work: { kind: 'conv', batch: 32, channels: 64, side: 32, withGradients },
  flops: 2 * 32 * 1024 * 64 * 576 * (withGradients ? 3 : 1),
  bytes: 0,
  tolerance: 1e-3,
  ...withTarget(target),
});

const train = (model: ModelName, target?: Target): Task => ({
  name: models[model].title,
  group: 'training steps',
  work: { kind: 'train', model },
  flops: models[model].flops,
  bytes: 0,
  tolerance: models[model].tolerance,
  ...withTarget(target),
});

const first = (model: ModelName, target: Target): Task => ({
  name: `first step of ${model === 'mlp' ? 'MLP' : 'LeNet-5'}`,
  group: 'first calls',
  work: { kind: 'first', model },
  flops: 0,
  bytes: 0,
  tolerance: models[model].tolerance,
  target,
});

const launches = (count: number): Task => ({
  name: `${count} products 16 x 16`,
  group: 'time of the host',
  work: { kind: 'launches', count },
  flops: 0,
  bytes: 0,
  tolerance: 1e-4,
});

/** The milliseconds of a product of 512 x 512 at 48 GFLOP/s. */
const product512 = (2 * 512 ** 3) / 48e6;
const million = 2 ** 20;

/** All tasks, in the order in which they are measured. */
export const tasks: readonly Task[] = [
  matmul(64, 64, 64),
  matmul(128, 128, 128),
  matmul(256, 256, 256),
  matmul(512, 512, 512, atMost(product512)),
  matmul(1024, 1024, 1024),
  matmul(255, 256, 257),
  matmul(128, 784, 512),
  elements('add', 2 ** 16, '64 Ki'),
  elements('add', 4 * million, '4 Mi'),
  elements('chain', 2 ** 16, '64 Ki'),
  elements('chain', 4 * million, '4 Mi', atMost(10)),
  rows('softmax', atMost(1)),
  rows('layerNorm', atMost(0.5)),
  rows('sumRows'),
  rows('sumColumns'),
  conv(false, atMost(60)),
  conv(true, { times: { factor: 3.3, of: 'conv 3x3, 32 x 64 x 32 x 32' } }),
  {
    name: 'MLP forward, batch 128',
    group: 'inference',
    work: { kind: 'forward', model: 'mlp' },
    flops: 2 * 128 * (784 * 512 + 512 * 256 + 256 * 10),
    bytes: 0,
    tolerance: 1e-4,
  },
  train('mlp', atMost(7.5)),
  train('lenet', atMost(7)),
  train('resnet'),
  train('unet'),
  train('transformer', atMost(120)),
  train('lstm'),
  first('mlp', atMost(60)),
  first('lenet', atMost(120)),
  {
    name: 'ten operations on 16 elements',
    group: 'time of the host',
    work: { kind: 'tiny' },
    flops: 0,
    bytes: 0,
    tolerance: 1e-5,
  },
  launches(10),
  launches(40),
  launches(160),
];
