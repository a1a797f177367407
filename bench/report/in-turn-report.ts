/** The report of contenders that were called in turn. */
import type { Turns } from '../running/in-turn.ts';
import type { Report } from '../running/results.ts';
import { summarise } from '../running/statistics.ts';
import { digits } from './format.ts';
import { markdownTable } from './markdown.ts';

/** What all did with one task. */
export interface TaskTurns {
  readonly task: string;
  readonly turns: readonly Turns[];
}

/** The median of what the first contender took, over what another one took right beside it. */
const ratioOf = (base: Turns, other: Turns): string =>
  digits(summarise(other.times.map((time, k) => time / (base.times[k] as number))).median);

const rowsOf = ({ task, turns }: TaskTurns): string[][] => {
  const base = turns.find(({ times }) => times.length > 0);
  return turns.map((one, k) => {
    const lead = [k === 0 ? task : '', one.contender];
    if (base === undefined || one.times.length === 0)
      return [...lead, one.refused ?? '', '', '', ''];
    const { least, median } = summarise(one.times);
    return [...lead, digits(median), digits(least), String(one.times.length), ratioOf(base, one)];
  });
};

/** Writes it as Markdown. */
export const inTurnReport = (
  facts: Pick<Report, 'date' | 'command' | 'machine'>,
  tasks: readonly TaskTurns[],
): string =>
  `${[
    '# Called in turn',
    `Milliseconds per call, in one process that called all contenders one after the other. The \
ratio is the median of those of neighbours: how many times as long as the first one it took in the \
same moment. Results are compared as in the other tables; who computes something else has no time.`,
    markdownTable(
      ['', ''],
      [['date', facts.date], ['command', `\`${facts.command}\``], ...facts.machine],
      2,
    ),
    markdownTable(
      ['task', 'by', 'median ms', 'least ms', 'turns', 'ratio'],
      tasks.flatMap(rowsOf),
      2,
    ),
  ].join('\n\n')}\n`;
