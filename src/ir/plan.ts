/**
 * Plan IR: a whole program. Buffers with places, kernels launched in order. A backend compiles a
 * plan as one unit.
 */
import type { Kernel } from './kernel.ts';
import { bytesOf, type DType, type TensorType } from './types.ts';

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
  /** The loops around it whose steps are the kernel's counters, in order. */
  readonly loops?: readonly number[] | undefined;
}

/** Elements of a buffer from `sum(step of loop * stride)` on. */
export interface BufferSlice {
  readonly buffer: PlanBuffer;
  readonly strides: readonly { readonly loop: number; readonly stride: number }[];
}

/** What a program does, one after the other. */
export type Step =
  /** Runs a launch of the plan. */
  | { readonly kind: 'launch'; readonly launch: number }
  /** Copies elements between slices of the same dtype that share no memory. */
  | {
      readonly kind: 'copy';
      readonly from: BufferSlice;
      readonly to: BufferSlice;
      readonly length: number;
    }
  /** Runs the body for the steps 0 to `count - 1` of `loop`, from the last one if reversed. */
  | {
      readonly kind: 'repeat';
      readonly loop: number;
      readonly count: number;
      readonly reverse: boolean;
      readonly body: readonly Step[];
    }
  /** Runs `test`, ends if `condition` (one bool) is false then, else runs the body, and so on. */
  | {
      readonly kind: 'while';
      readonly test: readonly Step[];
      readonly condition: BufferSlice;
      readonly body: readonly Step[];
    }
  /** Runs the branch that `index` (one i32) names, the first or last one where it is outside. */
  | {
      readonly kind: 'branch';
      readonly index: BufferSlice;
      readonly branches: readonly (readonly Step[])[];
    };

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
  /** Every launch, in the order of the text of the steps. */
  readonly launches: readonly Launch[];
  /** What to do. Each launch stands here once; loops run it several times. */
  readonly steps: readonly Step[];
  /** Scratch memory that all launches share, reused by every call. */
  readonly arenaBytes: number;
  /**
   * Offsets at which the arena may be cut into several: no buffer reaches across one. Absent where
   * it is to be one piece.
   */
  readonly cuts?: readonly number[] | undefined;
  /** Elements in the arena take at least this many bytes, 1 where it is absent. */
  readonly elementBytes?: number | undefined;
}

/** The bytes of an array in the arena. */
export const bytesInArena = (
  { elementBytes = 1 }: Pick<Plan, 'elementBytes'>,
  { dtype, length }: Pick<PlanBuffer, 'dtype' | 'length'>,
): number => length * Math.max(bytesOf[dtype], elementBytes);

/** The pieces of the arena that the cuts make. */
export const arenasOf = ({
  arenaBytes,
  cuts = [],
}: Pick<Plan, 'arenaBytes' | 'cuts'>): { readonly start: number; readonly bytes: number }[] =>
  [0, ...cuts].map((start, k) => ({ start, bytes: (cuts[k] ?? arenaBytes) - start }));

/** The lists of steps inside of a step. */
export const stepsInside = (step: Step): readonly (readonly Step[])[] => {
  switch (step.kind) {
    case 'launch':
    case 'copy':
      return [];
    case 'repeat':
      return [step.body];
    case 'while':
      return [step.test, step.body];
    case 'branch':
      return step.branches;
  }
};

/** Whether two buffers of a plan begin at the same address. */
export const isSamePlace = (
  { donations }: Pick<Plan, 'donations'>,
  { place: a }: PlanBuffer,
  { place: b }: PlanBuffer,
): boolean => {
  if (a.kind === 'arena' || b.kind === 'arena') {
    return a.kind === 'arena' && b.kind === 'arena' && a.offset === b.offset;
  }
  if (a.kind === b.kind) return a.index === b.index;
  const [input, output] = a.kind === 'input' ? [a.index, b.index] : [b.index, a.index];
  return donations.some(([i, o]) => i === input && o === output);
};

/** Whether a copy has nothing to do, because both ends are the same memory. */
export const isIdleCopy = (
  plan: Pick<Plan, 'donations'>,
  { from, to }: { readonly from: BufferSlice; readonly to: BufferSlice },
): boolean =>
  from.strides.length + to.strides.length === 0 && isSamePlace(plan, from.buffer, to.buffer);
