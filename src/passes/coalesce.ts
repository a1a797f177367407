/**
 * Lets values be computed where they would be copied to: the first carry of a loop where the carry
 * begins, and the next one where the carry stands, when nobody reads the old one any more.
 */
import type { Value } from '../ir/graph.ts';
import { sameType } from '../ir/types.ts';
import type { Lifetimes, Span } from './lifetimes.ts';
import { bodiesOfStep, type CopyStep, type ValueStep } from './steps.ts';

/** The values that live in the memory of another one. `isFree` says which may. */
export const coalesce = (
  steps: readonly ValueStep[],
  lives: Lifetimes,
  isFree: (value: Value) => boolean,
): ReadonlyMap<Value, Value> => {
  const shared = new Map<Value, Value>();
  const born = new Set<Value>();
  const advanced = new Set<Value>();
  const isInside = (value: Value, loop: Span): boolean =>
    (lives.touches.get(value) ?? []).every(({ around }) => around.includes(loop));
  const fits = ({ from, to }: CopyStep, now: Span, loop: Span): boolean => {
    const [next, state] = [from.value, to.value];
    if (from.strides.length + to.strides.length > 0 || !isFree(next)) return false;
    if (shared.has(next) || advanced.has(state) || !sameType(next.type, state.type)) return false;
    if (!isInside(next, loop)) return false;
    const { first } = lives.spans.get(next) as Span;
    const isPair = (lives.pairs.get(first) ?? []).some(([r, w]) => r === state && w === next);
    return (lives.touches.get(state) ?? []).every(({ around }) => {
      const use = around[around.length - 1] as Span;
      if (!around.includes(loop) || use === now) return true;
      return use.last < first || (use.first === first && use.last === first && isPair);
    });
  };
  /** Whether `from` ends with the copy and `to` begins with it. */
  const isHandedOver = ({ from, to }: CopyStep, now: Span): boolean =>
    from.strides.length + to.strides.length === 0 &&
    isFree(from.value) &&
    !shared.has(from.value) &&
    !born.has(to.value) &&
    sameType(from.value.type, to.value.type) &&
    lives.spans.get(from.value)?.last === now.first &&
    lives.spans.get(to.value)?.first === now.first;
  const visit = (step: ValueStep, loop: Span | undefined): void => {
    const now = lives.stepSpans.get(step) as Span;
    if (step.kind === 'copy') {
      const { from, to } = step;
      if (isHandedOver(step, now)) born.add(to.value);
      else if (loop !== undefined && fits(step, now, loop)) advanced.add(to.value);
      else return;
      shared.set(from.value, to.value);
      return;
    }
    const around = step.kind === 'repeat' || step.kind === 'while' ? now : undefined;
    for (const body of bodiesOfStep(step)) for (const inner of body) visit(inner, around);
  };
  for (const step of steps) visit(step, undefined);
  return shared;
};

/** Lifetimes after sharing: who lives in the memory of another value makes it live longer. */
export const mergeLifetimes = (
  lives: Lifetimes,
  homeOf: (value: Value) => Value,
): Pick<Lifetimes, 'spans' | 'pairs'> => {
  const spans = new Map<Value, Span>();
  for (const [value, { first, last }] of lives.spans) {
    const home = homeOf(value);
    const known = spans.get(home) ?? { first, last };
    spans.set(home, { first: Math.min(known.first, first), last: Math.max(known.last, last) });
  }
  const pairs = new Map(
    [...lives.pairs].map(([time, list]) => [
      time,
      list.map(([old, fresh]) => [homeOf(old), homeOf(fresh)] as const),
    ]),
  );
  return { spans, pairs };
};
