/** `npm run bench` from its command line to its files, for Gradloom alone and on this Node.js. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import { parseHTML } from 'linkedom';
import { afterAll, expect, test } from 'vitest';
import type { Report } from '../../bench/running/results.ts';

const folder = mkdtempSync(join(tmpdir(), 'gradloom-bench-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const run = async (...flags: string[]): Promise<{ stdout: string; stderr: string }> =>
  promisify(execFile)(process.execPath, ['scripts/run.mjs', 'bench/main.ts', ...flags]);

test('tiny tasks are measured, compared and reported', { timeout: 240_000 }, async () => {
  const out = join(folder, 'results');
  const flags = [
    '--quick',
    '--node',
    'current',
    '--out',
    out,
    '--contender',
    'gradloom (js|wasm)$',
  ];
  const { stdout, stderr } = await run(...flags, '--only', '^(ten operations|matmul 64$)');
  expect(readdirSync(out).sort()).toEqual(['results.html', 'results.json', 'results.md']);
  expect(readFileSync(join(out, 'results.md'), 'utf8')).toBe(stdout.replace(/\n$/, ''));
  expect(stderr).toContain('matmul 64: gradloom wasm');
  const report: Report = JSON.parse(readFileSync(join(out, 'results.json'), 'utf8'));
  expect(report.leftOut).toEqual([]);
  expect(report.results.map(({ task }) => task.name)).toEqual([
    'matmul 64',
    'ten operations on 16 elements',
  ]);
  for (const { rows } of report.results) {
    expect(rows.map(({ contender }) => contender)).toEqual(['gradloom wasm', 'gradloom js']);
    for (const { outcome } of rows) {
      if (outcome.kind !== 'timed') throw new Error(JSON.stringify(outcome));
      const { least, median, count } = outcome.times;
      expect(least).toBeGreaterThan(0);
      expect(median).toBeGreaterThanOrEqual(least);
      expect(count).toBeGreaterThanOrEqual(3);
    }
  }
  const speeds = report.limits.map(({ value, message }) => value ?? message);
  expect(speeds).toHaveLength(5);
  // Vectors do more than a tenth of what any machine of today does, and copies as well.
  expect(speeds[1]).toBeGreaterThan(0.5);
  expect(speeds[2]).toBeGreaterThan(0.2);
  const { document } = parseHTML(readFileSync(join(out, 'results.html'), 'utf8'));
  expect(document.querySelectorAll('.bar')).toHaveLength(4);
});

test('contenders are called in turn', { timeout: 240_000 }, async () => {
  const out = join(folder, 'in-turn');
  const flags = ['--in-turn', '--quick', '--node', 'current', '--out', out];
  const { stdout } = await run(
    ...flags,
    '--contender',
    'gradloom (js|wasm)$',
    '--only',
    '^matmul 64$',
  );
  expect(readFileSync(join(out, 'in-turn.md'), 'utf8')).toBe(stdout.replace(/\n$/, ''));
  const rows = stdout
    .split('\n')
    .filter((line) => line.includes('gradloom') && !line.includes('`'));
  expect(rows.map((row) => row.split('|')[2]?.trim())).toEqual(['gradloom wasm', 'gradloom js']);
  for (const row of rows) expect(Number(row.split('|')[3])).toBeGreaterThan(0);
});

test('mistakes of the command line are sentences', { timeout: 180_000 }, async () => {
  for (const [flags, sentence] of [
    [['--only', 'nothing'], "--only: no task matches 'nothing'"],
    [['--contender', 'nobody'], "--contender: none matches 'nobody'"],
    [['--node', '3'], "--node: '3' is no file"],
  ] as const) {
    const all = ['--node', 'current', '--contender', 'gradloom js', '--quick', ...flags];
    await expect(run(...all)).rejects.toMatchObject({ stderr: expect.stringContaining(sentence) });
  }
});

test('--list names tasks and contenders', { timeout: 60_000 }, async () => {
  const { stdout } = await run('--list', '--only', 'first calls', '--contender', 'tfjs');
  expect(stdout.trim().split('\n')).toEqual([
    'first calls: first step of MLP',
    'first calls: first step of LeNet-5',
    'tfjs wasm',
    'tfjs cpu',
  ]);
});
