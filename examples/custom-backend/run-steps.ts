/** Runs the steps of a plan: launches and copies, inside of loops and branches. */
import type { BufferSlice, PlanBuffer, Step, TypedArray } from 'gradloom';

/** The step that each running loop is at, by its number. */
export type Loops = ReadonlyMap<number, number>;

/** What running needs to know. */
export interface StepRunner {
  /** The memory of a buffer during this call. */
  arrayOf(buffer: PlanBuffer): TypedArray;
  /** Runs a launch of the plan. */
  launch(number: number, loops: Loops): void;
}

/** Runs the steps in order. */
export const runSteps = (
  steps: readonly Step[],
  runner: StepRunner,
  loops: Loops = new Map(),
): void => {
  const offsetOf = ({ strides }: BufferSlice): number =>
    strides.reduce((sum, { loop, stride }) => sum + (loops.get(loop) ?? 0) * stride, 0);
  const elementOf = (slice: BufferSlice): number =>
    runner.arrayOf(slice.buffer)[offsetOf(slice)] as number;
  for (const step of steps) {
    switch (step.kind) {
      case 'launch':
        runner.launch(step.launch, loops);
        break;
      case 'copy': {
        const from = offsetOf(step.from);
        const elements = runner.arrayOf(step.from.buffer).subarray(from, from + step.length);
        runner.arrayOf(step.to.buffer).set(elements, offsetOf(step.to));
        break;
      }
      case 'repeat':
        for (let k = 0; k < step.count; k++) {
          const at = step.reverse ? step.count - 1 - k : k;
          runSteps(step.body, runner, new Map(loops).set(step.loop, at));
        }
        break;
      case 'while':
        for (;;) {
          runSteps(step.test, runner, loops);
          if (elementOf(step.condition) === 0) break;
          runSteps(step.body, runner, loops);
        }
        break;
      case 'branch': {
        const last = step.branches.length - 1;
        const index = Math.min(Math.max(elementOf(step.index), 0), last);
        runSteps(step.branches[index] ?? [], runner, loops);
      }
    }
  }
};
