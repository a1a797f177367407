/** The pictures made of strokes look like those of the data, wherever and however large one draws. */
import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { type Point, raster, type Stroke } from '../../examples/browser/raster.ts';
import { readDigits } from '../../examples/data/read-digits.ts';

const ring = (x: number, y: number, radius: number): Stroke =>
  Array.from({ length: 33 }, (_, k): Point => {
    const angle = (2 * Math.PI * k) / 32;
    return { x: x + 0.6 * radius * Math.cos(angle), y: y + radius * Math.sin(angle) };
  });
const sum = (picture: Float32Array): number => picture.reduce((a, b) => a + b, 0);

test('a digit fills the picture, with about as much ink as in the data', async () => {
  const { images, labels } = await readDigits(await readFile('examples/data/optdigits.csv.gz'));
  const mean = sum(images.data) / labels.data.length;
  expect(labels.data).toHaveLength(1797);
  for (const strokes of [
    [ring(50, 50, 40)],
    [
      [
        { x: 3, y: 1 },
        { x: 3, y: 9 },
      ],
    ],
  ]) {
    const picture = raster(strokes);
    // A thicker pen makes an upright line wider by two columns of the bitmap at once.
    expect(Math.abs(sum(picture) / mean - 1)).toBeLessThan(0.15);
    expect(Math.max(...picture.subarray(0, 8))).toBeGreaterThan(0.3);
    expect(Math.max(...picture.subarray(56))).toBeGreaterThan(0.3);
    for (const value of picture) expect(value >= 0 && value <= 1).toBe(true);
  }
});

test('place and size do not matter', () => {
  const expected = [...raster([ring(0, 0, 1)])];
  // Rounding may move a pixel of a bitmap in or out: 1/16 of a block.
  [...raster([ring(300, 120, 77)])].forEach((value, k) => {
    expect(Math.abs(value - (expected[k] ?? NaN))).toBeLessThan(0.13);
  });
});

test('nothing drawn is an empty picture, and a dot is in the middle', () => {
  expect(sum(raster([]))).toBe(0);
  expect(sum(raster([[]]))).toBe(0);
  const dot = raster([[{ x: 7, y: 400 }]]);
  expect(dot[27]).toBeGreaterThan(0.9);
  expect(dot[0]).toBe(0);
});
