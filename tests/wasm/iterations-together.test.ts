/** Innermost loops of products that are written out, with numbers that are spread from registers. */
import { describe, expect, test } from 'vitest';
import { openWasm } from '../../src/backends/wasm/index.ts';
import { expectSame as expectSameOn, linesOf as linesOn } from './kernel-code.ts';

const wasm = openWasm({}, { keepsOrder: true });

interface Form {
  readonly rows?: number;
  readonly from?: number;
  readonly to?: number;
  readonly step?: number;
  /** Where an element of b0 is: of a row, at index v1. */
  readonly at?: (row: number) => string;
  /** Where a vector of columns is. */
  readonly column?: string;
  /** What a sum adds besides. */
  readonly more?: string;
}
/** Products of rows of b0 with four columns of b1. */
const product = ({
  rows = 2,
  from = 0,
  to = 16,
  step = 1,
  at,
  column,
  more = '',
}: Form): string => {
  const place = at ?? ((row) => `v1 + ${row * 40}`);
  const each = (line: (row: number) => string): string =>
    Array.from({ length: rows }, (_, row) => line(row)).join('\n');
  const last = from + Math.floor((to - 1 - from) / step) * step;
  return `kernel k(read b0: f32[640], read b1: f32[160], write b2: f32[64]) flops 0 {
    lanes v0 in 0..4 {
      ${each((row) => `var v${10 + row}: f32 = 0_f32`)}
      for v1: [${from}, ${last}] in ${from}..${to} step ${step} {
        ${each((row) => `v${10 + row} = v${10 + row} + b0[${place(row)}] * b1[${column ?? 'v1 * 4 + v0'}]${more}`)}
      }
      ${each((row) => `b2[v0 + ${row * 4}] = v${10 + row}`)}
    }
  }`;
};
/** The instructions of a kernel. */
const linesOf = (text: string): readonly string[] => linesOn(wasm, text);
const shuffles = (text: string): number =>
  linesOf(text).filter((line) => line.startsWith('i8x16.shuffle')).length;
const expectSame = (text: string): void => expectSameOn(wasm, text);

describe('four iterations of a product', () => {
  test('load each row once and spread its numbers', () => {
    const lines = linesOf(product({}));
    const loop = lines.slice(lines.indexOf('loop'), lines.indexOf('br_if 0'));
    expect(loop.filter((line) => line.startsWith('i8x16.shuffle')).length).toBe(8);
    expect(loop.filter((line) => line.startsWith('v128.load32_splat'))).toEqual([]);
    // Two rows, and four times a vector of columns.
    expect(loop.filter((line) => line.startsWith('v128.load')).length).toBe(2 + 4 * 2);
    // A pointer for all rows, one for the columns, and the counter.
    expect(loop.filter((line) => line === 'i32.add').length).toBe(3);
  });
  test.each([8, 9, 10, 11, 12, 13, 14, 15, 16, 17])('fold %i positions', (to) => {
    expectSame(product({ to }));
    expectSame(product({ from: 3, to: to + 3 }));
    expect(shuffles(product({ to }))).toBeGreaterThan(0);
  });
  test('go through panels of rows, which stand between each other', () => {
    for (const rows of [1, 2, 3, 4]) {
      const panel = product({ rows, at: (row) => `v1 * ${rows} + ${row} + 8` });
      expect(shuffles(panel)).toBe(4 * rows);
      expectSame(panel);
    }
  });
  test('take steps that are longer than one', () => {
    const halves = product({ to: 20, step: 2, at: (row) => `v1 + ${row}` });
    expect(shuffles(halves)).toBe(8);
    expectSame(halves);
  });
});

describe('a loop stays as it is', () => {
  const left: readonly (readonly [why: string, form: Form])[] = [
    ['it is short', { to: 7 }],
    ['a vector would hold what nobody needs', { at: (row) => `v1 * 3 + ${row}` }],
    ['it computes with its index', { more: ' + f32(v1)' }],
    ['there are more numbers than registers', { rows: 8 }],
    ['an element moves with more than the index', { at: (row) => `v1 * v1 + ${row}` }],
    [
      'an element lies in front of its pointer',
      { from: 8, to: 24, at: (row) => `v1 + ${row * 40} - 8` },
    ],
    ['a vector of columns does', { from: 8, to: 24, column: 'v1 * 4 + v0 - 32' }],
  ];
  test.each(left)('where %s', (_, form) => {
    const text = product(form);
    expect(shuffles(text)).toBe(0);
    expectSame(text);
  });
  test('where the engine does not keep the order of instructions', () => {
    const plain = openWasm({}, { keepsOrder: false });
    expect(linesOn(plain, product({})).join()).not.toContain('i8x16.shuffle');
  });
});
