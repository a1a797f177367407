/**
 * What can be told about index arithmetic: whether an expression is some, its simplest form where
 * locals are replaced, and what a condition says about the locals in it.
 */
import { greatestCommonDivisor, rangeOf } from '../ir/affine.ts';
import { expressions, indexes } from '../ir/expressions.ts';
import { factorOf, mapTerms, partition, strideAlong } from '../ir/index-terms.ts';
import { constant, type Expr, keyOf, type Local, walkExpression } from '../ir/kernel.ts';
import { newMemo } from '../ir/memo.ts';
import type { BinaryName } from '../ir/scalar.ts';
import { newLocal } from './access.ts';

/** What stands for a local; itself where nothing else does. */
export type Replace = (local: Local) => Expr;
type Compare = Expr & { readonly kind: 'compare' };
type Binary = Expr & { readonly kind: 'binary' };

const arithmetic: Readonly<Partial<Record<BinaryName, true>>> = {
  add: true,
  sub: true,
  mul: true,
  div: true,
  rem: true,
};
const isDivision = (e: Expr): e is Binary =>
  e.kind === 'binary' && e.dtype === 'i32' && (e.name === 'div' || e.name === 'rem');

const known = newMemo<Expr, boolean>();
/** Whether an expression is arithmetic of integers whose ranges are known, so that none wraps. */
export const isIndex = (e: Expr): boolean => {
  if (e.dtype !== 'i32') return false;
  if (e.kind === 'const') return true;
  if (e.kind === 'local') return e.range !== undefined;
  return e.kind === 'binary' && known.of(e, isArithmetic);
};
const isArithmetic = (e: Expr): boolean => {
  if (e.kind !== 'binary' || arithmetic[e.name] === undefined) return false;
  const { name, x, y } = e;
  if (y.kind !== 'const') {
    if (name === 'div' || name === 'rem' || !isIndex(y)) return false;
  } else if (y.value <= 0 && (name === 'div' || name === 'rem')) return false;
  if (!isIndex(x)) return false;
  const range = rangeOf(e);
  return range[0] >= -2147483648 && range[1] <= 2147483647;
};

const hasDivision = (e: Expr): boolean => {
  let found = false;
  walkExpression(e, (part) => {
    if (isDivision(part)) found = true;
  });
  return found;
};

/**
 * An index with locals replaced, in normal form. Quotients of what may be negative stay as they
 * are, unless `isPlace`: where memory is read or written nothing is.
 */
export const rebuild = (e: Expr, replace: Replace, isPlace: boolean): Expr => {
  if (e.kind === 'local') return replace(e);
  if (e.kind !== 'binary') return e;
  const inside = (part: Expr): Expr => rebuild(part, replace, isPlace);
  const isSum = e.name === 'add' || e.name === 'sub' || (e.name === 'mul' && e.y.kind === 'const');
  if (isSum && e.dtype === 'i32') {
    return mapTerms(e, (term) => (term.kind === 'local' ? replace(term) : inside(term)));
  }
  const x = inside(e.x);
  const y = e.y.kind === 'const' ? e.y : inside(e.y);
  if (arithmetic[e.name] === undefined) return { ...e, x, y };
  if (isDivision(e) && !isPlace && rangeOf(x)[0] < 0) return { ...e, x, y };
  return indexes[e.name](x, y);
};

/** How the parts of a condition are rebuilt. */
export interface ConditionParts {
  readonly replace: Replace;
  readonly facts: readonly Fact[];
  /** Rebuilds what is no comparison of indexes. */
  readonly other: (e: Expr) => Expr;
}
/** A condition with locals replaced; literal where ranges and facts decide it. */
export const rebuildCondition = (e: Expr, parts: ConditionParts): Expr => {
  const truths = expressions('bool');
  const inner = (part: Expr): Expr => rebuildCondition(part, parts);
  if (e.kind === 'binary' && e.dtype === 'bool') {
    const y = inner(e.y);
    // The other side is the longer one.
    if (e.name === 'and' && y.kind === 'const' && !y.value) return y;
    return truths[e.name](inner(e.x), y);
  }
  if (e.kind === 'unary' && e.name === 'not' && e.dtype === 'bool') return truths.not(inner(e.x));
  if (e.kind !== 'compare' || !isIndex(e.x) || !isIndex(e.y)) return parts.other(e);
  const { replace, facts } = parts;
  // Whether a remainder is 0 does not depend on how remainders of negative numbers are rounded.
  const isTest = divisibility(e) !== undefined;
  const side = (part: Expr, isPlace: boolean): Expr =>
    underFacts(rebuild(part, replace, isPlace), facts, isPlace);
  return indexes[e.name](side(e.x, isTest), side(e.y, false));
};

