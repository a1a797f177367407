/**
 * The drawing of a program as SVG: launches as boxes, their equations inside, lines for what flows.
 */
import type { ExplanationData } from '../explanation.ts';
import { formatBytes, formatFlops } from '../format-quantity.ts';
import { type Html, html } from './html.ts';
import {
  type DrawnLaunch,
  type DrawnLine,
  type DrawnNode,
  placeLaunches,
  shortLabel,
} from './launch-boxes.ts';
import type { Point } from './layer-layout.ts';

const margin = 12;
const round = (x: number): number => Math.round(x * 10) / 10;

/** A smooth line downwards through points. */
const pathOf = (points: readonly Point[]): string =>
  points
    .map(({ x, y }, k) => {
      const before = points[k - 1];
      if (before === undefined) return `M${round(x)},${round(y)}`;
      if (Math.abs(before.x - x) < 0.5) return `L${round(x)},${round(y)}`;
      const bend = round((before.y + y) / 2);
      return `C${round(before.x)},${bend} ${round(x)},${bend} ${round(x)},${round(y)}`;
    })
    .join('');

const drawLine = (name: string, { points, value, type }: DrawnLine): Html =>
  html`<path class="${name}" data-value="${value}" d="${pathOf(points)}" marker-end="url(#head)">
<title>${value} ${type}</title></path>`;

const drawNode = (node: DrawnNode): Html => {
  const { kind, label, type, isTypeShown, x, y, width, height } = node;
  const radius = kind === 'equation' ? 4 : height / 2;
  const value = kind === 'port' ? html` data-value="${label}"` : null;
  const shown = isTypeShown ? html` <tspan>${type}</tspan>` : null;
  const [middle, base] = [round(x + width / 2), round(y + height / 2 + 3.6)];
  return html`<g class="node ${kind}"${value}><title>${label} ${type}</title>
<rect x="${round(x)}" y="${round(y)}" width="${width}" height="${height}" rx="${radius}"/>
<text x="${middle}" y="${base}">${shortLabel(label)}${shown}</text></g>`;
};

const drawLaunch = (drawn: DrawnLaunch, { launches }: ExplanationData): Html => {
  const { launch, x, y, width, height } = drawn;
  const known = launch === undefined ? undefined : launches[launch];
  const text = (row: number, name: string, content: string): Html => {
    const [left, base] = [round(x + 14), round(y + 24 + row * 15)];
    return html`<text class="${name}" x="${left}" y="${base}">${content}</text>`;
  };
  const head =
    known === undefined
      ? null
      : [
          text(0, 'title', `${launch}  ${known.name}`),
          text(1.1, 'cost', formatFlops(known.flops)),
          text(2.1, 'cost', formatBytes(known.bytesRead + known.bytesWritten)),
        ];
  const lines = drawn.lines.map((line) => drawLine('line', line));
  return html`<g class="launch">
<rect class="box" x="${round(x)}" y="${round(y)}" width="${round(width)}" height="${round(height)}"
rx="10"/>${head}${lines}${drawn.nodes.map(drawNode)}</g>`;
};

/** The drawing; as wide as it needs to be, to be put where it can be scrolled. */
export const drawLaunches = (data: ExplanationData): Html => {
  const drawing = placeLaunches(data.graph);
  const width = Math.ceil(drawing.width) + 2 * margin;
  const height = Math.ceil(drawing.height) + 2 * margin;
  const least = Math.round(0.66 * width);
  const launches = drawing.launches.map((launch) => drawLaunch(launch, data));
  const flows = drawing.lines.map((line) => drawLine('flow', line));
  return html`<svg class="drawing" style="max-width:${width}px;min-width:${least}px"
viewBox="${-margin} ${-margin} ${width} ${height}" role="img"
aria-label="The equations of each launch and what flows between the launches">
<defs><marker id="head" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7"
markerUnits="userSpaceOnUse" orient="auto"><path d="M0,0.8L7.4,4L0,7.2z"/></marker></defs>
${launches}${flows}</svg>`;
};
