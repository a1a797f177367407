/** The report of a sweep: shapes that are slow for their size. */
import type { CallCost } from '../machine/call-cost.ts';
import { type SlowShape, type Sweep, type SweepPoint, slowShapes } from '../machine/sweep.ts';
import type { Report } from '../running/results.ts';
import { summarise } from '../running/statistics.ts';
import { digits } from './format.ts';
import { markdownTable } from './markdown.ts';

const shapeOf = ({ shape: { m, k, n } }: SweepPoint): string => `${m} x ${k} x ${n}`;

const slowRow = ({ point, aligned }: SlowShape): string[] => [
  shapeOf(point),
  `${point.along} = ${point.shape[point.along]}`,
  digits(point.whole),
  shapeOf(aligned),
  digits(aligned.whole),
  digits(point.whole / aligned.whole),
  aligned.program > 0 ? digits(point.program / aligned.program) : '',
];

const callLine = ({ whole, bare }: CallCost): string => {
  const alone = bare === undefined ? '' : `; the WebAssembly function in it takes ${digits(bare)}`;
  return `A call of a compiled function takes ${digits(whole)} microseconds, from tensors to a \
result that is disposed of${alone}.`;
};

/** Writes what a sweep saw as Markdown. */
export const sweepReport = (
  facts: Pick<Report, 'date' | 'command' | 'machine'>,
  contender: string,
  { points, call }: Sweep,
): string => {
  const slow = slowShapes(points);
  const programs = slow.filter(({ isProgram }) => isProgram).length;
  const lines = [64, 256].flatMap((others) =>
    (['m', 'k', 'n'] as const).flatMap((along) => {
      const own = points.filter((point) => point.along === along && point.others === others);
      if (own.length === 0) return [];
      const { median, least } = summarise(own.map(({ whole }) => whole));
      const most = own.reduce((a, b) => (a.whole > b.whole ? a : b));
      const ends = [digits(most.whole), `${along} = ${most.shape[along]}`];
      return [
        [`${along}, others ${others}`, String(own.length), digits(least), digits(median), ...ends],
      ];
    }),
  );
  return `${[
    `# Products of many shapes by ${contender}`,
    `Nanoseconds per multiply-add, the best of some samples; what looked slow was timed again. A \
shape is slow where its program takes more than twice as long per multiply-add as that of the \
shape with the next multiple of 16. What a call takes by itself is the same for all shapes, and \
most of the time of very small products: those that are slow with it only are listed, but do not \
count.`,
    markdownTable(
      ['', ''],
      [['date', facts.date], ['command', `\`${facts.command}\``], ...facts.machine],
      2,
    ),
    markdownTable(['dimension', 'shapes', 'least', 'median', 'most', 'at'], lines),
    ...(call === undefined ? [] : [callLine(call)]),
    `## Slow shapes: ${programs} of ${points.length}, ${slow.length} with the call`,
    slow.length === 0
      ? 'None.'
      : markdownTable(
          ['m x k x n', 'dimension', 'ns', 'held against', 'ns', 'ratio', 'without the call'],
          slow.map(slowRow),
          2,
        ),
  ].join('\n\n')}\n`;
};
