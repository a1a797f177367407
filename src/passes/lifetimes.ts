/**
 * When the values of a program are in use. Times count the steps of the text; what is used inside
 * of a loop and outside of it is in use for all of the loop.
 */
import type { Value } from '../ir/graph.ts';
import { sizeOf } from '../ir/types.ts';
import { bodiesOfStep, type Slice, type ValueStep } from './steps.ts';

/** A range of times; a step that holds others lasts from before the first to after the last. */
export interface Span {
  readonly first: number;
  readonly last: number;
}

/** A use of a value: the steps around it, outermost first; the last one is the use itself. */
export interface Touch {
  readonly around: readonly Span[];
}

/** What the planner knows of a program. */
export interface Lifetimes {
  /** Every use of each value, in the order of the text. */
  readonly touches: ReadonlyMap<Value, readonly Touch[]>;
  /** The times between which each value must keep its memory. */
  readonly spans: ReadonlyMap<Value, Span>;
  /** The spans of the steps themselves. */
  readonly stepSpans: ReadonlyMap<ValueStep, Span>;
  /** By time: pairs [read, written] of values that may share memory when one ends there. */
  readonly pairs: ReadonlyMap<number, readonly (readonly [old: Value, fresh: Value])[]>;
}

const isWhole = ({ value, strides }: Slice, length: number): boolean =>
  strides.length === 0 && sizeOf(value.type.shape) === length;

/** When everything is used. What comes from outside, or goes there, lasts through every loop. */
export const lifetimes = (
  steps: readonly ValueStep[],
  isOutside: (value: Value) => boolean,
): Lifetimes => {
  const touches = new Map<Value, Touch[]>();
  const stepSpans = new Map<ValueStep, Span>();
  const pairs = new Map<number, (readonly [Value, Value])[]>();
  let time = 0;
  const touch = (value: Value, around: readonly Span[]): void => {
    const known = touches.get(value);
    if (known === undefined) touches.set(value, [{ around }]);
    else known.push({ around });
  };
  const moment = (): Span => {
    const now = time++;
    return { first: now, last: now };
  };
  const visit = (step: ValueStep, around: readonly Span[]): void => {
    switch (step.kind) {
      case 'launch': {
        const now = moment();
        stepSpans.set(step, now);
        for (const value of step.values) touch(value, [...around, now]);
        pairs.set(
          now.first,
          step.kernel.inPlace.map(([r, w]) => [step.values[r] as Value, step.values[w] as Value]),
        );
        return;
      }
      case 'copy': {
        const now = moment();
        stepSpans.set(step, now);
        touch(step.from.value, [...around, now]);
        touch(step.to.value, [...around, now]);
        if (isWhole(step.from, step.length) && isWhole(step.to, step.length)) {
          pairs.set(now.first, [[step.from.value, step.to.value]]);
        }
        return;
      }
      default: {
        const span = { first: time++, last: 0 };
        const within = [...around, span];
        stepSpans.set(step, span);
        if (step.kind === 'branch') touch(step.index.value, within);
        bodiesOfStep(step).forEach((body, k) => {
          for (const inner of body) visit(inner, within);
          if (step.kind === 'while' && k === 0) touch(step.condition.value, [...within, moment()]);
        });
        span.last = time++;
      }
    }
  };
  for (const step of steps) visit(step, []);
  const spans = new Map([...touches].map(([value, all]) => [value, spanOf(all, isOutside(value))]));
  return { touches, spans, stepSpans, pairs };
};

/** From the first to the last use, as the innermost list of steps with all of them sees it. */
const spanOf = (all: readonly Touch[], isOutside: boolean): Span => {
  const first = all[0] as Touch;
  let depth = 0;
  while (
    !isOutside &&
    depth < first.around.length - 1 &&
    all.every(({ around }) => depth < around.length - 1 && around[depth] === first.around[depth])
  ) {
    depth++;
  }
  const own = all.map(({ around }) => around[depth] as Span);
  return {
    first: Math.min(...own.map((span) => span.first)),
    last: Math.max(...own.map((span) => span.last)),
  };
};
