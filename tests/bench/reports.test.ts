/** The tables and the page of the benchmarks: every outcome is shown, ratios and shares are right. */
import { parseHTML } from 'linkedom';
import { expect, test } from 'vitest';
import { baselineContender } from '../../bench/contenders.ts';
import type { Library } from '../../bench/libraries/library.ts';
import { slowShapes, sweptLengths, sweptShapes } from '../../bench/machine/sweep.ts';
import { digits } from '../../bench/report/format.ts';
import { inTurnReport } from '../../bench/report/in-turn-report.ts';
import { rateOf, shareOf, targetOf } from '../../bench/report/judge.ts';
import { markdownReport, markdownTable } from '../../bench/report/markdown.ts';
import { barsOf, pageOf } from '../../bench/report/page.ts';
import { sweepReport } from '../../bench/report/sweep-report.ts';
import { inTurn } from '../../bench/running/in-turn.ts';
import { smallReport } from './small-report.ts';

test.each([
  [0, '0'],
  [0.012345, '0.0123'],
  [1.2345, '1.23'],
  [12.345, '12.3'],
  [1234.5, '1235'],
  [Number.NaN, 'NaN'],
])('digits of %s', (value, text) => {
  expect(digits(value)).toBe(text);
});

test('a table escapes its cells', () => {
  expect(markdownTable(['a', 'b'], [['x|y', '1\n2']])).toBe(
    '| a | b |\n| --- | ---: |\n| x\\|y | 1 2 |',
  );
});

test('rates, shares and targets', () => {
  const [product, step] = smallReport.results;
  expect(rateOf({ flops: 2e6, bytes: 0 }, 2)).toEqual({ value: 1, unit: 'GFLOP/s' });
  expect(rateOf({ flops: 0, bytes: 4e6 }, 2)).toEqual({ value: 2, unit: 'GB/s' });
  expect(rateOf({ flops: 0, bytes: 0 }, 2)).toBeUndefined();
  expect(shareOf(smallReport.limits, { value: 1, unit: 'GFLOP/s' })).toBe('10.0 %');
  expect(shareOf(smallReport.limits, { value: 1, unit: 'GB/s' })).toBe('');
  expect(targetOf(smallReport, product!)).toBe('at most 3.00 ms: met');
  expect(targetOf(smallReport, step!)).toBe('at most 3 x forward, is 4.00 x: MISSED');
  const without = { ...smallReport, results: [step!] };
  expect(targetOf(without, step!)).toBe('at most 3 x matmul 100: that was not measured');
});

test('Markdown shows every outcome', () => {
  const text = markdownReport(smallReport);
  expect(text).toContain('| matmul 100 | gradloom wasm | 2.00 | 1.00 | 9 | 1.00 | 1.00 GFLOP/s |');
  expect(text).toContain('|  | gradloom js | 40.0 | 20.0 | 9 | 20.0 | 0.0500 GFLOP/s | 0.500 % |');
  expect(text).toContain('| wrong | differs: by 0.250 |');
  expect(text).toContain('| poor | not supported: no <op> \\| none |');
  expect(text).toContain('| broken | failed: it ended |');
  expect(text).toContain("| PyTorch cpu | No module named 'torch' |");
  expect(text).toContain('| a step | gradloom wasm | 300 | 200 | 3.00 | 1.00 |');
  expect(text).toContain('`npm run bench -- --only "a\\|b"`');
});

