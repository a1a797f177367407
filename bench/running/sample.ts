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

/** For results that are to be kept. */
export const fullSampling: Sampling = { warmUp: 400, fewestWarm: 3, time: 700, fewest: 7 };
/** For trying. */
export const quickSampling: Sampling = { warmUp: 60, fewestWarm: 1, time: 100, fewest: 3 };

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
  await bench.warmup();
  const [task] = await bench.run();
  const result = task?.result;
  if (result === undefined || result.samples.length === 0) throw new Error('nothing was sampled');
  return result.samples;
};
