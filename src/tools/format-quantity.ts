/**
 * How reports write quantities: three significant digits and a unit that keeps the number short.
 */

const prefixes = ['', 'k', 'M', 'G', 'T', 'P'] as const;

/**
 * `12.3 MFLOP` for 12345678 and 'FLOP': three digits and a decimal prefix, whole numbers below a
 * thousand.
 */
export const formatQuantity = (amount: number, unit: string): string => {
  if (!Number.isFinite(amount)) return `${amount} ${unit}`;
  let scaled = amount;
  let k = 0;
  // 999.5 would be written as 1000.
  while (Math.abs(scaled) >= 999.5 && k < prefixes.length - 1) {
    scaled /= 1000;
    k++;
  }
  return `${k === 0 ? String(Math.round(scaled)) : threeDigits(scaled)} ${prefixes[k]}${unit}`;
};

const threeDigits = (x: number): string => {
  const size = Math.abs(x);
  return x.toFixed(size < 9.995 ? 2 : size < 99.95 ? 1 : 0);
};

/** `12.3 kB`: bytes with decimal prefixes. */
export const formatBytes = (bytes: number): string => formatQuantity(bytes, 'B');

/** `82.0 kFLOP`: floating point operations. */
export const formatFlops = (flops: number): string => formatQuantity(flops, 'FLOP');

/** `0.04 ms`, `1.25 s`: a duration given in milliseconds. */
export const formatMilliseconds = (milliseconds: number): string => {
  if (milliseconds >= 1000) return `${threeDigits(milliseconds / 1000)} s`;
  if (milliseconds >= 0.095) return `${threeDigits(milliseconds)} ms`;
  const microseconds = milliseconds * 1000;
  return `${microseconds < 9.5 ? microseconds.toFixed(1) : Math.round(microseconds)} µs`;
};

/**
 * `42 %`, `0.3 %`: a share of a limit. One above 1 means that the limit was too low, and nothing
 * more: `> 100 %`.
 */
export const formatShare = (share: number): string => {
  const percent = 100 * share;
  if (percent >= 100.5) return '> 100 %';
  if (percent >= 9.95) return `${Math.round(percent)} %`;
  return percent > 0 && percent < 0.05 ? '< 0.1 %' : `${percent.toFixed(1)} %`;
};

/** `12,345`: a count with thousands set apart. */
export const formatCount = (count: number): string =>
  String(count).replace(/\B(?=(\d{3})+(?!\d))/g, ',');

/** `1 launch`, `3 launches`: a count with its noun. */
export const formatNoun = (count: number, one: string, many = `${one}s`): string =>
  `${formatCount(count)} ${count === 1 ? one : many}`;
