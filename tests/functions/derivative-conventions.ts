/** The conventions about precision and about derivatives. */
import * as g from 'gradloom';
import { expect } from 'vitest';
import { type Convention, call, f32, loose, slopes, values, withoutMinus } from './convention.ts';
import type { Any } from './naive.ts';

/** How exact values are. */
export const precision: readonly Convention[] = [
  [
    '`sum(ones([2e7]))` is exactly 20000000.',
    (run, backend) => {
      // The interpreter takes a minute for so many.
      const size = backend === g.js ? 2e7 : 2e4;
      expect(values(run(() => g.sum(g.ones([size]))))).toBe(size);
    },
  ],
  [
    'Small arguments keep their digits: `tanh`, `sinh`, `asinh`, `expm1` and `log1p` at 1e-6 are right to the last digit.',
    (run) => {
      const x = Math.fround(1e-6);
      for (const name of ['tanh', 'sinh', 'asinh', 'expm1', 'log1p'] as const) {
        expect(values(run(call(name), f32(x)))).toEqual([Math.fround(Math[name](x))]);
        const [got] = values(run(call(name), f32(x))) as [number];
        expect(Math.abs(got / x - 1)).toBeLessThan(1e-6);
      }
    },
  ],
  [
    'Large angles are reduced in full, and subnormal numbers are numbers.',
    (run) => {
      const [sine] = values(run(call('sin'), f32(1e5))) as [number];
      expect(sine).toBeCloseTo(0.03574879797201651, 6);
      const [far] = values(run(call('sin'), f32(2 ** 70))) as [number];
      expect(far).toBeCloseTo(-0.9981794021933068, 7);
      const [logarithm] = values(run(call('log'), f32(1e-40))) as [number];
      expect(logarithm).toBeCloseTo(-92.1034, 4);
      expect(values(run(call('mul'), f32(1e-40), f32(0.5)))).toEqual([Math.fround(0.5e-40)]);
    },
  ],
  [
    'Whole powers that a dtype can hold are exact: `pow(3, 5)` is 243.',
    (run) => {
      expect(values(run(call('pow'), f32(3, -2, 10, 7), f32(5, 3, 10, 8)))).toEqual([
        243, -8, 1e10, 5764801,
      ]);
    },
  ],
  [
    '`exp2`, `log2` and `log10` are exact for powers of 2 and 10.',
    (run) => {
      const exponents = Array.from({ length: 277 }, (_, k) => k - 149);
      const powers = exponents.map((k) => 2 ** k);
      expect(values(run(call('exp2'), f32(...exponents)))).toEqual(powers);
      expect(values(run(call('log2'), f32(...powers)))).toEqual(exponents);
      expect(values(run(call('log10'), f32(1, 10, 1000, 1e10)))).toEqual([0, 1, 3, 10]);
    },
  ],
  [
    '`softplus(100)` is 100 and its derivative is 1.',
    (run) => {
      expect(values(run(call('softplus'), f32(100, -1000)))).toEqual([100, 0]);
      expect(values(run(slopes(call('softplus')), f32(100, -1000)))).toEqual([1, 0]);
    },
  ],
];

/** Derivatives where there is none, or more than one. */
export const derivatives: readonly Convention[] = [
  [
    'At kinks the derivative is 0: `relu`, `abs` and `sign` at 0, `norm` of a zero vector, `hypot(0, 0)`, `atan2(0, 0)`, `std` of equal elements.',
    (run) => {
      for (const name of ['relu', 'abs', 'sign', 'norm', 'std']) {
        const gradient = values(run(slopes(call(name)), f32(0, -0)));
        expect([name, withoutMinus(gradient)]).toEqual([name, [0, 0]]);
      }
      for (const name of ['hypot', 'atan2']) {
        const gradient = values(
          run(
            slopes((x) => loose[name]!(x, x)),
            f32(0),
          ),
        );
        expect([name, withoutMinus(gradient)]).toEqual([name, [0]]);
      }
      expect(values(run(slopes(call('std')), f32(3, 3, 3)))).toEqual([0, 0, 0]);
    },
  ],
  [
    '`floor`, `round` and their relatives, `floorDivide` and `truncDivide` have derivative 0 everywhere.',
    (run) => {
      for (const name of ['floor', 'ceil', 'round', 'trunc']) {
        expect(values(run(slopes(call(name)), f32(0.5, 2)))).toEqual([0, 0]);
      }
      for (const name of ['floorDivide', 'truncDivide']) {
        expect(values(run(slopes(call(name, 2)), f32(0.5, 2)))).toEqual([0, 0]);
      }
    },
  ],
  [
    '`clamp` has derivative 1 on its bounds, `relu6` 0.',
    (run) => {
      const clamp = call('clamp', { min: -1, max: 1 });
      expect(values(run(slopes(clamp), f32(-2, -1, 0, 1, 2)))).toEqual([0, 1, 1, 1, 0]);
      expect(values(run(slopes(call('relu6')), f32(-1, 0, 3, 6, 7)))).toEqual([0, 0, 1, 0, 0]);
    },
  ],
  [
    'The derivative of `pow(x, y)` by y is 0 at x = 0 for y >= 0, and the derivative by x of `pow(x, 0)` is 0 everywhere.',
    (run) => {
      expect(
        values(
          run(
            slopes((y) => loose.pow!(0, y)),
            f32(0, 1, 2.5),
          ),
        ),
      ).toEqual([0, 0, 0]);
      expect(withoutMinus(values(run(slopes(call('pow', 0)), f32(0, 2, -3))))).toEqual([0, 0, 0]);
    },
  ],
  [
    'Equal operands of `maximum` and `minimum` share the gradient in halves. Equal maxima of `max` share it evenly.',
    (run) => {
      for (const name of ['maximum', 'minimum']) {
        expect(values(run(slopes(call(name, 1)), f32(1)))).toEqual([0.5]);
      }
      expect(values(run(slopes(call('max')), f32(5, 1, 5, 2)))).toEqual([0.5, 0, 0.5, 0]);
      expect(values(run(slopes(call('min')), f32(1, 1, 1, 1)))).toEqual([0.25, 0.25, 0.25, 0.25]);
    },
  ],
  [
    '`maxPool2d` gives it to the first maximum of a window.',
    (run) => {
      const image = g.tensor([[[[3, 3, 1, 2]]]]);
      expect(values(run(slopes(call('maxPool2d', [1, 2])), image))).toEqual([[[[1, 0, 0, 1]]]]);
    },
  ],
  [
    '`where` passes it to the side that was chosen. A NaN on the other side does no harm to the gradient of the chosen one.',
    (run) => {
      const f = (x: Any): Any =>
        loose.where!(loose.gt!(x, 0), loose.mul!(x, 3), loose.log!(loose.neg!(x)));
      expect(values(run(slopes(f), f32(2)))).toEqual([3]);
    },
  ],
  [
    'the gradient of `where(gt(x, 0), sqrt(x), 0)` is 0 at 0 and below',
    // Other functions, modes and orders are in finite-gradients.test.ts.
    (run) => {
      const f = (x: Any): Any => loose.where!(loose.gt!(x, 0), loose.sqrt!(x), 0);
      expect(values(run(slopes(f), f32(4, 0, -1)))).toEqual([0.25, 0, 0]);
    },
  ],
];
