/** The least memory that a plan could do with: the most bytes of its arena alive at once. */
import type { Plan, PlanBuffer, Step } from 'gradloom';

interface Span {
  first: number;
  last: number;
}

const bytesPerElement: Readonly<Record<string, number>> = { f64: 8, f16: 2, bf16: 2, bool: 1 };
const bytesOf = ({ dtype, length }: PlanBuffer): number => length * (bytesPerElement[dtype] ?? 4);

/** The buffers that a step reads or writes, and the steps inside. */
const usedBy = (plan: Plan, step: Step): readonly PlanBuffer[] => {
  switch (step.kind) {
    case 'launch':
      return plan.launches[step.launch]?.buffers ?? [];
    case 'copy':
      return [step.from.buffer, step.to.buffer];
    case 'while':
      return [step.condition.buffer];
    case 'branch':
      return [step.index.buffer];
    case 'repeat':
      return [];
  }
};
const inside = (step: Step): readonly Step[] => {
  switch (step.kind) {
    case 'repeat':
      return step.body;
    case 'while':
      return [...step.test, ...step.body];
    case 'branch':
      return step.branches.flat();
    default:
      return [];
  }
};

/**
 * The most bytes of buffers of the arena that are alive at the same step of the outermost list. A
 * buffer lives from the first step that names it to the last one; one that is overwritten in its
 * place by another counts once. Where a program is one large loop this is an upper estimate: all of
 * what the loop names counts as alive together.
 */
export const leastArenaBytes = (plan: Plan): number => {
  const spans = new Map<PlanBuffer, Span>();
  const touch = (step: Step, time: number): void => {
    for (const buffer of usedBy(plan, step)) {
      if (buffer.place.kind !== 'arena') continue;
      const span = spans.get(buffer);
      if (span === undefined) spans.set(buffer, { first: time, last: time });
      else span.last = time;
    }
    for (const inner of inside(step)) touch(inner, time);
  };
  plan.steps.forEach((step, time) => {
    touch(step, time);
  });
  const live = [...spans].map(([buffer, { first, last }]) => ({ buffer, first, last }));
  /** Whether another buffer takes the place of this one in the step that reads it last. */
  const isReplaced = ({ buffer, last }: (typeof live)[number], time: number): boolean =>
    last === time &&
    live.some(
      (other) =>
        other.buffer !== buffer &&
        other.first === time &&
        other.buffer.place.kind === 'arena' &&
        buffer.place.kind === 'arena' &&
        other.buffer.place.offset === buffer.place.offset,
    );
  let most = 0;
  for (let time = 0; time < plan.steps.length; time++) {
    const bytes = live
      .filter((one) => one.first <= time && time <= one.last && !isReplaced(one, time))
      .reduce((total, { buffer }) => total + bytesOf(buffer), 0);
    most = Math.max(most, bytes);
  }
  return most;
};
