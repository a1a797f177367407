/** The terms of an index: how far it moves with one, what it is without some or with others. */
import { combine, express, type Linear, linearOf, type Part, partOf, rejoin } from './affine.ts';
import { type Expr, keyOf } from './kernel.ts';

/** Whether each term of a list is another one. */
const areApart = (parts: readonly Part[]): boolean => {
  for (let k = 1; k < parts.length; k++) {
    const { key } = parts[k] as Part;
    for (let n = 0; n < k; n++) if ((parts[n] as Part).key === key) return false;
  }
  return true;
};

/** The sum with every term replaced by a multiple of one other term; undefined where one is not. */
const mapToTerms = (form: Linear, replace: (term: Expr) => Expr): Linear | undefined => {
  const parts = form.parts.slice();
  let { constant } = form;
  for (let k = 0; k < parts.length; k++) {
    const { term, factor } = parts[k] as Part;
    const next = replace(term);
    if (next === term) continue;
    const other = linearOf(next);
    if (other.parts.length !== 1) return undefined;
    constant += other.constant * factor;
    const only = other.parts[0] as Part;
    parts[k] = factor === 1 ? only : partOf(only.key, only.term, only.factor * factor);
  }
  return areApart(parts) ? { parts, constant } : undefined;
};

/** The sum with every term replaced; `replace` may be asked twice. */
export const mapTerms = (x: Expr, replace: (term: Expr) => Expr): Expr => {
  const form = linearOf(x);
  // Most are other locals.
  const alike = mapToTerms(form, replace);
  if (alike !== undefined) return express(rejoin(alike));
  const { parts, constant: rest } = form;
  let sum: Linear = { parts: [], constant: rest };
  for (let k = 0; k < parts.length; k++) {
    const { term, factor } = parts[k] as Part;
    sum = combine(sum, linearOf(replace(term)), factor);
  }
  return express(rejoin(sum));
};

/** The part of a sum that is a multiple of `term`; undefined where that occurs in another term. */
const partWith = ({ parts }: Linear, term: Expr): Part | 'none' | undefined => {
  const key = keyOf(term);
  let found: Part | 'none' = 'none';
  for (let k = 0; k < parts.length; k++) {
    const part = parts[k] as Part;
    if (part.key === key) found = part;
    // Most terms are locals, in which nothing else occurs.
    else if (part.term.kind !== 'local' && mentions(part.term, key)) return undefined;
  }
  return found;
};

/** The factor of `term` in x, or undefined when `term` also occurs inside another term. */
export const strideAlong = (x: Expr, term: Expr): number | undefined => {
  const found = partWith(linearOf(x), term);
  return found === 'none' ? 0 : found?.factor;
};

/** The same, and x without it. */
export const factorOf = (x: Expr, term: Expr): { factor: number; rest: Expr } | undefined => {
  const form = linearOf(x);
  const found = partWith(form, term);
  if (found === undefined) return undefined;
  if (found === 'none') return { factor: 0, rest: x };
  const parts = form.parts.filter((part) => part !== found);
  return { factor: found.factor, rest: express({ parts, constant: form.constant }) };
};

/** x as a part whose terms all satisfy `moves` and a part without any such term. */
export const partition = (
  x: Expr,
  moves: (term: Expr) => boolean,
): { moving: Expr; resting: Expr } => {
  const form = linearOf(x);
  const moving: Part[] = [];
  const resting: Part[] = [];
  for (const part of form.parts) (moves(part.term) ? moving : resting).push(part);
  return {
    moving: express({ parts: moving, constant: 0 }),
    resting: express({ parts: resting, constant: form.constant }),
  };
};

const mentions = (e: Expr, key: string): boolean =>
  keyOf(e) === key ||
  (e.kind === 'binary' && (mentions(e.x, key) || mentions(e.y, key))) ||
  (e.kind === 'compare' && (mentions(e.x, key) || mentions(e.y, key))) ||
  ((e.kind === 'unary' || e.kind === 'cast' || e.kind === 'bitcast') && mentions(e.x, key)) ||
  (e.kind === 'load' && mentions(e.at, key)) ||
  (e.kind === 'select' && (mentions(e.condition, key) || mentions(e.x, key) || mentions(e.y, key)));
