/** Samples of the time that a task takes, with tinybench: a warm-up, then one call per sample. */
import { Bench } from 'tinybench';

/** How long to sample. */
export interface Sampling {
  /** Milliseconds before anything counts, and the fewest calls in them. */
  readonly warmUp: number;
  readonly fewestWarm: number;
  /** Milliseconds that are sampled, and the fewest calls. */
  readonly time: number;
  readonly fewest: number;
}

/**
 * For results that are to be kept. The engine optimises the functions of a large program one by
 * one, as they are used; after a second, the last one of a training step is optimised.
 */
export const fullSampling: Sampling = { warmUp: 1000, fewestWarm: 3, time: 700, fewest: 7 };
/** For trying. */
export const quickSampling: Sampling = { warmUp: 500, fewestWarm: 2, time: 200, fewest: 3 };
/** For the many shapes of a sweep. */
export const sweepSampling: Sampling = { warmUp: 25, fewestWarm: 30, time: 25, fewest: 20 };

/**
 * Fewer samples where a call takes seconds: those change less, and nobody wants to wait. A call
 * that takes longer than the limit of `isSlow` is timed once.
 */
export const shortened = (sampling: Sampling, milliseconds: number): Sampling => {
  if (isSlow(milliseconds)) return { ...sampling, warmUp: 0, fewestWarm: 0, fewest: 1 };
  if (milliseconds > 1000) return { ...sampling, warmUp: 0, fewestWarm: 1, fewest: 3 };
  return sampling;
};
/** Whether a call takes so long that one is enough. */
export const isSlow = (milliseconds: number): boolean => milliseconds > 5000;

/** The milliseconds of each call after a warm-up, sorted. */
export const sample = async (
  run: () => void | Promise<void>,
  { warmUp, fewestWarm, time, fewest }: Sampling,
): Promise<number[]> => {
  const bench = new Bench({
    warmupTime: warmUp,
    warmupIterations: fewestWarm,
    time,
    iterations: fewest,
    throws: true,
  });
  bench.add('task', run);
  if (fewestWarm > 0) await bench.warmup();
  const [task] = await bench.run();
  const result = task?.result;
  if (result === undefined || result.samples.length === 0) throw new Error('nothing was sampled');
  return result.samples;
};
