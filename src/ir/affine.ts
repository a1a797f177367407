/**
 * Integer index arithmetic in normal form. An index is a sum of terms with constant factors plus a
 * constant; knowing the range of every loop index, quotients and remainders that views introduce
 * cancel here instead of running in loops.
 */
import { constant, type Expr, keyOf } from './kernel.ts';
import { newMemo } from './memo.ts';

/** A term of a sum; it is never a sum or a multiple of a constant itself. */
export interface Part {
  /** The key of the term. */
  readonly key: string;
  readonly term: Expr;
  readonly factor: number;
  /** The term times the size of the factor, once it has been an expression. */
  product?: Expr | undefined;
}
/** A part of a sum. */
export const partOf = (key: string, term: Expr, factor: number): Part => ({
  key,
  term,
  factor,
  product: undefined,
});
/** factor * term, summed, plus a constant. Every term stands once; there are few. */
export interface Linear {
  readonly parts: readonly Part[];
  readonly constant: number;
}
type Range = readonly [number, number];

const forms = newMemo<Expr, Linear>();
const ranges = newMemo<Expr, Range>();
/** The range of all that is not known. */
export const int32: Range = [-2147483648, 2147483647];

const findPart = (parts: readonly Part[], key: string): Part | undefined => {
  for (let k = 0; k < parts.length; k++) {
    const part = parts[k] as Part;
    if (part.key === key) return part;
  }
  return undefined;
};
/** Adds `scale` times some parts to a list. */
const collect = (into: Part[], parts: readonly Part[], scale: number): void => {
  for (let n = 0; n < parts.length; n++) {
    const { key, term, factor } = parts[n] as Part;
    let k = 0;
    while (k < into.length && (into[k] as Part).key !== key) k++;
    const known = into[k];
    const sum = (known === undefined ? 0 : known.factor) + factor * scale;
    if (sum !== 0) into[k] = partOf(key, term, sum);
    else if (known !== undefined) into.splice(k, 1);
  }
};

const single = (term: Expr): Linear => ({
  parts: [{ key: keyOf(term), term, factor: 1, product: undefined }],
  constant: 0,
});
/** The normal form of an expression; sums that other passes have rebuilt are taken apart again. */
export const linearOf = (e: Expr): Linear => {
  if (e.kind === 'const') return { parts: [], constant: e.value };
  return forms.of(e, takeApart);
};
const takeApart = (e: Expr): Linear => {
  if (e.kind !== 'binary' || e.dtype !== 'i32') return single(e);
  if (e.name === 'add') return combine(linearOf(e.x), linearOf(e.y), 1);
  if (e.name === 'sub') return combine(linearOf(e.x), linearOf(e.y), -1);
  if (e.name !== 'mul') return single(e);
  if (e.y.kind === 'const') return times(linearOf(e.x), e.y.value);
  return e.x.kind === 'const' ? times(linearOf(e.y), e.x.value) : single(e);
};

/** A list and one more. Lists are short, and `push` would make room for many. */
export const withPart = (parts: readonly Part[], part: Part): readonly Part[] => {
  switch (parts.length) {
    case 0:
      return [part];
    case 1:
      return [parts[0] as Part, part];
    case 2:
      return [parts[0] as Part, parts[1] as Part, part];
    default:
      return parts.concat(part);
  }
};

/** Whether two sums have a term in common. */
const haveCommon = (a: readonly Part[], b: readonly Part[]): boolean => {
  for (let n = 0; n < a.length; n++) {
    const { key } = a[n] as Part;
    for (let k = 0; k < b.length; k++) if ((b[k] as Part).key === key) return true;
  }
  return false;
};

