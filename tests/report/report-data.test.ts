/**
 * What stands between the data and the page: checks, smoothing and thinning of losses, pictures,
 * numbers as text.
 */
import { inflateSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkReport } from '../../examples/report/check-report.ts';
import { encodePng } from '../../examples/report/encode-png.ts';
import {
  formatBytes,
  formatCount,
  formatDuration,
  formatLarge,
  formatLoss,
  formatShape,
  formatShare,
} from '../../examples/report/format-number.ts';
import {
  logarithmicTicks,
  sampleCurve,
  smoothLosses,
  thinLosses,
} from '../../examples/report/loss-series.ts';
import { sampleReport } from '../../examples/report/sample.ts';
import type { TrainingReport } from '../../examples/report/training-report.ts';
import { ArgumentError } from '../../src/ir/errors.ts';
import { smallReport } from './small-report.ts';

describe('checkReport', () => {
  test('accepts what makes sense', () => {
    expect(() => checkReport(smallReport())).not.toThrow();
    expect(() => checkReport(sampleReport())).not.toThrow();
  });

  const base = smallReport();
  const [layer] = base.layers;
  const [row] = base.epochs;
  const [mistake] = base.mistakes;
  const [filter] = base.filters;
  const [kernel] = base.kernels;
  const wrong: [string, object][] = [
    ['summary.testAccuracy', { summary: { ...base.summary, testAccuracy: 98.2 } }],
    ['summary.steps', { summary: { ...base.summary, steps: 1.5 } }],
    ['summary.arenaBytes', { summary: { ...base.summary, arenaBytes: -1 } }],
    ['summary.trainingSeconds', { summary: { ...base.summary, trainingSeconds: NaN } }],
    ['summary.samplesPerSecond', { summary: { ...base.summary, samplesPerSecond: Infinity } }],
    ['layers[0].parameters', { layers: [{ ...layer, parameters: NaN }] }],
    ['epochs[0].trainAccuracy', { epochs: [{ ...row, trainAccuracy: NaN }] }],
    ['epochs[0].testAccuracy', { epochs: [{ ...row, testAccuracy: 1.01 }] }],
    ['confusion.counts ', { confusion: { classes: ['a', 'b'], counts: [[1, 2]] } }],
    ['confusion.counts[0] ', { confusion: { classes: ['a'], counts: [[1, 2]] } }],
    ['confusion.counts[0][0]', { confusion: { classes: ['a'], counts: [[-1]] } }],
    ['mistakes[0] ', { mistakes: [{ ...mistake, width: 4 }] }],
    ['mistakes[0].pixels', { mistakes: [{ ...mistake, pixels: new Float32Array(6).fill(255) }] }],
    ['mistakes[0].confidence', { mistakes: [{ ...mistake, confidence: 2 }] }],
    ['filters[0].weights', { filters: [{ ...filter, weights: new Float32Array(4).fill(NaN) }] }],
    [
      'filters[0] must be at most',
      { filters: [{ weights: new Float32Array(1000), width: 1000, height: 1 }] },
    ],
    ['kernels[0].flop', { kernels: [{ ...kernel, flop: -1 }] }],
    ['kernels[0].share', { kernels: [{ ...kernel, share: 75 }] }],
  ];
  test.each(wrong)('names %s', (field, changes) => {
    const report = { ...base, ...changes } as TrainingReport;
    expect(() => checkReport(report)).toThrow(ArgumentError);
    expect(() => checkReport(report)).toThrow(`report: ${field}`);
  });
});

const losses = fc
  .array(fc.oneof(fc.float({ min: 0, max: 8, noNaN: true }), fc.constantFrom(NaN, Infinity)), {
    maxLength: 300,
  })
  .map((values) => Float32Array.from(values));

