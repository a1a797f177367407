/** TensorFlow.js as a contender, on its CPU and WebAssembly backends; both compute at once. */
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import type * as TensorFlow from '@tensorflow/tfjs-core';
import { type ArrayOf, firstParameters, identity, madeArray, madeLabels } from '../tasks/data.ts';
import { type ModelName, models, type OptimizerSpec } from '../tasks/models.ts';
import type { Work } from '../tasks/task.ts';
import { type Library, lossesOf, type Runner } from './library.ts';
import { type Tf, tfLosses, tfMlp } from './tfjs-models.ts';

type T = TensorFlow.Tensor;
// The peers are installed beside this file, not with the library.
const require = createRequire(import.meta.url);

const upload = (tf: Tf, { data, shape }: ArrayOf): T => tf.tensor(data, [...shape], 'float32');
/** Pictures and kernels with channels last, the way of TensorFlow. */
const turned = (tf: Tf, array: ArrayOf, kind: 'picture' | 'kernel'): T =>
  tf.tidy(() => {
    const axes = kind === 'picture' ? [0, 2, 3, 1] : [2, 3, 1, 0];
    return tf.transpose(upload(tf, array), axes);
  });

/** Operations, each called when the one before is done. */
const compute = (tf: Tf, f: () => T | T[]): Runner => ({
  run: () => {
    tf.dispose(tf.tidy(f));
  },
  result: () => {
    const all = [tf.tidy(f)].flat();
    const results = all.map((y) => y.dataSync() as Float32Array);
    tf.dispose(all);
    return results;
  },
});

const optimizerOf = (tf: Tf, { kind, rate }: OptimizerSpec): TensorFlow.Optimizer => {
  if (kind === 'adam') return tf.train.adam(rate, 0.9, 0.999, 1e-8);
  return kind === 'momentum' ? tf.train.momentum(rate, 0.9) : tf.train.sgd(rate);
};

/** A parameter as TensorFlow has it. */
const parameterOf = (tf: Tf, name: string, model: ModelName, array: ArrayOf): T => {
  if (array.shape.length === 4) return turned(tf, array, 'kernel');
  if (model !== 'lenet' || name !== 'dense1.w') return upload(tf, array);
  // Its rows follow the channels of flattened pictures, which come last here.
  return tf.tidy(() => {
    const rows = tf.reshape(upload(tf, array), [16, 5, 5, 120]);
    return tf.reshape(tf.transpose(rows, [1, 2, 0, 3]), [400, 120]);
  });
};

const targetOf = (tf: Tf, name: ModelName): T | undefined => {
  const { target, targetShape } = models[name];
  if (target === 'none') return undefined;
  if (target === 'array') return turned(tf, madeArray(targetShape, 98), 'picture');
  const labels = tf.tensor1d(madeLabels(targetShape[0] as number), 'int32');
  return tf.tidy(() => tf.cast(tf.oneHot(labels, 10), 'float32'));
};

const train = (tf: Tf, name: ModelName): Runner => {
  const spec = models[name];
  const loss = tfLosses(tf)[name];
  const input = madeArray(spec.input, 99);
  const x = spec.input.length === 4 ? turned(tf, input, 'picture') : upload(tf, input);
  const y = targetOf(tf, name);
  const begin = () => ({
    optimizer: optimizerOf(tf, spec.optimizer),
    parameters: Object.fromEntries(
      Object.entries(firstParameters(spec.shapes)).map(([part, array]) => [
        part,
        tf.variable(parameterOf(tf, part, name, array)),
      ]),
    ),
  });
  let { optimizer, parameters } = begin();
  const once = (): number => {
    const variables = Object.values(parameters);
    const value = optimizer.minimize(() => loss(parameters, x, y), true, variables) as T;
    const [number = Number.NaN] = value.dataSync();
    value.dispose();
    return number;
  };
  return {
    run: () => {
      once();
    },
    result: () => {
      ({ optimizer, parameters } = begin());
      return lossesOf(once);
    },
  };
};

const rows = (tf: Tf, form: (Work & { kind: 'rows' })['form'], x: T): T => {
  if (form === 'softmax') return tf.softmax(x);
  if (form === 'sumRows') return tf.sum(x, 1);
  if (form === 'sumColumns') return tf.sum(x, 0);
  const { mean, variance } = tf.moments(x, 1, true);
  return tf.div(tf.sub(x, mean), tf.sqrt(tf.add(variance, 1e-5)));
};

