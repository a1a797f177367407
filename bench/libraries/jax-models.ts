/** The models in jax-js. Every array is used up by what reads it, unless `ref` is asked for. */
import type * as JaxModule from '@jax-js/jax';
import { lstmSizes, type ModelName, transformerSizes } from '../tasks/models.ts';

/** The module `@jax-js/jax`. */
export type Jax = typeof JaxModule;
/** Its arrays. */
export type JaxArray = JaxModule.Array;
/** Parameters by name. */
export type JaxTree = Record<string, JaxArray>;
/** The loss of parameters, an input and what it is compared with. */
export type JaxLoss = (p: JaxTree, x: JaxArray, y?: JaxArray) => JaxArray;

type Numbers = readonly [number, number, number, number];

const layersOf = ({ lax, nn, numpy: np }: Jax, p: JaxTree) => {
  const of = (name: string): JaxArray => p[name] as JaxArray;
  const perChannel = (x: JaxArray): JaxArray => x.reshape([1, -1, 1, 1]);
  return {
    of,
    dense: (name: string, x: JaxArray): JaxArray =>
      np.matmul(x, of(`${name}.w`)).add(of(`${name}.b`)),
    /** The form of PyTorch: x w^T + b. */
    linear: (x: JaxArray, w: JaxArray, b: JaxArray): JaxArray =>
      np.matmul(x, np.transpose(w)).add(b),
    conv: (name: string, x: JaxArray, padding: 'SAME' | 'VALID'): JaxArray => {
      const y = lax.conv(x, of(`${name}.w`), [1, 1], padding);
      return p[`${name}.b`] === undefined ? y : y.add(perChannel(of(`${name}.b`)));
    },
    pool: (x: JaxArray): JaxArray => {
      const [n, c, h, w] = x.shape as unknown as Numbers;
      return np.max(np.max(x.reshape([n, c, h / 2, 2, w / 2, 2]), 5), 3);
    },
    /** Twice as high and wide, each element four times. */
    upsample: (x: JaxArray): JaxArray => {
      const [n, c, h, w] = x.shape as unknown as Numbers;
      const spread = np.broadcastTo(x.reshape([n, c, h, 1, w, 1]), [n, c, h, 2, w, 2]);
      return spread.reshape([n, c, 2 * h, 2 * w]);
    },
    crossEntropy: (scores: JaxArray, y: JaxArray): JaxArray =>
      nn
        .logSoftmax(scores, 1)
        .mul(y)
        .sum()
        .mul(-1 / (y.shape[0] as number)),
    layerNorm: (name: string, x: JaxArray): JaxArray =>
      nn
        .standardize(x, -1)
        .mul(of(`${name}.scale`))
        .add(of(`${name}.shift`)),
    batchNorm: (name: string, x: JaxArray): JaxArray =>
      nn
        .standardize(x, [0, 2, 3])
        .mul(perChannel(of(`${name}.scale`)))
        .add(perChannel(of(`${name}.shift`))),
  };
};

/** The scores of the MLP. */
export const jaxMlp = (jax: Jax, p: JaxTree, x: JaxArray): JaxArray => {
  const { dense } = layersOf(jax, p);
  const { relu } = jax.nn;
  return dense('out', relu(dense('hidden2', relu(dense('hidden1', x)))));
};

const lenet = (jax: Jax, p: JaxTree, x: JaxArray, y: JaxArray): JaxArray => {
  const { conv, pool, dense, crossEntropy } = layersOf(jax, p);
  const { relu } = jax.nn;
  const h = pool(relu(conv('conv1', x, 'VALID')));
  const flat = pool(relu(conv('conv2', h, 'VALID'))).reshape([-1, 400]);
  return crossEntropy(dense('out', relu(dense('dense2', relu(dense('dense1', flat))))), y);
};

const resnet = (jax: Jax, p: JaxTree, x: JaxArray): JaxArray => {
  const { conv, batchNorm } = layersOf(jax, p);
  const { relu } = jax.nn;
  const h = relu(batchNorm('norm1', conv('conv1', x.ref, 'SAME')));
  const y = relu(batchNorm('norm2', conv('conv2', h, 'SAME')).add(x));
  return jax.numpy.mean(jax.numpy.square(y));
};

