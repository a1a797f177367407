/**
 * The launches of the page: a table with bars, and per launch its kernel beside the generated code.
 */
import type { ExplainedLaunch } from '../explanation.ts';
import {
  formatBytes,
  formatFlops,
  formatMilliseconds,
  formatQuantity,
  formatShare,
} from '../format-quantity.ts';
import { type Html, html } from './html.ts';
import { codeBlock } from './stage-panels.ts';

const percent = (part: number, whole: number): string =>
  whole <= 0 ? '0%' : `${((100 * part) / whole).toFixed(1)}%`;

const bar = (parts: readonly (readonly [name: string, amount: number])[], most: number): Html => {
  const pieces = parts.map(
    ([name, amount]) => html`<i class="${name}" style="width:${percent(amount, most)}"></i>`,
  );
  return html`<span class="bar">${pieces}</span>`;
};

const bytesOfLaunch = ({ bytesRead, bytesWritten }: ExplainedLaunch): number =>
  bytesRead + bytesWritten;

const speed = ({ flops, milliseconds }: ExplainedLaunch): string =>
  milliseconds === undefined || milliseconds === 0
    ? '–'
    : formatQuantity(flops / (milliseconds / 1000), 'FLOP/s');

/** `42 % arithmetic`: the share of which limit. */
const ofLimit = ({ roofline }: ExplainedLaunch): string =>
  roofline === undefined ? '–' : `${formatShare(roofline.share)} ${roofline.bound}`;

const sitesText = (sites: readonly string[]): string =>
  sites.slice(0, 4).join(', ') + (sites.length > 4 ? ` and ${sites.length - 4} more` : '');

/** A cell with a number; the label shows on narrow screens, where the table has no head. */
const numberCell = (label: string, text: string): Html =>
  html`<td class="number" data-label="${label}">${text}</td>`;

const timedCells = (launch: ExplainedLaunch): Html[] => {
  const { milliseconds } = launch;
  const time = milliseconds === undefined ? '–' : formatMilliseconds(milliseconds);
  return [
    numberCell('Time', time),
    numberCell('Speed', speed(launch)),
    numberCell('Of the limit', ofLimit(launch)),
  ];
};

/** The most of what the bars show, over all launches. */
interface Scale {
  readonly flops: number;
  readonly bytes: number;
  readonly isTimed: boolean;
}

const row = (launch: ExplainedLaunch, k: number, scale: Scale): Html => {
  const { name, work, flops, runs, bytesRead, bytesWritten, sites } = launch;
  const bytes = bytesOfLaunch(launch);
  const times = runs === 1 ? '' : ` ×${runs}`;
  const parts = [
    ['read', bytesRead],
    ['written', bytesWritten],
  ] as const;
  const both = `${formatBytes(bytesRead)} read, ${formatBytes(bytesWritten)} written`;
  return html`<tr data-launch="${k}"><td class="number index">${k}</td>
<th scope="row"><a href="#launch-${k}">${name}</a>${times}<span class="work">${work}</span>
<span class="sites">${sitesText(sites)}</span></th>
<td class="cost" data-label="Work">${bar([['flops', flops]], scale.flops)}
<span>${formatFlops(flops)}</span></td>
<td class="cost" data-label="Memory" title="${both}">${bar(parts, scale.bytes)}
<span>${formatBytes(bytes)}</span></td>
${numberCell('FLOP per byte', bytes === 0 ? '–' : (flops / bytes).toFixed(2))}
${scale.isTimed ? timedCells(launch) : null}</tr>`;
};

const numberHead = (text: string): Html => html`<th scope="col" class="number">${text}</th>`;

/** The table; times, speeds and shares only where they were measured. */
export const launchTable = (launches: readonly ExplainedLaunch[]): Html => {
  const scale: Scale = {
    flops: Math.max(0, ...launches.map(({ flops }) => flops)),
    bytes: Math.max(0, ...launches.map(bytesOfLaunch)),
    isTimed: launches.some(({ milliseconds }) => milliseconds !== undefined),
  };
  return html`<div class="scroll" tabindex="0"><table class="launches">
<thead><tr>${numberHead('#')}<th scope="col">Launch</th><th scope="col">Work</th>
<th scope="col">Memory <i class="key read"></i>read <i class="key written"></i>written</th>
${numberHead('FLOP per byte')}
${scale.isTimed ? ['Time', 'Speed', 'Of the limit'].map(numberHead) : null}</tr></thead>
<tbody>${launches.map((launch, k) => row(launch, k, scale))}</tbody></table></div>`;
};

const side = (title: string, text: string): Html | null =>
  text === '' ? null : html`<div><h4>${title}</h4>${codeBlock(text)}</div>`;

/** One fold per launch with its kernel and its code. */
export const launchSources = (launches: readonly ExplainedLaunch[]): Html =>
  html`${launches.map(
    ({ name, work, kernel, source, flops }, k) =>
      html`<details class="launch-source" id="launch-${k}" data-launch="${k}">
<summary><span class="index">${k}</span><b>${name}</b><span class="work">${work}</span>
<span class="facts">${formatFlops(flops)}</span></summary>
<div class="sides">${side('Kernel IR', kernel)}${side('Generated code', source)}</div></details>`,
  )}`;
