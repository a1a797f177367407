/**
 * A program between lowering and memory planning: kernels, copies, loops and branches over values
 * that have no place yet.
 */
import type { Value } from '../ir/graph.ts';
import type { Kernel } from '../ir/kernel.ts';
import type { Fused } from './fuse.ts';
import type { Group } from './groups.ts';

/** A kernel and the values its parameters stand for. */
export interface Lowered {
  readonly kernel: Kernel;
  readonly values: readonly Value[];
  /** What it computes, and the graph that is part of. */
  readonly group: Group;
  readonly fused: Fused;
}

/** A loop of known length. */
export interface Loop {
  readonly count: number;
  readonly reverse: boolean;
}

/** The elements of a value from `sum(step of loop * stride)` on. */
export interface Slice {
  readonly value: Value;
  readonly strides: readonly { readonly loop: Loop; readonly stride: number }[];
}

/** A kernel with what its parameters stand for. */
export interface LaunchStep extends Lowered {
  readonly kind: 'launch';
  /** The loops whose steps are the kernel's counters. */
  readonly loops: readonly Loop[];
}
/** Copies `length` elements. */
export interface CopyStep {
  readonly kind: 'copy';
  readonly from: Slice;
  readonly to: Slice;
  readonly length: number;
}
/** What a program does; see `Step` of the Plan IR. */
export type ValueStep =
  | LaunchStep
  | CopyStep
  | {
      readonly kind: 'repeat';
      readonly loop: Loop;
      readonly body: readonly ValueStep[];
    }
  | {
      readonly kind: 'while';
      readonly test: readonly ValueStep[];
      readonly condition: Slice;
      readonly body: readonly ValueStep[];
    }
  | {
      readonly kind: 'branch';
      readonly index: Slice;
      readonly branches: readonly (readonly ValueStep[])[];
    };

/** The lists of steps inside of a step. */
export const bodiesOfStep = (step: ValueStep): readonly (readonly ValueStep[])[] => {
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

/** All launches, in the order of the text. */
export const launchesOf = (steps: readonly ValueStep[]): LaunchStep[] =>
  steps.flatMap((step) =>
    step.kind === 'launch' ? [step] : bodiesOfStep(step).flatMap((body) => launchesOf(body)),
  );

/** The steps with every launch mapped. */
export const mapLaunches = (
  steps: readonly ValueStep[],
  map: (launch: LaunchStep) => LaunchStep,
): ValueStep[] => {
  const inside = (body: readonly ValueStep[]): ValueStep[] => mapLaunches(body, map);
  const mapOne = (step: ValueStep): ValueStep => {
    switch (step.kind) {
      case 'launch':
        return map(step);
      case 'copy':
        return step;
      case 'repeat':
        return { ...step, body: inside(step.body) };
      case 'while':
        return { ...step, test: inside(step.test), body: inside(step.body) };
      case 'branch':
        return { ...step, branches: step.branches.map(inside) };
    }
  };
  return steps.map(mapOne);
};
