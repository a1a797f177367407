/**
 * The models in TensorFlow.js, which wants channels last on CPUs: kernels and pictures come turned,
 * everything else is computed as in the other libraries.
 */
import type * as TensorFlow from '@tensorflow/tfjs-core';
import { lstmSizes, type ModelName, transformerSizes } from '../tasks/models.ts';

/** The module `@tensorflow/tfjs-core`. */
export type Tf = typeof TensorFlow;
/** Parameters by name. */
export type TfParameters = Readonly<Record<string, TensorFlow.Tensor>>;
type T = TensorFlow.Tensor;
/** The loss of parameters, an input and what it is compared with. */
export type TfLoss = (p: TfParameters, x: T, y: T | undefined) => TensorFlow.Scalar;

const layersOf = (tf: Tf, p: TfParameters) => {
  const of = (name: string): T => p[name] as T;
  return {
    of,
    dense: (name: string, x: T): T => tf.add(tf.matMul(x, of(`${name}.w`)), of(`${name}.b`)),
    /** The form of PyTorch: x w^T + b. */
    linear: (x: T, w: string, b: string): T =>
      tf.add(tf.matMul(x as TensorFlow.Tensor2D, of(w) as TensorFlow.Tensor2D, false, true), of(b)),
    conv: (name: string, x: T, padding: 'same' | 'valid'): T => {
      const bias = p[`${name}.b`];
      const y = tf.conv2d(x as TensorFlow.Tensor4D, of(`${name}.w`) as never, 1, padding);
      return bias === undefined ? y : tf.add(y, bias);
    },
    pool: (x: T): T => tf.maxPool(x as TensorFlow.Tensor4D, 2, 2, 'valid'),
    crossEntropy: (scores: T, y: T | undefined): TensorFlow.Scalar =>
      tf.neg(tf.mean(tf.sum(tf.mul(tf.logSoftmax(scores), y as T), 1))),
    layerNorm: (name: string, x: T): T => {
      const { mean, variance } = tf.moments(x, -1, true);
      const normal = tf.div(tf.sub(x, mean), tf.sqrt(tf.add(variance, 1e-5)));
      return tf.add(tf.mul(normal, of(`${name}.scale`)), of(`${name}.shift`));
    },
    batchNorm: (name: string, x: T): T => {
      const { mean, variance } = tf.moments(x, [0, 1, 2]);
      const [scale, shift] = [of(`${name}.scale`), of(`${name}.shift`)];
      return tf.batchNorm(
        x,
        mean as never,
        variance as never,
        shift as never,
        scale as never,
        1e-5,
      );
    },
  };
};

/** The scores of the MLP. */
export const tfMlp = (tf: Tf, p: TfParameters, x: T): T => {
  const { dense } = layersOf(tf, p);
  return dense('out', tf.relu(dense('hidden2', tf.relu(dense('hidden1', x)))));
};

const lenet = (tf: Tf, p: TfParameters, x: T, y: T | undefined): TensorFlow.Scalar => {
  const { conv, pool, dense, crossEntropy } = layersOf(tf, p);
  const h = pool(tf.relu(conv('conv1', x, 'valid')));
  const flat = tf.reshape(pool(tf.relu(conv('conv2', h, 'valid'))), [-1, 400]);
  const scores = dense('out', tf.relu(dense('dense2', tf.relu(dense('dense1', flat)))));
  return crossEntropy(scores, y);
};

const resnet = (tf: Tf, p: TfParameters, x: T): TensorFlow.Scalar => {
  const { conv, batchNorm } = layersOf(tf, p);
  const h = tf.relu(batchNorm('norm1', conv('conv1', x, 'same')));
  return tf.mean(tf.square(tf.relu(tf.add(batchNorm('norm2', conv('conv2', h, 'same')), x))));
};

const unet = (tf: Tf, p: TfParameters, x: T, y: T | undefined): TensorFlow.Scalar => {
  const { conv, pool } = layersOf(tf, p);
  const step = (name: string, z: T): T => tf.relu(conv(name, z, 'same'));
  const up = (z: T, size: number): T =>
    tf.image.resizeNearestNeighbor(z as TensorFlow.Tensor4D, [size, size]);
  const top = step('top', x);
  const middle = step('middle', pool(top));
  const bottom = step('bottom', pool(middle));
  const up1 = step('up1', tf.concat([up(bottom, 32), middle], 3));
  const up2 = step('up2', tf.concat([up(up1, 64), top], 3));
  return tf.mean(tf.square(tf.sub(conv('out', up2, 'same'), y as T)));
};

const transformer = (tf: Tf, p: TfParameters, x: T): TensorFlow.Scalar => {
  const { batch, length, features, heads } = transformerSizes;
  const depth = features / heads;
  const { layerNorm, linear, dense } = layersOf(tf, p);
  const rows = tf.reshape(x, [batch * length, features]);
  const inner = layerNorm('before', rows);
  const split = (name: string): T => {
    const z = linear(inner, `attention.w${name}`, `attention.b${name}`);
    return tf.transpose(tf.reshape(z, [batch, length, heads, depth]), [0, 2, 1, 3]);
  };
  const scores = tf.mul(tf.matMul(split('q'), split('k'), false, true), 1 / Math.sqrt(depth));
  const mixed = tf.matMul(tf.softmax(scores), split('v'));
  const joined = tf.reshape(tf.transpose(mixed, [0, 2, 1, 3]), [batch * length, features]);
  const y = tf.add(rows, linear(joined, 'attention.wo', 'attention.bo'));
  const h = dense('up', layerNorm('between', y));
  const gelu = tf.mul(tf.mul(h, 0.5), tf.add(tf.erf(tf.mul(h, Math.SQRT1_2)), 1));
  return tf.mean(tf.square(tf.add(y, dense('down', gelu))));
};

const lstm = (tf: Tf, p: TfParameters, x: T): TensorFlow.Scalar => {
  const { length, batch, inputs, states } = lstmSizes;
  const { linear } = layersOf(tf, p);
  const projected = linear(tf.reshape(x, [length * batch, inputs]), 'wih', 'bih');
  const steps = tf.unstack(tf.reshape(projected, [length, batch, 4 * states]));
  let [h, c]: [T, T] = [tf.zeros([batch, states]), tf.zeros([batch, states])];
  const outputs: T[] = [];
  for (const step of steps) {
    const gates = tf.add(step, linear(h, 'whh', 'bhh'));
    const [i, f, g, o] = tf.split(gates, 4, 1) as [T, T, T, T];
    c = tf.add(tf.mul(tf.sigmoid(f), c), tf.mul(tf.sigmoid(i), tf.tanh(g)));
    h = tf.mul(tf.sigmoid(o), tf.tanh(c));
    outputs.push(h);
  }
  return tf.mean(tf.square(tf.stack(outputs)));
};

/** The losses by the names of the models. */
export const tfLosses = (tf: Tf): Readonly<Record<ModelName, TfLoss>> => ({
  mlp: (p, x, y) => layersOf(tf, p).crossEntropy(tfMlp(tf, p, x), y),
  lenet: (p, x, y) => lenet(tf, p, x, y),
  resnet: (p, x) => resnet(tf, p, x),
  unet: (p, x, y) => unet(tf, p, x, y),
  transformer: (p, x) => transformer(tf, p, x),
  lstm: (p, x) => lstm(tf, p, x),
});
