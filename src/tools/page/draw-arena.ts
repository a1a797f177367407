/**
 * The arena as a picture: time from left to right in launches, addresses from top to bottom, a
 * rectangle per buffer.
 */
import type { ExplainedBuffer, ExplanationData } from '../explanation.ts';
import { formatBytes } from '../format-quantity.ts';
import { spanText } from '../stage-text.ts';
import { type Html, html } from './html.ts';

const width = 960;
const height = 300;
const left = 66;
const bottom = 30;
const round = (x: number): number => Math.round(x * 10) / 10;

/**
 * When a buffer starts and ends, in launches; where it takes over another's place both share the
 * launch.
 */
const span = (buffer: ExplainedBuffer, all: readonly ExplainedBuffer[]): [number, number] => {
  const touches = (time: number, which: 'first' | 'last'): boolean =>
    all.some(
      (other) => other !== buffer && other[which] === time && other.offset === buffer.offset,
    );
  const start = buffer.first + (touches(buffer.first, 'last') ? 0.5 : 0.04);
  const end = buffer.last + (touches(buffer.last, 'first') ? 0.5 : 0.96);
  return [start, Math.max(end, start + 0.3)];
};

const ticks = (most: number, count: number): number[] => {
  const step = Math.max(1, Math.ceil(most / count));
  return Array.from({ length: Math.floor(most / step) + 1 }, (_, k) => k * step);
};

/** The picture, or nothing when the program needs no scratch memory. */
export const drawArena = ({ arena, arenaBytes, cuts, launches }: ExplanationData): Html | null => {
  if (arenaBytes === 0 || arena.length === 0) return null;
  const x = (time: number): number => left + (time / launches.length) * (width - left);
  const y = (byte: number): number => 4 + (byte / arenaBytes) * (height - bottom - 4);
  const rectangles = arena.map((buffer, k) => {
    const { name, type, offset, bytes } = buffer;
    const [from, to] = span(buffer, arena).map(x) as [number, number];
    const [top, end] = [y(offset), y(offset + bytes)];
    const where = `bytes ${offset} to ${offset + bytes}, ${spanText(buffer)}`;
    const isRoomy = end - top > 15 && to - from > 7 * name.length + 10;
    const [middle, base] = [round((from + to) / 2), round((top + end) / 2 + 4)];
    const label = html`<text x="${middle}" y="${base}">${name}</text>`;
    return html`<g class="buffer shade${k % 6}" data-value="${name}">
<title>${name} ${type}: ${where}</title><rect x="${round(from)}" y="${round(top)}"
width="${round(to - from)}" height="${round(Math.max(2, end - top))}" rx="3"/>
${isRoomy ? label : null}</g>`;
  });
  const launchTicks = ticks(launches.length - 1, 24).map(
    (k) => html`<text class="tick" x="${x(k + 0.5).toFixed(1)}" y="${height - 8}">${k}</text>`,
  );
  const byteTicks = [0, 0.5, 1].map((share) => {
    const at = y(share * arenaBytes);
    const label = formatBytes(share * arenaBytes);
    return html`<line x1="${left}" x2="${width}" y1="${at}" y2="${at}"/>
<text class="tick byte" x="${left - 8}" y="${at + (share === 0 ? 10 : 4)}">${label}</text>`;
  });
  const cutLines = cuts.map(
    (cut) => html`<line class="cut" x1="${left}" x2="${width}" y1="${y(cut)}" y2="${y(cut)}"/>`,
  );
  return html`<svg class="arena" viewBox="0 0 ${width} ${height}" role="img"
aria-label="Which buffers lie where in the arena while the launches run">
${byteTicks}${rectangles}${cutLines}${launchTicks}</svg>`;
};
