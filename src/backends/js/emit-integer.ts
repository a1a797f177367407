/**
 * Integer instructions as JavaScript. Every printed i32 is a signed and every u32 an unsigned 32
 * bit number; sums are wrapped once at their end, which is exact because doubles hold sums of 32
 * bit numbers.
 */
import { boundsOf } from '../../ir/bounds.ts';
import type { Expr } from '../../ir/kernel.ts';
import { type Code, call, conditional, infix, level, signed, unsigned, within } from './code.ts';
import { functionOf, isCalled } from './functions.ts';
import { numberCode, type Scope, sequence } from './scope.ts';

type Binary = Expr & { readonly kind: 'binary' };
type Emit = (e: Expr) => Code;

const wrap = (e: Expr, code: Code): Code => (e.dtype === 'u32' ? unsigned(code) : signed(code));

/** A product as it may stand in a sum: exact, not yet wrapped, perhaps -0. */
const product = (e: Binary, emit: Emit): Code => {
  const [x, y] = [boundsOf(e.x), boundsOf(e.y)];
  const size = x && y && Math.max(-x[0], x[1]) * Math.max(-y[0], y[1]);
  return size !== undefined && size < 2 ** 31
    ? infix(emit(e.x), '*', emit(e.y), level.product)
    : call('Math.imul', emit(e.x), emit(e.y));
};

interface Sum {
  readonly terms: { readonly code: Code; readonly isNegative: boolean }[];
  constant: number;
}
const collect = (e: Expr, isNegative: boolean, sum: Sum, scope: Scope, emit: Emit): void => {
  const known = scope.known(e);
  if (known !== undefined) sum.constant += isNegative ? -known : known;
  else if (e.kind === 'binary' && (e.name === 'add' || e.name === 'sub')) {
    collect(e.x, isNegative, sum, scope, emit);
    collect(e.y, isNegative !== (e.name === 'sub'), sum, scope, emit);
  } else {
    const isProduct = e.kind === 'binary' && e.name === 'mul';
    sum.terms.push({ code: isProduct ? product(e, emit) : emit(e), isNegative });
  }
};

/** A sum or product that is right modulo 2^32 only; undefined when it is a known number. */
const unwrapped = (e: Binary, scope: Scope, emit: Emit): Code | undefined => {
  const sum: Sum = { terms: [], constant: 0 };
  collect(e, false, sum, scope, emit);
  const start = sum.terms.findIndex((term) => !term.isNegative);
  const [first] = start < 0 ? [] : sum.terms.splice(start, 1);
  if (first === undefined && sum.terms.length === 0) return undefined;
  let code = first?.code;
  for (const term of sum.terms) {
    code = infix(code ?? numberCode(0), term.isNegative ? '-' : '+', term.code, level.sum);
  }
  if (sum.constant === 0 || code === undefined) return code;
  return infix(code, sum.constant < 0 ? '-' : '+', numberCode(Math.abs(sum.constant)), level.sum);
};

/**
 * Code with the right 32 bits, as operators on bits take it: without a wrap of its own where
 * possible.
 */
const emitBits = (e: Expr, scope: Scope, emit: Emit): Code => {
  if (e.kind === 'binary' && (e.name === 'add' || e.name === 'sub' || e.name === 'mul')) {
    return unwrapped(e, scope, emit) ?? emit(e);
  }
  if (e.kind === 'binary' && e.dtype === 'u32') return bitwise(e, scope, emit) ?? emit(e);
  return emit(e);
};

/** The operators on bits; `>>` keeps the sign. */
export const bitOperators: Readonly<
  Record<'and' | 'or' | 'xor' | 'shl' | 'shr', readonly [operator: string, level: number]>
> = {
  and: ['&', level.bitAnd],
  or: ['|', level.bitOr],
  xor: ['^', level.bitXor],
  shl: ['<<', level.shift],
  shr: ['>>', level.shift],
};
const isBitwise = (name: string): name is keyof typeof bitOperators =>
  Object.hasOwn(bitOperators, name);
/** Operators on bits; the result is signed, except for `>>>`. */
const bitwise = (e: Binary, scope: Scope, emit: Emit): Code | undefined => {
  if (!isBitwise(e.name)) return undefined;
  const [operator, at] = bitOperators[e.name];
  const actual = e.name === 'shr' && e.dtype === 'u32' ? '>>>' : operator;
  return infix(emitBits(e.x, scope, emit), actual, emitBits(e.y, scope, emit), at);
};

/** Integer instructions of two operands. */
export const emitIntegerBinary = (e: Binary, scope: Scope, emit: Emit): Code => {
  const isUnsigned = e.dtype === 'u32';
  switch (e.name) {
    case 'add':
    case 'sub':
      return wrap(e, unwrapped(e, scope, emit) ?? numberCode(scope.known(e) ?? 0));
    case 'mul': {
      const known = scope.known(e);
      if (known !== undefined) return numberCode(known);
      const code = product(e, emit);
      const isImul = code.level === level.primary;
      const isPositive = [e.x, e.y].every((x) => (boundsOf(x)?.[0] ?? -1) >= 0);
      return (isImul ? !isUnsigned : isPositive) ? code : wrap(e, code);
    }
    case 'div':
      return wrap(e, infix(emit(e.x), '/', emit(e.y), level.product));
    case 'rem':
      return wrap(e, infix(emit(e.x), '%', emit(e.y), level.product));
    case 'min':
    case 'max': {
      const x = scope.repeat(emit(e.x));
      const y = scope.repeat(emit(e.y));
      const wins = infix(x.again, e.name === 'min' ? '<' : '>', y.again, level.relation);
      return sequence([...x.first, ...y.first], conditional(wins, x.again, y.again));
    }
    default: {
      if (isCalled(e.name)) return wrap(e, call(functionOf(e.name), emit(e.x), emit(e.y)));
      const code = bitwise(e, scope, emit) as Code;
      return isUnsigned && e.name !== 'shr' ? unsigned(code) : code;
    }
  }
};

/** Integer instructions of one operand; those that change nothing on integers print nothing. */
export const emitIntegerUnary = (
  e: Expr & { readonly kind: 'unary' },
  scope: Scope,
  emit: Emit,
  callOf: (name: Exclude<typeof e.name, 'neg' | 'not'>, x: Code) => Code,
): Code => {
  const x = emit(e.x);
  switch (e.name) {
    case 'neg':
      return wrap(e, { text: `-${within(x, level.primary)}`, level: level.unary });
    case 'not': {
      const bits = within(emitBits(e.x, scope, emit), level.unary);
      const code: Code = { text: `~${bits}`, level: level.unary };
      return e.dtype === 'u32' ? unsigned(code) : code;
    }
    case 'floor':
    case 'ceil':
    case 'round':
    case 'trunc':
      return x;
    default:
      return wrap(e, callOf(e.name, x));
  }
};
