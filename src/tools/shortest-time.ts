/** Takes times: the best of several samples, because whatever disturbs a run makes it longer. */

/** How much to spend. */
export interface TimeBudget {
  /** Milliseconds, at least. Half of them have to pass without news at the end. */
  readonly milliseconds: number;
  /** Samples, at least. */
  readonly samples: number;
}

/** A sample lasts at least so many milliseconds, and so many ticks of the clock. */
const [shortestSample, fewestTicks] = [0.1, 20];
/** A sample that takes less than this share of the best one is news: better code is there. */
const news = 0.97;
/** A clock that does not move while it is read so often is one of milliseconds. */
const mostReadings = 10_000;

/** Milliseconds from one value of the clock to the next: browsers make it coarse. */
const clockTick = (): number => {
  const start = performance.now();
  for (let k = 0; k < mostReadings; k++) {
    const now = performance.now();
    if (now > start) return now - start;
  }
  return 1;
};

/** Milliseconds of one run, at the best; short runs share a sample. */
export const shortestTime = (run: () => void, budget: TimeBudget): number => {
  const tick = Math.min(clockTick(), clockTick(), clockTick());
  const enough = Math.max(shortestSample, fewestTicks * tick);
  const start = performance.now();
  let [latest, now] = [start, start];
  let best = Number.POSITIVE_INFINITY;
  let [runs, samples] = [1, 0];
  while (
    samples < budget.samples ||
    now - start < budget.milliseconds ||
    now - latest < budget.milliseconds / 2
  ) {
    const before = performance.now();
    for (let k = 0; k < runs; k++) run();
    now = performance.now();
    const spent = now - before;
    if (spent < enough) {
      runs *= 2;
      continue;
    }
    samples++;
    if (spent / runs < news * best) latest = now;
    best = Math.min(best, spent / runs);
  }
  return best;
};
