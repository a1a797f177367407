/**
 * The confusion matrix as a table with shaded cells. Hits and errors have colours and scales of
 * their own: on one scale the handful of errors would vanish beside the thousands of hits.
 */
import { formatCount, formatShare } from './format-number.ts';
import { type Html, html } from './html.ts';
import { scrollingTable } from './scrolling-table.ts';
import type { ConfusionCounts } from './training-report.ts';

const sumOf = (row: readonly number[]): number => row.reduce((sum, count) => sum + count, 0);

/** Number of samples off the diagonal. */
export const countErrors = ({ counts }: ConfusionCounts): number =>
  counts.reduce((sum, row, truth) => sum + sumOf(row) - (row[truth] ?? 0), 0);

const cell = (count: number, isHit: boolean, strength: number, label: string): Html => {
  const kind = isHit ? (strength > 80 ? 'hit strong' : 'hit') : count > 0 ? 'miss' : 'none';
  return html`<td class="${kind}" style="--strength: ${Math.round(strength)}%"
 title="${label}">${formatCount(count)}</td>`;
};

const matrixRow = ({ classes, counts }: ConfusionCounts, truth: number, worst: number): Html => {
  const row = counts[truth] ?? [];
  const total = sumOf(row);
  const recall = total > 0 ? (row[truth] ?? 0) / total : 0;
  const cells = row.map((count, predicted) => {
    const pair = `true ${classes[truth] ?? ''}, predicted ${classes[predicted] ?? ''}`;
    const label = `${pair}: ${formatCount(count)}`;
    if (predicted === truth) return cell(count, true, 20 + 80 * recall, label);
    return cell(count, false, count > 0 ? 15 + 65 * Math.sqrt(count / worst) : 0, label);
  });
  return html`
<tr><th scope="row">${classes[truth] ?? ''}</th>${cells}
<td class="recall">${total > 0 ? formatShare(recall, 1) : '–'}</td></tr>`;
};

interface MixUp {
  readonly truth: string;
  readonly predicted: string;
  readonly count: number;
}

const mixUps = ({ classes, counts }: ConfusionCounts): MixUp[] =>
  counts
    .flatMap((row, truth) =>
      row.map((count, predicted) => ({
        truth: classes[truth] ?? '',
        predicted: classes[predicted] ?? '',
        count: truth === predicted ? 0 : count,
      })),
    )
    .filter(({ count }) => count > 0)
    .sort((a, b) => b.count - a.count)
    .slice(0, 8);

const mixUpList = (list: readonly MixUp[]): Html | null =>
  list.length === 0
    ? null
    : html`
<div class="aside"><h3>Most frequent mix-ups</h3>
<ol class="mixups">${list.map(
        ({ truth, predicted, count }) => html`
<li><span><b class="truth">${truth}</b> taken for <b class="predicted">${predicted}</b></span>
<span>${formatCount(count)}</span></li>`,
      )}
</ol></div>`;

/** The matrix with each class's recall, and beside it the most frequent confusions. */
export const confusionMatrix = (confusion: ConfusionCounts): Html => {
  const { classes, counts } = confusion;
  const errors = counts.flatMap((row, truth) => row.filter((_, predicted) => predicted !== truth));
  const worst = Math.max(1, ...errors);
  const table = html`
<table class="confusion">
<caption class="hidden">Rows: true class. Columns: predicted class.</caption>
<thead>
<tr><td></td><th scope="colgroup" colspan="${classes.length}" class="axis">predicted</th>
<td></td></tr>
<tr><th scope="col" class="axis">true</th>
${classes.map((name) => html`<th scope="col">${name}</th>`)}
<th scope="col" class="recall">recall</th></tr></thead>
<tbody>${classes.map((_, truth) => matrixRow(confusion, truth, worst))}
</tbody></table>`;
  return html`
<div class="columns matrix-and-list">
<figure>
${scrollingTable('Confusion matrix', table)}
<figcaption>Test samples by true class (rows) and predicted class (columns).
<span class="key hit"></span> right, shaded by recall; <span class="key miss"></span> wrong,
shaded by count (${formatCount(countErrors(confusion))} in all). Recall is the share of a class
that was recognised.</figcaption>
</figure>${mixUpList(mixUps(confusion))}
</div>`;
};
