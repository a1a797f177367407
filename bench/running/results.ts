/** What was seen, as it is written to files. */
import type { PlanMemory } from '../libraries/library.ts';
import type { Task } from '../tasks/task.ts';
import type { Summary } from './statistics.ts';

/** How a contender fared at a task. */
export type Outcome =
  | {
      readonly kind: 'timed';
      readonly times: Summary;
      /** Milliseconds of the first call, the median of the processes. */
      readonly first: number;
      /** Bytes. */
      readonly mostMemory: number;
      readonly startMemory: number;
      readonly plan?: PlanMemory | undefined;
    }
  /** It computed something else. */
  | { readonly kind: 'differs'; readonly by: number }
  | { readonly kind: 'not supported'; readonly message: string }
  | { readonly kind: 'failed'; readonly message: string };

/** One line of the tables. */
export interface Row {
  readonly contender: string;
  readonly outcome: Outcome;
}

/** A task and its lines. */
export interface TaskResult {
  readonly task: Task;
  readonly rows: readonly Row[];
}

/** What the machine can do. */
export interface Limit {
  readonly name: string;
  /** In 1e9 per second; absent where it could not be measured. */
  readonly value?: number;
  readonly unit: 'GFLOP/s' | 'GB/s';
  readonly message?: string;
}

/** A whole run. */
export interface Report {
  readonly date: string;
  readonly command: string;
  readonly machine: readonly (readonly [what: string, value: string])[];
  readonly versions: readonly (readonly [contender: string, version: string])[];
  /** Who was left out, and why. */
  readonly leftOut: readonly (readonly [contender: string, why: string])[];
  readonly limits: readonly Limit[];
  readonly baseline: string;
  readonly results: readonly TaskResult[];
}
