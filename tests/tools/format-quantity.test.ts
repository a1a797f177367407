/** Quantities with three digits and a unit. */
import { expect, test } from 'vitest';
import {
  formatBytes,
  formatCount,
  formatFlops,
  formatMilliseconds,
  formatNoun,
  formatShare,
} from '../../src/tools/format-quantity.ts';

test.each([
  [0, '0 B'],
  [999, '999 B'],
  [1000, '1.00 kB'],
  [1234, '1.23 kB'],
  [12345, '12.3 kB'],
  [999499, '999 kB'],
  [999500, '1.00 MB'],
  [3e9, '3.00 GB'],
  [5e15, '5.00 PB'],
  [5e18, '5000 PB'],
])('%d bytes are %s', (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text);
});

test.each([
  [0.00031, '0.3 µs'],
  [0.0421, '42 µs'],
  [0.5, '0.50 ms'],
  [12.34, '12.3 ms'],
  [999, '999 ms'],
  [1250, '1.25 s'],
])('%d milliseconds are %s', (milliseconds, text) => {
  expect(formatMilliseconds(milliseconds)).toBe(text);
});

test.each([
  [0, '0.0 %'],
  [0.0004, '< 0.1 %'],
  [0.0005, '0.1 %'],
  [0.0949, '9.5 %'],
  [0.0995, '10 %'],
  [0.42, '42 %'],
  [1.004, '100 %'],
  [1.006, '> 100 %'],
  [9, '> 100 %'],
])('a share of %d is %s', (share, text) => {
  expect(formatShare(share)).toBe(text);
});

test('counts and nouns', () => {
  expect(formatCount(1234567)).toBe('1,234,567');
  expect(formatNoun(1, 'launch', 'launches')).toBe('1 launch');
  expect(formatNoun(0, 'equation')).toBe('0 equations');
  expect(formatFlops(82_000)).toBe('82.0 kFLOP');
});
