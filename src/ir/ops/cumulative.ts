/**
 * Running folds of the last axis. The linear recurrence is the transpose of all the others, so that
 * gradients of every order are running folds again, and exact where elements are 0.
 */
import type { Value } from '../graph.ts';
import { isFloat } from '../types.ts';
import { constantLike } from './constants.ts';
import type { ParamOp } from './define.ts';
import { type CumulativeParams, cumulative } from './define-sequential.ts';
import { exp, mul, sub } from './elementwise.ts';
import { eq, select } from './logic.ts';
import { firstExtremum } from './reductions.ts';
import { type Scaled, scaledOf, scaledOne, scaledProduct, timesScaled } from './scaled-products.ts';
import { pad, slice } from './views.ts';

/**
 * The elements before (in the order of the fold) those of x; `fill` stands before the first one.
 */
export const delayed = (x: Value, { reverse }: CumulativeParams, fill: number): Value => {
  const { shape } = x.type;
  const last = shape.length - 1;
  const length = shape[last] as number;
  if (length === 0) return x;
  const along = (value: number, otherwise = 0): number[] =>
    shape.map((_, axis) => (axis === last ? value : otherwise));
  const rest = slice(x, {
    start: along(reverse ? 1 : 0),
    size: shape.map((n, axis) => (axis === last ? n - 1 : n)),
    step: shape.map(() => 1),
  });
  return pad(rest, {
    low: along(reverse ? 0 : 1),
    high: along(reverse ? 1 : 0),
    interior: along(0),
    value: fill,
  });
};
const turned = ({ reverse }: CumulativeParams): CumulativeParams => ({ reverse: !reverse });

const pairOf = <E>(state: readonly E[]): Scaled<E> => [state[0] as E, state[1] as E];

/** y[k] = y[k - 1] + x[k]. The sum is wide: each element of the result is rounded once. */
export const cumulativeSum: ParamOp<CumulativeParams> = cumulative('cumulativeSum', {
  domain: 'number',
  init: (s) => [s.constant(0)],
  step: (s, _, [sum], [x]) => [s.add(sum!, x!)],
  combine: (s, _, [first], [second]) => [s.add(first!, second!)],
  vjp: (ct, _, params) => [cumulativeSum(ct, turned(params))],
});

/** y[k] = a[k] y[k - 1] + b[k], starting from 0: inputs a and b. */
export const linearRecurrence: ParamOp<CumulativeParams> = cumulative('linearRecurrence', {
  arity: 2,
  domain: 'number',
  init: (s) => [s.constant(0)],
  step: (s, _, [y], [a, b]) => [s.add(s.mul(a!, y!), b!)],
  // A part is y -> p y + q: the product of all a, and what it makes of 0.
  parts: (dtype) =>
    isFloat(dtype)
      ? {
          init: (s) => [s.constant(0), ...scaledOne(s)],
          step: (s, _, [y, ...product], [a, b]) => [
            s.add(s.mul(a!, y!), b!),
            ...scaledProduct(s, pairOf(product), scaledOf(s, a!)),
          ],
          combine: (s, _, [y, ...before], [z, ...after]) => [
            // A part that begins at 0 is what it is, infinite factors or not.
            s.select(s.eq(y!, s.constant(0)), z!, s.add(timesScaled(s, y!, pairOf(after)), z!)),
            ...scaledProduct(s, pairOf(before), pairOf(after)),
          ],
          take: (_, [y]) => y!,
        }
      : {
          init: (s) => [s.constant(0), s.constant(1)],
          step: (s, _, [y, product], [a, b]) => [s.add(s.mul(a!, y!), b!), s.mul(product!, a!)],
          combine: (s, _, [y, before], [z, after]) => [
            s.add(s.mul(after!, y!), z!),
            s.mul(before!, after!),
          ],
          take: (_, [y]) => y!,
        },
  vjp: (ct, [a], params, y) => {
    const back = turned(params);
    const reached = linearRecurrence([delayed(a!, back, 0), ct], back);
    return [mul(reached, delayed(y, params, 0)), reached];
  },
});

/**
 * y[k] = y[k - 1] x[k]. The cotangent of x[k] is y[k - 1] times what reaches y[k] when x[k] is left
 * out, so no division is needed and zeros are exact.
 */
