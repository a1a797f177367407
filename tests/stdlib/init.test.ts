/** Initialisers: fans, bounds and moments. */
import { describe, expect, expectTypeOf, test } from 'vitest';
import type { Tensor } from '../../src/index.ts';
import { init } from '../../src/stdlib/nn/index.ts';
import * as random from '../../src/stdlib/random/index.ts';
import { errorText } from './error-text.ts';

const seed = random.key(5);
const numbersOf = (x: { dataSync(): ArrayLike<number> }): number[] => Array.from(x.dataSync());
const momentsOf = (xs: readonly number[]): { mean: number; std: number } => {
  const mean = xs.reduce((sum, x) => sum + x, 0) / xs.length;
  return { mean, std: Math.sqrt(xs.reduce((sum, x) => sum + (x - mean) ** 2, 0) / xs.length) };
};

// [in, out] = [120, 40]; kernels [out, in, 3, 5] with fanIn 20 * 15 and fanOut 16 * 15.
const dense = [120, 40] as const;
const kernel = [16, 20, 3, 5] as const;
describe.each([
  ['xavierUniform', init.xavierUniform, Math.sqrt(2 / 160), Math.sqrt(2 / 540), true],
  ['xavierNormal', init.xavierNormal, Math.sqrt(2 / 160), Math.sqrt(2 / 540), false],
  ['heUniform', init.heUniform, Math.sqrt(2 / 120), Math.sqrt(2 / 300), true],
  ['heNormal', init.heNormal, Math.sqrt(2 / 120), Math.sqrt(2 / 300), false],
] as const)('%s', (_, initializer, denseStd, kernelStd, isUniform) => {
  test.each([
    ['a dense layer', dense, denseStd],
    ['a convolution', kernel, kernelStd],
  ] as const)('%s', (__, shape, wanted) => {
    const xs = numbersOf(initializer(seed, shape));
    const { mean, std } = momentsOf(xs);
    // Four standard errors of the estimates.
    expect(Math.abs(mean)).toBeLessThan((4 * wanted) / Math.sqrt(xs.length));
    expect(Math.abs(std / wanted - 1)).toBeLessThan(4 / Math.sqrt(2 * xs.length));
    const largest = Math.max(...xs.map(Math.abs)) / (Math.sqrt(3) * wanted);
    if (isUniform) expect(largest).toBeLessThanOrEqual(1 + 2 ** -23);
    else expect(largest).toBeGreaterThan(1.5);
  });
  test('the gain scales', () => {
    const one = numbersOf(initializer(seed, dense, { gain: 1, dtype: 'f64' }));
    const three = numbersOf(initializer(seed, dense, { gain: 3, dtype: 'f64' }));
    three.forEach((x, k) => {
      expect(x).toBeCloseTo(3 * one[k]!, 12);
    });
  });
});

test('constants and types', () => {
  expect(init.zeros(seed, [2]).toArray()).toEqual([0, 0]);
  expect(init.ones(seed, [2], { dtype: 'f64' }).dtype).toBe('f64');
  expectTypeOf(init.heNormal(seed, [3, 4])).toEqualTypeOf<Tensor<[3, 4], 'f32'>>();
  const chosen: init.Initializer = init.xavierNormal;
  expect(chosen(seed, [3, 4]).shape).toEqual([3, 4]);
});

test('errors', () => {
  const texts = [
    () => init.heNormal(seed, [3]),
    () => init.heNormal(seed, [3, 0]),
    () => init.heNormal(seed, [3, 4], { gain: -1 }),
    () => init.xavierUniform(seed, [3, 4], { std: 1 } as never),
    () => init.xavierUniform([0, 1] as never, [3, 4]),
    () => init.zeros(seed, [2], { gain: 1 } as never),
  ].map(errorText);
  expect(texts.join('\n')).toMatchInlineSnapshot(`
    "ShapeError: heNormal: a weight of shape [3] has no inputs and outputs
      hint: weights are [in, out], or [out, in, ...taps] of a convolution
    ShapeError: heNormal: a weight of shape [3, 0] connects nothing
    ArgumentError: heNormal: gain must be a number >= 0, not -1
    ArgumentError: xavierUniform: unknown option 'std'
      hint: valid options: gain, dtype
    ArgumentError: xavierUniform: expected a tensor, not an array
      hint: make one with tensor(data)
    ArgumentError: zeros: unknown option 'gain'
      hint: valid options: dtype"
  `);
});
