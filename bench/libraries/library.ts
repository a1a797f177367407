/** How a library is driven: it makes runners of tasks. */
import type { Work } from '../tasks/task.ts';

/** Memory of a compiled program, in bytes. */
export interface PlanMemory {
  /** What all launches share. */
  readonly arena: number;
  /** The most that is alive at once: no plan can do with less. */
  readonly leastArena: number;
}

/** Arrays that are compared one by one. */
export type Results = readonly ArrayLike<number>[];

/** A task in a form that can be repeated. */
export interface Runner {
  /** Does the task once and returns when it is computed; training steps read the loss. */
  run(): void | Promise<void>;
  /** The results for comparison; the first losses of training steps, from the first parameters. */
  result(): Results | Promise<Results>;
  /** What the program takes, where the library tells. */
  memory?(): PlanMemory | undefined;
}

/** A library that is ready. */
export interface Library {
  /** Its name and version. */
  readonly version: string;
  /** Copies the data and prepares the task; throws an Error that says what the library lacks. */
  make(work: Work): Runner | Promise<Runner>;
}

/** How many losses are compared. */
export const comparedLosses = 4;

/** The losses of some steps. */
export const lossesOf = async (step: () => number | Promise<number>): Promise<Results> => {
  const losses: number[] = [];
  for (let k = 0; k < comparedLosses; k++) losses.push(await step());
  return [losses];
};
