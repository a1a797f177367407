/**
 * Products of any size as m 2^(64 e), so that a product of part of a row may be larger or smaller
 * than any float although no product from the start of the row is.
 */
import type { Scalars } from '../scalar.ts';

/** m and e, both floats; |m| lies between 2^-32 and 2^32 where it is finite and not 0. */
export type Scaled<E> = readonly [m: E, e: E];

const [up, down] = [2 ** 64, 2 ** -64];
/** More than this overflows, or leaves nothing, whatever it is a multiple of. */
const mostSteps = 4;

/** The number 1. */
export const scaledOne = <E>(s: Scalars<E>): Scaled<E> => [s.constant(1), s.constant(0)];

/** The product of two, or with a number. */
export const scaledProduct = <E>(s: Scalars<E>, x: Scaled<E>, y: Scaled<E>): Scaled<E> =>
  normal(s, s.mul(x[0], y[0]), s.add(x[1], y[1]));

/** A number, whose factors are kept near 1. */
export const scaledOf = <E>(s: Scalars<E>, x: E): Scaled<E> => normal(s, x, s.constant(0));

const normal = <E>(s: Scalars<E>, m: E, e: E): Scaled<E> => {
  const bool = s.as('bool');
  const size = s.abs(m);
  const isLarge = s.gt(size, s.constant(2 ** 32));
  const isSmall = bool.and(s.lt(size, s.constant(2 ** -32)), s.gt(size, s.constant(0)));
  const pick = (large: number, small: number, other: number): E =>
    s.select(isLarge, s.constant(large), s.select(isSmall, s.constant(small), s.constant(other)));
  return [s.mul(m, pick(down, up, 1)), s.add(e, pick(1, -1, 0))];
};

/** `y` times a scaled number: what is too large or too small only on the way does no harm. */
export const timesScaled = <E>(s: Scalars<E>, y: E, [m, e]: Scaled<E>): E => {
  let product = y;
  for (let k = 1; k <= mostSteps; k++) {
    product = s.mul(product, s.select(s.le(e, s.constant(-k)), s.constant(down), s.constant(1)));
  }
  product = s.mul(product, m);
  for (let k = 1; k <= mostSteps; k++) {
    product = s.mul(product, s.select(s.ge(e, s.constant(k)), s.constant(up), s.constant(1)));
  }
  return product;
};
