/** The two charts of the page: losses as they come, and the accuracy after each epoch. */
import { formatLoss, formatShare } from '../report/format-number.ts';
import { type ChartPoint, drawLineChart } from './line-chart.ts';

const maximumPoints = 1500;
/** The weight of what was, in the moving average of the losses. */
const inertia = 0.92;

/** Of many points every n-th, and the last one. */
const thin = (points: readonly ChartPoint[]): ChartPoint[] => {
  const every = Math.ceil(points.length / maximumPoints);
  return points.filter((_, k) => k % every === 0 || k === points.length - 1);
};

/** 0.02, 0.05, 0.1 ...: ticks around all of the values. */
const lossTicks = (values: readonly number[]): number[] => {
  const low = Math.max(
    1e-4,
    values.reduce((a, b) => Math.min(a, b), 0.5),
  );
  const high = values.reduce((a, b) => Math.max(a, b), 2.5);
  const ticks: number[] = [];
  for (let power = Math.floor(Math.log10(low)); power <= Math.ceil(Math.log10(high)); power++) {
    ticks.push(Number(`1e${power}`));
  }
  return ticks;
};

/** Collects what the worker reports and draws it at most once per frame. */
export class LearningCurves {
  private readonly lossCanvas: HTMLCanvasElement;
  private readonly accuracyCanvas: HTMLCanvasElement;
  private losses: ChartPoint[] = [];
  private smooth: ChartPoint[] = [];
  private accuracies: ChartPoint[] = [];
  private average = 0;
  private weight = 0;
  private isPlanned = false;

  constructor(lossCanvas: HTMLCanvasElement, accuracyCanvas: HTMLCanvasElement) {
    this.lossCanvas = lossCanvas;
    this.accuracyCanvas = accuracyCanvas;
    const size = new ResizeObserver(() => this.plan());
    size.observe(lossCanvas);
    size.observe(accuracyCanvas);
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.plan());
    this.plan();
  }

  /** The moving average of the losses; NaN before the first step. */
  get loss(): number {
    return this.smooth.at(-1)?.y ?? NaN;
  }

  /** Adds the losses of the steps that end with step `last`. */
  addLosses(last: number, losses: readonly number[]): void {
    losses.forEach((y, k) => {
      const x = last - losses.length + 1 + k;
      if (!(y > 0 && y < Infinity)) return;
      this.losses.push({ x, y: Math.max(y, 1e-4) });
      this.average = inertia * this.average + (1 - inertia) * y;
      this.weight = inertia * this.weight + (1 - inertia);
      this.smooth.push({ x, y: this.average / this.weight });
    });
    this.plan();
  }

  /** Adds the accuracy after an epoch, 0 to 1. */
  addAccuracy(epoch: number, accuracy: number): void {
    this.accuracies.push({ x: epoch, y: accuracy });
    this.plan();
  }

  /** Forgets everything. */
  clear(): void {
    [this.losses, this.smooth, this.accuracies] = [[], [], []];
    [this.average, this.weight] = [0, 0];
    this.plan();
  }

  private plan(): void {
    if (this.isPlanned) return;
    this.isPlanned = true;
    requestAnimationFrame(() => {
      this.isPlanned = false;
      this.draw();
    });
  }

  private draw(): void {
    const dots = thin(this.losses);
    drawLineChart(this.lossCanvas, {
      dots,
      line: thin(this.smooth),
      ticks: lossTicks(dots.map(({ y }) => y)),
      isLogarithmic: true,
      formatTick: String,
      xLabel: 'training step',
      colors: { dots: '--faint', line: '--accent' },
      description:
        dots.length === 0
          ? 'Loss: no step yet'
          : `Loss over ${this.losses.length} steps, smoothed to ${formatLoss(this.loss)}`,
    });
    const last = this.accuracies.at(-1);
    drawLineChart(this.accuracyCanvas, {
      dots: [],
      line: this.accuracies,
      ticks: [0, 0.5, 1],
      isLogarithmic: false,
      formatTick: (value) => `${100 * value} %`,
      xLabel: 'epoch',
      colors: { dots: '--test', line: '--test' },
      description:
        last === undefined
          ? 'Test accuracy: no epoch yet'
          : `Test accuracy over ${last.x} epochs, now ${formatShare(last.y)}`,
    });
  }
}
