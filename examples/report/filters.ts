/**
 * The filters of the first layer as small pictures. All share one colour scale that is symmetric
 * around 0; the colours are mixed by the style sheet, so that 0 is the background in either theme.
 */
import { type Html, html } from './html.ts';
import type { Filter } from './training-report.ts';

const signed = (value: number): string =>
  `${value < 0 ? '−' : value > 0 ? '+' : ''}${Math.abs(value).toFixed(2)}`;

const cellSize = 10;

const square = (weight: number, index: number, width: number, scale: number): Html => {
  const strength = scale > 0 ? Math.round((100 * Math.abs(weight)) / scale) : 0;
  return html`<rect x="${(index % width) * cellSize}" y="${Math.floor(index / width) * cellSize}"
 width="${cellSize}" height="${cellSize}" class="${weight < 0 ? 'negative' : 'positive'}"
 style="--strength: ${strength}%"><title>${signed(weight)}</title></rect>`;
};

const filterPicture = ({ weights, width, height }: Filter, index: number, scale: number): Html => {
  const range = `${signed(Math.min(...weights))} to ${signed(Math.max(...weights))}`;
  return html`
<li><figure class="filter"><svg viewBox="0 0 ${width * cellSize} ${height * cellSize}" role="img"
 aria-label="Filter ${index + 1}, ${width} by ${height} weights from ${range}">
${Array.from(weights, (weight, i) => square(weight, i, width, scale))}
</svg><figcaption>${index + 1}</figcaption></figure></li>`;
};

/** Every filter with its number, and the legend of the colour scale. */
export const filters = (list: readonly Filter[]): Html => {
  const first = list[0];
  if (first === undefined) return html`<p class="empty">No filter was recorded.</p>`;
  const scale = Math.max(...list.flatMap((filter) => Array.from(filter.weights, Math.abs)));
  return html`
<figure>
<ul class="filters">${list.map((filter, i) => filterPicture(filter, i, scale))}</ul>
<div class="scale" role="img"
 aria-label="Colour scale from ${signed(-scale)} over 0 to ${signed(scale)}">
<span>${signed(-scale)}</span><span class="ramp"></span><span>${signed(scale)}</span></div>
<figcaption>The ${list.length} filters of the first layer, ${first.width} × ${first.height} weights
each, on one scale around 0.</figcaption>
</figure>`;
};
