/**
 * The training loop: one compiled program per step, seeded batches, a progress line, a clean stop
 * on Ctrl-C.
 */
import process from 'node:process';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { argmax, cast, eq, jit, sum, type Tensor, tensor, valueAndGrad } from 'gradloom';
import { batches, gatherRows } from 'gradloom/data';
import * as nn from 'gradloom/nn';
import { trainingProgress } from '../terminal/training-progress.ts';
import type { Dataset } from './digits.ts';
import { evaluate } from './evaluate.ts';
import { type Lenet, logits } from './model.ts';
import type { Options } from './options.ts';
import { type OptimizerState, optimizer, type TrainingState } from './training-state.ts';

const loss = (p: Lenet, images: Tensor<['N', 1, 32, 32]>, labels: Tensor<['N'], 'i32'>) => {
  const scores = logits(p, images);
  const correct = sum(cast(eq(argmax(scores, 1), labels), 'i32'));
  return [nn.crossEntropy(scores, labels), correct] as [Tensor<[]>, Tensor<[], 'i32'>];
};

const trainingStep = (
  p: Lenet,
  state: OptimizerState,
  images: Tensor<['N', 1, 32, 32]>,
  labels: Tensor<['N'], 'i32'>,
  rate: Tensor<[]>,
) => {
  const [[value, correct], gradients] = valueAndGrad(loss, { hasAux: true })(p, images, labels);
  const [next, nextState] = optimizer.update(p, gradients, state, { rate });
  return [next, nextState, value, correct] as const;
};
/** One step: new parameters and optimizer state, the loss and the number of right answers. */
export const step = jit(trainingStep, { donate: [0, 1] });

/** The tensors of one batch. */
export const batchTensors = ({ train }: Dataset, indices: Int32Array) => {
  const images = gatherRows(train.images, indices);
  const labels = gatherRows(train.labels, indices);
  return {
    images: tensor(images.data, { shape: [indices.length, 1, 32, 32] }),
    labels: tensor(labels.data, { shape: [indices.length] }),
  };
};

/**
 * Trains until the last epoch or Ctrl-C; `state` is brought up to date. Returns whether the end was
 * reached.
 */
export const train = async (
  state: TrainingState,
  dataset: Dataset,
  options: Options,
): Promise<boolean> => {
  const count = dataset.train.labels.data.length;
  const stepsPerEpoch = Math.ceil(count / options.batch);
  const progress = trainingProgress({
    epochs: options.epochs,
    stepsPerEpoch,
    batchSize: options.batch,
  });
  let isStopped = false;
  const stop = (): void => {
    isStopped = true;
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  const rate = tensor(options.rate);
  try {
    while (state.epoch < options.epochs && !isStopped) {
      const order = batches(count, options.batch, { seed: options.seed, epoch: state.epoch });
      while (state.step < order.length && !isStopped) {
        const indices = order[state.step] as Int32Array;
        const begin = performance.now();
        const { images, labels } = batchTensors(dataset, indices);
        const [p, s, value, correct] = step(
          state.parameters,
          state.optimizerState,
          images,
          labels,
          rate,
        );
        state.parameters = p;
        state.optimizerState = s;
        const lossValue = value.item();
        state.seconds += (performance.now() - begin) / 1000;
        state.step++;
        state.losses.push(lossValue);
        state.lossSum += lossValue * indices.length;
        state.correct += correct.item();
        const seen = Math.min(state.step * options.batch, count);
        progress.step({
          epoch: state.epoch + 1,
          step: state.step,
          loss: lossValue,
          accuracy: state.correct / seen,
        });
        // Signals and the terminal get their turn.
        await nextTurn();
      }
      if (state.step < order.length) break;
      const row = {
        epoch: state.epoch + 1,
        loss: state.lossSum / count,
        trainAccuracy: state.correct / count,
        testAccuracy: evaluate(state.parameters, dataset.test).accuracy,
      };
      state.epochs.push(row);
      progress.epoch(row);
      Object.assign(state, { epoch: state.epoch + 1, step: 0, lossSum: 0, correct: 0 });
    }
  } finally {
    progress.stop();
    process.off('SIGINT', stop);
    process.off('SIGTERM', stop);
  }
  return state.epoch >= options.epochs;
};