/** a + factor * b. */
export const combine = (a: Linear, b: Linear, factor: number): Linear => {
  const rest = a.constant + b.constant * factor;
  if (b.parts.length === 0) return { parts: a.parts, constant: rest };
  if (b.parts.length === 1 && factor !== 0) {
    const part = b.parts[0] as Part;
    let k = 0;
    while (k < a.parts.length && (a.parts[k] as Part).key !== part.key) k++;
    if (k === a.parts.length) {
      const more = factor === 1 ? part : partOf(part.key, part.term, part.factor * factor);
      return { parts: withPart(a.parts, more), constant: rest };
    }
  }
  if (factor !== 0 && !haveCommon(a.parts, b.parts)) {
    const more = factor === 1 ? b.parts : times(b, factor).parts;
    return { parts: a.parts.length === 0 ? more : a.parts.concat(more), constant: rest };
  }
  const parts = a.parts.slice();
  collect(parts, b.parts, factor);
  return { parts, constant: rest };
};
/** factor * a. */
const times = ({ parts, constant: rest }: Linear, factor: number): Linear => {
  const scaled = factor === 0 ? [] : parts.slice();
  for (let k = 0; k < scaled.length; k++) {
    const { key, term, factor: own } = scaled[k] as Part;
    scaled[k] = { key, term, factor: own * factor, product: undefined };
  }
  // Not -0.
  return { parts: scaled, constant: rest * factor + 0 };
};

/** The inclusive bounds of an integer expression. */
export const rangeOf = (e: Expr): Range => {
  if (e.kind === 'const') return [e.value, e.value];
  if (e.kind === 'local') return e.range ?? int32;
  return ranges.of(e, measure);
};
const measure = (e: Expr): Range => {
  if (e.kind !== 'binary' || e.dtype !== 'i32') return int32;
  if (e.name === 'add' || e.name === 'sub') return rangeOfLinear(linearOf(e));
  const range = rangeOf(e.x);
  const low = range[0];
  const high = range[1];
  if (e.name === 'mul') {
    const [c, d] = rangeOf(e.y);
    const corners = [low * c, low * d, high * c, high * d];
    return [Math.min(...corners), Math.max(...corners)];
  }
  if (e.y.kind !== 'const' || e.y.value < 1) return int32;
  const divisor = e.y.value;
  if (e.name === 'div') return [Math.trunc(low / divisor), Math.trunc(high / divisor)];
  if (e.name === 'rem') return low >= 0 ? [0, divisor - 1] : [1 - divisor, divisor - 1];
  return int32;
};

const rangeOfLinear = (form: Linear): Range => {
  const { parts } = form;
  let low = form.constant;
  let high = form.constant;
  for (let k = 0; k < parts.length; k++) {
    const { term, factor } = parts[k] as Part;
    const range = term.kind === 'local' ? (term.range ?? int32) : rangeOf(term);
    low += factor * range[factor > 0 ? 0 : 1];
    high += factor * range[factor > 0 ? 1 : 0];
  }
  return [low, high];
};

const binary = (name: 'add' | 'sub' | 'mul' | 'div' | 'rem', x: Expr, y: Expr): Expr => ({
  kind: 'binary',
  name,
  x,
  y,
  dtype: 'i32',
});

/** Parts with large factors first, as most sums have them already. */
const byFactor = (parts: readonly Part[]): readonly Part[] => {
  for (let k = 1; k < parts.length; k++) {
    if (Math.abs((parts[k] as Part).factor) > Math.abs((parts[k - 1] as Part).factor)) {
      return [...parts].sort((a, b) => Math.abs(b.factor) - Math.abs(a.factor));
    }
  }
  return parts;
};

/** Equal for normal forms whose expressions are equal, without making these. */
export const keyOfForm = (form: Linear): string => {
  const parts = form.parts.length < 2 ? form.parts : byFactor(form.parts);
  let key = `${form.constant}`;
  for (let k = 0; k < parts.length; k++) {
    const { key: term, factor } = parts[k] as Part;
    key += ` ${factor}*${term}`;
  }
  return key;
};

