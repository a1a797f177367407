/**
 * Numbers as people read them, the same on the page and in the terminal. All use English
 * conventions and do not depend on the machine's locale.
 */

const whole = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });

const scaled = (value: number, base: number, units: readonly string[]): string => {
  let size = value;
  let unit = 0;
  while (size >= base && unit < units.length - 1) {
    size /= base;
    unit += 1;
  }
  const digits = unit === 0 || size >= 100 ? 0 : size >= 10 ? 1 : 2;
  return `${size.toFixed(digits)} ${units[unit] ?? ''}`.trimEnd();
};

/** `61706` as `61,706`. */
export const formatCount = (value: number): string => whole.format(value);

/** Bytes in binary units: `1.25 MiB`. */
export const formatBytes = (bytes: number): string =>
  scaled(bytes, 1024, ['B', 'KiB', 'MiB', 'GiB', 'TiB']);

/** Large counts in decimal units: `3.61 M`. */
export const formatLarge = (value: number): string => scaled(value, 1000, ['', 'k', 'M', 'G', 'T']);

/** A share in [0, 1] as a percentage: `98.72 %`; never rounded up to 100 % or down to 0 %. */
export const formatShare = (share: number, digits = 2): string => {
  const limit = 10 ** -digits;
  const percent = share * 100;
  if (share < 1 && percent > 100 - limit) return `${(100 - limit).toFixed(digits)} %`;
  if (share > 0 && percent < limit) return `< ${limit.toFixed(digits)} %`;
  return `${percent.toFixed(digits)} %`;
};

/** Seconds as `850 ms`, `12.4 s`, `3 min 05 s` or `2 h 07 min`. */
export const formatDuration = (seconds: number): string => {
  if (seconds < 0.9995) return `${Math.round(seconds * 1000)} ms`;
  if (seconds < 59.95) return `${seconds.toFixed(1)} s`;
  const total = Math.round(seconds);
  const pair = (value: number): string => String(value).padStart(2, '0');
  if (total < 3600) return `${Math.floor(total / 60)} min ${pair(total % 60)} s`;
  const minutes = Math.round(total / 60);
  return `${Math.floor(minutes / 60)} h ${pair(minutes % 60)} min`;
};

/**
 * A loss with four significant digits, plain while it is readable: `0.02140`, `2.303`, `1.5e-7`.
 */
export const formatLoss = (loss: number): string => {
  if (!Number.isFinite(loss)) return String(loss);
  const size = Math.abs(loss);
  if (size !== 0 && (size < 1e-4 || size >= 1e6)) return loss.toExponential(1);
  return loss.toPrecision(4);
};

/** A shape as `N × 6 × 28 × 28`; a scalar's is `scalar`. */
export const formatShape = (shape: readonly (number | string)[]): string =>
  shape.length === 0 ? 'scalar' : shape.join(' × ');