/** What is divided by what in a test whether there is no remainder. */
export const divisibility = ({ name, x, y }: Compare): { x: Expr; by: number } | undefined => {
  if ((name !== 'eq' && name !== 'ne') || y.kind !== 'const' || y.value !== 0) return undefined;
  if (!isDivision(x) || x.name !== 'rem' || x.y.kind !== 'const') return undefined;
  return { x: x.x, by: x.y.value };
};

/** The comparisons of indexes in a condition. */
export const comparisonsIn = (condition: Expr): Compare[] => {
  const found: Compare[] = [];
  walkExpression(condition, (part) => {
    if (part.kind === 'compare' && isIndex(part.x) && isIndex(part.y)) found.push(part);
  });
  return found;
};

/** An index that is known to lie in a range. */
export interface Fact {
  readonly index: Expr;
  readonly range: readonly [low: number, high: number];
}

/** The comparisons that all hold where a condition does. */
const conjunctsOf = (condition: Expr): Compare[] => {
  if (condition.kind === 'binary' && condition.dtype === 'bool' && condition.name === 'and') {
    return [...conjunctsOf(condition.x), ...conjunctsOf(condition.y)];
  }
  return condition.kind === 'compare' && isIndex(condition.x) && isIndex(condition.y)
    ? [condition]
    : [];
};

/** The greatest number that divides the factors of all locals of an index. */
const commonFactor = (index: Expr): number => {
  const locals = new Map<number, Local>();
  walkExpression(index, (part) => {
    if (part.kind === 'local') locals.set(part.id, part);
  });
  let common = 0;
  for (const local of locals.values()) {
    const factor = strideAlong(index, local);
    if (factor === undefined) return 1;
    common = greatestCommonDivisor(common, factor);
  }
  return common;
};

/** The ranges that a condition gives to sums of locals, where it holds. */
export const factsOf = (condition: Expr): Fact[] => {
  const bounds = new Map<string, { index: Expr; low: number; high: number }>();
  for (const { name, x, y } of conjunctsOf(condition)) {
    const { moving, resting } = partition(indexes.sub(x, y), () => true);
    if (moving.kind === 'const' || resting.kind !== 'const') continue;
    const [least, most] = rangeOf(moving);
    const key = keyOf(moving);
    const known = bounds.get(key) ?? { index: moving, low: least, high: most };
    const limit = -resting.value;
    if (name === 'ge' || name === 'eq') known.low = Math.max(known.low, limit);
    if (name === 'gt') known.low = Math.max(known.low, limit + 1);
    if (name === 'le' || name === 'eq') known.high = Math.min(known.high, limit);
    if (name === 'lt') known.high = Math.min(known.high, limit - 1);
    bounds.set(key, known);
  }
  return [...bounds.values()].map(({ index, low, high }) => {
    const factor = commonFactor(index);
    if (factor < 2) return { index, range: [low, high] };
    const part = indexes.div(index, constant(factor, 'i32'));
    return { index: part, range: [Math.ceil(low / factor), Math.floor(high / factor)] };
  });
};

/**
 * The index with quotients and remainders that cancel where the facts hold: one local of each is
 * expressed by the index that is known, and that index is put back when its range has done its
 * work.
 */
export const underFacts = (place: Expr, facts: readonly Fact[], isPlace: boolean): Expr => {
  if (facts.length === 0 || !hasDivision(place)) return place;
  let result = place;
  const back = new Map<number, Expr>();
  const hidden = new Set<number>();
  for (const { index, range } of facts) {
    if (range[0] > range[1]) continue;
    let chosen: { local: Local; sign: number; rest: Expr } | undefined;
    let isClear = true;
    walkExpression(index, (part) => {
      if (part.kind !== 'local') return;
      if (hidden.has(part.id)) isClear = false;
      const found = factorOf(index, part);
      if (chosen !== undefined || found === undefined || Math.abs(found.factor) !== 1) return;
      chosen = { local: part, sign: found.factor, rest: found.rest };
    });
    if (!isClear || chosen === undefined) continue;
    const { local, sign, rest } = chosen as { local: Local; sign: number; rest: Expr };
    // It counts from 0, so that the constants that views add and subtract cancel.
    const least = constant(range[0], 'i32');
    const hider = newLocal('i32', [0, range[1] - range[0]]);
    const whole = indexes.add(hider, least);
    const value = sign === 1 ? indexes.sub(whole, rest) : indexes.sub(rest, whole);
    result = rebuild(result, (one) => (one.id === local.id ? value : one), isPlace);
    back.set(hider.id, indexes.sub(index, least));
    hidden.add(local.id);
  }
  if (back.size === 0) return place;
  return rebuild(result, (one) => back.get(one.id) ?? one, isPlace);
};
