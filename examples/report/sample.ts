/**
 * Invented but realistic data for the report page, to look at its design and to test it without
 * training anything. Run as a program it writes `out/sample-report.html`. Nothing here is a result.
 */
import { pathToFileURL } from 'node:url';
import { drawDigit } from './sample-digits.ts';
import { sampleKernels } from './sample-kernels.ts';
import type {
  ConfusionCounts,
  EpochRow,
  Filter,
  LayerRow,
  Mistake,
  TrainingReport,
} from './training-report.ts';
import { writeReport } from './write-report.ts';

const classes: readonly string[] = [...'0123456789'];
const epochs = 10;
const stepsPerEpoch = 469;

// Mulberry32, so that the sample is the same on every machine.
const randomFrom = (seed: number): (() => number) => {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
};

const layers: readonly LayerRow[] = [
  { name: 'input', outputShape: ['N', 1, 32, 32], parameters: 0 },
  { name: 'c1: conv 5×5, tanh', outputShape: ['N', 6, 28, 28], parameters: 156 },
  { name: 's2: average pool 2×2', outputShape: ['N', 6, 14, 14], parameters: 0 },
  { name: 'c3: conv 5×5, tanh', outputShape: ['N', 16, 10, 10], parameters: 2416 },
  { name: 's4: average pool 2×2', outputShape: ['N', 16, 5, 5], parameters: 0 },
  { name: 'c5: dense, tanh', outputShape: ['N', 120], parameters: 48_120 },
  { name: 'f6: dense, tanh', outputShape: ['N', 84], parameters: 10_164 },
  { name: 'output: dense', outputShape: ['N', 10], parameters: 850 },
];

const lossCurve = (random: () => number): Float32Array =>
  Float32Array.from({ length: epochs * stepsPerEpoch }, (_, i) => {
    const level = 2.05 * Math.exp(-i / 60) + 0.24 * Math.exp(-i / 700) + 0.012;
    return (
      level *
      Math.exp((random() + random() + random() - 1.5) * (0.15 + 0.9 * (1 - Math.exp(-i / 500))))
    );
  });

// The last epoch's test accuracy is the one of the confusion matrix.
const epochRows = (losses: Float32Array, ending: number): EpochRow[] =>
  Array.from({ length: epochs }, (_, i) => {
    const part = losses.subarray(i * stepsPerEpoch, (i + 1) * stepsPerEpoch);
    const dip = i % 3 === 1 ? 0.0009 : 0;
    return {
      epoch: i + 1,
      loss: part.reduce((sum, loss) => sum + loss, 0) / part.length,
      trainAccuracy: 0.9985 - 0.052 * Math.exp(-i / 2.1),
      testAccuracy: ending - (i === epochs - 1 ? 0 : 0.039 * Math.exp(-i / 1.8) - dip),
    };
  });

const classSizes = [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009];
const likely = [
  [4, 9, 9],
  [7, 2, 8],
  [3, 5, 8],
  [9, 7, 6],
  [2, 7, 5],
  [6, 0, 4],
  [5, 3, 7],
  [8, 3, 5],
];

const confusion = (random: () => number): ConfusionCounts => {
  const counts = classSizes.map((size, truth) => classes.map((_, i) => (i === truth ? size : 0)));
  const move = (truth: number, predicted: number, count: number): void => {
    const row = counts[truth] ?? [];
    row[predicted] = (row[predicted] ?? 0) + count;
    row[truth] = (row[truth] ?? 0) - count;
  };
  for (const [a = 0, b = 0, count = 0] of likely) {
    move(a, b, count);
    move(b, a, Math.ceil(count / 2));
  }
  for (let i = 0; i < 24; i += 1) {
    const truth = Math.floor(random() * 10);
    const predicted = (truth + 1 + Math.floor(random() * 9)) % 10;
    move(truth, predicted, 1);
  }
  return { classes, counts };
};

const mistakes = ({ counts }: ConfusionCounts, random: () => number): Mistake[] =>
  counts.flatMap((row, truth) =>
    row.flatMap((count, predicted) =>
      predicted === truth
        ? []
        : Array.from(
            { length: count },
            (): Mistake => ({
              pixels: drawDigit(truth, predicted, random),
              width: 32,
              height: 32,
              truth: String(truth),
              predicted: String(predicted),
              confidence: 0.34 + 0.65 * random() ** 0.8,
            }),
          ),
    ),
  );

const filters = (random: () => number): Filter[] =>
  Array.from({ length: 6 }, (_, k) => {
    const angle = (k * Math.PI) / 6;
    const weights = Float32Array.from({ length: 25 }, (_v, i) => {
      const x = (i % 5) - 2;
      const y = Math.floor(i / 5) - 2;
      const wave = Math.sin(1.1 * (x * Math.cos(angle) + y * Math.sin(angle)) + k * 0.7);
      return 0.42 * wave * Math.exp(-(x * x + y * y) / 9) + 0.12 * (random() - 0.5);
    });
    return { weights, width: 5, height: 5 };
  });

/** A complete report; the same seed gives the same data. */
export const sampleReport = (seed = 7): TrainingReport => {
  const random = randomFrom(seed);
  const losses = lossCurve(random);
  const matrix = confusion(random);
  const total = classSizes.reduce((sum, size) => sum + size, 0);
  const right = matrix.counts.reduce((sum, row, i) => sum + (row[i] ?? 0), 0);
  const seconds = 41.8;
  return {
    title: 'LeNet-5 on handwritten digits',
    subtitle:
      'Sample data for the design of this page: the classic convolutional network, ' +
      '60,000 pictures for training and 10,000 for testing.',
    summary: {
      testAccuracy: right / total,
      epochs,
      steps: epochs * stepsPerEpoch,
      samplesPerSecond: (epochs * 60_000) / seconds,
      trainingSeconds: seconds,
      parameters: layers.reduce((sum, layer) => sum + layer.parameters, 0),
      seed,
      backend: 'wasm',
      launchesPerStep: sampleKernels.length,
      arenaBytes: 9_437_184,
    },
    layers,
    lossName: 'cross-entropy, nats',
    losses,
    epochs: epochRows(losses, right / total),
    confusion: matrix,
    mistakes: mistakes(matrix, random),
    filters: filters(random),
    kernels: sampleKernels,
    footer: 'Invented numbers, for the design of the page only.',
  };
};

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  console.log(await writeReport('out/sample-report.html', sampleReport()));
}
