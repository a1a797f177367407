/** Folds of axes. Accumulators are wide: results are rounded once. NaN wins maxima and minima. */
import { currentBuilder, type Value } from '../graph.ts';
import type { ReduceOp } from '../op.ts';
import type { Scalars } from '../scalar.ts';
import { isFloat, sizeOf } from '../types.ts';
import { backward } from './backward.ts';
import { constantLike, iota } from './constants.ts';
import { type ParamOp, reduce } from './define.ts';
import { add, div, mul } from './elementwise.ts';
import { eq, select } from './logic.ts';
import { broadcast, concat, permute, reshape, slice } from './views.ts';

/** The attributes of every reduction: the folded axes, ascending. */
export interface ReduceParams {
  readonly axes: readonly number[];
}

/** Puts a reduced value back over the shape it came from. */
const spread = (reduced: Value, like: Value, axes: readonly number[]): Value => {
  const { shape } = like.type;
  const kept = shape.map((_, axis) => axis).filter((axis) => !axes.includes(axis));
  return broadcast(reduced, { shape, axes: kept });
};

/** The sum. */
export const reduceSum: ParamOp<ReduceParams> = reduce('reduceSum', {
  domain: 'number',
  init: (s) => [s.constant(0)],
  step: (s, _, [sum], x) => [s.add(sum as typeof x, x)],
  vjp: (ct, [x], { axes }) => [spread(ct, x as Value, axes)],
  simplify: ([x], { axes }) => {
    if (axes.length > 0) return undefined;
    const input = x as Value;
    // A sum starts from 0, which makes 0 of -0.
    return isFloat(input.type.dtype) ? add(input, constantLike(input, 0)) : input;
  },
});

/** The cotangent of an extremum: shared evenly by all elements equal to it. */
const extremumVjp = (
  ct: Value,
  [x]: readonly Value[],
  { axes }: ReduceParams,
  y: Value,
): Value[] => {
  const input = x as Value;
  const hit = eq(input, spread(y, input, axes));
  const weight = select(hit, constantLike(input, 1), constantLike(input, 0));
  const share = div(ct, reduceSum(weight, { axes }));
  return [select(hit, spread(share, input, axes), constantLike(input, 0))];
};
/** The largest element; of nothing -infinity, or the least integer. */
export const reduceMax: ParamOp<ReduceParams> = reduce('reduceMax', {
  domain: 'number',
  init: (s) => [s.constant(leastOf(s.dtype))],
  step: (s, _, [best], x) => [s.max(best as typeof x, x)],
  vjp: extremumVjp,
});
/** The smallest element; of nothing infinity, or the largest integer. */
export const reduceMin: ParamOp<ReduceParams> = reduce('reduceMin', {
  domain: 'number',
  init: (s) => [s.constant(greatestOf(s.dtype))],
  step: (s, _, [best], x) => [s.min(best as typeof x, x)],
  vjp: extremumVjp,
});
/** The maximum of nothing. */
export const leastOf = (dtype: string): number =>
  dtype === 'i32' ? -2147483648 : dtype === 'u32' ? 0 : Number.NEGATIVE_INFINITY;
/** The minimum of nothing. */
export const greatestOf = (dtype: string): number =>
  dtype === 'i32' ? 2147483647 : dtype === 'u32' ? 4294967295 : Number.POSITIVE_INFINITY;

const truth = (name: string, neutral: number, combine: 'and' | 'or'): ParamOp<ReduceParams> =>
  reduce(name, {
    domain: 'bool',
    init: (s) => [s.constant(neutral)],
    step: (s, _, [all], x) => [s[combine](all as typeof x, x)],
    vjp: 'zero',
  });
/** Whether all are true. */
export const reduceAnd: ParamOp<ReduceParams> = truth('reduceAnd', 1, 'and');
/** Whether any is true. */
export const reduceOr: ParamOp<ReduceParams> = truth('reduceOr', 0, 'or');

/**
 * The fold that finds an extremum and its position: the first of equals, or the first NaN. Before
 * the first element the position is -1.
 */
