/**
 * Plan IR: a whole program. Buffers with places, kernels launched in order. A backend compiles a
 * plan as one unit.
 */
import type { Kernel } from './kernel.ts';
import type { DType, TensorType } from './types.ts';

/** Where a buffer lives: an argument of the call, a fresh result, or a fixed range of the arena. */
export type Place =
  | { readonly kind: 'input'; readonly index: number }
  | { readonly kind: 'output'; readonly index: number }
  | { readonly kind: 'arena'; readonly offset: number };

/** An array of the program. Arena offsets are in bytes, multiples of 64. */
export interface PlanBuffer {
  readonly id: number;
  readonly dtype: DType;
  /** In elements. */
  readonly length: number;
  readonly place: Place;
}

/** One run of a kernel; `buffers[i]` is bound to the kernel's parameter i. */
export interface Launch {
  readonly kernel: Kernel;
  readonly buffers: readonly PlanBuffer[];
}

/** Where a result of the program comes from. */
export type ResultSource =
  /** Written by launches into a buffer whose place is output `index`. */
  | { readonly kind: 'output'; readonly index: number }
  /** An argument handed back unchanged. */
  | { readonly kind: 'input'; readonly index: number };

/** A whole program. */
export interface Plan {
  readonly name: string;
  readonly inputs: readonly TensorType[];
  /** The type of result i and where it comes from. */
  readonly results: readonly { readonly type: TensorType; readonly source: ResultSource }[];
  /**
   * Outputs that live in the memory of a donated input instead of fresh memory: `[input, output]`.
   */
  readonly donations: readonly (readonly [input: number, output: number])[];
  readonly buffers: readonly PlanBuffer[];
  readonly launches: readonly Launch[];
  /** Scratch memory that all launches share, reused by every call. */
  readonly arenaBytes: number;
}