/** The expression of a sum: terms with large factors first, as a reader expects of strides. */
export const express = (form: Linear): Expr => {
  const parts = form.parts.length < 2 ? form.parts : byFactor(form.parts);
  let sum: Expr | undefined;
  for (let k = 0; k < parts.length; k++) {
    const part = parts[k] as Part;
    const { term, factor } = part;
    let product = term;
    if (factor !== 1 && factor !== -1) {
      const size: Expr = { kind: 'const', value: Math.abs(factor), dtype: 'i32' };
      part.product ??= { kind: 'binary', name: 'mul', x: term, y: size, dtype: 'i32' };
      product = part.product;
    }
    const name = factor < 0 ? 'sub' : 'add';
    if (sum !== undefined) sum = { kind: 'binary', name, x: sum, y: product, dtype: 'i32' };
    else sum = factor < 0 ? binary('mul', term, constant(factor, 'i32')) : product;
  }
  if (sum === undefined) return constant(form.constant, 'i32');
  if (form.constant !== 0) {
    sum = binary(form.constant < 0 ? 'sub' : 'add', sum, constant(Math.abs(form.constant), 'i32'));
  }
  if (sum.kind !== 'local') forms.set(sum, form);
  return sum;
};

/** The quotient of the same division as a remainder in a sum, so many times that they join. */
const quotientOf = ({ term, factor }: Part, parts: readonly Part[]): Part | undefined => {
  if (term.kind !== 'binary' || term.y.kind !== 'const') return undefined;
  const { x, y } = term;
  const known = (dividend: Expr, divisor: number): Part | undefined => {
    const part = findPart(parts, keyOf(binary('div', dividend, constant(divisor, 'i32'))));
    return part?.factor === factor * y.value ? part : undefined;
  };
  const whole = known(x, y.value);
  if (whole !== undefined || x.kind !== 'binary') return whole;
  return x.name === 'div' && x.y.kind === 'const' ? known(x.x, x.y.value * y.value) : undefined;
};
const joined = ({ parts, constant: rest }: Linear, one: Part, other: Part): Linear => {
  const { x } = one.term as Expr & { kind: 'binary' };
  const others = parts.filter((part) => part !== one && part !== other);
  return rejoin(combine({ parts: others, constant: rest }, linearOf(x), one.factor));
};
/**
 * Puts quotients and remainders of one division together again: n * (x / n) + x % n is x. So an
 * index that was taken apart into axes and becomes a position again costs nothing.
 */
export const rejoin = (form: Linear): Linear => {
  const { parts } = form;
  for (let k = 0; k < parts.length; k++) {
    const part = parts[k] as Part;
    if (part.term.kind !== 'binary' || part.term.name !== 'rem') continue;
    const quotient = quotientOf(part, parts);
    if (quotient !== undefined) return joined(form, part, quotient);
  }
  return form;
};

/** x + y. */
export const addIndex = (x: Expr, y: Expr): Expr => {
  const form = linearOf(x);
  // Nothing can join with a number.
  if (y.kind === 'const') return express({ parts: form.parts, constant: form.constant + y.value });
  return express(rejoin(combine(form, linearOf(y), 1)));
};
/** x - y. */
export const subIndex = (x: Expr, y: Expr): Expr => express(combine(linearOf(x), linearOf(y), -1));
/** x * y. */
export const mulIndex = (x: Expr, y: Expr): Expr => {
  if (y.kind === 'const') return express(times(linearOf(x), y.value));
  if (x.kind === 'const') return mulIndex(y, x);
  return binary('mul', x, y);
};

/** The sum of each index times its factor: the same as adding the products one after the other. */
export const sumOf = (xs: readonly Expr[], factors: readonly number[]): Linear => {
  let sum: Linear = { parts: [], constant: 0 };
  let constants = 0;
  let mayJoin = false;
  for (let k = 0; k < xs.length; k++) {
    const x = xs[k] as Expr;
    const factor = factors[k] as number;
    if (x.kind === 'const') {
      constants += x.value * factor;
      continue;
    }
    sum = combine(sum, linearOf(x), factor);
    // Only quotients and remainders join.
    if (x.kind === 'binary') mayJoin = true;
  }
  if (constants !== 0) sum = { parts: sum.parts, constant: sum.constant + constants };
  return mayJoin ? rejoin(sum) : sum;
};

/** The parts of a sum whose factors `divisor` divides, divided, and the other parts. */
const separate = (form: Linear, divisor: number): { quotient: Part[]; others: Part[] } => {
  const quotient: Part[] = [];
  const others: Part[] = [];
  const { parts } = form;
  for (let k = 0; k < parts.length; k++) {
    const part = parts[k] as Part;
    if (part.factor % divisor !== 0) others.push(part);
    else {
      const { key, term } = part;
      quotient.push({ key, term, factor: part.factor / divisor, product: undefined });
    }
  }
  return { quotient, others };
};

