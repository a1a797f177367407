/** Elements of lanes that are taken out of two vectors of neighbours: every other, and backwards. */
import { describe, expect, test } from 'vitest';
import { openWasm } from '../../src/backends/wasm/index.ts';
import { expectSame, linesOf } from './kernel-code.ts';

const wasm = openWasm();
interface Form {
  readonly dtype?: string;
  readonly length: number;
  readonly at: string;
  /** Lanes, and vectors that come one after the other. */
  readonly lanes?: number;
  readonly steps?: number;
}
const copy = ({ dtype = 'f32', length, at, lanes = 4, steps = 1 }: Form): string =>
  `kernel k(read b0: ${dtype}[${length}], write b1: ${dtype}[${lanes * steps}]) flops 0 {
    parallel v1 in 0..${steps} {
      lanes v0 in 0..${lanes} {
        b1[v1 * ${lanes} + v0] = b0[${at}]
      }
    }
  }`;
const shuffles = (form: Form): number =>
  linesOf(wasm, copy(form)).filter((line) => line.startsWith('i8x16.shuffle')).length;

/** Forms that begin with the first element, end with the last, or both. */
const forms: readonly (readonly [string, Form])[] = [
  ['every other, from the first to the last', { length: 7, at: 'v0 * 2' }],
  ['the others', { length: 8, at: 'v0 * 2 + 1' }],
  ['of two vectors', { length: 15, at: 'v0 * 2', lanes: 8 }],
  ['of four vectors', { length: 40, at: 'v0 * 2 + 9', lanes: 16 }],
  ['in a loop', { length: 24, at: 'v1 * 8 + v0 * 2', steps: 3 }],
  ['rows apart', { length: 40, at: 'v1 * 13 + v0 * 2 + 2', steps: 3 }],
  ['backwards, from the last to the first', { length: 4, at: '3 - v0' }],
  ['backwards, further on', { length: 20, at: '12 - v0' }],
  ['backwards by two vectors', { length: 8, at: '7 - v0', lanes: 8 }],
  ['backwards by four vectors', { length: 18, at: '17 - v0', lanes: 16 }],
  ['backwards in a loop', { length: 12, at: '11 - v1 * 4 - v0', steps: 3 }],
  ['backwards and on', { length: 24, at: 'v1 * 4 - v0 + 5', steps: 3 }],
];
describe.each(forms)('%s', (_, form) => {
  test.each(['f32', 'i32', 'u32'])('%s', (dtype) => {
    expect(shuffles({ ...form, dtype })).toBe((form.lanes ?? 4) / 4);
    expectSame(wasm, copy({ ...form, dtype }));
  });
  test('bool, without shuffles', () => {
    expect(shuffles({ ...form, dtype: 'bool' })).toBe(0);
    expectSame(wasm, copy({ ...form, dtype: 'bool' }));
  });
});

test.each(['v0 * 3', '15 - v0 * 2', 'v0 * 4 + 2'])('lane by lane: %s', (at) => {
  expect(shuffles({ length: 18, at })).toBe(0);
  expectSame(wasm, copy({ length: 18, at }));
});
