/**
 * An explanation as text for the terminal: the summary first, then stages and launches, then
 * everything in full.
 */
import {
  type ExplainedLaunch,
  type ExplainedStage,
  type ExplainedValue,
  type ExplanationData,
  launchTimeOf,
  totalsOf,
} from './explanation.ts';
import { formatLimits } from './format-limits.ts';
import {
  formatBytes,
  formatFlops,
  formatMilliseconds,
  formatNoun,
  formatShare,
} from './format-quantity.ts';
import { printable } from './page/html.ts';
import { countText } from './stage-text.ts';

type Align = 'left' | 'right';

/** Columns under headings; the last one is never padded. */
const table = (
  headings: readonly string[],
  align: readonly Align[],
  rows: readonly (readonly string[])[],
): string[] => {
  const all = [headings, ...rows];
  const widths = headings.map((_, k) => Math.max(...all.map((row) => (row[k] ?? '').length)));
  return all.map((row) =>
    `  ${row
      .map((cell, k) =>
        align[k] === 'right' ? cell.padStart(widths[k] ?? 0) : cell.padEnd(widths[k] ?? 0),
      )
      .join('  ')}`.trimEnd(),
  );
};

const shorten = (text: string, most: number): string =>
  text.length <= most ? text : `${text.slice(0, most - 1)}…`;

const heading = (text: string): string[] => ['', text, '-'.repeat(text.length)];

const showValues = (word: string, values: readonly ExplainedValue[]): string[] =>
  values.length === 0
    ? []
    : [`${word}:`, ...values.map(({ name, type }) => `  ${printable(name)}  ${type}`)];

/** What code and memory take, on backends that know. */
const codeLines = ({ code, memory, backend }: ExplanationData): string[] => [
  ...(code === undefined
    ? []
    : [
        `code of ${formatBytes(code.bytes)}, written in ${formatMilliseconds(code.writing)}, ` +
          `loaded in ${formatMilliseconds(code.loading)}`,
      ]),
  ...(memory === undefined
    ? []
    : [
        `memory of ${printable(backend)}: ${formatBytes(memory.inUse)} in use, ` +
          `${formatBytes(memory.reserved)} reserved, ${formatBytes(memory.most)} at most`,
      ]),
];

/** What the machine reaches and how near the program comes to that, where it was measured. */
const limitLines = (data: ExplanationData): string[] => {
  const time = launchTimeOf(data);
  if (data.limits === undefined || time === undefined) return [];
  return [
    `limits of ${printable(data.backend)} here: ${formatLimits(data.limits)}`,
    `launches take ${formatMilliseconds(time.milliseconds)}, at least ` +
      `${formatMilliseconds(time.leastMilliseconds)} at these limits: ${formatShare(time.share)}`,
  ];
};

/** The lines that say most: what the program is, its size and costs. */
export const summaryLines = (data: ExplanationData): string[] => {
  const totals = totalsOf(data);
  const { equationsBefore, equationsAfter, milliseconds, flops, bytesRead, bytesWritten } = totals;
  const donations = data.donations.length;
  return [
    `${printable(data.name)}: ${formatNoun(data.launches.length, 'launch', 'launches')} from ` +
      `${formatNoun(equationsBefore, 'equation')} (${equationsAfter} after the graph stages), ` +
      `compiled for ${printable(data.backend)} in ${formatMilliseconds(milliseconds)}`,
    `${formatFlops(flops)}, ${formatBytes(bytesRead)} read, ` +
      `${formatBytes(bytesWritten)} written, arena ${formatBytes(data.arenaBytes)}` +
      (data.cuts.length === 0 ? '' : ` in ${data.cuts.length + 1} pieces`) +
      (donations === 0 ? '' : `, ${formatNoun(donations, 'result')} in donated memory`),
    ...codeLines(data),
    ...limitLines(data),
  ];
};

/** The stages as a table: what each made and how long it took. */
export const stageTable = (stages: readonly ExplainedStage[]): string[] =>
  table(
    ['stage', 'time', 'result'],
    ['left', 'right', 'left'],
    stages.map(({ name, kind, milliseconds, count, isUnchanged }) => [
      name,
      milliseconds === 0 ? '-' : formatMilliseconds(milliseconds),
      countText(kind, count) + (isUnchanged ? ', nothing changed' : ''),
    ]),
  );

/** `map3`, `map3 ×10` in a loop of ten steps. */
const nameOf = ({ name, runs }: ExplainedLaunch): string =>
  runs === 1 ? name : `${name} ×${runs}`;

/** The launches as a table, with times where they were measured. */
export const launchTable = (launches: readonly ExplainedLaunch[]): string[] => {
  const isTimed = launches.some(({ milliseconds }) => milliseconds !== undefined);
  const time = ({ milliseconds, roofline }: ExplainedLaunch): string[] => {
    if (!isTimed) return [];
    return [
      milliseconds === undefined ? '-' : formatMilliseconds(milliseconds),
      roofline === undefined ? '-' : formatShare(roofline.share),
      roofline?.bound ?? '-',
    ];
  };
  const timed = (headings: readonly string[]): readonly string[] => (isTimed ? headings : []);
  return table(
    ['#', 'launch', ...timed(['time', 'share', 'of limit']), 'FLOP', 'read', 'written', 'computes'],
    [
      'right',
      'left',
      ...(isTimed ? (['right', 'right', 'left'] as const) : []),
      'right',
      'right',
      'right',
      'left',
    ],
    launches.map((launch, k) => [
      String(k),
      nameOf(launch),
      ...time(launch),
      formatFlops(launch.flops).replace(/FLOP$/, '').trim(),
      formatBytes(launch.bytesRead),
      formatBytes(launch.bytesWritten),
      shorten(launch.work, 56),
    ]),
  );
};

/** The full texts of the stages; what stays the same is not repeated. */
export const stageTexts = (stages: readonly ExplainedStage[]): string[] =>
  stages.flatMap(({ name, text, isUnchanged }) => [
    ...heading(name),
    isUnchanged ? 'nothing changed' : printable(text),
  ]);

/** The report. */
export const textReport = (data: ExplanationData): string =>
  [
    ...summaryLines(data),
    ...showValues('arguments', data.inputs),
    ...showValues('results', data.outputs),
    ...heading('stages'),
    ...stageTable(data.stages),
    ...heading('launches'),
    ...launchTable(data.launches),
    ...stageTexts(data.stages),
    '',
  ].join('\n');