/** A form as a multiple of `divisor` and a rest that is known to lie in [0, divisor). */
const split = (form: Linear, divisor: number): { quotient: Linear; rest: Linear } | undefined => {
  const { quotient, others } = separate(form, divisor);
  const whole = Math.floor(form.constant / divisor);
  const rest: Linear = { parts: others, constant: form.constant - whole * divisor };
  const range = rangeOfLinear(rest);
  if (range[0] < 0 || range[1] >= divisor) return undefined;
  return { quotient: { parts: quotient, constant: whole }, rest };
};

/** The part of x that divides evenly, taken out even when the rest needs a run-time division. */
const takeOut = (x: Expr, divisor: number): { quotient: Linear; rest: Expr } | undefined => {
  const form = linearOf(x);
  const { quotient, others } = separate(form, divisor);
  const whole = Math.max(0, Math.floor(form.constant / divisor));
  const rest: Linear = { parts: others, constant: form.constant - whole * divisor };
  if ((quotient.length === 0 && whole === 0) || rangeOfLinear(rest)[0] < 0) return undefined;
  return { quotient: { parts: quotient, constant: whole }, rest: express(rest) };
};

/** The greatest number that divides both; the size of the other where one is 0. */
export const greatestCommonDivisor = (a: number, b: number): number => {
  let [divisor, rest] = [a, b];
  while (rest !== 0) [divisor, rest] = [rest, divisor % rest];
  return Math.abs(divisor);
};

/**
 * x as `grain` times an index and a rest known to lie in [0, grain), where the grain divides
 * the divisor: what is within a grain has the same quotient.
 */
const grains = (
  x: Expr,
  divisor: number,
): { index: Expr; rest: Linear; grain: number } | undefined => {
  for (const { factor } of linearOf(x).parts) {
    const grain = greatestCommonDivisor(divisor, factor);
    if (grain === 1) continue;
    const parts = split(linearOf(x), grain);
    if (parts !== undefined) return { index: express(parts.quotient), rest: parts.rest, grain };
  }
  return undefined;
};

/**
 * The indexes of axes with the given strides at a position: each the quotient of what is left of
 * it; undefined where that takes a division at run time.
 */
export const separateAxes = (position: Expr, strides: readonly number[]): Expr[] | undefined => {
  let rest = linearOf(position);
  const at: Expr[] = [];
  for (let axis = 0; axis < strides.length; axis++) {
    const parts = split(rest, strides[axis] as number);
    if (parts === undefined) return undefined;
    at.push(express(parts.quotient));
    rest = parts.rest;
  }
  return at;
};

/** floor(x / divisor) for x >= 0. */
export const divIndex = (x: Expr, divisor: number): Expr => {
  if (divisor === 1) return x;
  const parts = split(linearOf(x), divisor);
  if (parts !== undefined) return express(parts.quotient);
  const partial = takeOut(x, divisor);
  if (partial !== undefined) {
    return addIndex(express(partial.quotient), divIndex(partial.rest, divisor));
  }
  const coarse = grains(x, divisor);
  if (coarse !== undefined) return divIndex(coarse.index, divisor / coarse.grain);
  return binary('div', x, constant(divisor, 'i32'));
};

/** x mod divisor for x >= 0. */
export const remIndex = (x: Expr, divisor: number): Expr => {
  if (divisor === 1) return constant(0, 'i32');
  const parts = split(linearOf(x), divisor);
  if (parts !== undefined) return express(parts.rest);
  const partial = takeOut(x, divisor);
  if (partial !== undefined) return remIndex(partial.rest, divisor);
  const coarse = grains(x, divisor);
  if (coarse !== undefined) {
    const whole = remIndex(coarse.index, divisor / coarse.grain);
    return express(combine(coarse.rest, linearOf(whole), coarse.grain));
  }
  return binary('rem', x, constant(divisor, 'i32'));
};
