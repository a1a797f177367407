/**
 * Turns the loss of every step into what a chart can carry: an exponential moving average, and at
 * most a bounded number of raw points that keep each stretch's extremes.
 */

/** One point of a curve. */
export interface LossPoint {
  /** 1 for the first step. */
  readonly step: number;
  readonly loss: number;
}

/**
 * Exponential moving average with the given half-life in steps, corrected for its start (as Adam
 * corrects its moments). Non-finite losses do not enter; before the first finite one the result is
 * NaN.
 */
export const smoothLosses = (losses: Float32Array, halfLife: number): Float64Array => {
  const decay = 0.5 ** (1 / halfLife);
  const smooth = new Float64Array(losses.length);
  let sum = 0;
  let weight = 0;
  losses.forEach((loss, i) => {
    if (Number.isFinite(loss)) {
      sum = decay * sum + (1 - decay) * loss;
      weight = decay * weight + (1 - decay);
    }
    smooth[i] = weight > 0 ? sum / weight : NaN;
  });
  return smooth;
};

/**
 * How many steps share one stretch when `count` steps are shown with at most `limit` points, two a
 * stretch.
 */
export const stretchLength = (count: number, limit: number): number =>
  count <= limit ? 1 : Math.ceil(count / Math.floor(limit / 2));

/**
 * The finite losses, or the lowest and highest of every stretch where there are more than `limit`.
 */
export const thinLosses = (losses: Float32Array, limit: number): LossPoint[] => {
  const length = stretchLength(losses.length, limit);
  const points: LossPoint[] = [];
  for (let start = 0; start < losses.length; start += length) {
    let lowest: LossPoint | undefined;
    let highest: LossPoint | undefined;
    for (let i = start; i < Math.min(start + length, losses.length); i += 1) {
      const loss = losses[i] ?? NaN;
      if (!Number.isFinite(loss)) continue;
      const point = { step: i + 1, loss };
      if (lowest === undefined || loss < lowest.loss) lowest = point;
      if (highest === undefined || loss > highest.loss) highest = point;
    }
    if (lowest !== undefined) points.push(lowest);
    if (highest !== undefined && highest !== lowest) points.push(highest);
  }
  return points.sort((a, b) => a.step - b.step);
};

/** Every n-th point of a smooth curve, with both ends, at most `limit` of them; NaN is left out. */
export const sampleCurve = (curve: Float64Array, limit: number): LossPoint[] => {
  const stride = Math.max(1, Math.ceil((curve.length - 1) / (limit - 1)));
  const points: LossPoint[] = [];
  curve.forEach((loss, i) => {
    const wanted = i % stride === 0 || i === curve.length - 1;
    if (wanted && !Number.isNaN(loss)) points.push({ step: i + 1, loss });
  });
  return points;
};

/**
 * The numbers to write on a logarithmic axis from `lowest` to `highest`, both above 0: 1, 2 and 5
 * of every decade, the decades alone over a wide range, only some of them over a very wide one.
 */
export const logarithmicTicks = (lowest: number, highest: number): number[] => {
  const first = Math.floor(Math.log10(lowest));
  const last = Math.ceil(Math.log10(highest));
  const every = Math.max(1, Math.ceil((last - first) / 8));
  const mantissas = last - first <= 4 ? [1, 2, 5] : [1];
  const ticks: number[] = [];
  for (let exponent = first; exponent <= last; exponent += every) {
    for (const mantissa of mantissas) {
      const tick = Number(`${mantissa}e${exponent}`);
      if (tick >= lowest && tick <= highest) ticks.push(tick);
    }
  }
  return ticks;
};
