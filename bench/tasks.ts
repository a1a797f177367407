/**
 * What is measured: each task done by compiled programs, by plain loops, and by TensorFlow.js on
 * its CPU backend.
 */
import { createRequire } from 'node:module';
import type * as TensorFlow from '@tensorflow/tfjs-core';
import { conv2d, gelu, jit, matmul, softmax, type Tensor, tensor } from 'gradloom';
import type { Contender } from './measure.ts';

// The peers are installed beside this file, not with the library.
const require = createRequire(import.meta.url);
const tf: typeof TensorFlow = require('@tensorflow/tfjs-core');
require('@tensorflow/tfjs-backend-cpu');

/** A task and how many multiply-adds it needs; 0 where they are not what it costs. */
export interface Task {
  readonly name: string;
  readonly multiplyAdds: number;
  readonly contenders: readonly Contender[];
}

const made = (length: number, phase: number): Float32Array =>
  Float32Array.from({ length }, (_, k) => Math.sin(k * 0.7 + phase));
const readTf = (y: TensorFlow.Tensor): void => {
  y.dataSync();
  y.dispose();
};

const products = (n: number): Task => {
  const [a, b] = [made(n * n, 0), made(n * n, 1)];
  const [x, y] = [tensor(a, { shape: [n, n] }), tensor(b, { shape: [n, n] })];
  const f = jit((p: Tensor<['M', 'K']>, q: Tensor<['K', 'N']>) => matmul(p, q));
  const [ta, tb] = [tf.tensor2d(a, [n, n]), tf.tensor2d(b, [n, n])];
  const out = new Float32Array(n * n);
  const loops = (): void => {
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) {
        let sum = 0;
        for (let k = 0; k < n; k++) sum += (a[i * n + k] as number) * (b[k * n + j] as number);
        out[i * n + j] = sum;
      }
    }
  };
  return {
    name: `matmul ${n} x ${n} x ${n}`,
    multiplyAdds: n ** 3,
    contenders: [
      { name: 'gradloom js', run: () => f(x, y).dispose() },
      { name: 'plain loops', run: loops },
      { name: 'tfjs cpu', run: () => readTf(tf.matMul(ta, tb)) },
    ],
  };
};

const rows = (): Task => {
  const [m, n] = [512, 512];
  const a = made(m * n, 0);
  const x = tensor(a, { shape: [m, n] });
  const f = jit((p: Tensor<['M', 'N']>) => softmax(p, 1));
  const ta = tf.tensor2d(a, [m, n]);
  const out = new Float32Array(m * n);
  const loops = (): void => {
    for (let i = 0; i < m; i++) {
      const row = a.subarray(i * n, i * n + n);
      let most = Number.NEGATIVE_INFINITY;
      for (const value of row) most = Math.max(most, value);
      let sum = 0;
      for (let j = 0; j < n; j++) sum += out[i * n + j] = Math.exp((row[j] as number) - most);
      for (let j = 0; j < n; j++) out[i * n + j] = (out[i * n + j] as number) / sum;
    }
  };
  return {
    name: `softmax of ${m} rows of ${n}`,
    multiplyAdds: 0,
    contenders: [
      { name: 'gradloom js', run: () => f(x).dispose() },
      { name: 'plain loops', run: loops },
      { name: 'tfjs cpu', run: () => readTf(tf.softmax(ta)) },
    ],
  };
};

const convolution = (): Task => {
  const [n, c, o, size] = [8, 16, 32, 32];
  const x = tensor(made(n * c * size * size, 0), { shape: [n, c, size, size] });
  const w = tensor(made(o * c * 9, 1), { shape: [o, c, 3, 3] });
  const f = jit((p: typeof x, q: typeof w) => conv2d(p, q, { padding: 1 }));
  // TensorFlow.js on CPUs wants channels last.
  const tx = tf.tensor4d(made(n * c * size * size, 0), [n, size, size, c]);
  const tw = tf.tensor4d(made(o * c * 9, 1), [3, 3, c, o]);
  return {
    name: `conv2d 3x3, ${n} pictures ${size} x ${size}, ${c} to ${o} channels`,
    multiplyAdds: n * size * size * o * c * 9,
    contenders: [
      { name: 'gradloom js', run: () => f(x, w).dispose() },
      { name: 'tfjs cpu', run: () => readTf(tf.conv2d(tx, tw, 1, 'same')) },
    ],
  };
};

const dense = (): Task => {
  const [m, k, n] = [64, 784, 256];
  const [a, b, c] = [made(m * k, 0), made(k * n, 1), made(n, 2)];
  const x = tensor(a, { shape: [m, k] });
  const w = tensor(b, { shape: [k, n] });
  const bias = tensor(c, { shape: [n] });
  const f = jit((p: typeof x, q: typeof w, r: typeof bias) => gelu(matmul(p, q).add(r)));
  const [tx, tw, tb] = [tf.tensor2d(a, [m, k]), tf.tensor2d(b, [k, n]), tf.tensor1d(c)];
  const peer = (): TensorFlow.Tensor =>
    tf.tidy(() => {
      const z = tf.add(tf.matMul(tx, tw), tb);
      return tf.mul(tf.mul(z, 0.5), tf.add(tf.erf(tf.mul(z, Math.SQRT1_2)), 1));
    });
  return {
    name: `gelu(x W + b), ${m} x ${k} x ${n}`,
    multiplyAdds: m * k * n,
    contenders: [
      { name: 'gradloom js', run: () => f(x, w, bias).dispose() },
      { name: 'tfjs cpu', run: () => readTf(peer()) },
    ],
  };
};

/** All tasks. */
export const makeTasks = async (): Promise<Task[]> => {
  await tf.setBackend('cpu');
  await tf.ready();
  return [products(64), products(256), products(257), rows(), dense(), convolution()];
};