export const firstExtremum = (wins: 'lt' | 'gt'): Pick<ReduceOp, 'init' | 'step' | 'combine'> => ({
  init: (s, i) => [s.constant(0), i.constant(-1)],
  step: (s, i, [best, at], x, here) => {
    const bool = s.as('bool');
    const [b, k] = [best as typeof x, at as typeof x];
    // x replaces b when there is none yet, when it beats b, or when it is the first NaN.
    const better = bool.or(s[wins](x, b), bool.and(s.ne(x, x), s.eq(b, b)));
    const takes = bool.or(i.lt(k, i.constant(0)), better);
    return [s.select(takes, x, b), i.select(takes, here, k)];
  },
  combine: <E>(s: Scalars<E>, i: Scalars<E>, one: readonly E[], other: readonly E[]) => {
    const bool = s.as('bool');
    const [b, k] = one as readonly [E, E];
    const [x, here] = other as readonly [E, E];
    const [nanX, nanB] = [s.ne(x, x), s.ne(b, b)];
    const isEqual = bool.or(s.eq(x, b), bool.and(nanX, nanB));
    const isBetter = bool.or(s[wins](x, b), bool.and(nanX, bool.not(nanB)));
    const beats = bool.or(isBetter, bool.and(isEqual, i.lt(here, k)));
    const isSome = i.ge(here, i.constant(0));
    const takes = bool.and(isSome, bool.or(i.lt(k, i.constant(0)), beats));
    return [s.select(takes, x, b), i.select(takes, here, k)];
  },
});
const position = (name: string, wins: 'lt' | 'gt'): ParamOp<ReduceParams> =>
  reduce(name, {
    ...firstExtremum(wins),
    domain: 'number',
    result: 'i32',
    accumulators: (dtype) => [dtype, 'i32'],
    take: 1,
    vjp: 'zero',
  });
/** The position of the largest element: the first of equals, the first NaN if there is one. */
export const argMax: ParamOp<ReduceParams> = position('argMax', 'gt');
/** The position of the smallest element: the first of equals, the first NaN if there is one. */
export const argMin: ParamOp<ReduceParams> = position('argMin', 'lt');

/** Which of the folded elements, counted in row-major order, stands at each place of x (i32). */
const placeAmong = (x: Value, axes: readonly number[]): Value => {
  const { shape } = x.type;
  let stride = 1;
  let place: Value | undefined;
  for (const axis of [...axes].reverse()) {
    const index = iota([], { axis, shape, dtype: 'i32' });
    const part = stride === 1 ? index : mul(index, constantLike(index, stride));
    place = place === undefined ? part : add(place, part);
    stride *= shape[axis] as number;
  }
  return place ?? constantLike({ dtype: 'i32', shape }, 0);
};
/**
 * The largest element as `argMax` finds it; of nothing -infinity, or the least integer. The first
 * of equals alone gets the cotangent, and only the gradient has to look for its place. Where zeros
 * of both signs are largest, it is one of them.
 */
export const firstMax: ParamOp<ReduceParams> = reduce('firstMax', {
  domain: 'number',
  init: (s) => [s.constant(leastOf(s.dtype))],
  step: (s, _, [best], x) => {
    const bool = s.as('bool');
    const wins = bool.or(s.gt(x, best as typeof x), s.ne(x, x));
    return [s.select(wins, x, best as typeof x)];
  },
  vjp: (ct, [x], { axes }) => {
    const input = x as Value;
    const first = spread(argMax(input, { axes }), input, axes);
    const all = spread(ct, input, axes);
    return [select(eq(first, placeAmong(input, axes)), all, constantLike(all, 0))];
  },
});

/** Multiplies the two halves of the last axis until one element is left. */
const productOfLast = (x: Value): Value => {
  const rows = x.type.shape.slice(0, -1);
  const part = (value: Value, start: number, size: number): Value =>
    slice(value, {
      start: [...rows.map(() => 0), start],
      size: [...rows, size],
      step: [...rows.map(() => 1), 1],
    });
  let current = x;
  for (let n = x.type.shape[rows.length] as number; n > 1; n = Math.ceil(n / 2)) {
    const half = n >> 1;
    const product = mul(part(current, 0, half), part(current, half, half));
    current =
      n % 2 === 0 ? product : concat([product, part(current, n - 1, 1)], { axis: rows.length });
  }
  return reshape(current, { shape: rows });
};

/**
 * The product. Its gradient is that of a tree of multiplications, so it is exact where factors are
 * 0.
 */
export const reduceProd: ParamOp<ReduceParams> = reduce('reduceProd', {
  domain: 'number',
  init: (s) => [s.constant(1)],
  step: (s, _, [product], x) => [s.mul(product as typeof x, x)],
  vjp: (ct, [x], { axes }) => {
    const input = x as Value;
    const { shape } = input.type;
    if (sizeOf(shape) === 0) return [constantLike(input, 0)];
    const kept = shape.map((_, axis) => axis).filter((axis) => !axes.includes(axis));
    const count = axes.reduce((n, axis) => n * (shape[axis] as number), 1);
    const { eqns } = currentBuilder();
    const start = eqns.length;
    const last = permute(input, { axes: [...kept, ...axes] });
    const product = productOfLast(reshape(last, { shape: [...ct.type.shape, count] }));
    return backward(eqns.slice(start), [product], [ct], [input]);
  },
});