describe('losses', () => {
  test('smoothing a constant gives the constant, from the first step on', () => {
    for (const value of smoothLosses(new Float32Array(50).fill(0.5), 7)) {
      expect(value).toBeCloseTo(0.5, 12);
    }
  });

  test('after one half-life of a new level the curve is half way', () => {
    const jump = Float32Array.from({ length: 520 }, (_, i) => (i < 500 ? 0 : 1));
    expect(smoothLosses(jump, 20)[519]).toBeCloseTo(0.5, 6);
  });

  test('the smooth curve stays within the losses so far and is NaN only before the first', () => {
    fc.assert(
      fc.property(losses, fc.integer({ min: 1, max: 50 }), (values, halfLife) => {
        smoothLosses(values, halfLife).forEach((value, i) => {
          const seen = values.slice(0, i + 1).filter((loss) => Number.isFinite(loss));
          if (seen.length === 0) {
            expect(value).toBeNaN();
          } else {
            expect(value).toBeGreaterThanOrEqual(Math.min(...seen) - 1e-9);
            expect(value).toBeLessThanOrEqual(Math.max(...seen) + 1e-9);
          }
        });
      }),
    );
  });

  test('thinning keeps true points in order, both extremes, and the limit', () => {
    fc.assert(
      fc.property(losses, fc.integer({ min: 4, max: 80 }), (values, limit) => {
        const points = thinLosses(values, limit);
        const finite = values.filter((loss) => Number.isFinite(loss));
        expect(points.length).toBeLessThanOrEqual(limit);
        if (values.length <= limit) expect(points).toHaveLength(finite.length);
        points.forEach(({ step, loss }, i) => {
          expect(values[step - 1]).toBe(loss);
          expect(step).toBeGreaterThan(points[i - 1]?.step ?? 0);
        });
        if (finite.length > 0) {
          const kept = points.map((point) => point.loss);
          expect(Math.min(...kept)).toBe(Math.min(...finite));
          expect(Math.max(...kept)).toBe(Math.max(...finite));
        }
      }),
    );
  });

  test('a sampled curve keeps both ends and the limit', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 999 }), fc.integer({ min: 3, max: 99 }), (n, limit) => {
        const points = sampleCurve(
          Float64Array.from({ length: n }, (_, i) => i),
          limit,
        );
        expect(points.length).toBeLessThanOrEqual(limit + 1);
        expect(points[0]?.step).toBe(1);
        expect(points.at(-1)?.step).toBe(n);
      }),
    );
  });

  test('ticks of a logarithmic axis', () => {
    expect(logarithmicTicks(0.004, 2.3)).toEqual([0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2]);
    expect(logarithmicTicks(2e-7, 3)).toEqual([1e-6, 1e-5, 1e-4, 0.001, 0.01, 0.1, 1]);
    expect(logarithmicTicks(1e-38, 1e38).length).toBeLessThan(12);
  });
});

test('a picture is a PNG with exactly the rounded grey values', () => {
  const shape = { min: 1, max: 9 };
  fc.assert(
    fc.property(
      fc.integer(shape),
      fc.integer(shape),
      fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })),
      (width, height, values) => {
        const pixels = Float32Array.from(values.take(width * height));
        const png = encodePng(pixels, width, height);
        expect(png.subarray(1, 4).toString('latin1')).toBe('PNG');
        expect([png.readUInt32BE(16), png.readUInt32BE(20), png[24], png[25]]).toEqual([
          width,
          height,
          8,
          0,
        ]);
        const length = png.readUInt32BE(33);
        expect(png.subarray(37, 41).toString('latin1')).toBe('IDAT');
        const rows = inflateSync(png.subarray(41, 41 + length));
        expect(rows).toHaveLength(height * (width + 1));
        pixels.forEach((value, i) => {
          const at = Math.floor(i / width) * (width + 1) + 1 + (i % width);
          expect(rows[at]).toBe(Math.round(value * 255));
        });
      },
    ),
  );
});

test('a checksum of a picture is the one every PNG has at its end', () => {
  const png = encodePng(Float32Array.of(0), 1, 1);
  expect(png.subarray(-12).toString('hex')).toBe('0000000049454e44ae426082');
});

describe('numbers as text', () => {
  test.each([
    [formatCount(1234567), '1,234,567'],
    [formatBytes(0), '0 B'],
    [formatBytes(1023), '1023 B'],
    [formatBytes(1536), '1.50 KiB'],
    [formatBytes(9_437_184), '9.00 MiB'],
    [formatLarge(999), '999'],
    [formatLarge(61_706), '61.7 k'],
    [formatLarge(3_610_000), '3.61 M'],
    [formatShare(0.98765), '98.77 %'],
    [formatShare(1), '100.00 %'],
    [formatShare(0), '0.00 %'],
    [formatShare(0.999999), '99.99 %'],
    [formatShare(0.000001), '< 0.01 %'],
    [formatDuration(0.0123), '12 ms'],
    [formatDuration(0.9999), '1.0 s'],
    [formatDuration(59.97), '1 min 00 s'],
    [formatDuration(185), '3 min 05 s'],
    [formatDuration(3599.9), '1 h 00 min'],
    [formatDuration(7620), '2 h 07 min'],
    [formatLoss(0.0214), '0.02140'],
    [formatLoss(0), '0.000'],
    [formatLoss(1.5e-7), '1.5e-7'],
    [formatLoss(NaN), 'NaN'],
    [formatShape(['N', 6, 28, 28]), 'N × 6 × 28 × 28'],
    [formatShape([]), 'scalar'],
  ])('%s is %s', (got, expected) => {
    expect(got).toBe(expected);
  });
});
