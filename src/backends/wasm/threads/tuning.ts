/** Numbers that threads go by. Tests give others. */

/** How long threads wait for each other, and from where on they share. */
export interface ThreadTuning {
  /** Kernels that do less than this are left to one thread: see `workOf`. */
  readonly leastWork: number;
  /** How often a thread looks whether the others have come to a meeting before it sleeps. */
  readonly meetingSpins: number;
  /** How often a worker looks for the next call before it sleeps. */
  readonly idleSpins: number;
  /** How long a call waits for workers that sleep; it runs without those that do not come (ms). */
  readonly patience: number;
  /** A thread that has not answered for so long is given up (ms). */
  readonly limit: number;
}

/** What is right for most machines; docs/decisions/0041-threads-run-the-same-program.md. */
export const usualTuning: ThreadTuning = {
  leastWork: 2 ** 16,
  meetingSpins: 2 ** 18,
  idleSpins: 2 ** 16,
  patience: 0.5,
  limit: 30_000,
};
