/** What the main process asks of the processes of contenders, and what they answer. */
import type { Contender } from '../contenders.ts';
import type { PlanMemory } from '../libraries/library.ts';
import type { Work } from '../tasks/task.ts';
import type { Sampling } from './sample.ts';

/** Contenders that do the same in turn, and how far their results may be from the reference's. */
export interface InTurn {
  readonly kind: 'inTurn';
  readonly contenders: readonly Contender[];
  readonly reference: Contender;
  readonly work: Work;
  readonly tolerance: number;
  readonly sampling: Sampling;
}

/** A request; one per process. */
export type Request =
  /** Opens the library and tells its version. */
  | { readonly kind: 'open'; readonly contender: Contender }
  /** Does the task for its results, and times it unless there is no sampling. */
  | {
      readonly kind: 'measure';
      readonly contender: Contender;
      readonly work: Work;
      readonly sampling?: Sampling | undefined;
    }
  /** Measures the limits of the machine. */
  | { readonly kind: 'limits'; readonly sampling: Sampling }
  /** Times some contenders in turn. */
  | InTurn
  /** Goes through products of many shapes. */
  | { readonly kind: 'sweep'; readonly contender: Contender; readonly sampling: Sampling };

/** What a contender did. */
export interface Measurement {
  /** The compared elements of each result. */
  readonly results: readonly (readonly number[])[];
  /** Milliseconds from the first call to its result, in this new process. */
  readonly first: number;
  /** Milliseconds of calls after a warm-up, thinned; empty where nothing was to be sampled. */
  readonly samples: readonly number[];
  /** How many there were. */
  readonly count: number;
  /** The most memory of the process, and what it had when the library was ready, in bytes. */
  readonly mostMemory: number;
  readonly startMemory: number;
  readonly plan?: PlanMemory | undefined;
}

/** An answer. */
export type Reply<Value> =
  | { readonly kind: 'done'; readonly value: Value }
  /** The library threw an error. */
  | { readonly kind: 'refused'; readonly message: string }
  /** The process gave no answer, or ended. */
  | { readonly kind: 'lost'; readonly message: string };

/** The first line of an error, cut to a length that fits a table. */
export const firstLine = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).split('\n')[0]?.slice(0, 160) ?? '';
