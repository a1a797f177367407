/**
 * Pointers that go along with the index of an innermost loop. Numbers that are spread to all lanes
 * stand at whole addresses: V8 computes what an instruction adds to one anew in every iteration.
 */
import { describe, expect, test } from 'vitest';
import { openWasm } from '../../src/backends/wasm/index.ts';
import { expectSame as expectSameOn, linesOf as linesOn } from './kernel-code.ts';

const wasm = openWasm({}, { keepsOrder: false });

/** A product of `rows` rows of b0, which stand `apart` from each other, with four columns of b1. */
const product = (rows: number, from: number, at: (row: number) => string): string => {
  const each = (line: (row: number) => string): string =>
    Array.from({ length: rows }, (_, row) => line(row)).join('\n');
  return `kernel k(read b0: f32[640], read b1: f32[64], write b2: f32[64]) flops 0 {
    lanes v0 in 0..4 {
      ${each((row) => `var v${10 + row}: f32 = 0_f32`)}
      for v1: [${from}, 15] in ${from}..16 {
        ${each((row) => `v${10 + row} = v${10 + row} + b0[${at(row)}] * b1[v1 * 4 + v0]`)}
      }
      ${each((row) => `b2[v0 + ${row * 4}] = v${10 + row}`)}
    }
  }`;
};
/** The lines of the code between the beginning and the end of its loop. */
const loopOf = (text: string): readonly string[] => {
  const lines = linesOn(wasm, text);
  return lines.slice(lines.indexOf('loop'), lines.indexOf('br_if 0'));
};
const spreads = (lines: readonly string[]): readonly string[] =>
  lines.filter((line) => line.startsWith('v128.load32_splat'));
const expectSame = (text: string): void => expectSameOn(wasm, text);

describe('rows of a product', () => {
  test('have a pointer each, and neighbouring columns one together', () => {
    const lines = loopOf(product(6, 0, (row) => `v1 + ${row * 16}`));
    expect(spreads(lines)).toEqual(Array(6).fill('v128.load32_splat'));
    // Seven pointers and the counter move on; nothing else is computed with addresses.
    expect(lines.filter((line) => line === 'i32.add').length).toBe(8);
    expect(lines.some((line) => line === 'i32.shl' || line === 'i32.mul')).toBe(false);
  });
  test('have none where they are more than there are registers', () => {
    const lines = loopOf(product(9, 0, (row) => `v1 + ${row * 16}`));
    expect(spreads(lines)).toContain('v128.load32_splat offset=64');
  });
  test('have none where they move with more than the index', () => {
    const lines = loopOf(product(2, 0, (row) => `v1 % 3 + v1 + ${row * 16}`));
    expect(spreads(lines)).toContain('v128.load32_splat offset=64');
  });
});

test.each([
  ['forwards', product(6, 0, (row) => `v1 * 3 + ${row * 48}`)],
  ['from a later start', product(4, 3, (row) => `v1 + ${row * 16}`)],
  ['backwards', product(4, 0, (row) => `${row * 16 + 15} - v1`)],
  ['below a constant', product(2, 8, (row) => `v1 + ${row * 16} - 8`)],
  ['many rows', product(9, 0, (row) => `v1 + ${row * 16}`)],
])('what is read is the same: %s', (_, text) => {
  expectSame(text);
});
