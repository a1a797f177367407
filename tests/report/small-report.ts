/** A report with a few values in every part, quick to render; tests change single fields of it. */
import type { TrainingReport } from '../../examples/report/training-report.ts';

/** A complete, valid report of a tiny run. */
export const smallReport = (changes: Partial<TrainingReport> = {}): TrainingReport => ({
  title: 'A small run',
  subtitle: 'Two classes, four steps.',
  summary: {
    testAccuracy: 0.75,
    epochs: 2,
    steps: 4,
    samplesPerSecond: 1234.5,
    trainingSeconds: 0.25,
    parameters: 12_345,
    seed: 42,
    backend: 'js',
    launchesPerStep: 2,
    arenaBytes: 4096,
  },
  layers: [
    { name: 'first layer', outputShape: ['N', 3], parameters: 12_000 },
    { name: 'second layer', outputShape: ['N', 2], parameters: 345 },
  ],
  lossName: 'cross-entropy, nats',
  losses: Float32Array.of(0.7, 0.6, 0.5, 0.4),
  epochs: [
    { epoch: 1, loss: 0.65, trainAccuracy: 0.5, testAccuracy: 0.5 },
    { epoch: 2, loss: 0.45, trainAccuracy: 1, testAccuracy: 0.75 },
  ],
  confusion: {
    classes: ['cat', 'dog'],
    counts: [
      [2, 0],
      [1, 1],
    ],
  },
  mistakes: [
    {
      pixels: Float32Array.of(0, 0.25, 0.5, 0.75, 1, 0),
      width: 3,
      height: 2,
      truth: 'dog',
      predicted: 'cat',
      confidence: 0.625,
    },
  ],
  filters: [
    { weights: Float32Array.of(-1, 0, 0.5, 1), width: 2, height: 2 },
    { weights: Float32Array.of(0.1, 0.2, 0.3, -0.4), width: 2, height: 2 },
  ],
  kernels: [
    {
      launch: 1,
      name: 'first_kernel',
      kind: 'contract',
      flop: 2_000_000,
      bytesRead: 2048,
      bytesWritten: 1024,
      share: 0.75,
      source: 'for (let i = 0; i < 4; i += 1) out[i] = 2 * x[i]; // twice',
      language: 'javascript',
    },
    {
      launch: 2,
      name: 'second_kernel',
      kind: 'elementwise',
      flop: 10,
      bytesRead: 64,
      bytesWritten: 64,
      share: 0.25,
      source: '(func $f (param $a i32))',
      language: 'wat',
    },
  ],
  footer: 'Closing line.',
  ...changes,
});