const convolution = (tf: Tf, work: Work & { kind: 'conv' }): Runner => {
  const { batch, channels, side, withGradients } = work;
  const x = turned(tf, madeArray([batch, channels, side, side], 0), 'picture');
  const w = turned(tf, madeArray([channels, channels, 3, 3], 1), 'kernel');
  const convolve = (p: T, q: T): T => tf.conv2d(p as never, q as never, 1, 'same');
  // Compared as the others have it, channels first.
  const picture = (y: T): T => tf.transpose(y, [0, 3, 1, 2]);
  const energy = (p: T, q: T): TensorFlow.Scalar =>
    tf.mul(tf.sum(tf.square(convolve(p, q))), 0.5) as TensorFlow.Scalar;
  const f = withGradients
    ? (): T[] => tf.grads(energy as never)([x, w])
    : (): T[] => [convolve(x, w)];
  return {
    run: compute(tf, f).run,
    result: compute(tf, () => {
      const [first, second] = f() as [T, T?];
      return second === undefined
        ? [picture(first)]
        : [picture(first), tf.transpose(second, [3, 2, 0, 1])];
    }).result,
  };
};

const make = (tf: Tf, work: Work): Runner => {
  switch (work.kind) {
    case 'matmul': {
      const { m, k, n } = work;
      const [x, y] = [upload(tf, madeArray([m, k], 0)), upload(tf, madeArray([k, n], 1))];
      return compute(tf, () => tf.matMul(x, y));
    }
    case 'elements': {
      const [x, y] = [0, 1].map((seed) => upload(tf, madeArray([work.count], seed))) as [T, T];
      return compute(
        tf,
        work.form === 'add' ? () => tf.add(x, y) : () => tf.sigmoid(tf.mul(tf.tanh(x), y)),
      );
    }
    case 'rows': {
      const x = upload(tf, madeArray([work.rows, work.columns], 0));
      return compute(tf, () => rows(tf, work.form, x));
    }
    case 'conv':
      return convolution(tf, work);
    case 'forward': {
      const spec = models[work.model];
      const parameters = Object.fromEntries(
        Object.entries(firstParameters(spec.shapes)).map(([name, array]) => [
          name,
          upload(tf, array),
        ]),
      );
      const x = upload(tf, madeArray(spec.input, 99));
      return compute(tf, () => tfMlp(tf, parameters, x));
    }
    case 'train':
    case 'first':
      return train(tf, work.model);
    case 'tiny': {
      const [x, y] = [0, 1].map((seed) => upload(tf, madeArray([16], seed))) as [T, T];
      return compute(tf, () => {
        let z = x;
        for (let k = 0; k < 5; k++) z = tf.tanh(tf.mul(z, y));
        return z;
      });
    }
    case 'launches': {
      const [x, w] = [upload(tf, madeArray([16, 16], 0)), upload(tf, identity(16))];
      return compute(tf, () => {
        let z = x;
        for (let k = 0; k < work.count; k++) z = tf.matMul(z, w);
        return z;
      });
    }
  }
};

/** Opens TensorFlow.js on a backend. */
export const openTfjs = async (backend: string): Promise<Library> => {
  const tf: Tf = require('@tensorflow/tfjs-core');
  // Brings the gradients, which the core alone does not know.
  require('@tensorflow/tfjs');
  if (backend === 'wasm') {
    const { setWasmPaths } = require('@tensorflow/tfjs-backend-wasm');
    setWasmPaths(`${dirname(require.resolve('@tensorflow/tfjs-backend-wasm'))}/`);
  } else require('@tensorflow/tfjs-backend-cpu');
  if (!(await tf.setBackend(backend))) throw new Error(`tfjs: no backend '${backend}'`);
  await tf.ready();
  let version = `@tensorflow/tfjs-backend-${backend} ${tf.version_core}`;
  if (backend === 'wasm') {
    const [vectors, threads] = ['WASM_HAS_SIMD_SUPPORT', 'WASM_HAS_MULTITHREAD_SUPPORT'].map(
      (flag) => tf.env().getAsync(flag),
    );
    version += `, vectors ${await vectors}, threads ${await threads}`;
  }
  return { version, make: (work) => make(tf, work) };
};
