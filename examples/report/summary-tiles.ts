/** The tiles at the top of the report: the result large, the facts of the run beside it. */
import { formatBytes, formatCount, formatDuration, formatShare } from './format-number.ts';
import { type Html, html } from './html.ts';
import type { EpochRow, TrainingReport } from './training-report.ts';

const tile = (label: string, value: string, note: string): Html => html`
<div class="tile"><dt>${label}</dt><dd><span class="value">${value}</span>
<span class="note">${note}</span></dd></div>`;

// Test accuracy by epoch as a bare line; the chart further down has the numbers.
const spark = (epochs: readonly EpochRow[]): Html | null => {
  const values = epochs.map((row) => row.testAccuracy);
  if (values.length < 2) return null;
  const lowest = Math.min(...values);
  const range = Math.max(...values) - lowest || 1;
  const points = values.map((value, i) => {
    const x = (100 * i) / (values.length - 1);
    const y = 30 - (30 * (value - lowest)) / range;
    return `${x.toFixed(1)},${y.toFixed(1)}`;
  });
  return html`<svg class="spark" viewBox="0 0 100 30" preserveAspectRatio="none" aria-hidden="true">
<polyline points="${points.join(' ')}" vector-effect="non-scaling-stroke"></polyline></svg>`;
};

/** All summary tiles as one description list. */
export const summaryTiles = (report: TrainingReport): Html => {
  const { summary, confusion } = report;
  const total = confusion.counts.flat().reduce((sum, count) => sum + count, 0);
  const right = confusion.counts.reduce((sum, row, i) => sum + (row[i] ?? 0), 0);
  const secondsPerStep = summary.steps > 0 ? summary.trainingSeconds / summary.steps : 0;
  return html`
<dl class="tiles">
<div class="tile hero"><dt>Test accuracy</dt>
<dd>${spark(report.epochs)}<span class="value">${formatShare(summary.testAccuracy)}</span>
<span class="note">${formatCount(right)} of ${formatCount(total)} test samples right</span>
</dd></div>
${[
  tile(
    'Training time',
    formatDuration(summary.trainingSeconds),
    `${formatDuration(secondsPerStep)} a step`,
  ),
  tile('Throughput', formatCount(summary.samplesPerSecond), 'samples a second'),
  tile('Epochs', formatCount(summary.epochs), 'passes over the data'),
  tile('Steps', formatCount(summary.steps), 'optimizer updates'),
  tile('Parameters', formatCount(summary.parameters), 'trained scalars'),
  tile('Backend', summary.backend, 'ran the plan'),
  tile('Launches', formatCount(summary.launchesPerStep), 'kernels a step'),
  tile('Arena', formatBytes(summary.arenaBytes), 'memory of a step'),
  tile('Seed', String(summary.seed), 'gives the same run'),
]}
</dl>`;
};
