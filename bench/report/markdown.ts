/** The report as Markdown. */
import type { Report, TaskResult } from '../running/results.ts';
import { digits, mebibytes } from './format.ts';
import { rateOf, shareOf, targetOf, timedOf } from './judge.ts';

/** A table; cells are escaped, the first `left` columns stand left. */
export const markdownTable = (
  head: readonly string[],
  rows: readonly (readonly string[])[],
  left: number = 1,
): string => {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`;
  const rule = `| ${head.map((_, k) => (k < left ? '---' : '---:')).join(' | ')} |`;
  return [line(head), rule, ...rows.map(line)].join('\n');
};

const taskRows = (report: Report, result: TaskResult): string[][] => {
  const base = timedOf(result, report.baseline);
  return result.rows.map(({ contender, outcome }, k) => {
    const lead = [k === 0 ? result.task.name : '', contender];
    if (outcome.kind !== 'timed') {
      const why = outcome.kind === 'differs' ? `by ${digits(outcome.by)}` : outcome.message;
      return [...lead, `${outcome.kind}: ${why}`, '', '', '', '', ''];
    }
    const { median, least, count } = outcome.times;
    const rate = rateOf(result.task, median);
    return [
      ...lead,
      digits(median),
      digits(least),
      String(count),
      base === undefined ? '' : digits(median / base.times.median),
      rate === undefined ? '' : `${digits(rate.value)} ${rate.unit}`,
      shareOf(report.limits, rate),
    ];
  });
};

const memoryRows = ({ results }: Report): string[][] =>
  results
    .filter(({ task }) => task.group === 'training steps')
    .flatMap(({ task, rows }) =>
      rows.flatMap(({ contender, outcome }) =>
        outcome.kind === 'timed'
          ? [
              [
                task.name,
                contender,
                mebibytes(outcome.mostMemory),
                mebibytes(outcome.mostMemory - outcome.startMemory),
                outcome.plan === undefined ? '' : mebibytes(outcome.plan.arena),
                outcome.plan === undefined ? '' : mebibytes(outcome.plan.leastArena),
              ],
            ]
          : [],
      ),
    );

const targetRows = (report: Report): string[][] =>
  report.results.flatMap((result) => {
    const words = targetOf(report, result);
    const own = timedOf(result, report.baseline);
    return words === '' ? [] : [[result.task.name, words, digits(own?.times.median ?? Number.NaN)]];
  });

/** Writes the report as Markdown. */
export const markdownReport = (report: Report): string => {
  const groups = [...new Set(report.results.map(({ task }) => task.group))];
  const head = [
    'task',
    'by',
    'median ms',
    'least ms',
    'samples',
    'times baseline',
    'rate',
    'limit',
  ];
  const memory = memoryRows(report);
  const targets = targetRows(report);
  const part = (title: string, ...blocks: string[]): string[] => [`## ${title}`, ...blocks];
  return `${[
    '# Gradloom and its peers',
    `Times are milliseconds per call. *Times baseline* is the median over that of \
${report.baseline}, *limit* the share of what the machine reached in the same run. bench/README.md \
says how this was measured.`,
    markdownTable(
      ['', ''],
      [['date', report.date], ['command', `\`${report.command}\``], ...report.machine],
      2,
    ),
    ...(report.leftOut.length === 0
      ? []
      : part(
          'LEFT OUT',
          'These contenders did not run:',
          markdownTable(['contender', 'why'], report.leftOut, 2),
        )),
    ...part('Contenders', markdownTable(['contender', 'version'], report.versions, 2)),
    ...(report.limits.length === 0
      ? []
      : part(
          'Limits of the machine',
          markdownTable(
            ['', 'reached'],
            report.limits.map(({ name, value, unit, message = '' }) => [
              name,
              value === undefined ? message : `${digits(value)} ${unit}`,
            ]),
          ),
        )),
    ...(targets.length === 0
      ? []
      : part(
          `Targets of ${report.baseline}`,
          markdownTable(['task', 'target', 'median ms'], targets, 2),
        )),
    ...groups.flatMap((group) =>
      part(
        group,
        markdownTable(
          head,
          report.results
            .filter(({ task }) => task.group === group)
            .flatMap((result) => taskRows(report, result)),
          2,
        ),
      ),
    ),
    ...(memory.length === 0
      ? []
      : part(
          'memory',
          `The most memory of the process, how much of it came after the library and the data were \
ready, and for gradloom the arena of the plan beside the most bytes that are alive at once. MiB.`,
          markdownTable(['task', 'by', 'process', 'grown', 'arena', 'alive'], memory, 2),
        )),
  ].join('\n\n')}\n`;
};
