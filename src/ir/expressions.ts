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

/** Operations on bools that a literal decides. */
const simplifyTruth = (name: string, x: Expr, y: Expr): Expr | undefined => {
  for (const [a, b] of [
    [x, y],
    [y, x],
  ] as const) {
    if (a.kind !== 'const') continue;
    if (name === 'and') return a.value ? b : a;
    if (name === 'or') return a.value ? a : b;
  }
  return undefined;
};

/** What stands for a new expression. */
type Bind = (e: Expr) => Expr;
type Instruction = (...operands: never[]) => unknown;

/** What makes the instructions of a set, by their names. */
type Makers = Record<string, (set: ExpressionScalars) => Instruction>;

/** Lets the sets of a class have instructions. */
const define = (sets: { readonly prototype: ExpressionScalars }, makers: Makers): void => {
  for (const [name, make] of Object.entries(makers)) {
    Object.defineProperty(sets.prototype, name, {
      get(this: ExpressionScalars) {
        const value = make(this);
        Object.defineProperty(this, name, { value });
        return value;
      },
    });
  }
};

/**
 * The instructions of one dtype. Each is made when it is first asked for: a set is made for each
 * kernel and dtype, and its more than fifty functions would take longer than they are used.
 */
class ExpressionScalars {
  readonly dtype: DType;
  readonly bind: Bind;
  readonly as: (to: DType) => Scalars<Expr>;
  constructor(dtype: DType, bind: Bind, as: (to: DType) => Scalars<Expr>) {
    this.dtype = dtype;
    this.bind = bind;
    this.as = as;
  }
}
const named = <Name extends string>(
  names: readonly Name[],
  make: (name: Name, set: ExpressionScalars) => Instruction,
): Makers =>
  Object.fromEntries(names.map((name) => [name, (set: ExpressionScalars) => make(name, set)]));

define(ExpressionScalars, {
  ...named(unaryNames, (name, { dtype, bind }) => {
    return (x: Expr): Expr =>
      x.kind === 'const'
        ? constant(numbers(dtype)[name](x.value), dtype)
        : bind({ kind: 'unary', name, x, dtype });
  }),
  ...named(binaryNames, (name, { dtype, bind }) => {
    return (x: Expr, y: Expr): Expr => {
      if (x.kind === 'const' && y.kind === 'const') {
        return constant(numbers(dtype)[name](x.value, y.value), dtype);
      }
      const known = dtype === 'bool' ? simplifyTruth(name, x, y) : undefined;
      return known ?? bind({ kind: 'binary', name, x, y, dtype });
    };
  }),
  ...named(compareNames, (name, { dtype, bind }) => {
    return (x: Expr, y: Expr): Expr =>
      x.kind === 'const' && y.kind === 'const'
        ? constant(numbers(dtype)[name](x.value, y.value), 'bool')
        : bind({ kind: 'compare', name, x, y, dtype: 'bool' });
  }),
  constant: ({ dtype }) => {
    const { constant: rounded } = numbers(dtype);
    return (value: number): Expr => ({ kind: 'const', value: rounded(value), dtype });
  },
  select:
    ({ bind }) =>
    (condition: Expr, x: Expr, y: Expr): Expr => {
      if (condition.kind === 'const') return condition.value ? x : y;
      if (keyOf(x) === keyOf(y)) return x;
      return bind({ kind: 'select', condition, x, y, dtype: x.dtype });
    },
  cast:
    ({ dtype, bind }) =>
    (x: Expr, to: DType): Expr => {
      if (x.dtype === to) return x;
      if (x.kind === 'const') return constant(numbers(dtype).cast(x.value, to), to);
      return bind({ kind: 'cast', x, dtype: to });
    },
  bitcast:
    ({ dtype, bind }) =>
    (x: Expr, to: DType): Expr => {
      if (x.dtype === to) return x;
      if (x.kind === 'const') return constant(numbers(dtype).bitcast(x.value, to), to);
      return bind({ kind: 'bitcast', x, dtype: to });
    },
});

/**
 * The instructions on kernel expressions, one set per dtype. `bind` sees every new expression and
 * says what stands for it: itself, or a local that holds it, which keeps shared subexpressions
 * shared.
 */
export const bindingExpressions = (bind: Bind): ((dtype: DType) => Scalars<Expr>) => {
  const cache = new Map<DType, Scalars<Expr>>();
  const at = (dtype: DType): Scalars<Expr> => {
    let found = cache.get(dtype);
    if (found === undefined) {
      found = new ExpressionScalars(dtype, bind, at) as unknown as Scalars<Expr>;
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
class IndexScalars extends ExpressionScalars {}
define(IndexScalars, {
  ...named(compareNames, (name) => {
    return (x: Expr, y: Expr): Expr => {
      const known = decide(name, x, y);
      return known === undefined ? data[name](x, y) : constant(known ? 1 : 0, 'bool');
    };
  }),
  add: () => addIndex,
  sub: () => subIndex,
  mul: () => mulIndex,
  div: () => (x: Expr, y: Expr) => (y.kind === 'const' ? divIndex(x, y.value) : data.div(x, y)),
  rem: () => (x: Expr, y: Expr) => (y.kind === 'const' ? remIndex(x, y.value) : data.rem(x, y)),
});
/** The instructions of index arithmetic. */
export const indexes: Scalars<Expr> = new IndexScalars(
  'i32',
  (e) => e,
  (to) => (to === 'i32' ? indexes : expressions(to)),
) as unknown as Scalars<Expr>;
