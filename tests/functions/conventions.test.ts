/**
 * The conventions about numbers that docs/conventions.md promises. Every test is named after its
 * sentence there, and holds on every backend, eager and compiled.
 */
import { readFileSync } from 'node:fs';
import * as g from 'gradloom';
import { describe, expect, test } from 'vitest';
import { call, f32, i32, type Run, values } from './convention.ts';
import { derivatives, precision } from './derivative-conventions.ts';
import type { Any } from './naive.ts';
import { integers, special } from './number-conventions.ts';

const { NaN: nan } = Number;
const groups = { integers, special, precision, derivatives };
const backends = [g.js, g.reference].map((backend) => [backend.name, backend] as const);
const ways: readonly (readonly [string, Run])[] = [
  ['eager', (f, ...xs) => f(...(xs as Any[]))],
  ['compiled', (f, ...xs) => g.jit(f as never)(...(xs as never[]))],
];
describe.each(Object.entries(groups))('%s', (_group, conventions) => {
  describe.each(backends)('%s', (_backend, backend) => {
    describe.each(ways)('%s', (_way, run) => {
      test.each(conventions)('%s', (_sentence, check) => {
        g.setDefaultBackend(backend);
        check(run, backend);
      });
    });
  });
});

test('Negative indexes count from the end.', () => {
  const pick = call('take');
  for (const [, backend] of backends) {
    g.setDefaultBackend(backend);
    const table = f32(10, 20, 30);
    expect(values(pick(table, i32(-1)))).toEqual([30]);
    // Outside of jit the data can be looked at; inside it cannot, and reading there gives NaN.
    expect(() => pick(table, i32(3))).toThrow(/index 3 is out of range/);
    const compiled = g.jit(pick as never) as unknown as typeof pick;
    expect(values(compiled(table, i32(-1, 3, -4)))).toEqual([30, nan, nan]);
  }
});

test('every sentence stands in the documentation', () => {
  const file = new URL('../../docs/conventions.md', import.meta.url);
  const text = readFileSync(file, 'utf8').replaceAll(/\s+/g, ' ');
  const sentences = Object.values(groups).flatMap((group) => group.map(([sentence]) => sentence));
  expect(sentences.filter((sentence) => !text.includes(sentence))).toEqual([]);
});
