/**
 * Shows a training run in the terminal: on a TTY one line that is redrawn in place and one lasting
 * line for each epoch, elsewhere (a pipe, a file, CI) the lasting lines alone, without a single
 * control character.
 */
import { type Options, type Params, SingleBar } from 'cli-progress';
import { formatCount, formatDuration, formatLoss, formatShare } from '../report/format-number.ts';

/** One optimizer step that was just taken. */
export interface StepProgress {
  /** 1 for the first epoch. */
  readonly epoch: number;
  /** Step within the epoch, from 1. */
  readonly step: number;
  readonly loss: number;
  /** Share of the recent training samples classified correctly, 0 to 1, where it is known. */
  readonly accuracy?: number;
}

/** One epoch that just ended. */
export interface EpochProgress {
  readonly epoch: number;
  /** Mean loss of the epoch. */
  readonly loss: number;
  readonly trainAccuracy?: number;
  readonly testAccuracy?: number;
}

/** What is known before the first step. */
export interface TrainingProgressOptions {
  readonly epochs: number;
  readonly stepsPerEpoch: number;
  /** Samples of one step. */
  readonly batchSize: number;
  /** Where the lines go; standard output by default. */
  readonly stream?: NodeJS.WritableStream & { readonly isTTY?: boolean; readonly columns?: number };
  /** Milliseconds of a clock that never runs backwards; `performance.now` by default. */
  readonly now?: () => number;
}

/** Told of every step and epoch; `stop` must be called at the end, also after an error. */
export interface TrainingProgress {
  step(progress: StepProgress): void;
  epoch(progress: EpochProgress): void;
  stop(): void;
}

interface BarPayload extends StepProgress {
  readonly samplesPerSecond: number;
  readonly remaining: number;
}

const separator = '  ';

const percent = (name: string, share: number | undefined): string[] =>
  share === undefined ? [] : [`${name} ${formatShare(share).padStart(8)}`];

/** Makes the display of one training run. Nothing is written before the first step. */
export const trainingProgress = (options: TrainingProgressOptions): TrainingProgress => {
  const { epochs, stepsPerEpoch, batchSize } = options;
  const stream = options.stream ?? process.stdout;
  const now = options.now ?? ((): number => performance.now());
  const total = epochs * stepsPerEpoch;
  const started = now();
  let epochStarted = started;
  let done = 0;
  let bar: SingleBar | undefined;

  const epochLabel = (epoch: number): string =>
    `epoch ${String(epoch).padStart(String(epochs).length)}/${epochs}`;

  // Over the whole run, evaluation between the epochs included, so that the estimate does not jump.
  const remainingSeconds = (): number =>
    done > 0 ? ((now() - started) / 1000 / done) * (total - done) : 0;

  const barLine = (_options: Options, params: Params, payload: BarPayload): string => {
    const { epoch, step, loss, accuracy, samplesPerSecond, remaining } = payload;
    const parts = [
      epochLabel(epoch),
      `step ${String(step).padStart(String(stepsPerEpoch).length)}/${stepsPerEpoch}`,
      `loss ${formatLoss(loss)}`,
      ...(accuracy === undefined ? [] : [`accuracy ${formatShare(accuracy, 1)}`]),
      `${formatCount(samplesPerSecond)} samples/s`,
      `${formatDuration(remaining)} left`,
    ];
    const text = parts.join(separator);
    // The bar takes the room that the numbers leave, and goes first when there is none.
    const room = Math.min(28, (stream.columns ?? 80) - text.length - separator.length - 1);
    if (room < 6) return text;
    const filled = Math.round(room * params.progress);
    return `${'━'.repeat(filled)}${'─'.repeat(room - filled)}${separator}${text}`;
  };

  const startBar = (payload: BarPayload): SingleBar => {
    const fresh = new SingleBar({
      stream,
      format: barLine as NonNullable<Options['format']>,
      clearOnComplete: true,
      hideCursor: false, // an interrupted run must leave the terminal as it was
      linewrap: true,
      fps: 15,
    });
    fresh.start(total, done, payload);
    return fresh;
  };

  const clearBar = (): void => {
    bar?.stop();
    bar = undefined;
  };

  return {
    step(progress) {
      done = (progress.epoch - 1) * stepsPerEpoch + progress.step;
      if (stream.isTTY !== true) return;
      const seconds = Math.max(1e-3, (now() - epochStarted) / 1000);
      const payload: BarPayload = {
        ...progress,
        samplesPerSecond: (progress.step * batchSize) / seconds,
        remaining: remainingSeconds(),
      };
      if (bar === undefined) bar = startBar(payload);
      else bar.update(done, payload);
    },
    epoch({ epoch, loss, trainAccuracy, testAccuracy }) {
      done = epoch * stepsPerEpoch;
      const seconds = Math.max(1e-3, (now() - epochStarted) / 1000);
      clearBar();
      const parts = [
        epochLabel(epoch),
        `loss ${formatLoss(loss)}`,
        ...percent('train', trainAccuracy),
        ...percent('test', testAccuracy),
        `${formatCount((stepsPerEpoch * batchSize) / seconds)} samples/s`,
        done < total ? `${formatDuration(remainingSeconds())} left` : 'done',
      ];
      stream.write(`${parts.join(separator)}\n`);
      epochStarted = now();
    },
    stop: clearBar,
  };
};
