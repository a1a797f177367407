/** The scalar functions that JavaScript lacks: known values, and what they do at their ends. */
import { describe, expect, test } from 'vitest';
import { scalarFunctions } from '../../src/ir/scalar-functions.ts';

const { hypot, lgamma, polygamma, scale, sinc, unscale, erf, erfc, erfInv, normalCdf } =
  scalarFunctions;
const { NaN: nan, POSITIVE_INFINITY: inf } = Number;
const expectNear = (got: number, wanted: number): void => {
  expect(Math.abs(got - wanted), `${got}, not ${wanted}`).toBeLessThanOrEqual(
    2e-14 * Math.abs(wanted),
  );
};

describe('derivatives of a given order', () => {
  // Values to 16 digits, computed with 40.
  test.each([
    [0, 1, -0.5772156649015329],
    [0, -0.5, 0.03648997397857652],
    [1, 0.5, 4.934802200544679],
    [2, 3, -0.15411380631918858],
    [3, -1.25, 1558.2209125348506],
    [10, 0.75, -85926737.20888044],
    [1, -10.5, 9.778757739814813],
  ])('polygamma of order %s at %s', (order, x, wanted) => {
    expectNear(polygamma(order, x), wanted);
  });
  test.each([
    [1, 0.25, -0.7728381398822342],
    [2, 0.25, -2.703060757258859],
    [3, -1.5, 3.81153404338338],
    [4, 0.1, 18.799492671762525],
    [1, 3, -0.3333333333333333],
    [2, 0, -3.289868133696453],
    [6, 0, -137.34131336790063],
    [5, 2.5, -20.13599070358299],
  ])('sinc of order %s at %s', (order, x, wanted) => {
    expectNear(sinc(order, x), wanted);
  });
  test('orders that are none give NaN, and sinc vanishes at infinity', () => {
    for (const order of [-1, 0.5, 171, nan, inf]) {
      expect([polygamma(order, 1), sinc(order, 1)]).toEqual([nan, nan]);
    }
    expect([sinc(0, inf), sinc(3, -inf), sinc(0, nan)]).toEqual([0, 0, nan]);
    expect([sinc(0, 0), sinc(0, -0), sinc(1, 0), sinc(0, 2)]).toEqual([1, 1, 0, 0]);
  });
});

test('poles and ends', () => {
  expect([lgamma(0), lgamma(-0), lgamma(-3), lgamma(inf), lgamma(-inf)]).toEqual([
    inf,
    inf,
    inf,
    inf,
    inf,
  ]);
  expect([lgamma(1), lgamma(2), lgamma(nan)]).toEqual([0, 0, nan]);
  expect([polygamma(0, 0), polygamma(0, -0), polygamma(0, -2)]).toEqual([-inf, inf, nan]);
  expect([polygamma(1, 0), polygamma(1, -2), polygamma(2, -2)]).toEqual([inf, inf, nan]);
  expectNear(polygamma(1, 1e300), 1e-300);
  expect([polygamma(0, inf), polygamma(1, inf), polygamma(0, -inf)]).toEqual([inf, 0, nan]);
  expect([erf(inf), erf(-inf), erf(nan), erfc(inf), erfc(-inf)]).toEqual([1, -1, nan, 0, 2]);
  expect([normalCdf(inf), normalCdf(-inf), normalCdf(0), normalCdf(nan)]).toEqual([1, 0, 0.5, nan]);
  expect([erfInv(1), erfInv(-1), erfInv(1.1), erfInv(nan)]).toEqual([inf, -inf, nan, nan]);
  expectNear(erfc(26), 5.663192408856143e-296);
  expectNear(normalCdf(-38), 2.885428360068784e-316);
});

test('zero wins in scale and unscale, and hypot does not overflow', () => {
  expect([scale(0, inf), scale(nan, 0), scale(inf, -0), scale(-2, 0)]).toEqual([0, 0, 0, -0]);
  expect([scale(inf, 2), scale(nan, 1)]).toEqual([inf, nan]);
  expect([unscale(0, 0), unscale(0, nan), unscale(1, 0), unscale(nan, 1)]).toEqual([
    0,
    0,
    inf,
    nan,
  ]);
  expect([
    hypot(3 * 2 ** 900, 4 * 2 ** 900),
    hypot(3 * 2 ** -900, 4 * 2 ** -900),
    hypot(inf, nan),
  ]).toEqual([5 * 2 ** 900, 5 * 2 ** -900, inf]);
  expect([hypot(nan, 0), hypot(0, nan), hypot(0, -0), hypot(-3, 0)]).toEqual([nan, nan, 0, 3]);
});
