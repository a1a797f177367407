/**
 * An explanation as a page that stands alone: styles, script and drawings are inside, a content
 * policy forbids it to load anything, and every text in it is escaped.
 */
import type { CodeCosts } from '../../backends/costs.ts';
import {
  type ExplainedValue,
  type ExplanationData,
  type LaunchTime,
  launchTimeOf,
  totalsOf,
} from '../explanation.ts';
import { formatLimits } from '../format-limits.ts';
import {
  formatBytes,
  formatCount,
  formatFlops,
  formatMilliseconds,
  formatNoun,
  formatShare,
} from '../format-quantity.ts';
import { drawArena } from './draw-arena.ts';
import { drawLaunches } from './draw-launches.ts';
import { Html, html } from './html.ts';
import { launchSources, launchTable } from './launch-table.ts';
import { pageScript } from './page-script.ts';
import { pageStyle } from './page-style.ts';
import { stagePanels } from './stage-panels.ts';

const policy =
  "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; " +
  "base-uri 'none'; form-action 'none'";

const tile = (label: string, value: string, note: string): Html =>
  html`<div class="tile"><dt>${label}</dt>
<dd><span class="value">${value}</span><span class="note">${note}</span></dd></div>`;

const codeNote = ({ writing, loading }: CodeCosts): string =>
  `written in ${formatMilliseconds(writing)}, loaded in ${formatMilliseconds(loading)}`;

const timeNote = ({ milliseconds, leastMilliseconds }: LaunchTime): string =>
  `launches take ${formatMilliseconds(milliseconds)}, at least ` +
  formatMilliseconds(leastMilliseconds);

const summaryTiles = (data: ExplanationData): Html => {
  const { launches, arena, arenaBytes, backend, code } = data;
  const totals = totalsOf(data);
  const time = launchTimeOf(data);
  const { equationsBefore, equationsAfter, flops, bytesRead, bytesWritten, milliseconds } = totals;
  const bytes = bytesRead + bytesWritten;
  const arenaValues = arena.reduce((sum, buffer) => sum + buffer.bytes, 0);
  const from = `from ${formatNoun(equationsBefore, 'equation')} traced, `;
  const left = `${formatCount(equationsAfter)} left to fuse`;
  const density = bytes === 0 ? 'nothing moves' : `${(flops / bytes).toFixed(1)} per byte moved`;
  const traffic = `${formatBytes(bytesRead)} read, ${formatBytes(bytesWritten)} written`;
  const held = `holds ${formatNoun(arena.length, 'buffer')} of ${formatBytes(arenaValues)}`;
  return html`<dl class="tiles">
${tile('Launches', formatCount(launches.length), from + left)}
${tile('Work', formatFlops(flops), density)}
${tile('Memory traffic', formatBytes(bytes), traffic)}
${tile('Arena', formatBytes(arenaBytes), arenaBytes === 0 ? 'no scratch memory' : held)}
${tile('Compiled in', formatMilliseconds(milliseconds), `for the ${backend} backend`)}
${code === undefined ? null : tile('Code', formatBytes(code.bytes), codeNote(code))}
${time === undefined ? null : tile('Of the limit', formatShare(time.share), timeNote(time))}
</dl>`;
};

const valueTable = (
  title: string,
  values: readonly ExplainedValue[],
  note: (k: number) => string,
): Html | null => {
  if (values.length === 0) return null;
  const rows = values.map(
    ({ name, type }, k) =>
      html`<tr><th scope="row">${name}</th><td><code>${type}</code></td><td>${note(k)}</td></tr>`,
  );
  return html`<div><h4>${title}</h4>
<div class="scroll"><table class="values"><tbody>${rows}</tbody></table></div></div>`;
};

const signature = ({ inputs, outputs, donations }: ExplanationData): Html => {
  const gives = new Map(donations);
  const takes = new Map(donations.map(([input, output]) => [output, input]));
  const given = (k: number): string => {
    const output = gives.get(k);
    return output === undefined ? '' : `memory goes to ${outputs[output]?.name ?? output}`;
  };
  const taken = (k: number): string => {
    const input = takes.get(k);
    return input === undefined ? '' : `in the memory of ${inputs[input]?.name ?? input}`;
  };
  const counts = [formatNoun(inputs.length, 'argument'), formatNoun(outputs.length, 'result')];
  if (donations.length > 0) counts.push(`${donations.length} in donated memory`);
  const tables = [valueTable('Arguments', inputs, given), valueTable('Results', outputs, taken)];
  return html`<details class="more signature"><summary>${counts.join(', ')}</summary>
<div class="sides">${tables}</div></details>`;
};

const arenaSection = (data: ExplanationData): Html | null => {
  const picture = drawArena(data);
  if (picture === null) return null;
  return html`<section id="memory"><h2>Memory</h2>
<p class="lead">The arena while the launches run, left to right: a rectangle is a buffer in use.
Buffers side by side at the same height reuse the same memory.</p>
<figure class="card"><div class="scroll" tabindex="0">${picture}</div></figure></section>`;
};

/** What the shares are of. */
const limitsNote = ({ limits, backend }: ExplanationData): Html | null =>
  limits === undefined
    ? null
    : html`<p class="lead">The limit is what ${backend} reached on this machine:
${formatLimits(limits)}, read and written. A launch needs at least the time of its arithmetic and
that of its memory; the longer one is its limit.</p>`;

const launchSection = (data: ExplanationData): Html => {
  const { launches } = data;
  const content =
    launches.length === 0
      ? html`<p class="empty">Nothing to compute: every result is an argument handed back or has no
elements.</p>`
      : html`${launchTable(launches)}${launchSources(launches)}`;
  return html`<section id="launches"><h2>Launches</h2>
<p class="lead">The kernels in the order in which they run. Memory counts what one run reads and
writes of its buffers, each element once.</p>${limitsNote(data)}
${content}</section>`;
};

const graphSection = (data: ExplanationData): Html =>
  html`<section id="graph"><h2>Graph</h2>
<p class="lead">The final equations, one box per launch. Blue pills are arguments, green ones
results; numbered pills on the edges are buffers that pass from launch to launch.</p>
<figure class="card">
<button type="button" class="button fit" aria-pressed="false">Fit width</button>
<div class="scroll canvas" tabindex="0">${drawLaunches(data)}</div></figure></section>`;

const toolbar = ({ arenaBytes }: ExplanationData): Html =>
  html`<div class="toolbar">
<nav><a href="#stages">Stages</a><a href="#launches">Launches</a>
${arenaBytes === 0 ? null : html`<a href="#memory">Memory</a>`}<a href="#graph">Graph</a></nav>
<label class="filter"><span>Filter</span><input type="search" placeholder="op, value or text"
autocomplete="off" spellcheck="false"><output></output></label>
</div>`;

/** The page as one string. */
export const explanationPage = (data: ExplanationData): string =>
  html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<title>${data.name} explained</title>
<style>${new Html(pageStyle)}</style>
</head>
<body>
<header class="top"><p class="kicker">Gradloom · explain</p><h1>${data.name}</h1>
${summaryTiles(data)}
${signature(data)}
</header>
${toolbar(data)}
<main>
<section id="stages"><h2>Stages</h2>
<p class="lead">From the traced function to running code. Pick a stage to see what it did; values
keep their numbers from stage to stage. Click a value to follow it.</p>
${stagePanels(data.stages)}</section>
${launchSection(data)}
${arenaSection(data)}
${graphSection(data)}
</main>
<script>${new Html(pageScript)}</script>
</body>
</html>
`.text;