export const cumulativeProduct: ParamOp<CumulativeParams> = cumulative('cumulativeProduct', {
  domain: 'number',
  init: (s) => [s.constant(1)],
  step: (s, _, [product], [x]) => [s.mul(product!, x!)],
  combine: (s, _, [first], [second]) => [s.mul(first!, second!)],
  parts: (dtype) => {
    // The product of a part may overflow where no product from the start does.
    if (!isFloat(dtype)) return undefined;
    return {
      init: scaledOne,
      step: (s, _, state, [x]) => scaledProduct(s, pairOf(state), scaledOf(s, x!)),
      combine: (s, _, first, second) => scaledProduct(s, pairOf(first), pairOf(second)),
      take: (s, state) => timesScaled(s, s.constant(1), pairOf(state)),
    };
  },
  vjp: (ct, [x], params, y) => {
    const back = turned(params);
    const rest = linearRecurrence([delayed(x!, back, 0), ct], back);
    return [mul(delayed(y, params, 1), rest)];
  },
});

const position = (name: string, wins: 'lt' | 'gt'): ParamOp<CumulativeParams> => {
  const { init, step } = firstExtremum(wins);
  return cumulative(name, {
    domain: 'number',
    result: 'i32',
    exact: true,
    init,
    step: (s, i, state, [x], place) => step(s, i, state, x!, place),
    combine: (s, i, first, [best, at]) => {
      const after = step(s, i, first, best!, at!);
      const isNothing = i.lt(at!, i.constant(0));
      return [s.select(isNothing, first[0]!, after[0]!), i.select(isNothing, first[1]!, after[1]!)];
    },
    take: (_, [, place]) => place!,
    vjp: 'zero',
  });
};
/** The place of the largest element so far: the first met of equals, the first NaN met. */
export const cumulativeArgMax: ParamOp<CumulativeParams> = position('cumulativeArgMax', 'gt');
/** The place of the smallest element so far: the first met of equals, the first NaN met. */
export const cumulativeArgMin: ParamOp<CumulativeParams> = position('cumulativeArgMin', 'lt');

/**
 * y[k] = log(e^y[k - 1] + e^x[k]) without overflow, as the largest so far and the sum of what is
 * left of the others. All factors of the gradient, e^(x[k] - y[k]) and e^(y[k] - y[k + 1]), are at
 * most 1; where all is -infinity they are 0.
 */
export const cumulativeLogSumExp: ParamOp<CumulativeParams> = cumulative('cumulativeLogSumExp', {
  domain: 'float',
  init: (s) => [s.constant(Number.NEGATIVE_INFINITY), s.constant(0)],
  step: (s, _, [most, sum], [x]) => {
    const one = s.constant(1);
    // Equal infinities have no difference, and nothing is left of anything beside a larger one.
    const left = s.select(s.eq(x!, most!), one, s.exp(s.neg(s.abs(s.sub(x!, most!)))));
    const isMore = s.gt(x!, most!);
    const next = s.select(isMore, s.add(s.mul(sum!, left), one), s.add(sum!, left));
    return [s.max(most!, x!), next];
  },
  combine: (s, _, [most, sum], [other, more]) => {
    const isEqual = s.eq(most!, other!);
    const left = s.select(isEqual, s.constant(1), s.exp(s.neg(s.abs(s.sub(other!, most!)))));
    const total = s.select(
      s.gt(other!, most!),
      s.add(s.mul(sum!, left), more!),
      s.add(sum!, s.mul(more!, left)),
    );
    return [s.max(most!, other!), total];
  },
  take: (s, [most, sum]) => s.add(most!, s.log(sum!)),
  vjp: (ct, [x], params, y) => {
    const back = turned(params);
    const isNothing = eq(y, constantLike(y, Number.NEGATIVE_INFINITY));
    const finite = select(isNothing, constantLike(y, 0), y);
    const share = exp(sub(y, delayed(finite, back, Number.POSITIVE_INFINITY)));
    const reached = linearRecurrence([share, ct], back);
    return [mul(exp(sub(x!, finite)), reached)];
  },
});
