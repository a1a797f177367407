/** Statistics of samples of time, and comparison of results. */

/** What is kept of many samples, in their own unit. */
export interface Summary {
  readonly count: number;
  readonly least: number;
  /** A quarter of the samples is below. */
  readonly lower: number;
  readonly median: number;
  /** A quarter of the samples is above. */
  readonly upper: number;
}

/** The value below which a share of the sorted samples lies; neighbours are mixed. */
export const quantile = (sorted: readonly number[], share: number): number => {
  if (sorted.length === 0) throw new RangeError('no samples');
  const place = share * (sorted.length - 1);
  const [below, part] = [Math.floor(place), place % 1];
  const low = sorted[below] as number;
  return part === 0 ? low : low + part * ((sorted[below + 1] as number) - low);
};

/** Summarises samples in any order; throws a RangeError where there are none. */
export const summarise = (samples: readonly number[]): Summary => {
  const sorted = [...samples].sort((a, b) => a - b);
  return {
    count: sorted.length,
    least: quantile(sorted, 0),
    lower: quantile(sorted, 0.25),
    median: quantile(sorted, 0.5),
    upper: quantile(sorted, 0.75),
  };
};

/** At most so many samples, evenly taken from the sorted ones, first and last included. */
export const thinned = (samples: readonly number[], most: number): number[] => {
  const sorted = [...samples].sort((a, b) => a - b);
  if (sorted.length <= most) return sorted;
  return Array.from({ length: most }, (_, k) => quantile(sorted, k / (most - 1)));
};

/** The largest difference of two arrays, relative to the largest element; infinite for NaN. */
export const difference = (a: ArrayLike<number>, b: ArrayLike<number>): number => {
  if (a.length !== b.length) return Number.POSITIVE_INFINITY;
  let [most, scale] = [0, 0];
  for (let k = 0; k < a.length; k++) {
    const [x, y] = [a[k] as number, b[k] as number];
    const apart = Object.is(x, y) ? 0 : Math.abs(x - y);
    if (Number.isNaN(apart)) return Number.POSITIVE_INFINITY;
    most = Math.max(most, apart);
    scale = Math.max(scale, Math.abs(x), Math.abs(y));
  }
  return scale === 0 || most === Number.POSITIVE_INFINITY ? most : most / scale;
};

/** The largest difference of arrays one by one. */
export const differenceOfAll = (
  a: readonly ArrayLike<number>[],
  b: readonly ArrayLike<number>[],
): number =>
  a.length === b.length
    ? Math.max(0, ...a.map((one, k) => difference(one, b[k] as ArrayLike<number>)))
    : Number.POSITIVE_INFINITY;
