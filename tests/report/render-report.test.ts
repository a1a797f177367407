/**
 * The report page: every part is there, nothing is fetched, odd runs are told plainly, the size
 * stays bounded.
 */
import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Script } from 'node:vm';
import { parseHTML } from 'linkedom';
import { describe, expect, test } from 'vitest';
import { maximumSourceLength } from '../../examples/report/kernels.ts';
import { maximumMistakes } from '../../examples/report/mistakes.ts';
import { renderReport } from '../../examples/report/render-report.ts';
import { sampleReport } from '../../examples/report/sample.ts';
import type { KernelRow, Mistake, TrainingReport } from '../../examples/report/training-report.ts';
import { writeReport } from '../../examples/report/write-report.ts';
import { smallReport } from './small-report.ts';

const parse = (report: TrainingReport): Document => parseHTML(renderReport(report)).document;

const textOf = (element: Element | null): string =>
  (element?.textContent ?? '').replace(/\s+/g, ' ').trim();

const textsOf = (parent: Document | Element | null, selector: string): string[] =>
  Array.from(parent?.querySelectorAll(selector) ?? [], textOf);

/** The cells of each row, with a space between them. */
const rowsOf = (parent: Element | null, selector: string): string[] =>
  Array.from(parent?.querySelectorAll(selector) ?? [], (row) => textsOf(row, 'th, td').join(' '));

describe('parts of the page', () => {
  const document = parse(smallReport());
  const section = (id: string): Element | null => document.getElementById(id);

  test('title, subtitle and closing line', () => {
    expect(textsOf(document, 'h1')).toEqual(['A small run']);
    expect(textsOf(document, 'head title')).toEqual(['A small run']);
    expect(textsOf(document, '.subtitle')).toEqual(['Two classes, four steps.']);
    expect(textsOf(document, 'footer p')[0]).toBe('Closing line.');
  });

  test('tiles', () => {
    const tiles = Array.from(document.querySelectorAll('.tile'), (tile) => [
      textOf(tile.querySelector('dt')),
      textOf(tile.querySelector('.value')),
    ]);
    expect(Object.fromEntries(tiles)).toEqual({
      'Test accuracy': '75.00 %',
      'Training time': '250 ms',
      Throughput: '1,235',
      Epochs: '2',
      Steps: '4',
      Parameters: '12,345',
      Backend: 'js',
      Launches: '2',
      Arena: '4.00 KiB',
      Seed: '42',
    });
    expect(textsOf(document, '.hero .note')).toEqual(['3 of 4 test samples right']);
  });

  test('layers with their total', () => {
    expect(rowsOf(section('model'), '.layers tbody tr')).toEqual([
      'first layer N × 3 12,000',
      'second layer N × 2 345',
    ]);
    expect(textsOf(section('model'), '.layers tfoot td')).toEqual(['12,345']);
  });

  test('charts with legend, axes, units and a description, once wide and once narrow', () => {
    for (const [id, label] of [
      ['loss', 'Loss (cross-entropy, nats)'],
      ['accuracy', 'Accuracy (%)'],
    ] as const) {
      const charts = Array.from(section(id)?.querySelectorAll('.plot > svg') ?? []);
      expect(charts).toHaveLength(2);
      for (const chart of charts) {
        expect(chart.getAttribute('role')).toBe('img');
        expect(chart.getAttribute('aria-label')).toMatch(/\d/);
        expect(textOf(chart)).toContain(label);
      }
      expect(section(id)?.querySelectorAll('.legend li')).toHaveLength(2);
      expect(textsOf(section(id), 'figcaption').join()).not.toBe('');
    }
    expect(rowsOf(section('accuracy'), 'tbody tr')).toEqual([
      '1 0.6500 50.00 % 50.00 %',
      '2 0.4500 100.00 % 75.00 %',
    ]);
  });

  test('every raw loss is a point of the chart, and tooltips lie inside the chart', () => {
    const paths = Array.from(section('loss')?.querySelectorAll('.wide .haze path') ?? []);
    const points = paths.flatMap((path) => path.getAttribute('d')?.match(/M[^M]+/g) ?? []);
    expect(points).toHaveLength(4);
    const data = JSON.parse(section('loss')?.querySelector('.wide script')?.textContent ?? '');
    expect(data.tips).toHaveLength(4);
    for (const [x, title, values] of data.tips) {
      expect(x).toBeGreaterThan(0);
      expect(x).toBeLessThan(data.width);
      expect(title).toMatch(/^step \d$/);
      for (const [y] of values) expect(y > 0 && y < data.height).toBe(true);
    }
  });

  test('tooltips of the accuracy chart say epoch, curve and value', () => {
    const script = section('accuracy')?.querySelector('.narrow script');
    const { tips } = JSON.parse(script?.textContent ?? '');
    const texts = tips.map(([, title, values]: [number, string, [number, string, string][]]) => [
      title,
      ...values.map(([, , text]) => text),
    ]);
    expect(texts).toEqual([
      ['epoch 1', 'train 50.00 %', 'test 50.00 %'],
      ['epoch 2', 'train 100.00 %', 'test 75.00 %'],
    ]);
  });

  test('confusion matrix: rows true, columns predicted, hits and misses told apart', () => {
    const rows = Array.from(section('confusion')?.querySelectorAll('tbody tr') ?? []);
    expect(rowsOf(section('confusion'), 'tbody tr')).toEqual(['cat 2 0 100.0 %', 'dog 1 1 50.0 %']);
    const kinds = rows.map((row) =>
      Array.from(row.querySelectorAll('td:not(.recall)'), (cell) => cell.className),
    );
    expect(kinds).toEqual([
      ['hit strong', 'none'],
      ['miss', 'hit'],
    ]);
    expect(textsOf(section('confusion'), '.mixups li')).toEqual(['dog taken for cat 1']);
  });

  test('mistakes with caption and alternative text', () => {
    expect(textsOf(section('mistakes'), 'li figcaption')).toEqual([
      'true dog, predicted cat (0.63)',
    ]);
    const image = section('mistakes')?.querySelector('img');
    expect(image?.getAttribute('alt')).toBe('A test picture: true dog, predicted cat (0.63)');
    expect(image?.getAttribute('src')).toMatch(/^data:image\/png;base64,/);
  });

  test('filters on one scale around 0', () => {
    const pictures = Array.from(section('model')?.querySelectorAll('.filter svg') ?? []);
    const strengths = pictures.map((picture) =>
      Array.from(picture.querySelectorAll('rect'), (rect) => [
        rect.getAttribute('class'),
        rect.getAttribute('style'),
      ]),
    );
    expect(strengths[0]).toEqual([
      ['negative', '--strength: 100%'],
      ['positive', '--strength: 0%'],
      ['positive', '--strength: 50%'],
      ['positive', '--strength: 100%'],
    ]);
    expect(strengths[1]?.[3]).toEqual(['negative', '--strength: 40%']);
    expect(textOf(section('model')?.querySelector('.scale') ?? null)).toBe('−1.00+1.00');
  });

  test('kernels as a table and as coloured source', () => {
    expect(rowsOf(section('kernels'), 'tbody tr')).toEqual([
      '1 first_kernel contract 2.00 M 2.00 KiB 1.00 KiB 75.0 %',
      '2 second_kernel elementwise 10 64 B 64 B 25.0 %',
    ]);
    const sources = Array.from(section('kernels')?.querySelectorAll('details pre') ?? []);
    expect(sources.map((source) => source.textContent)).toEqual(
      smallReport().kernels.map((kernel) => kernel.source),
    );
    expect(textsOf(sources[0] ?? null, '.keyword')).toEqual(['for', 'let']);
    expect(textsOf(sources[0] ?? null, '.comment')).toEqual(['// twice']);
  });

  test('links and labels point to elements that exist', () => {
    const links = Array.from(document.querySelectorAll('a'), (a) => a.getAttribute('href') ?? '');
    expect(links.length).toBeGreaterThan(6);
    for (const link of links) expect(document.getElementById(link.slice(1))).not.toBeNull();
    for (const element of document.querySelectorAll('[aria-labelledby]')) {
      const label = element.getAttribute('aria-labelledby') ?? '';
      expect(document.getElementById(label)).not.toBeNull();
    }
    for (const image of document.querySelectorAll('img')) {
      expect(image.getAttribute('alt')).not.toBe('');
    }
  });
});

