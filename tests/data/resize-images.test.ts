/** resizeImages: values by hand, exact cases and properties of both methods. */
import fc from 'fast-check';
import { type ArrayData, resizeImages } from 'gradloom/data';
import { describe, expect, test } from 'vitest';
import { ArgumentError, DTypeError, ShapeError } from '../../src/ir/errors.ts';

const images = (shape: number[], values: Iterable<number>): ArrayData<'f32'> => ({
  dtype: 'f32',
  shape,
  data: Float32Array.from(values),
});

const line = (values: number[], to: number, method: 'bilinear' | 'nearest'): number[] => [
  ...resizeImages(images([1, 1, 1, values.length], values), [1, to], method).data,
];

/** The definition, one output pixel at a time. */
const bilinearAt = (plane: number[][], h: number, w: number, y: number, x: number): number => {
  const place = (d: number, from: number, to: number): number =>
    Math.min(Math.max(((d + 0.5) * from) / to - 0.5, 0), from - 1);
  const sy = place(y, plane.length, h);
  const sx = place(x, (plane[0] as number[]).length, w);
  let sum = 0;
  plane.forEach((row, i) => {
    row.forEach((value, j) => {
      sum += value * Math.max(0, 1 - Math.abs(sy - i)) * Math.max(0, 1 - Math.abs(sx - j));
    });
  });
  return sum;
};

describe('resizeImages', () => {
  test('bilinear values by hand', () => {
    expect(line([0, 4], 4, 'bilinear')).toEqual([0, 1, 3, 4]);
    expect(line([0, 1, 2, 3], 2, 'bilinear')).toEqual([0.5, 2.5]);
    expect(line([0, 6, 12], 2, 'bilinear')).toEqual([1.5, 10.5]);
    expect(line([5], 3, 'bilinear')).toEqual([5, 5, 5]);
    const square = resizeImages(images([1, 1, 2, 2], [0, 4, 8, 12]), [4, 4], 'bilinear');
    expect([...square.data]).toEqual([0, 1, 3, 4, 2, 3, 5, 6, 6, 7, 9, 10, 8, 9, 11, 12]);
  });

  test('nearest values by hand', () => {
    expect(line([1, 2], 4, 'nearest')).toEqual([1, 1, 2, 2]);
    expect(line([1, 2, 3, 4], 2, 'nearest')).toEqual([2, 4]);
    expect(line([1, 2, 3], 2, 'nearest')).toEqual([1, 3]);
    expect(line([1, 2, 3], 5, 'nearest')).toEqual([1, 1, 2, 3, 3]);
    expect(line([1, 2], 3, 'nearest')).toEqual([1, 2, 2]);
  });

  test('planes are resized one by one', () => {
    const values = Array.from({ length: 2 * 3 * 2 * 2 }, (_, i) => i);
    const all = resizeImages(images([2, 3, 2, 2], values), [3, 5], 'bilinear');
    expect(all.shape).toEqual([2, 3, 3, 5]);
    for (let plane = 0; plane < 6; plane++) {
      const source = images([1, 1, 2, 2], values.slice(plane * 4, plane * 4 + 4));
      const single = resizeImages(source, [3, 5], 'bilinear');
      expect(all.data.slice(plane * 15, plane * 15 + 15)).toEqual(single.data);
    }
  });

  test('bilinear is the definition', () => {
    const side = fc.integer({ min: 1, max: 6 });
    const cases = fc.record({ h: side, w: side, toH: side, toW: side, seed: fc.nat() });
    fc.assert(
      fc.property(cases, ({ h, w, toH, toW, seed }) => {
        const plane = Array.from({ length: h }, (_, i) =>
          Array.from({ length: w }, (_, j) => Math.fround(Math.sin(seed + 7 * i + 3 * j))),
        );
        const { data } = resizeImages(images([1, 1, h, w], plane.flat()), [toH, toW], 'bilinear');
        for (let y = 0; y < toH; y++) {
          for (let x = 0; x < toW; x++) {
            expect(data[y * toW + x]).toBeCloseTo(bilinearAt(plane, toH, toW, y, x), 6);
          }
        }
      }),
    );
  });

  test('the same size changes nothing, infinities and NaN included', () => {
    const odd = [Number.NaN, Number.POSITIVE_INFINITY, -0, 1e-45, 3, Number.NEGATIVE_INFINITY];
    for (const method of ['bilinear', 'nearest'] as const) {
      expect(resizeImages(images([1, 1, 2, 3], odd), [2, 3], method).data).toEqual(
        Float32Array.from(odd),
      );
    }
  });

  test('an infinite pixel spreads no further than its neighbours', () => {
    expect(line([Number.POSITIVE_INFINITY, 0, 0, 0], 8, 'bilinear').slice(3)).toEqual([
      0, 0, 0, 0, 0,
    ]);
    expect(line([1, Number.POSITIVE_INFINITY], 4, 'bilinear')[0]).toBe(1);
  });

  test('no images, no channels', () => {
    expect(resizeImages(images([0, 3, 2, 2], []), [4, 4], 'nearest')).toEqual(
      images([0, 3, 4, 4], []),
    );
    expect(resizeImages(images([5, 0, 2, 2], []), [4, 4], 'bilinear').shape).toEqual([5, 0, 4, 4]);
  });

  test('refuses what it cannot resize', () => {
    const source = images([1, 1, 1, 2], [1, 2]);
    expect(() => resizeImages(images([2], [1, 2]), [1, 1], 'nearest')).toThrow(ShapeError);
    expect(() => resizeImages(images([1, 1, 0, 2], []), [1, 1], 'nearest')).toThrow(ShapeError);
    const sizes = [[0, 1], [1, 0], [1.5, 1], [-1, 1], [1, 2 ** 24], [1], [1, 1, 1]];
    for (const size of sizes) {
      const bad = size as unknown as [number, number];
      expect(() => resizeImages(source, bad, 'nearest')).toThrow('the new size');
    }
    expect(() => resizeImages(source, [1, 1], 'cubic' as 'nearest')).toThrow(ArgumentError);
    const u8 = { dtype: 'u8', shape: [1, 1, 1, 1], data: Uint8Array.of(1) };
    expect(() => resizeImages(u8 as unknown as ArrayData<'f32'>, [1, 1], 'nearest')).toThrow(
      DTypeError,
    );
    expect(() => resizeImages(source, [2 ** 23, 2 ** 23], 'nearest')).toThrow('fit in memory');
  });
});
