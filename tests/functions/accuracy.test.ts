/** docs/accuracy.md against fewer points: no function is worse than the table says, nor better. */
import { readFileSync } from 'node:fs';
import * as g from 'gradloom';
import { describe, expect, test } from 'vitest';
import * as activations from '../../src/trace/functions/activations.ts';
import * as arithmetic from '../../src/trace/functions/arithmetic.ts';
import * as pointwise from '../../src/trace/functions/pointwise.ts';
import * as special from '../../src/trace/functions/special.ts';
import * as trigonometry from '../../src/trace/functions/trigonometry.ts';
import { big, sub, toNumber } from '../accuracy/big-float.ts';
import { errorsAt, type Float, measure, measuredNames, ulpError } from '../accuracy/measure.ts';

/** How many of the points of the table are asked again. */
const SAMPLE = 300;
/** Engines may compute the functions of `Math` in other ways. */
const SLACK = 0.5;

interface Line {
  readonly worst: Readonly<Record<'single' | 'reference' | 'double', number>>;
  readonly at: Readonly<Record<Float, readonly number[]>>;
}
const document = readFileSync(new URL('../../docs/accuracy.md', import.meta.url), 'utf8');
const lines = new Map<string, Line>();
for (const row of document.matchAll(/^\| `(.+)` \|(.+)\|$/gm)) {
  const [single, , place, reference, double, , wide] = (row[2] as string)
    .split('|')
    .map((cell) => cell.trim());
  const numbers = (cell = ''): number[] => (cell === '' ? [] : cell.split(',').map(Number));
  lines.set(row[1] as string, {
    worst: { single: Number(single), reference: Number(reference), double: Number(double) },
    at: { f32: numbers(place), f64: numbers(wide) },
  });
}

test('every function of floats is in the table, and nothing else', () => {
  expect([...lines.keys()]).toEqual(measuredNames);
  const families = [pointwise, trigonometry, special, activations, arithmetic];
  const names = families.flatMap((family) => Object.keys(family));
  const listed = new Set(measuredNames.map((name) => name.split(' ')[0]));
  // A part of other functions, and no function of the library.
  const missing = names.filter((name) => !listed.has(name) && name !== 'clampValue');
  expect(missing).toEqual([]);
});

test('single precision on the js backend is within 1 ulp', () => {
  const worse = [...lines].filter(([, { worst }]) => !(worst.single <= 1));
  expect(worse).toEqual([]);
});

describe.each(measuredNames)('%s', (name) => {
  const { worst, at } = lines.get(name) as Line;
  test('is as near the truth as the table says', () => {
    expect(measure(name, 'f32', g.js, SAMPLE).worst).toBeLessThanOrEqual(worst.single + SLACK);
    expect(measure(name, 'f64', g.js, SAMPLE).worst).toBeLessThanOrEqual(worst.double + SLACK);
    const reference = measure(name, 'f32', g.reference, SAMPLE).worst;
    expect(reference).toBeLessThanOrEqual(worst.reference + SLACK);
    // In f64 the interpreter computes what the compiled code does.
    expect(measure(name, 'f64', g.reference, SAMPLE)).toEqual(measure(name, 'f64', g.js, SAMPLE));
  });
  test('is as far from it where the table says', () => {
    for (const [dtype, wanted] of [
      ['f32', worst.single],
      ['f64', worst.double],
    ] as const) {
      if (at[dtype].length === 0) expect(wanted).toBe(0);
      else {
        const points = at[dtype].map((x) => Float64Array.of(x));
        const found = errorsAt(name, points, dtype, g.js).worst;
        expect(Math.abs(found - wanted)).toBeLessThanOrEqual(SLACK);
      }
    }
  });
});

test('errors are counted in units of the last place', () => {
  expect(ulpError(1, 1, 'f32')).toBe(0);
  expect(ulpError(1 + 2 ** -23, 1, 'f32')).toBe(1);
  expect(ulpError(1 - 2 ** -53, 1, 'f64')).toBe(0.5);
  expect(ulpError(2 ** -1074, 0, 'f64')).toBe(1);
  expect(ulpError(2 ** -149, 2 ** -150, 'f32')).toBe(0.5);
  expect(ulpError(0, 1e-3, 'f64', 1)).toBe(1e-3 * 2 ** 52);
  expect(ulpError(Number.POSITIVE_INFINITY, 3.5e38, 'f32')).toBe(0);
  expect(ulpError(Number.NaN, 1, 'f32')).toBe(Number.POSITIVE_INFINITY);
  expect(toNumber(sub(big(2 ** -1074), big(-1e300)))).toBe(1e300);
});
