/**
 * The loss curve of the report: every step as a faint point, a smoothed line over it, epochs as
 * faint rules.
 */
import * as Plot from '@observablehq/plot';
import { formatCount, formatLoss } from './format-number.ts';
import { renderHaze } from './haze-mark.ts';
import { type Html, html } from './html.ts';
import {
  logarithmicTicks,
  sampleCurve,
  smoothLosses,
  stretchLength,
  thinLosses,
} from './loss-series.ts';
import { type ChartSize, plotFigure, plotLegend, type Tip } from './plot-figure.ts';
import type { TrainingReport } from './training-report.ts';

const maximumPoints = 5000;
const maximumCurvePoints = 300;

interface EpochStart {
  readonly epoch: number;
  readonly step: number;
}

// An epoch's number is written above its first step; where they would crowd, only every n-th is.
const epochStarts = (report: TrainingReport, room: number): EpochStart[] => {
  const { epochs, steps } = report.summary;
  if (epochs < 2 || steps % epochs !== 0) return [];
  const every = Math.ceil(epochs / room);
  const starts: EpochStart[] = [];
  for (let epoch = 1; epoch <= epochs; epoch += every) {
    starts.push({ epoch, step: ((epoch - 1) * steps) / epochs + 1 });
  }
  return starts;
};

// Plot's own logarithmic axis writes only some of the numbers it marks.
const logarithmicAxis = (lowest: number, highest: number): Plot.Markish[] => {
  const ticks = logarithmicTicks(lowest, highest);
  return [Plot.gridY(ticks, {}), Plot.axisY(ticks, { text: ticks.map(String) })];
};

const lossOptions = (
  report: TrainingReport,
  smooth: Float64Array,
  size: ChartSize,
): Plot.PlotOptions => {
  const points = thinLosses(report.losses, maximumPoints);
  const values = points.map((point) => point.loss);
  const lowest = Math.min(...values);
  const highest = Math.max(...values);
  const logarithmic = lowest > 0 && highest / lowest > 20;
  // A label is one line, whatever the name holds.
  const name = report.lossName.replace(/\s+/g, ' ');
  const label = `Loss (${name}${logarithmic ? ', logarithmic' : ''})`;
  const starts = epochStarts(report, size.narrow ? 4 : 12);
  return {
    marginLeft: 58,
    marginTop: 54,
    marginBottom: 42,
    marginRight: 18,
    style: { fontSize: size.narrow ? '12px' : '13px' },
    x: { label: 'Training step', ticks: size.narrow ? 4 : 8, tickFormat: formatCount },
    y: { label, type: logarithmic ? 'log' : 'linear', grid: !logarithmic, ticks: 5 },
    marks: [
      ...(logarithmic ? logarithmicAxis(lowest, highest) : []),
      Plot.ruleX(starts, { x: 'step', stroke: 'currentColor', strokeOpacity: 0.12 }),
      Plot.text(starts, {
        x: 'step',
        text: (start: EpochStart): string => `epoch ${start.epoch}`,
        frameAnchor: 'top',
        textAnchor: 'start',
        dy: -12,
        fill: 'var(--muted)',
        fontSize: 11,
      }),
      Plot.dot(points, { x: 'step', y: 'loss', render: renderHaze }),
      Plot.line(sampleCurve(smooth, maximumCurvePoints), {
        x: 'step',
        y: 'loss',
        stroke: 'var(--train-strong)',
        strokeWidth: 2.5,
        strokeLinejoin: 'round',
      }),
    ],
  };
};

const pointsNote = (count: number): string => {
  const length = stretchLength(count, maximumPoints);
  return length === 1
    ? 'Each point is one step.'
    : `Points are the lowest and the highest loss of every ${length} steps.`;
};

/** The loss curve with its legend and caption, or a line that says why there is none. */
export const lossChart = (report: TrainingReport): Html => {
  const { losses } = report;
  const count = losses.length;
  const finite = losses.filter((loss) => Number.isFinite(loss)).length;
  const left =
    finite === count
      ? null
      : html` <strong class="warning">${formatCount(count - finite)} of ${formatCount(count)} steps
had a loss that is not a finite number; they are left out.</strong>`;
  if (finite === 0) return html`<p class="empty">No step has a finite loss.${left}</p>`;
  const halfLife = Math.max(3, Math.round(count / 150));
  const smooth = smoothLosses(losses, halfLife);
  const curve = sampleCurve(smooth, maximumCurvePoints);
  const tips = curve.map(({ step, loss }): Tip => {
    const raw = losses[step - 1] ?? NaN;
    return {
      x: step,
      title: `step ${formatCount(step)}`,
      values: [
        { y: loss, color: '--train-strong', text: `smoothed ${formatLoss(loss)}` },
        ...(Number.isFinite(raw)
          ? [{ y: raw, color: '--train', text: `this step ${formatLoss(raw)}` }]
          : []),
      ],
    };
  });
  const first = formatLoss(curve[0]?.loss ?? NaN);
  const last = formatLoss(curve.at(-1)?.loss ?? NaN);
  const chart = plotFigure({
    wide: { width: 1040, height: 380 },
    description: `Loss over ${formatCount(count)} steps, smoothed from ${first} to ${last}.`,
    options: (size) => lossOptions(report, smooth, size),
    tips,
  });
  return html`
<figure>
${plotLegend([
  { color: '--train-strong', mark: 'line', text: 'smoothed' },
  { color: '--train', mark: 'points', text: 'raw' },
])}
${chart}
<figcaption>Loss of each training step (${report.lossName}), and its exponential moving average with
a half-life of ${halfLife} steps: from ${first} to ${last}. ${pointsNote(count)}${left}</figcaption>
</figure>`;
};
