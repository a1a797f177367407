/** The report as a page that stands alone: a bar per contender, shorter is faster. */
import { type Html, html } from '../../examples/report/html.ts';
import type { Report, Row, TaskResult } from '../running/results.ts';
import { digits } from './format.ts';
import { rateOf, shareOf, targetOf, timedOf } from './judge.ts';
import { pageStyle } from './page-style.ts';

/** Bars longer than so many times the baseline are cut, so that the others can be told apart. */
const mostTimes = 5;

/** The widths of bars in percent of the longest that is drawn, and whether they are cut. */
export const barsOf = (
  medians: readonly number[],
  baseline: number | undefined,
): { readonly width: number; readonly isCut: boolean }[] => {
  const longest = Math.max(...medians);
  const full = baseline === undefined ? longest : Math.min(longest, mostTimes * baseline);
  return medians.map((median) => ({
    width: Math.min(100, (100 * median) / full),
    isCut: median > full,
  }));
};

const factRow = (cells: readonly string[]): Html =>
  html`<tr>${cells.map((cell) => html`<td>${cell}</td>`)}</tr>`;
const facts = (rows: readonly (readonly string[])[]): Html =>
  html`<table>${rows.map(factRow)}</table>`;

const barRow = (report: Report, result: TaskResult, { contender, outcome }: Row): Html => {
  if (outcome.kind !== 'timed') {
    const why = outcome.kind === 'differs' ? `by ${digits(outcome.by)}` : outcome.message;
    const words = `${outcome.kind}: ${why}`;
    return html`<div class="row"><span>${contender}</span><span class="warn">${words}</span></div>`;
  }
  const { median, least } = outcome.times;
  const base = timedOf(result, report.baseline)?.times.median;
  const all = result.rows.flatMap(({ outcome: one }) =>
    one.kind === 'timed' ? [one.times.median] : [],
  );
  const bar = barsOf(all, base)[all.indexOf(median)] ?? { width: 0, isCut: false };
  const rate = rateOf(result.task, median);
  const kind =
    contender === report.baseline ? 'own' : contender.startsWith('gradloom') ? 'kin' : '';
  const words = [
    `${digits(median)} ms`,
    base === undefined ? '' : `${digits(median / base)} x`,
    rate === undefined ? '' : `${digits(rate.value)} ${rate.unit}`,
    shareOf(report.limits, rate),
  ].filter((word) => word !== '');
  const style = `width: ${bar.width.toFixed(2)}%`;
  return html`<div class="row"><span>${contender}</span>
<div><div class="bar ${kind} ${bar.isCut ? 'cut' : ''}" style="${style}"></div></div>
<span class="value" title="at least ${digits(least)} ms">${words.join(', ')}</span></div>`;
};

const taskBlock = (report: Report, result: TaskResult): Html => {
  const target = targetOf(report, result);
  const kind = target.endsWith('MISSED') ? 'warn' : '';
  return html`<section><h3>${result.task.name}</h3>
${target === '' ? null : html`<p class="note ${kind}">Target of ${report.baseline}: ${target}</p>`}
${result.rows.map((row) => barRow(report, result, row))}</section>`;
};

/** Writes the report as a page. */
export const pageOf = (report: Report): string => {
  const groups = [...new Set(report.results.map(({ task }) => task.group))];
  const memory = report.results
    .filter(({ task }) => task.group === 'training steps')
    .flatMap(({ task, rows }) =>
      rows.flatMap(({ contender, outcome }) =>
        outcome.kind === 'timed'
          ? [
              [
                task.name,
                contender,
                digits(outcome.mostMemory / 2 ** 20),
                outcome.plan === undefined ? '' : digits(outcome.plan.arena / 2 ** 20),
                outcome.plan === undefined ? '' : digits(outcome.plan.leastArena / 2 ** 20),
              ],
            ]
          : [],
      ),
    );
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Gradloom and its peers</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>${pageStyle}</style></head><body>
<h1>Gradloom and its peers</h1>
<p>Milliseconds per call, shorter is faster. Bars longer than ${mostTimes} times that of
${report.baseline} are cut. Every contender ran in a process of its own, one after the other.</p>
${facts([['date', report.date], ['command', report.command], ...report.machine])}
${report.leftOut.length === 0 ? null : html`<h2 class="warn">Left out</h2>${facts(report.leftOut)}`}
<h2>Contenders</h2>${facts(report.versions)}
${
  report.limits.length === 0
    ? null
    : html`<h2>Limits of the machine</h2>${facts(
        report.limits.map(({ name, value, unit, message = '' }) => [
          name,
          value === undefined ? message : `${digits(value)} ${unit}`,
        ]),
      )}`
}
${groups.map(
  (group) => html`<h2>${group}</h2>
${report.results
  .filter(({ task }) => task.group === group)
  .map((result) => taskBlock(report, result))}`,
)}
${
  memory.length === 0
    ? null
    : html`<h2>Memory</h2><p class="note">MiB: the most of the process, the arena of the plan, the
most bytes that are alive at once.</p>
${facts([['task', 'by', 'process', 'arena', 'alive'], ...memory])}`
}
</body></html>
`.text;
};