test('the page has a bar per time, words for everything else, and needs nothing', () => {
  const text = pageOf(smallReport);
  expect(text).not.toMatch(/<script|src=|@import|url\(/);
  const { document } = parseHTML(text);
  const [product] = document.querySelectorAll('section');
  const rows = [...product!.querySelectorAll('.row')].map((row) => row.textContent ?? '');
  expect(rows).toHaveLength(5);
  const bars = [...product!.querySelectorAll('.bar')].map((bar) => [
    bar.getAttribute('class')?.trim(),
    bar.getAttribute('style'),
  ]);
  expect(bars).toEqual([
    ['bar own', 'width: 20.00%'],
    ['bar kin cut', 'width: 100.00%'],
  ]);
  expect(rows[3]).toContain('not supported: no <op> | none');
  expect(document.body.textContent).toContain("No module named 'torch'");
  expect(document.body.textContent).toContain('a <fast> one & more');
});

test('bars are cut where they are many times the baseline', () => {
  expect(barsOf([1, 2], undefined)).toEqual([
    { width: 50, isCut: false },
    { width: 100, isCut: false },
  ]);
  expect(barsOf([1, 5, 50], 1)).toEqual([
    { width: 20, isCut: false },
    { width: 100, isCut: false },
    { width: 100, isCut: true },
  ]);
});

test('a sweep goes through the lengths that were promised and finds slow shapes', () => {
  for (const length of [1, 17, 70, 80, 120, 136, 144, 250, 260, 272]) {
    expect(sweptLengths).toContain(length);
  }
  expect(new Set(sweptLengths).size).toBe(sweptLengths.length);
  expect(sweptShapes([3])).toContainEqual({
    shape: { m: 256, k: 3, n: 256 },
    along: 'k',
    others: 256,
  });
  const points = sweptShapes([15, 16, 17, 32]).map((one) => ({
    ...one,
    whole: one.along === 'n' && one.others === 64 && one.shape.n === 17 ? 0.5 : 0.2,
    program: one.along === 'n' && one.shape.n === 17 ? (one.others === 64 ? 0.18 : 0.21) : 0.1,
  }));
  const slow = slowShapes(points);
  expect(
    slow.map(({ point, aligned, isProgram }) => [point.shape, aligned.shape, isProgram]),
  ).toEqual([
    [{ m: 64, k: 64, n: 17 }, { m: 64, k: 64, n: 32 }, false],
    [{ m: 256, k: 256, n: 17 }, { m: 256, k: 256, n: 32 }, true],
  ]);
  const text = sweepReport(smallReport, 'gradloom wasm', {
    points,
    call: { whole: 1.25, bare: 0.05 },
  });
  expect(text).toContain('takes 1.25 microseconds');
  expect(text).toContain('the WebAssembly function in it takes 0.0500.');
  expect(text).toContain('## Slow shapes: 1 of 24, 2 with the call');
  expect(text).toContain('| 64 x 64 x 17 | n = 17 | 0.500 | 64 x 64 x 32 | 0.200 | 2.50 | 1.80 |');
  expect(text).toContain(
    '| 256 x 256 x 17 | n = 17 | 0.200 | 256 x 256 x 32 | 0.200 | 1.00 | 2.10 |',
  );
});

test('contenders that were called in turn are held against their neighbours', async () => {
  const calls: string[] = [];
  const library = (name: string): Library => ({
    version: name,
    make: async () => {
      if (name === 'none') throw new Error('not supported here\nat all');
      const run = (): void => void calls.push(name);
      const result = async () => [[1, name === 'wrong' ? 2.5 : 2]];
      return { run: name === 'late' ? async () => run() : run, result };
    },
  });
  const contenders = ['wrong', 'one', 'none', 'late'].map((name) => ({
    ...baselineContender,
    name,
  }));
  const sampling = { warmUp: 0, fewestWarm: 0, time: 0, fewest: 4 };
  const work = { kind: 'tiny' } as const;
  const reference = { ...baselineContender, name: 'right' };
  const request = { contenders, reference, work, tolerance: 0.1, sampling };
  const turns = await inTurn(request, async ({ name }) => library(name));
  expect(turns.map(({ times }) => times.length)).toEqual([0, 4, 0, 4]);
  expect(turns[0]?.refused).toBe('differs by 0.200');
  const order = calls.filter((name, k) => name !== 'wrong' && name !== calls[k - 1]);
  // Three calls to get ready, a round that warms up, and four that count, back and forth.
  expect(order).toEqual(['one', 'late', 'one', 'late', 'one', 'late', 'one', 'late', 'one']);
  const text = inTurnReport(smallReport, [
    {
      task: 'sum',
      turns: [
        { contender: 'none', times: [], refused: 'not supported here' },
        { contender: 'one', times: [1, 10, 2] },
        { contender: 'late', times: [3, 20, 8] },
      ],
    },
  ]);
  expect(text).toContain('| sum | none | not supported here |');
  expect(text).toContain('|  | one | 2.00 | 1.00 | 3 | 1.00 |');
  expect(text).toContain('|  | late | 8.00 | 3.00 | 3 | 3.00 |');
});
