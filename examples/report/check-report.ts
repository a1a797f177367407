/**
 * Checks a `TrainingReport` before anything is rendered, so that a wrong number stops with a clear
 * error and never reaches the page.
 */
import { ArgumentError } from '../../src/ir/errors.ts';
import type { ConfusionCounts, Filter, Mistake, TrainingReport } from './training-report.ts';

const fail = (field: string, rule: string, got: unknown): never => {
  throw new ArgumentError(`report: ${field} ${rule}`, { got: String(got) });
};

const checkCount = (field: string, value: number): void => {
  if (!Number.isSafeInteger(value) || value < 0) fail(field, 'must be a whole number >= 0', value);
};

const checkShare = (field: string, value: number): void => {
  if (!(value >= 0 && value <= 1)) fail(field, 'must lie between 0 and 1', value);
};

const checkAmount = (field: string, value: number): void => {
  if (!(value >= 0 && value < Infinity)) fail(field, 'must be a finite number >= 0', value);
};

const checkConfusion = ({ classes, counts }: ConfusionCounts): void => {
  const size = classes.length;
  if (counts.length !== size) {
    fail('confusion.counts', `must have one row for each of the ${size} classes`, counts.length);
  }
  counts.forEach((row, truth) => {
    const field = `confusion.counts[${truth}]`;
    if (row.length !== size) fail(field, `must have ${size} entries`, row.length);
    row.forEach((count, predicted) => {
      checkCount(`${field}[${predicted}]`, count);
    });
  });
};

// A larger side would not be a small picture, and the page would grow without bound.
const maximumSide = 512;

const checkArea = (
  field: string,
  picture: { readonly width: number; readonly height: number },
  length: number,
): void => {
  const { width, height } = picture;
  checkCount(`${field}.width`, width);
  checkCount(`${field}.height`, height);
  if (width * height !== length || length === 0) {
    fail(
      field,
      'must hold width * height values, at least one',
      `${length} (${width} x ${height})`,
    );
  }
  if (Math.max(width, height) > maximumSide) {
    fail(field, `must be at most ${maximumSide} wide and high`, `${width} x ${height}`);
  }
};

const checkMistake = (mistake: Mistake, index: number): void => {
  const field = `mistakes[${index}]`;
  checkArea(field, mistake, mistake.pixels.length);
  checkShare(`${field}.confidence`, mistake.confidence);
  const wrong = mistake.pixels.find((value) => !(value >= 0 && value <= 1));
  if (wrong !== undefined) fail(`${field}.pixels`, 'must lie between 0 and 1', wrong);
};

const checkFilter = (filter: Filter, index: number): void => {
  const field = `filters[${index}]`;
  checkArea(field, filter, filter.weights.length);
  const wrong = filter.weights.find((value) => !Number.isFinite(value));
  if (wrong !== undefined) fail(`${field}.weights`, 'must be finite', wrong);
};

/** Throws an `ArgumentError` that names the first field whose value makes no sense. */
export const checkReport = (report: TrainingReport): void => {
  const { summary } = report;
  checkShare('summary.testAccuracy', summary.testAccuracy);
  for (const field of ['epochs', 'steps', 'parameters', 'launchesPerStep', 'arenaBytes'] as const) {
    checkCount(`summary.${field}`, summary[field]);
  }
  checkAmount('summary.samplesPerSecond', summary.samplesPerSecond);
  checkAmount('summary.trainingSeconds', summary.trainingSeconds);
  report.layers.forEach((layer, index) => {
    checkCount(`layers[${index}].parameters`, layer.parameters);
  });
  report.epochs.forEach((row, index) => {
    checkCount(`epochs[${index}].epoch`, row.epoch);
    checkShare(`epochs[${index}].trainAccuracy`, row.trainAccuracy);
    checkShare(`epochs[${index}].testAccuracy`, row.testAccuracy);
  });
  checkConfusion(report.confusion);
  report.mistakes.forEach(checkMistake);
  report.filters.forEach(checkFilter);
  report.kernels.forEach((kernel, index) => {
    const field = `kernels[${index}]`;
    checkCount(`${field}.launch`, kernel.launch);
    checkAmount(`${field}.flop`, kernel.flop);
    checkAmount(`${field}.bytesRead`, kernel.bytesRead);
    checkAmount(`${field}.bytesWritten`, kernel.bytesWritten);
    if (kernel.share !== undefined) checkShare(`${field}.share`, kernel.share);
  });
};
