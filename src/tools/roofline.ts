/**
 * The roofline model: a launch takes at least as long as its arithmetic takes at the most
 * operations per second, and as its memory takes at the most bytes per second. After S. Williams,
 * A. Waterman and D. Patterson, "Roofline: an insightful visual performance model for multicore
 * architectures", Communications of the ACM 52(4), 2009.
 */
import { type CopyLimit, copySizeFor, type MachineLimits } from './machine-limits.ts';

/** What a launch takes at least, and how near its time comes to that. */
export interface Roofline {
  /** Which of the two limits it meets first. */
  readonly bound: 'arithmetic' | 'memory';
  /** The least time of one run, in milliseconds. */
  readonly leastMilliseconds: number;
  /** The least time by the measured one: 1 at the limit, above 1 where a limit was too low. */
  readonly share: number;
}

/** One run of a launch. */
export interface LaunchCosts {
  readonly flops: number;
  /** Bytes read and written. */
  readonly bytes: number;
  /** The bytes of memory that it touches: where they lie decides how fast they come. */
  readonly workingSet: number;
  readonly milliseconds: number;
}

/** The roofline of a launch. */
export const rooflineOf = (
  { flops, bytes, workingSet, milliseconds }: LaunchCosts,
  { flopsPerSecond, copies }: MachineLimits,
): Roofline => {
  const size = copySizeFor(workingSet);
  const { bytesPerSecond } = copies.find((copy) => copy.bytes === size) as CopyLimit;
  const arithmetic = (1000 * flops) / flopsPerSecond;
  const memory = (1000 * bytes) / bytesPerSecond;
  const leastMilliseconds = Math.max(arithmetic, memory);
  return {
    bound: arithmetic > memory ? 'arithmetic' : 'memory',
    leastMilliseconds,
    share: leastMilliseconds / milliseconds,
  };
};
