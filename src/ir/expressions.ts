/**
 * The meaning of ops as kernel expressions: `Scalars<Expr>`. Literals fold; index arithmetic is
 * kept in affine normal form (affine.ts) and comparisons with known ranges are decided here.
 */
import { addIndex, divIndex, mulIndex, rangeOf, remIndex, subIndex } from './affine.ts';
import { constant, type Expr, keyOf } from './kernel.ts';
import {
  binaryNames,
  type CompareName,
  compareNames,
  numbers,
  type Scalars,
  unaryNames,
} from './scalar.ts';
import type { DType } from './types.ts';

const isConstant = (e: Expr): e is Expr & { kind: 'const' } => e.kind === 'const';

/** Operations on bools that a literal decides. */
const simplifyTruth = (name: string, x: Expr, y: Expr): Expr | undefined => {
  for (const [a, b] of [
    [x, y],
    [y, x],
  ] as const) {
    if (!isConstant(a)) continue;
    if (name === 'and') return a.value ? b : a;
    if (name === 'or') return a.value ? a : b;
  }
  return undefined;
};

const make = (
  dtype: DType,
  bind: (e: Expr) => Expr,
  as: (to: DType) => Scalars<Expr>,
): Scalars<Expr> => {
  const folding = numbers(dtype);
  const literal = (value: number, to: DType = dtype): Expr => constant(value, to);
  const unary = unaryNames.map((name) => [
    name,
    (x: Expr): Expr =>
      isConstant(x) ? literal(folding[name](x.value)) : bind({ kind: 'unary', name, x, dtype }),
  ]);
  const binary = binaryNames.map((name) => [
    name,
    (x: Expr, y: Expr): Expr => {
      if (isConstant(x) && isConstant(y)) return literal(folding[name](x.value, y.value));
      const known = dtype === 'bool' ? simplifyTruth(name, x, y) : undefined;
      return known ?? bind({ kind: 'binary', name, x, y, dtype });
    },
  ]);
  const compare = compareNames.map((name) => [
    name,
    (x: Expr, y: Expr): Expr =>
      isConstant(x) && isConstant(y)
        ? literal(folding[name](x.value, y.value), 'bool')
        : bind({ kind: 'compare', name, x, y, dtype: 'bool' }),
  ]);
  return {
    ...Object.fromEntries([...unary, ...binary, ...compare]),
    dtype,
    constant: (value: number) => literal(folding.constant(value)),
    select: (condition: Expr, x: Expr, y: Expr): Expr =>
      isConstant(condition)
        ? condition.value
          ? x
          : y
        : keyOf(x) === keyOf(y)
          ? x
          : bind({ kind: 'select', condition, x, y, dtype: x.dtype }),
    cast: (x: Expr, to: DType): Expr =>
      x.dtype === to
        ? x
        : isConstant(x)
          ? literal(folding.cast(x.value, to), to)
          : bind({ kind: 'cast', x, dtype: to }),
    bitcast: (x: Expr, to: DType): Expr =>
      x.dtype === to
        ? x
        : isConstant(x)
          ? literal(folding.bitcast(x.value, to), to)
          : bind({ kind: 'bitcast', x, dtype: to }),
    as,
  } as unknown as Scalars<Expr>;
};

/**
 * The instructions on kernel expressions, one set per dtype. `bind` sees every new expression and
 * says what stands for it: itself, or a local that holds it, which keeps shared subexpressions
 * shared.
 */
export const bindingExpressions = (bind: (e: Expr) => Expr): ((dtype: DType) => Scalars<Expr>) => {
  const cache = new Map<DType, Scalars<Expr>>();
  const at = (dtype: DType): Scalars<Expr> => {
    let found = cache.get(dtype);
    if (found === undefined) {
      found = make(dtype, bind, at);
      cache.set(dtype, found);
    }
    return found;
  };
  return at;
};
/** The instructions on kernel expressions of a dtype. */
export const expressions: (dtype: DType) => Scalars<Expr> = bindingExpressions((e) => e);

/** What a comparison of two ranges is known to give. */
const decide = (name: CompareName, x: Expr, y: Expr): boolean | undefined => {
  const [a, b] = rangeOf(subIndex(x, y));
  switch (name) {
    case 'lt':
      return b < 0 ? true : a >= 0 ? false : undefined;
    case 'ge':
      return a >= 0 ? true : b < 0 ? false : undefined;
    case 'le':
      return b <= 0 ? true : a > 0 ? false : undefined;
    case 'gt':
      return a > 0 ? true : b <= 0 ? false : undefined;
    case 'eq':
      return a === 0 && b === 0 ? true : a > 0 || b < 0 ? false : undefined;
    case 'ne':
      return a > 0 || b < 0 ? true : a === 0 && b === 0 ? false : undefined;
  }
};

const data = expressions('i32');
/**
 * Index arithmetic: no overflow is possible, so sums may be rearranged and ranges decide
 * comparisons.
 */
export const indexes: Scalars<Expr> = {
  ...data,
  ...Object.fromEntries(
    compareNames.map((name) => [
      name,
      (x: Expr, y: Expr): Expr => {
        const known = decide(name, x, y);
        return known === undefined ? data[name](x, y) : constant(known ? 1 : 0, 'bool');
      },
    ]),
  ),
  add: addIndex,
  sub: subIndex,
  mul: mulIndex,
  div: (x: Expr, y: Expr) => (isConstant(y) ? divIndex(x, y.value) : data.div(x, y)),
  rem: (x: Expr, y: Expr) => (isConstant(y) ? remIndex(x, y.value) : data.rem(x, y)),
  as: (to: DType) => (to === 'i32' ? indexes : expressions(to)),
};