const unet = (jax: Jax, p: JaxTree, x: JaxArray, y: JaxArray): JaxArray => {
  const { conv, pool, upsample } = layersOf(jax, p);
  const { numpy: np } = jax;
  const step = (name: string, z: JaxArray): JaxArray => jax.nn.relu(conv(name, z, 'SAME'));
  const top = step('top', x);
  const middle = step('middle', pool(top.ref));
  const bottom = step('bottom', pool(middle.ref));
  const up1 = step('up1', np.concatenate([upsample(bottom), middle], 1));
  const up2 = step('up2', np.concatenate([upsample(up1), top], 1));
  return np.mean(np.square(conv('out', up2, 'SAME').sub(y)));
};

const transformer = (jax: Jax, p: JaxTree, x: JaxArray): JaxArray => {
  const { batch, length, features, heads } = transformerSizes;
  const depth = features / heads;
  const { of, layerNorm, linear, dense } = layersOf(jax, p);
  const { nn, numpy: np } = jax;
  const inner = layerNorm('before', x.ref);
  const split = (name: string, z: JaxArray, axes: number[]): JaxArray => {
    const projected = linear(z, of(`attention.w${name}`), of(`attention.b${name}`));
    return np.transpose(projected.reshape([batch, length, heads, depth]), axes);
  };
  const q = split('q', inner.ref, [0, 2, 1, 3]);
  const k = split('k', inner.ref, [0, 2, 3, 1]);
  const v = split('v', inner, [0, 2, 1, 3]);
  const weights = nn.softmax(np.matmul(q, k).mul(1 / Math.sqrt(depth)), -1);
  const mixed = np.transpose(np.matmul(weights, v), [0, 2, 1, 3]);
  const joined = mixed.reshape([batch, length, features]);
  const y = x.add(linear(joined, of('attention.wo'), of('attention.bo')));
  const up = nn.gelu(dense('up', layerNorm('between', y.ref)), { approximate: false });
  return np.mean(np.square(y.add(dense('down', up))));
};

/** It has no loop over a sequence: the steps are written one after the other. */
const lstm = (jax: Jax, p: JaxTree, x: JaxArray): JaxArray => {
  const { length, batch, inputs, states } = lstmSizes;
  const { of, linear } = layersOf(jax, p);
  const { nn, numpy: np } = jax;
  const flat = linear(x.reshape([length * batch, inputs]), of('wih'), of('bih'));
  const projected = flat.reshape([length, batch, 4, states]);
  let [h, c] = [np.zeros([batch, states]), np.zeros([batch, states])];
  const outputs: JaxArray[] = [];
  for (let step = 0; step < length; step++) {
    const state = linear(h, of('whh').ref, of('bhh').ref).reshape([batch, 4, states]);
    const gates = projected.ref.slice(step).add(state);
    const [i, f, g, o] = [0, 1, 2, 3].map((k) => gates.ref.slice([], k)) as [
      JaxArray,
      JaxArray,
      JaxArray,
      JaxArray,
    ];
    gates.dispose();
    c = nn
      .sigmoid(f)
      .mul(c)
      .add(nn.sigmoid(i).mul(np.tanh(g)));
    h = nn.sigmoid(o).mul(np.tanh(c.ref));
    outputs.push(h.ref);
  }
  for (const rest of [h, c, projected, of('whh'), of('bhh')]) rest.dispose();
  return np.mean(np.square(np.stack(outputs)));
};

/** The losses by the names of the models. */
export const jaxLosses = (jax: Jax): Readonly<Record<ModelName, JaxLoss>> => ({
  mlp: (p, x, y) => layersOf(jax, p).crossEntropy(jaxMlp(jax, p, x), y as JaxArray),
  lenet: (p, x, y) => lenet(jax, p, x, y as JaxArray),
  resnet: (p, x) => resnet(jax, p, x),
  unet: (p, x, y) => unet(jax, p, x, y as JaxArray),
  transformer: (p, x) => transformer(jax, p, x),
  lstm: (p, x) => lstm(jax, p, x),
});
