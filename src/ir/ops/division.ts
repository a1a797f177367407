/**
 * Whole quotients and remainders. Integers stay integers and wrap; a divisor of 0 gives 0. Floats
 * give the exact quotient or remainder, rounded once.
 */
import type { Value } from '../graph.ts';
import type { Scalars } from '../scalar.ts';
import { isInteger } from '../types.ts';
import { binary, type PlainOp } from './define.ts';
import { neg, scale } from './elementwise.ts';

/**
 * The quotient without its fraction. The division is only asked for a number that is whole but for
 * rounding: 1 / 0.1 rounds up to 10, but 0.1 is more than a tenth.
 */
const truncated = <E>(s: Scalars<E>, x: E, y: E): E => {
  if (isInteger(s.dtype)) return s.div(x, y);
  const quotient = s.div(x, y);
  const rest = s.rem(x, y);
  const whole = s.round(s.div(s.sub(x, rest), y));
  // Where |x| < |y| the quotient is a zero that keeps its sign.
  const exact = s.select(s.eq(rest, x), s.mul(quotient, s.constant(0)), whole);
  // Infinite quotients have no remainder.
  return s.select(s.eq(rest, rest), exact, s.trunc(quotient));
};
/** Whether a remainder with the sign of x must move by y to have the sign of y. */
const differs = <E>(s: Scalars<E>, rest: E, y: E): E => {
  const [bool, zero] = [s.as('bool'), s.constant(0)];
  return bool.and(s.ne(rest, zero), bool.xor(s.lt(rest, zero), s.lt(y, zero)));
};
/** A meaning in double precision, rounded once; integers keep their own arithmetic. */
const wide = <E>(s: Scalars<E>, x: E, y: E, meaning: (d: Scalars<E>, x: E, y: E) => E): E => {
  if (s.dtype !== 'f32') return meaning(s, x, y);
  const d = s.as('f64');
  return d.cast(meaning(d, s.cast(x, 'f64'), s.cast(y, 'f64')), 'f32');
};

/** x / y without its fraction. */
export const truncDivide: PlainOp = binary('truncDivide', {
  scalar: (s, x, y) => wide(s, x, y, truncated),
  vjp: 'zero',
});
/** The largest whole number <= x / y. */
export const floorDivide: PlainOp = binary('floorDivide', {
  scalar: (s, x, y) =>
    wide(s, x, y, (d, a, b) => {
      const quotient = truncated(d, a, b);
      return d.select(differs(d, d.rem(a, b), b), d.sub(quotient, d.constant(1)), quotient);
    }),
  vjp: 'zero',
});

/** The remainder of x / y with the sign of x (C fmod, JavaScript %). */
export const fmod: PlainOp = binary('fmod', {
  scalar: (s, x, y) => s.rem(x, y),
  vjp: (ct, x, y) => [ct, quotientTimes(ct, truncDivide(x, y))],
});
/** The remainder of x / y with the sign of y (Python %), also of a zero. */
export const remainder: PlainOp = binary('remainder', {
  scalar: (s, x, y) => {
    const [rest, zero] = [s.rem(x, y), s.constant(0)];
    const moved = s.select(differs(s, rest, y), s.add(rest, y), rest);
    if (isInteger(s.dtype)) return moved;
    const nothing = s.select(s.lt(y, zero), s.constant(-0), zero);
    return s.select(s.eq(rest, zero), nothing, moved);
  },
  vjp: (ct, x, y) => [ct, quotientTimes(ct, floorDivide(x, y))],
});
/** The cotangent of the divisor: x - y q has the derivative -q by y. */
const quotientTimes = (ct: Value, quotient: Value): Value => neg(scale(ct, quotient));
