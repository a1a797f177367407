/** A small line chart on a canvas; whoever owns it draws it anew when something changes. */

/** A place in data units. */
export interface ChartPoint {
  readonly x: number;
  readonly y: number;
}

/** What a chart shows. */
export interface ChartContent {
  /** Drawn as dots below the line. */
  readonly dots: readonly ChartPoint[];
  readonly line: readonly ChartPoint[];
  /** Rules with a number at the left side; the first and the last bound the chart. */
  readonly ticks: readonly number[];
  readonly isLogarithmic: boolean;
  readonly formatTick: (value: number) => string;
  readonly xLabel: string;
  /** CSS variables of the colours. */
  readonly colors: { readonly dots: string; readonly line: string };
  /** The chart in one sentence, for readers who cannot see it. */
  readonly description: string;
}

const margin = { top: 10, right: 12, bottom: 34, left: 52 };

/** The largest of 1, 2, 5, 10, 20 ... of which three or more fit into `range`. */
const roundStep = (range: number): number => {
  const power = 10 ** Math.floor(Math.log10(range / 3));
  return ([5, 2, 1].find((factor) => factor * power * 3 <= range) ?? 1) * power;
};

interface Surface {
  readonly context: CanvasRenderingContext2D;
  readonly width: number;
  readonly height: number;
  readonly color: (variable: string) => string;
}

/** The canvas cleared, with one unit of its coordinates per CSS pixel. */
const prepare = (canvas: HTMLCanvasElement): Surface | undefined => {
  const context = canvas.getContext('2d');
  const { width, height } = canvas.getBoundingClientRect();
  if (context === null || width < 100) return undefined;
  const ratio = globalThis.devicePixelRatio;
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  const style = getComputedStyle(canvas);
  context.font = `12px ${style.getPropertyValue('--text')}`;
  return { context, width, height, color: (variable) => style.getPropertyValue(variable) };
};

/** Draws `content` on the canvas, which may have any size. */
export const drawLineChart = (canvas: HTMLCanvasElement, content: ChartContent): void => {
  canvas.setAttribute('aria-label', content.description);
  const surface = prepare(canvas);
  if (surface === undefined) return;
  const { context, width, height, color } = surface;
  const { dots, line, ticks, isLogarithmic } = content;
  const most = Math.max(
    1,
    ...dots.slice(-1).map(({ x }) => x),
    ...line.slice(-1).map(({ x }) => x),
  );
  const unit = (y: number): number => (isLogarithmic ? Math.log(y) : y);
  const [low, high] = [unit(ticks[0] ?? 0), unit(ticks.at(-1) ?? 1)];
  const right = width - margin.right;
  const bottom = height - margin.bottom;
  const placeX = (x: number): number => margin.left + (x / most) * (right - margin.left);
  const placeY = (y: number): number =>
    bottom - ((unit(y) - low) / (high - low)) * (bottom - margin.top);

  context.strokeStyle = color('--line');
  context.fillStyle = color('--muted');
  context.textAlign = 'right';
  context.textBaseline = 'middle';
  for (const tick of ticks) {
    const y = Math.round(placeY(tick)) + 0.5;
    context.beginPath();
    context.moveTo(margin.left, y);
    context.lineTo(right, y);
    context.stroke();
    context.fillText(content.formatTick(tick), margin.left - 8, y);
  }
  context.textAlign = 'center';
  context.textBaseline = 'top';
  const step = Math.max(1, roundStep(most));
  for (let x = 0; x <= most; x += step) context.fillText(String(x), placeX(x), bottom + 5);
  context.textAlign = 'right';
  context.fillText(content.xLabel, right, bottom + 19);

  context.fillStyle = color(content.colors.dots);
  for (const { x, y } of dots) context.fillRect(placeX(x) - 1, placeY(y) - 1, 2, 2);
  context.strokeStyle = color(content.colors.line);
  context.lineWidth = 2;
  context.lineJoin = 'round';
  context.beginPath();
  for (const { x, y } of line) context.lineTo(placeX(x), placeY(y));
  context.stroke();
  const last = line.at(-1);
  if (last === undefined) return;
  context.fillStyle = color(content.colors.line);
  context.beginPath();
  context.arc(placeX(last.x), placeY(last.y), 3.5, 0, 2 * Math.PI);
  context.fill();
};
