/**
 * No text of a report becomes markup: whatever the names say, the page has the same elements and
 * shows the same text.
 */
import fc from 'fast-check';
import { parseHTML } from 'linkedom';
import { expect, test } from 'vitest';
import { highlightSource } from '../../examples/report/highlight-source.ts';
import { escapeText, html, jsonBlock, printable } from '../../examples/report/html.ts';
import { renderReport } from '../../examples/report/render-report.ts';
import type { SourceLanguage, TrainingReport } from '../../examples/report/training-report.ts';
import { smallReport } from './small-report.ts';

const attacks = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "' onmouseover='alert(1)",
  '</style><b>',
  '</title></script></details></pre><h1>',
  '<!-- ',
  ']]> --> &lt; &amp;lt; &#60;',
  '`x` javascript:alert(1)',
  '\u0000\u001b[31m\u202e\ud800',
];

const hostile = fc
  .array(fc.oneof(fc.constantFrom(...attacks), fc.string({ unit: 'binary', maxLength: 8 })), {
    minLength: 1,
    maxLength: 3,
  })
  .map((parts) => parts.join(''));

/** The report with one text in every place that takes text. */
const reportWith = (text: string, source: string): TrainingReport => {
  const base = smallReport();
  return smallReport({
    title: text,
    subtitle: text,
    lossName: text,
    footer: text,
    summary: { ...base.summary, backend: text },
    layers: base.layers.map((layer) => ({ ...layer, name: text, outputShape: [text, 3] })),
    confusion: { ...base.confusion, classes: [text, text] },
    mistakes: base.mistakes.map((mistake) => ({ ...mistake, truth: text, predicted: text })),
    kernels: base.kernels.map((kernel) => ({ ...kernel, name: text, kind: text, source })),
  });
};

/** Every element with its attributes' names, in order; pieces of coloured source aside. */
const skeleton = (page: string): string[] =>
  Array.from(parseHTML(page).document.querySelectorAll('*'))
    .filter((element) => element.closest('pre') === null)
    .map((element) => [element.tagName, ...element.getAttributeNames()].join(' '));

test('hostile text leaves the elements of the page as they are and is shown as it is', () => {
  const expected = skeleton(renderReport(reportWith('plain', 'plain')));
  fc.assert(
    fc.property(hostile, hostile, (text, source) => {
      const page = renderReport(reportWith(text, source));
      expect(skeleton(page)).toEqual(expected);
      const { document } = parseHTML(page);
      const shown = printable(text);
      const texts = (selector: string): string[] =>
        Array.from(document.querySelectorAll(selector), (element) => element.textContent ?? '');
      expect(texts('h1, head title, .subtitle')).toEqual([shown, shown, shown]);
      expect(texts('.layers tbody th')).toEqual([shown, shown]);
      expect(texts('.kernels code')).toEqual([shown, shown]);
      expect(texts('.confusion tbody th')).toEqual([shown, shown]);
      expect(texts('.mistake .truth')).toEqual([shown]);
      expect(texts('pre')).toEqual([printable(source), printable(source)]);
    }),
    { numRuns: 40, examples: [['two\nlines', 'plain']] },
  );
});

test('coloured source is only spans with known classes, and its text is the source', () => {
  const languages = fc.constantFrom<SourceLanguage>('javascript', 'wat', 'wgsl', 'text');
  const word = fc.constantFrom(
    'for',
    '(',
    ' ',
    '//',
    '/*',
    '*/',
    ';;',
    '(;',
    '"',
    "'",
    '\\',
    '1.5e3',
    '\n',
    'f(',
  );
  const text = fc.array(fc.oneof(word, hostile), { maxLength: 12 }).map((parts) => parts.join(''));
  fc.assert(
    fc.property(text, languages, (source, language) => {
      const { text: markup } = highlightSource(source, language);
      const { document } = parseHTML(`<html><body><pre>${markup}</pre></body></html>`);
      const pre = document.querySelector('pre');
      expect(pre?.textContent).toBe(printable(source));
      for (const element of pre?.querySelectorAll('*') ?? []) {
        expect(element.tagName).toBe('SPAN');
        expect(element.getAttributeNames()).toEqual(['class']);
        expect(element.className).toMatch(/^(comment|string|number|keyword|type|call)$/);
      }
    }),
  );
});

test('escaped text has no character with a meaning in markup and no control character', () => {
  fc.assert(
    fc.property(hostile, (text) => {
      const escaped = escapeText(text);
      expect(escaped).not.toMatch(/[<>"']|&(?!(amp|lt|gt|quot|#39);)/);
      expect(escaped).not.toMatch(/(?!\n|\t)\p{Cc}|\p{Cs}|\u202e/u);
    }),
  );
});

test('templates escape text, keep markup, join lists and drop null', () => {
  const inner = html`<b>${'<&>'}</b>`;
  expect(html`<p title="${'"'}">${[inner, ' ', 3]}${null}</p>`.text).toBe(
    '<p title="&quot;"><b>&lt;&amp;&gt;</b> 3</p>',
  );
});

test('a data block cannot be ended by its data', () => {
  fc.assert(
    fc.property(hostile, (text) => {
      const { document } = parseHTML(`<html><body>${jsonBlock([text]).text}</body></html>`);
      expect(document.querySelectorAll('*')).toHaveLength(3);
      expect(JSON.parse(document.querySelector('script')?.textContent ?? '')).toEqual([text]);
    }),
  );
});
