/**
 * The accuracy curves of the report, training against test set, with the same numbers as a table
 * beside them.
 */
import * as Plot from '@observablehq/plot';
import { formatLoss, formatShare } from './format-number.ts';
import { type Html, html } from './html.ts';
import { type ChartSize, plotFigure, plotLegend } from './plot-figure.ts';
import { scrollingTable } from './scrolling-table.ts';
import type { EpochRow } from './training-report.ts';

// A curve between 95 and 99 % shows nothing on an axis from 0 to 100.
const lowerBound = (epochs: readonly EpochRow[]): number => {
  const lowest = Math.min(...epochs.flatMap((row) => [row.trainAccuracy, row.testAccuracy]));
  const step = lowest >= 0.98 ? 0.005 : lowest >= 0.9 ? 0.02 : 0.1;
  return Math.max(0, 100 * Math.floor((lowest - step / 4) / step) * step);
};

const accuracyOptions = (epochs: readonly EpochRow[], size: ChartSize): Plot.PlotOptions => {
  const first = epochs[0]?.epoch ?? 1;
  const last = epochs.at(-1)?.epoch ?? 1;
  const every = Math.ceil(epochs.length / (size.narrow ? 8 : 16));
  const curve = (field: 'trainAccuracy' | 'testAccuracy', color: string, dash: string) => {
    const channels = { x: 'epoch', y: (row: EpochRow): number => row[field] * 100 };
    const many = epochs.length > 40;
    return [
      Plot.line(epochs, { ...channels, stroke: color, strokeWidth: 2.5, strokeDasharray: dash }),
      Plot.dot(epochs, { ...channels, fill: color, r: many ? 0 : 4 }),
    ];
  };
  return {
    marginLeft: 52,
    marginTop: 30,
    marginBottom: 42,
    marginRight: 16,
    style: { fontSize: size.narrow ? '12px' : '13px' },
    x: {
      label: 'Epoch',
      domain: first === last ? [first - 0.5, first + 0.5] : [first, last],
      ticks: epochs.filter((_, i) => i % every === 0).map((row) => row.epoch),
      tickFormat: String,
    },
    y: { label: 'Accuracy (%)', domain: [lowerBound(epochs), 100], grid: true, ticks: 5 },
    marks: [
      ...curve('trainAccuracy', 'var(--train-strong)', '5 4'),
      ...curve('testAccuracy', 'var(--test)', ''),
    ],
  };
};

const epochTable = (epochs: readonly EpochRow[]): Html =>
  scrollingTable(
    'Loss and accuracy of each epoch',
    html`
<table class="numbers">
<caption>At the end of each epoch</caption>
<thead><tr><th scope="col">Epoch</th><th scope="col">Mean loss</th><th scope="col">Train</th>
<th scope="col">Test</th></tr></thead>
<tbody>${epochs.map(
      (row) => html`
<tr><th scope="row">${row.epoch}</th><td>${formatLoss(row.loss)}</td>
<td>${formatShare(row.trainAccuracy)}</td><td>${formatShare(row.testAccuracy)}</td></tr>`,
    )}
</tbody></table>`,
  );

/** Accuracy per epoch as a chart and a table, or a line that says nothing was measured. */
export const accuracyChart = (epochs: readonly EpochRow[]): Html => {
  const last = epochs.at(-1);
  if (last === undefined) return html`<p class="empty">No epoch was measured.</p>`;
  const ending =
    `${formatShare(last.trainAccuracy)} on the training set and ` +
    `${formatShare(last.testAccuracy)} on the test set`;
  const chart = plotFigure({
    wide: { width: 640, height: 400 },
    description: `Accuracy over ${epochs.length} epochs, ending at ${ending}.`,
    options: (size) => accuracyOptions(epochs, size),
    tips: epochs.map((row) => ({
      x: row.epoch,
      title: `epoch ${row.epoch}`,
      values: [
        {
          y: row.trainAccuracy * 100,
          color: '--train-strong',
          text: `train ${formatShare(row.trainAccuracy)}`,
        },
        {
          y: row.testAccuracy * 100,
          color: '--test',
          text: `test ${formatShare(row.testAccuracy)}`,
        },
      ],
    })),
  });
  return html`
<div class="columns chart-and-table">
<figure>
${plotLegend([
  { color: '--test', mark: 'line', text: 'test' },
  { color: '--train-strong', mark: 'line-dash', text: 'train' },
])}
${chart}
<figcaption>Share of samples classified correctly, ending at ${ending}. The axis starts
at ${lowerBound(epochs).toFixed(1).replace(/\.0$/, '')} %.</figcaption>
</figure>
${epochTable(epochs)}
</div>`;
};