describe('one file', () => {
  const page = renderReport(sampleReport());
  const { document } = parseHTML(page);

  test('nothing is loaded from anywhere', () => {
    for (const element of document.querySelectorAll('*')) {
      for (const { name, value } of Array.from(element.attributes)) {
        if (['src', 'href', 'xlink:href', 'srcset', 'action', 'data', 'poster'].includes(name)) {
          expect(value).toMatch(/^(#|data:image\/png;base64,)/);
        }
        expect(name).not.toMatch(/^on/);
      }
    }
    expect(document.querySelectorAll('link, iframe, object, embed, base')).toHaveLength(0);
    const styles = textsOf(document, 'style').join('');
    expect(styles).not.toMatch(/@import|url\(/);
    expect(page.replaceAll('http://www.w3.org/2000/svg', '')).not.toMatch(/https?:/);
  });

  test('the policy admits exactly the one script of the page', () => {
    const scripts = Array.from(document.querySelectorAll('script:not([type])'));
    expect(scripts).toHaveLength(1);
    const code = scripts[0]?.textContent ?? '';
    expect(() => new Script(code)).not.toThrow();
    const policy = document.querySelector('meta[http-equiv]')?.getAttribute('content') ?? '';
    const hash = createHash('sha256').update(code).digest('base64');
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain(`script-src 'sha256-${hash}'`);
  });

  test('light, dark, narrow and printed', () => {
    const styles = textsOf(document, 'style').join('');
    expect(styles).toContain('prefers-color-scheme: dark');
    expect(styles).toContain('@media print');
    expect(styles).toMatch(/max-width: \d+px/);
  });

  test('the same report gives the same page', () => {
    expect(renderReport(sampleReport())).toBe(page);
  });

  test('a usual run fits in half a megabyte', () => {
    expect(page.length).toBeLessThan(500_000);
  });
});

describe('runs that are not usual', () => {
  test('no mistakes, epochs, filters, kernels or layers', () => {
    const document = parse(
      smallReport({
        epochs: [],
        filters: [],
        kernels: [],
        layers: [],
        losses: new Float32Array(0),
        mistakes: [],
        confusion: {
          classes: ['cat', 'dog'],
          counts: [
            [2, 0],
            [0, 2],
          ],
        },
      }),
    );
    expect(textsOf(document, '.empty')).toEqual([
      'No step has a finite loss.',
      'No epoch was measured.',
      'No filter was recorded.',
      'None. Every test sample was classified correctly.',
      'No kernel was recorded.',
    ]);
    expect(document.querySelector('.spark')).toBeNull();
  });

  test('mistakes without pictures are counted, not denied', () => {
    const document = parse(smallReport({ mistakes: [] }));
    expect(textsOf(document, '#mistakes .empty')[0]).toMatch(
      /^1 test samples were classified wrong/,
    );
  });

  test('losses that are not finite are reported', () => {
    const document = parse(smallReport({ losses: Float32Array.of(1, NaN, Infinity, 2) }));
    expect(textsOf(document, '#loss .warning')).toEqual([
      '2 of 4 steps had a loss that is not a finite number; they are left out.',
    ]);
    expect(document.querySelector('#loss svg')?.outerHTML).not.toMatch(/NaN|Infinity/);
  });

  test('a wide range of losses gets a logarithmic axis, losses of 0 do not', () => {
    const label = (losses: Float32Array): string =>
      textOf(parse(smallReport({ losses })).querySelector('#loss svg'));
    expect(label(Float32Array.of(2, 1, 0.01))).toContain('logarithmic');
    expect(label(Float32Array.of(2, 1, 0))).not.toContain('logarithmic');
  });

  test('constant losses, one step, one epoch and equal accuracies draw without NaN', () => {
    const row = { epoch: 1, loss: 0.5, trainAccuracy: 1, testAccuracy: 1 };
    for (const changes of [
      { losses: Float32Array.of(0.5) },
      { losses: Float32Array.of(0.5, 0.5, 0.5) },
      { epochs: [row] },
      { epochs: [row, { ...row, epoch: 2 }] },
      { filters: [{ weights: new Float32Array(4), width: 2, height: 2 }] },
    ]) {
      expect(renderReport(smallReport(changes))).not.toMatch(/NaN(?! was)/);
    }
  });

  test('kernels without times have no column for them', () => {
    const kernels = smallReport().kernels.map(({ share: _, ...kernel }) => kernel);
    expect(textsOf(parse(smallReport({ kernels })), '#kernels thead')[0]).not.toContain('time');
  });
});

describe('bounds', () => {
  test('the 40 most confident mistakes, the highest first', () => {
    const [template] = smallReport().mistakes;
    const mistakes = Array.from({ length: 100 }, (_, i) => ({
      ...(template as Mistake),
      confidence: ((i * 37) % 100) / 100,
    }));
    const document = parse(smallReport({ mistakes }));
    const captions = textsOf(document, '#mistakes li figcaption');
    expect(captions).toHaveLength(maximumMistakes);
    expect(captions[0]).toContain('(0.99)');
    expect(captions.at(-1)).toContain('(0.60)');
    expect(textsOf(document, '#mistakes .lead')[0]).toContain('40 of 100 mistakes');
  });

  test('a hundred thousand steps and huge sources do not make a huge page', () => {
    const [kernel] = smallReport().kernels;
    const source = 'x += 1;\n'.repeat(100_000);
    const page = renderReport(
      smallReport({
        losses: Float32Array.from({ length: 100_000 }, (_, i) => 1 + Math.sin(i)),
        kernels: [{ ...(kernel as KernelRow), source }],
      }),
    );
    expect(page.length).toBeLessThan(900_000);
    const { document } = parseHTML(page);
    const shown = document.querySelector('pre')?.textContent ?? '';
    expect(shown.length).toBeLessThanOrEqual(maximumSourceLength);
    expect(textsOf(document, 'details > p')[0]).toMatch(/^Cut here: 760,0\d\d more characters/);
    expect(textsOf(document, '#loss figcaption')[0]).toContain('of every 40 steps');
  });
});

test('the page is written whole, and nothing is left behind when that fails', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'report-'));
  try {
    const path = await writeReport(join(folder, 'deep', 'page.html'), smallReport());
    expect(await readFile(path, 'utf8')).toBe(renderReport(smallReport()));
    await expect(writeReport(join(folder, 'deep'), smallReport())).rejects.toThrow();
    const wrong = smallReport({
      losses: Float32Array.of(1),
      summary: { ...smallReport().summary, steps: -1 },
    });
    await expect(writeReport(join(folder, 'wrong.html'), wrong)).rejects.toThrow('summary.steps');
    expect(await readdir(folder)).toEqual(['deep']);
    expect(await readdir(join(folder, 'deep'))).toEqual(['page.html']);
  } finally {
    await rm(folder, { recursive: true });
  }
});
