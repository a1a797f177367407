/** Reports on what is compiled while a program runs. */
import { add, exp, init, jit, js, mul, ones, setDefaultBackend } from 'gradloom';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type DebugLevel, debug, debugReport } from '../../src/tools/debug.ts';
import { explain } from '../../src/tools/explain.ts';
import { clearPrograms } from '../../src/trace/execute.ts';
import type { Tensor } from '../../src/types/core.ts';

const { write, level } = debug;
let written = '';

beforeEach(() => {
  setDefaultBackend(js);
  written = '';
  clearPrograms();
  debug.write = (text) => {
    written += text;
  };
});
afterEach(() => {
  debug.write = write;
  debug.level = level;
});

const growth = (x: Tensor<[5]>): Tensor<[5]> => exp(add(mul(x, 1), x));

/** What a call of a newly compiled function reports. */
const reportAt = (wanted: DebugLevel): string => {
  const f = jit(growth);
  const x = ones([5]);
  written = '';
  debug.level = wanted;
  f(x);
  const first = written;
  f(x);
  // The second call compiles nothing.
  expect(written).toBe(first);
  return first;
};

test('nothing is reported unless asked for', () => {
  expect(reportAt(0)).toBe('');
});

test('level 1 is the summary', () => {
  const report = reportAt(1);
  expect(report).toMatch(/^\[gradloom\] growth: 1 launch from 4 equations/);
  expect(report.trimEnd().split('\n')).toHaveLength(2);
});

test('code and memory are in the summary where the backend knows them', async () => {
  setDefaultBackend(await init('wasm'));
  const lines = reportAt(1).trimEnd().split('\n');
  expect(lines).toHaveLength(4);
  expect(lines[2]).toMatch(/code of \d+ B, written in .*s, loaded in .*s$/);
  expect(lines[3]).toMatch(/memory of wasm: \d+ B in use, 1\.05 MB reserved, 4\.29 GB at most$/);
});

test('level 2 adds the stages, level 3 the kernels with times and code', () => {
  const stages = reportAt(2);
  expect(stages).toContain('-- simplify');
  expect(stages).not.toContain('function k0');
  clearPrograms();
  const kernels = reportAt(3);
  expect(kernels).toMatch(/# +launch +time/);
  expect(kernels).toContain('function k0');
});

test('level 4 adds what each stage rewrote', () => {
  const report = reportAt(4);
  expect(report).toContain('-- simplify rewrote');
  expect(report).toMatch(/\[gradloom\] - %2: .* = mul\(%0, %1\)|\[gradloom\] - .*mul/);
  clearPrograms();
  expect(reportAt(3)).not.toContain('rewrote');
});

test('every line of a report says where it comes from, and none has control characters', () => {
  const explanation = explain(growth)(ones([5]));
  const report = debugReport({ ...explanation, name: 'evil\u001b[31m' }, 4);
  for (const line of report.trimEnd().split('\n')) expect(line).toMatch(/^\[gradloom\] /);
  expect(report).not.toContain('\u001b');
  expect(debugReport(explanation, 0)).toBe('');
});
