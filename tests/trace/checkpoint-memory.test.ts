/** What `checkpoint` is for: less memory for more work, and the same numbers. */
import { checkpoint, explain, grad, js, matmul, mean, square, tanh, tensor } from 'gradloom';
import { expect, test } from 'vitest';
import type { Tensor } from '../../src/types/index.ts';

type Matrix = Tensor<[number, number]>;
const [layers, width, batch] = [16, 32, 256];
const filled = (rows: number, columns: number, seed: number): Matrix => {
  const data = Float32Array.from({ length: rows * columns }, (_, k) => Math.sin(k * k + seed) / 3);
  return tensor(data, { shape: [rows, columns] }) as Matrix;
};
const block = (x: Matrix, weights: readonly Matrix[]): Matrix =>
  weights.reduce((h, w) => tanh(matmul(h, w)) as Matrix, x);

const lossWith =
  (segment: typeof block) =>
  (weights: Matrix[], x: Matrix): Tensor<[]> => {
    let h = x;
    for (let k = 0; k < layers; k += 4) h = segment(h, weights.slice(k, k + 4));
    return mean(square(h));
  };

test('checkpoints shrink the arena and compute the same gradients', () => {
  const weights = Array.from({ length: layers }, (_, k) => filled(width, width, k));
  const x = filled(batch, width, 0.5);
  const [plain, saved] = [block, checkpoint(block) as typeof block].map((segment) =>
    grad(lossWith(segment)),
  );
  const [all, few] = [plain!, saved!].map((f) => explain(f, { backend: js })(weights, x));
  const activation = batch * width * 4;
  // All activations of 16 layers, against the ends of four blocks and the inside of one.
  expect(all!.arenaBytes).toBeGreaterThanOrEqual(layers * activation);
  expect(few!.arenaBytes).toBeLessThanOrEqual((layers / 2) * activation);
  expect(few!.launches.length).toBeGreaterThan(all!.launches.length);
  const [expected, actual] = [plain!(weights, x), saved!(weights, x)];
  expected.forEach((gradient, k) => {
    const [one, other] = [gradient.dataSync(), actual[k]!.dataSync()];
    const largest = one.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    expect(largest).toBeGreaterThan(1e-6);
    one.forEach((value, j) => {
      expect(Math.abs(other[j]! - value)).toBeLessThanOrEqual(1e-5 * largest);
    });
  });
});
