/** Gathers what the report page shows about a finished or stopped run. */
import process from 'node:process';
import { type Backend, explain, tensor } from 'gradloom';
import { confusionMatrix } from 'gradloom/data';
import type { KernelRow, TrainingReport } from '../report/training-report.ts';
import type { Dataset } from './digits.ts';
import type { Evaluation } from './evaluate.ts';
import { layers } from './model.ts';
import type { Options } from './options.ts';
import { batchTensors, step } from './train.ts';
import type { TrainingState } from './training-state.ts';

/** A run and what came of it. */
export interface Run {
  readonly state: TrainingState;
  readonly dataset: Dataset;
  readonly options: Options;
  readonly result: Evaluation;
  readonly backend: Backend;
}

const digits = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'];
const side = 32;

/** The launches of one training step, each timed alone. */
const explainStep = ({ state, dataset, options, backend }: Run) => {
  const size = Math.min(options.batch, dataset.train.labels.data.length);
  const { images, labels } = batchTensors(
    dataset,
    Int32Array.from({ length: size }, (_, k) => k),
  );
  const explanation = explain(step, {
    backend,
    measure: true,
  })(state.parameters, state.optimizerState, images, labels, tensor(options.rate));
  const total = explanation.launches.reduce((sum, launch) => sum + (launch.milliseconds ?? 0), 0);
  const kernels = explanation.launches.map(
    (launch, k): KernelRow => ({
      launch: k + 1,
      name: launch.name,
      kind: launch.work,
      flop: launch.flops,
      bytesRead: launch.bytesRead,
      bytesWritten: launch.bytesWritten,
      ...(total > 0 && launch.milliseconds !== undefined
        ? { share: launch.milliseconds / total }
        : {}),
      source: launch.source || launch.kernel,
      language: launch.source && backend.name === 'js' ? 'javascript' : 'text',
    }),
  );
  return { kernels, arenaBytes: explanation.arenaBytes };
};

/** The report of a run. */
export const makeReport = async (run: Run): Promise<TrainingReport> => {
  const { state, dataset, options, result } = run;
  const { test } = dataset;
  const truth = test.labels.data;
  const rows = layers(state.parameters);
  const { kernels, arenaBytes } = explainStep(run);
  const counts = confusionMatrix(result.predicted, truth, digits.length).data;
  const filters = await state.parameters.conv1.w.data();
  const samples =
    state.epochs.length * dataset.train.labels.data.length + state.step * options.batch;
  return {
    title: 'LeNet-5 learns handwritten digits',
    subtitle:
      `${dataset.name}: ${dataset.train.labels.data.length} pictures to learn from, ` +
      `${truth.length} to test on.`,
    summary: {
      testAccuracy: result.accuracy,
      epochs: state.epochs.length,
      steps: state.losses.length,
      samplesPerSecond: state.seconds > 0 ? samples / state.seconds : 0,
      trainingSeconds: state.seconds,
      parameters: rows.reduce((sum, layer) => sum + layer.parameters, 0),
      seed: options.seed,
      backend: run.backend.name,
      launchesPerStep: kernels.length,
      arenaBytes,
    },
    layers: rows,
    lossName: 'cross entropy (nats)',
    losses: Float32Array.from(state.losses),
    epochs: state.epochs,
    confusion: {
      classes: digits,
      counts: digits.map((_, row) => Array.from(counts.subarray(row * 10, row * 10 + 10))),
    },
    mistakes: [...truth].flatMap((label, k) =>
      result.predicted[k] === label
        ? []
        : [
            {
              pixels: test.images.data.slice(k * side * side, (k + 1) * side * side),
              width: side,
              height: side,
              truth: digits[label] as string,
              predicted: digits[result.predicted[k] as number] as string,
              confidence: result.confidence[k] as number,
            },
          ],
    ),
    filters: Array.from({ length: 6 }, (_, k) => ({
      weights: Float32Array.from(filters.subarray(k * 25, k * 25 + 25)),
      width: 5,
      height: 5,
    })),
    kernels,
    footer: `Node ${process.version} on ${process.platform} ${process.arch}.`,
  };
};
