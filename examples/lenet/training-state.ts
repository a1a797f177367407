/**
 * Everything a run needs to go on bit for bit: parameters, optimizer, place in the data and
 * history. Saved as one safetensors file, written beside its final name and renamed, so that an
 * interruption never leaves half a file.
 */
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { loadMetadata, loadParameters, saveParameters } from 'gradloom/nn';
import * as optim from 'gradloom/optim';
import type { EpochRow } from '../report/training-report.ts';
import type { Lenet } from './model.ts';
import type { Options } from './options.ts';

/** The optimizer. */
export const optimizer = optim.adam();
/** What Adam remembers. */
export type OptimizerState = optim.AdamState<Lenet>;

/** A run so far. */
export interface TrainingState {
  parameters: Lenet;
  optimizerState: OptimizerState;
  /** Finished epochs, and steps taken in the one that goes on. */
  epoch: number;
  step: number;
  /** Sums over the steps of the epoch that goes on. */
  lossSum: number;
  correct: number;
  /** The loss of every step. */
  losses: number[];
  epochs: EpochRow[];
  /** Time spent in training steps, in seconds. */
  seconds: number;
}

/** What must be the same for a run to go on. */
type Settings = Pick<Options, 'seed' | 'batch' | 'rate'> & { readonly dataset: string };

/** A run that has not begun. */
export const newState = (parameters: Lenet): TrainingState => ({
  parameters,
  optimizerState: optimizer.init(parameters),
  epoch: 0,
  step: 0,
  lossSum: 0,
  correct: 0,
  losses: [],
  epochs: [],
  seconds: 0,
});

const tensorsOf = (state: TrainingState) => ({
  parameters: state.parameters,
  optimizer: state.optimizerState,
});

/** Writes a run to `path`. */
export const saveState = async (
  path: string,
  state: TrainingState,
  settings: Settings,
): Promise<void> => {
  const { epoch, step, lossSum, correct, losses, epochs, seconds } = state;
  const progress = { epoch, step, lossSum, correct, losses, epochs, seconds };
  const bytes = saveParameters(tensorsOf(state), {
    metadata: { settings: JSON.stringify(settings), progress: JSON.stringify(progress) },
  });
  await mkdir(dirname(path), { recursive: true });
  await writeFile(`${path}.part`, bytes);
  await rename(`${path}.part`, path);
};

/**
 * Reads a run from `path`; `fresh` says what its tensors must look like. Settings that differ are
 * an error.
 */
export const loadState = async (
  path: string,
  fresh: TrainingState,
  settings: Settings,
): Promise<TrainingState> => {
  const bytes = await readFile(path).catch(() => {
    throw new Error(`--resume: there is no ${path}; run without --resume first`);
  });
  const metadata = loadMetadata(bytes);
  const before = JSON.parse(metadata.get('settings') ?? '{}') as Partial<Settings>;
  for (const key of Object.keys(settings) as (keyof Settings)[]) {
    if (before[key] !== settings[key]) {
      throw new Error(
        `--resume: the saved run has ${key} ${before[key]}, this one ${settings[key]}`,
      );
    }
  }
  const progress = JSON.parse(metadata.get('progress') ?? '{}') as Partial<TrainingState>;
  const { parameters, optimizer: optimizerState } = loadParameters(bytes, tensorsOf(fresh));
  return { ...fresh, ...progress, parameters, optimizerState };
};
