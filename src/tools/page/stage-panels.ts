/** The stages of the page: a strip to step through, and per stage its text or what it changed. */
import { type DiffLine, diffLines } from '../diff-lines.ts';
import type { ExplainedStage } from '../explanation.ts';
import { formatMilliseconds } from '../format-quantity.ts';
import { countText } from '../stage-text.ts';
import { highlight } from './highlight.ts';
import { Html, html } from './html.ts';

/** What each stage is for, in a sentence. */
const stories: Readonly<Record<string, string>> = {
  traced:
    'What the function computes: whole arrays, every value assigned once, gradients included.',
  simplify:
    'Every op offers an equal, simpler value; constants fold. No bit of the result changes.',
  commonSubexpressions: 'Equations with the same op, attributes and inputs become one.',
  deadCode: 'Equations whose results nobody reads go.',
  inlineRegions: 'Checkpointed parts become ordinary equations; they stay computed again.',
  fuse: 'Equations that can share loops form a group; each group becomes one kernel.',
  lower: 'Every group becomes a loop nest over scalars.',
  schedule: 'Loops are rearranged: tiles in registers, unrolled steps, invariants moved out.',
  hoistInvariants: 'What is the same in every step of a loop is computed before the loop.',
  planMemory: 'Every buffer gets a place: an argument, a result, or a range of the shared arena.',
  generate: 'The code that the backend makes of the kernels.',
};

/** Lines around a change that stay visible. */
const context = 3;
/** Texts longer than this start folded. */
const longest = 1200;

const lineOf = ({ kind, text }: DiffLine): Html => {
  const name = kind === 'same' ? 'l' : `l ${kind}`;
  return html`<div class="${name}">${highlight(text === '' ? ' ' : text)}</div>`;
};

const plain = (text: string): readonly DiffLine[] =>
  text.split('\n').map((line) => ({ kind: 'same', text: line }));

/** A block of lines; long ones scroll. */
export const codeBlock = (text: string): Html =>
  html`<div class="code" tabindex="0">${plain(text).map(lineOf)}</div>`;

const fold = (title: string, lines: readonly DiffLine[]): Html =>
  html`<details class="fold"><summary>${title}</summary>${lines.map(lineOf)}</details>`;

/** Lines with long equal stretches folded away. */
const foldEqual = (lines: readonly DiffLine[]): Html[] => {
  const out: Html[] = [];
  let k = 0;
  while (k < lines.length) {
    let end = k;
    while (end < lines.length && lines[end]?.kind === 'same') end++;
    const head = k === 0 ? 0 : context;
    const tail = end === lines.length ? 0 : context;
    if (end - k > head + tail + 3) {
      const folded = lines.slice(k + head, end - tail);
      out.push(...lines.slice(k, k + head).map(lineOf));
      out.push(fold(`${folded.length} equal lines`, folded));
      out.push(...lines.slice(end - tail, end).map(lineOf));
    } else {
      out.push(...lines.slice(k, end).map(lineOf));
    }
    while (end < lines.length && lines[end]?.kind !== 'same')
      out.push(lineOf(lines[end++] as DiffLine));
    k = end;
  }
  return out;
};

const fullText = (text: string): Html => {
  const lines = plain(text);
  if (lines.length <= longest) return codeBlock(text);
  const rest = lines.slice(longest);
  const folded = fold(`${rest.length} more lines`, rest);
  return html`<div class="code" tabindex="0">${lines.slice(0, longest).map(lineOf)}${folded}</div>`;
};

/** What a stage did to the text before it, or undefined where there is nothing to compare. */
const differencesOf = (
  stage: ExplainedStage,
  before: ExplainedStage | undefined,
): readonly DiffLine[] | undefined =>
  before?.kind === stage.kind && !stage.isUnchanged
    ? diffLines(before.text, stage.text)
    : undefined;

const timeText = (milliseconds: number): string =>
  milliseconds === 0 ? 'time not known' : formatMilliseconds(milliseconds);

const count = (lines: readonly DiffLine[], kind: DiffLine['kind']): number =>
  lines.filter((line) => line.kind === kind).length;

const kindNames = {
  graph: 'equations',
  groups: 'groups',
  kernels: 'kernels',
  plan: 'plan',
  source: 'code',
} as const;

const badge = (
  stage: ExplainedStage,
  before: ExplainedStage | undefined,
  differences: readonly DiffLine[] | undefined,
): Html | null => {
  if (before === undefined) return null;
  if (stage.isUnchanged) return html`<span class="badge none">nothing changed</span>`;
  if (differences === undefined) {
    const [from, to] = [kindNames[before.kind], kindNames[stage.kind]];
    return html`<span class="badge new">${from} → ${to}</span>`;
  }
  return html`<span class="badge"><span class="plus">+${count(differences, 'added')}</span>
<span class="minus">−${count(differences, 'removed')}</span></span>`;
};

const panel = (stages: readonly ExplainedStage[], k: number): Html => {
  const stage = stages[k] as ExplainedStage;
  const before = stages[k - 1];
  const differences = differencesOf(stage, before);
  const { name, kind, milliseconds, text } = stage;
  const body = stage.isUnchanged
    ? html`<p class="empty">There was nothing to do: the result is the same as before.</p>`
    : differences === undefined
      ? fullText(text)
      : html`<div class="code diff" tabindex="0">${foldEqual(differences)}</div>`;
  const isCompared = differences !== undefined && !stage.isUnchanged;
  const whole = html`
<button type="button" class="button whole" aria-pressed="false">Whole text</button>`;
  const facts = `${countText(kind, stage.count)} · ${timeText(milliseconds)}`;
  return html`<article class="stage" id="stage-${k}">
<header><h3>${name}</h3>${badge(stage, before, differences)}
<span class="facts">${facts}</span>${isCompared ? whole : null}</header>
<p class="story">${stories[name] ?? null}</p>
${body}</article>`;
};

/** A name that may break between its words. */
const breakable = (name: string): Html[] =>
  name.split(/(?=[A-Z])/).map((word, k) => html`${k === 0 ? null : new Html('<wbr>')}${word}`);

/** The strip of stages and their panels. */
export const stagePanels = (stages: readonly ExplainedStage[]): Html => {
  const slowest = Math.max(0.001, ...stages.map(({ milliseconds }) => milliseconds));
  const steps = stages.map((stage, k) => {
    const { name, kind, milliseconds, isUnchanged } = stage;
    const share = Math.max(2, Math.round((100 * milliseconds) / slowest));
    const made = isUnchanged ? 'no change' : countText(kind, stage.count);
    return html`<li><a class="${isUnchanged ? 'step idle' : 'step'}" href="#stage-${k}">
<b>${breakable(name)}</b><span>${made}</span>
<span class="time"><i style="width:${share}%"></i></span>
<span>${timeText(milliseconds)}</span></a></li>`;
  });
  return html`<ol class="steps">${steps}</ol>
<div class="panels">${stages.map((_, k) => panel(stages, k))}</div>`;
};
