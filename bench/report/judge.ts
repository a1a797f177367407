/** What follows from times: ratios, rates, shares of limits, and whether targets are met. */
import type { Limit, Outcome, Report, TaskResult } from '../running/results.ts';
import type { Task } from '../tasks/task.ts';
import { digits, percent } from './format.ts';

/** The outcome of a contender at a task, where it was timed. */
export const timedOf = (
  { rows }: Pick<TaskResult, 'rows'>,
  contender: string,
): (Outcome & { kind: 'timed' }) | undefined => {
  const outcome = rows.find((row) => row.contender === contender)?.outcome;
  return outcome?.kind === 'timed' ? outcome : undefined;
};

/** 1e9 operations or bytes per second at so many milliseconds, and the unit; none where unknown. */
export const rateOf = (
  { flops, bytes }: Pick<Task, 'flops' | 'bytes'>,
  milliseconds: number,
): { readonly value: number; readonly unit: Limit['unit'] } | undefined => {
  if (flops > 0) return { value: flops / milliseconds / 1e6, unit: 'GFLOP/s' };
  if (bytes > 0) return { value: bytes / milliseconds / 1e6, unit: 'GB/s' };
  return undefined;
};

/** The share of the first measured limit of the unit. */
export const shareOf = (
  limits: readonly Limit[],
  rate: { readonly value: number; readonly unit: Limit['unit'] } | undefined,
): string => {
  const limit = limits.find(({ unit, value }) => unit === rate?.unit && value !== undefined);
  return rate === undefined || limit?.value === undefined ? '' : percent(rate.value / limit.value);
};

/** The target of a task in words, and whether the baseline meets it; empty where there is none. */
export const targetOf = (
  { baseline, results }: Pick<Report, 'baseline' | 'results'>,
  result: TaskResult,
): string => {
  const { target } = result.task;
  const own = timedOf(result, baseline);
  if (target === undefined || own === undefined) return '';
  const { median } = own.times;
  const verdict = (isMet: boolean): string => (isMet ? 'met' : 'MISSED');
  if (target.milliseconds !== undefined) {
    return `at most ${digits(target.milliseconds)} ms: ${verdict(median <= target.milliseconds)}`;
  }
  if (target.times === undefined) return '';
  const { factor, of } = target.times;
  const other = results.find(({ task }) => task.name === of);
  const base = other === undefined ? undefined : timedOf(other, baseline);
  if (base === undefined) return `at most ${factor} x ${of}: that was not measured`;
  const times = median / base.times.median;
  return `at most ${factor} x forward, is ${digits(times)} x: ${verdict(times <= factor)}`;
};
