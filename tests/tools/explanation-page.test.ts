/** The page stands alone, and no text in it becomes markup. */
import fc from 'fast-check';
import { parseHTML } from 'linkedom';
import { expect, test } from 'vitest';
import { js } from '../../src/backends/js/index.ts';
import { explainGraph } from '../../src/tools/explain-graph.ts';
import type { Explanation, ExplanationData } from '../../src/tools/explanation.ts';
import { explanationPage } from '../../src/tools/page/explanation-page.ts';
import { highlight } from '../../src/tools/page/highlight.ts';
import { escapeText, printable } from '../../src/tools/page/html.ts';
import { mlpStep } from './mlp-graph.ts';

const graph = mlpStep({ rows: 4, widths: [3, 2] });
const explained: Explanation = explainGraph(graph, js, { donated: [0, 1] });
const page = explained.html();
const { document } = parseHTML(page);

const attacks = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "' onmouseover='alert(1)",
  '</style></title><b>',
  '</script><svg onload=alert(1)>',
  '<!-- ',
  '&lt;b&gt;',
  '\u0000\u001b[31m\u202e\ud800',
];
const hostile = fc
  .array(
    fc.oneof(
      fc.constantFrom(...attacks),
      fc.string({ unit: 'binary-ascii', minLength: 1, maxLength: 6 }),
    ),
    {
      minLength: 1,
      maxLength: 3,
    },
  )
  .map((parts) => parts.join(''));

/** The explanation with one text wherever a name can stand, and one wherever code can. */
const withText = (name: string, code: string): ExplanationData => ({
  ...explained,
  name,
  backend: name,
  inputs: explained.inputs.map((input) => ({ ...input, name })),
  outputs: explained.outputs.map((output) => ({ ...output, name })),
  stages: explained.stages.map((stage) => ({ ...stage, name, text: code, isUnchanged: false })),
  launches: explained.launches.map((launch) => ({
    ...launch,
    name,
    work: name,
    sites: [name],
    kernel: code,
    source: code,
  })),
  arena: explained.arena.map((buffer) => ({ ...buffer, name })),
  graph: {
    ...explained.graph,
    nodes: explained.graph.nodes.map((node) => ({ ...node, label: name })),
  },
});

/** Every element with the names of its attributes, in order; lines of code and labels aside. */
const skeleton = (page: string): string[] =>
  Array.from(parseHTML(page).document.querySelectorAll('*'))
    .filter((element) => element.closest('.code') === null && element.tagName !== 'WBR')
    // Whether a label fits into its rectangle depends on its length.
    .filter(
      (element) =>
        !(element.tagName.toUpperCase() === 'TEXT' && element.closest('.buffer') !== null),
    )
    .map((element) => [element.tagName, ...element.getAttributeNames()].join(' '));

test('hostile text leaves the elements of the page as they are', () => {
  const expected = skeleton(explanationPage(withText('plain', 'plain')));
  expect(expected.length).toBeGreaterThan(200);
  fc.assert(
    fc.property(hostile, hostile, (name, code) => {
      const hostilePage = explanationPage(withText(name, code));
      expect(skeleton(hostilePage)).toEqual(expected);
      expect(parseHTML(hostilePage).document.querySelector('h1')?.textContent).toBe(
        printable(name),
      );
    }),
    { numRuns: 12 },
  );
});

test('coloured text is exactly the text', () => {
  fc.assert(
    fc.property(hostile, (text) => {
      const coloured = parseHTML(`<html><body>${highlight(text).text}</body></html>`);
      expect(coloured.document.body.textContent).toBe(printable(text));
    }),
  );
  const code = 'let v1: f32 = b0[%12] // reads %3\n"a" 0_f32 1e-5';
  expect(highlight(code).text).toContain('<i class="v">%3</i>');
  expect(highlight(code).text.replaceAll(/<[^>]+>/g, '')).toBe(escapeText(code));
});

test('the page refers to nothing outside of itself', () => {
  expect(page).not.toMatch(/https?:|\/\/[a-z]/i);
  expect(page).not.toMatch(/@import|\bimport\s*\(|\bfetch\b|XMLHttpRequest/);
  expect(document.querySelectorAll('link, iframe, img, object, embed, script[src]')).toHaveLength(
    0,
  );
  for (const element of document.querySelectorAll('[href]')) {
    const target = element.getAttribute('href') ?? '';
    expect(target).toMatch(/^#[a-z]+(-\d+)?$/);
    expect(document.getElementById(target.slice(1))).not.toBeNull();
  }
  const policy = document.querySelector('meta[http-equiv]')?.getAttribute('content');
  expect(policy).toContain("default-src 'none'");
});

test('ids are unique, and the script is a program', () => {
  const ids = Array.from(document.querySelectorAll('[id]'), ({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  const script = document.querySelector('script')?.textContent ?? '';
  expect(script.length).toBeGreaterThan(500);
  expect(() => new Function(script)).not.toThrow();
});

test('every stage, launch and argument has its place', () => {
  expect(document.querySelectorAll('.stage')).toHaveLength(explained.stages.length);
  expect(document.querySelectorAll('tr[data-launch]')).toHaveLength(explained.launches.length);
  expect(document.querySelectorAll('.launch-source')).toHaveLength(explained.launches.length);
  expect(document.querySelectorAll('.drawing .launch')).toHaveLength(explained.launches.length);
  expect(document.querySelectorAll('.buffer')).toHaveLength(explained.arena.length);
  expect(document.querySelectorAll('.values tr')).toHaveLength(
    explained.inputs.length + explained.outputs.length,
  );
  const unchanged = explained.stages.filter(({ isUnchanged }) => isUnchanged).length;
  expect(unchanged).toBeGreaterThan(0);
  expect(document.querySelectorAll('.badge.none')).toHaveLength(unchanged);
});

test('differences between stages show line by line', () => {
  const changed = document.querySelector('#stage-1 .diff');
  const kinds = (name: string): number => changed?.querySelectorAll(`.l.${name}`).length ?? 0;
  expect(kinds('removed')).toBeGreaterThan(0);
  expect(kinds('added')).toBeGreaterThan(0);
  const badge = document.querySelector('#stage-1 .badge')?.textContent?.replaceAll(/\s+/g, ' ');
  expect(badge).toBe(`+${kinds('added')} −${kinds('removed')}`);
});
