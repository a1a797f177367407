/**
 * The kernels of the training step: one table of what each launch costs, and the generated source
 * of each.
 */
import { formatBytes, formatCount, formatLarge, formatShare } from './format-number.ts';
import { highlightSource } from './highlight-source.ts';
import { type Html, html } from './html.ts';
import { scrollingTable } from './scrolling-table.ts';
import type { KernelRow } from './training-report.ts';

/** A longer source is cut at the end of a line, and the page says so. */
export const maximumSourceLength = 40_000;

const bytesOf = (kernel: KernelRow): number => kernel.bytesRead + kernel.bytesWritten;

const sumOver = (rows: readonly KernelRow[], field: (row: KernelRow) => number): number =>
  rows.reduce((sum, row) => sum + field(row), 0);

// A bar is full for the longest launch, so that the others can be told apart.
const shareCell = (share: number | undefined, longest: number): Html =>
  share === undefined
    ? html`<td class="number">–</td>`
    : html`<td class="number share">
<span class="bar" style="--share: ${((100 * share) / longest).toFixed(1)}%"></span>
<span>${formatShare(share, 1)}</span></td>`;

const kernelTable = (rows: readonly KernelRow[]): Html => {
  const timed = rows.some((row) => row.share !== undefined);
  const longest = Math.max(Number.MIN_VALUE, ...rows.map((row) => row.share ?? 0));
  const head = [
    html`<th scope="col">Launch</th><th scope="col">Kernel</th><th scope="col">Kind</th>
<th scope="col" class="number">FLOP</th><th scope="col" class="number">Read</th>
<th scope="col" class="number">Written</th>`,
    timed ? html`<th scope="col" class="number">Share of time</th>` : null,
  ];
  const body = rows.map(
    (row, i) => html`
<tr><td>${row.launch}</td>
<th scope="row"><a href="#kernel-${i + 1}"><code>${row.name}</code></a></th>
<td><span class="kind">${row.kind}</span></td><td class="number">${formatLarge(row.flop)}</td>
<td class="number">${formatBytes(row.bytesRead)}</td>
<td class="number">${formatBytes(row.bytesWritten)}</td>
${timed ? shareCell(row.share, longest) : null}</tr>`,
  );
  return scrollingTable(
    'Kernels of one training step',
    html`
<table class="kernels">
<caption>The launches of one training step, in order</caption>
<thead><tr>${head}</tr></thead><tbody>${body}</tbody>
<tfoot><tr><th scope="row" colspan="3">Total</th>
<td class="number">${formatLarge(sumOver(rows, (row) => row.flop))}</td>
<td class="number">${formatBytes(sumOver(rows, (row) => row.bytesRead))}</td>
<td class="number">${formatBytes(sumOver(rows, (row) => row.bytesWritten))}</td>
${
  timed
    ? html`<td class="number">${formatShare(
        sumOver(rows, (row) => row.share ?? 0),
        1,
      )}</td>`
    : null
}</tr></tfoot>
</table>`,
  );
};

const cutSource = (source: string): { readonly text: string; readonly left: number } => {
  if (source.length <= maximumSourceLength) return { text: source, left: 0 };
  const lineEnd = source.lastIndexOf('\n', maximumSourceLength);
  const text = source.slice(0, lineEnd > 0 ? lineEnd : maximumSourceLength);
  return { text, left: source.length - text.length };
};

const kernelSource = (kernel: KernelRow, index: number): Html => {
  const { text, left } = cutSource(kernel.source);
  const lines = kernel.source.trimEnd().split('\n').length;
  return html`
<details id="kernel-${index + 1}"><summary><span class="launch">${kernel.launch}</span>
<code>${kernel.name}</code> <span class="kind">${kernel.kind}</span>
<span class="note">${kernel.language}, ${formatCount(lines)} ${lines === 1 ? 'line' : 'lines'},
${formatBytes(bytesOf(kernel))} moved</span></summary>
<pre tabindex="0"><code>${highlightSource(text, kernel.language)}</code></pre>
${left > 0 ? html`<p class="note">Cut here: ${formatCount(left)} more characters.</p>` : null}
</details>`;
};

/** The table of launches and, below it, one closed block of source for each. */
export const kernels = (rows: readonly KernelRow[]): Html => {
  if (rows.length === 0) return html`<p class="empty">No kernel was recorded.</p>`;
  return html`${kernelTable(rows)}
<h3>Generated source</h3>
<p class="lead">What the compiler wrote for each launch, exactly as it runs.</p>
${rows.map(kernelSource)}`;
};
