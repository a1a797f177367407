/**
 * Kernel expressions as JavaScript. Floats stay doubles between operations and are rounded when
 * stored; instructions whose result jumps (comparisons, floor, remainders, casts to integers, bits)
 * round f32 operands first, so that they decide as they would on stored values.
 */
import { InternalError } from '../../ir/errors.ts';
import type { Expr } from '../../ir/kernel.ts';
import { type CompareName, type UnaryName, wrapTo } from '../../ir/scalar.ts';
import { isFloat } from '../../ir/types.ts';
import {
  type Code,
  call,
  conditional,
  infix,
  level,
  primary,
  signed,
  unsigned,
  within,
} from './code.ts';
import { binaryTruth, unaryTruth } from './emit-boolean.ts';
import { bitOperators, emitIntegerBinary, emitIntegerUnary } from './emit-integer.ts';
import { typedLiteral } from './literal.ts';
import { numberCode, type Scope, sequence } from './scope.ts';

/**
 * JavaScript functions of the instructions of one operand that are calls; `round` and `erf` are
 * arguments.
 */
const functions: Readonly<Record<Exclude<UnaryName, 'neg' | 'not'>, string>> = {
  abs: 'Math.abs',
  sign: 'Math.sign',
  floor: 'Math.floor',
  ceil: 'Math.ceil',
  round: 'round',
  trunc: 'Math.trunc',
  sqrt: 'Math.sqrt',
  exp: 'Math.exp',
  expm1: 'Math.expm1',
  log: 'Math.log',
  log1p: 'Math.log1p',
  sin: 'Math.sin',
  cos: 'Math.cos',
  tan: 'Math.tan',
  asin: 'Math.asin',
  acos: 'Math.acos',
  atan: 'Math.atan',
  sinh: 'Math.sinh',
  cosh: 'Math.cosh',
  tanh: 'Math.tanh',
  asinh: 'Math.asinh',
  acosh: 'Math.acosh',
  atanh: 'Math.atanh',
  erf: 'erf',
};
const arithmetic = {
  add: ['+', level.sum],
  sub: ['-', level.sum],
  mul: ['*', level.product],
  div: ['/', level.product],
} as const;
const relations: Readonly<Record<CompareName, readonly [string, number]>> = {
  eq: ['===', level.equality],
  ne: ['!==', level.equality],
  lt: ['<', level.relation],
  le: ['<=', level.relation],
  gt: ['>', level.relation],
  ge: ['>=', level.relation],
};
const jumping: readonly string[] = ['floor', 'ceil', 'round', 'trunc', 'sign', 'not'];
/**
 * The views of four shared bytes that read the bits of a dtype; arguments of the generated module.
 */
const bitViews: Readonly<Record<string, string>> = { f32: 'asF32', i32: 'asI32', u32: 'asU32' };

const negative = (x: Code): Code => ({ text: `-${within(x, level.primary)}`, level: level.unary });
const zero = primary('0');

/** The code of `e`; temporaries it needs are noted in the scope. */
export const emitExpression = (e: Expr, scope: Scope): Code => {
  const emit = (x: Expr): Code => emitExpression(x, scope);
  /** The operand of an instruction that jumps. */
  const emitRounded = (x: Expr): Code =>
    x.dtype === 'f32' && !scope.isSingle(x) ? call('Math.fround', emit(x)) : emit(x);
  switch (e.kind) {
    case 'const':
      return e.dtype === 'bool'
        ? primary(typedLiteral(e.value, e.dtype))
        : numberCode(Number(typedLiteral(e.value, e.dtype)));
    case 'local': {
      const found = scope.local(e);
      return typeof found === 'number' ? numberCode(found) : found;
    }
    case 'load': {
      const element = primary(`${scope.buffer(e.buffer)}[${emit(e.at).text}]`);
      return e.dtype === 'bool' ? infix(element, '!==', zero, level.equality) : element;
    }
    case 'unary':
      return emitUnary(e, scope, emit, emitRounded);
    case 'binary':
      if (e.dtype === 'bool') return binaryTruth(e.name, emit(e.x), emit(e.y));
      if (!isFloat(e.dtype)) return emitIntegerBinary(e, scope, emit);
      return emitFloatBinary(e, scope, emit, emitRounded);
    case 'compare': {
      if (e.x.dtype === 'bool') return binaryTruth(e.name, emit(e.x), emit(e.y));
      const [operator, at] = relations[e.name];
      return infix(emitRounded(e.x), operator, emitRounded(e.y), at);
    }
    case 'select':
      return conditional(emit(e.condition), emit(e.x), emit(e.y));
    case 'cast':
      return emitCast(e, scope, emit, emitRounded);
    case 'bitcast': {
      const [from, to] = [bitViews[e.x.dtype], bitViews[e.dtype]];
      if (from === undefined || to === undefined) {
        throw new InternalError('js', `no bitcast from ${e.x.dtype} to ${e.dtype}`);
      }
      return sequence(
        [`${from}[0] = ${within(emit(e.x), level.conditional)}`],
        primary(`${to}[0]`),
      );
    }
  }
};

const emitUnary = (
  e: Expr & { readonly kind: 'unary' },
  scope: Scope,
  emit: (x: Expr) => Code,
  emitRounded: (x: Expr) => Code,
): Code => {
  const callOf = (name: keyof typeof functions, x: Code): Code => call(functions[name], x);
  if (e.dtype === 'bool') return unaryTruth(e.name, emit(e.x));
  if (!isFloat(e.dtype)) return emitIntegerUnary(e, scope, emit, callOf);
  const x = jumping.includes(e.name) ? emitRounded(e.x) : emit(e.x);
  if (e.name === 'neg') return negative(x);
  if (e.name === 'not') return { text: `~${within(x, level.unary)}`, level: level.unary };
  return callOf(e.name, x);
};

const emitFloatBinary = (
  e: Expr & { readonly kind: 'binary' },
  scope: Scope,
  emit: (x: Expr) => Code,
  emitRounded: (x: Expr) => Code,
): Code => {
  switch (e.name) {
    case 'min':
    case 'max':
      return emitExtremum(e, scope, emit);
    case 'pow':
      return call('pow', emit(e.x), emit(e.y));
    case 'atan2':
      return call('Math.atan2', emit(e.x), emit(e.y));
    case 'rem':
      return infix(emitRounded(e.x), '%', emitRounded(e.y), level.product);
    case 'and':
    case 'or':
    case 'xor':
    case 'shl':
    case 'shr': {
      const [bits, at] = bitOperators[e.name];
      return infix(emitRounded(e.x), bits, emitRounded(e.y), at);
    }
    default: {
      const [operator, at] = arithmetic[e.name];
      return infix(emit(e.x), operator, emit(e.y), at);
    }
  }
};

/**
 * The larger or smaller of two floats with the answers of Math.max and Math.min: NaN wins, and -0 <
 * 0. V8 takes several nanoseconds for the functions and about one for these comparisons. When
 * neither x nor y is ahead, they are equal or one is NaN: the sum of two zeros has the right sign
 * for the maximum, and a sum with NaN is NaN.
 */
const emitExtremum = (
  e: Expr & { readonly kind: 'binary' },
  scope: Scope,
  emit: (x: Expr) => Code,
): Code => {
  const isMax = e.name === 'max';
  const [left, right] = e.x.kind === 'const' ? [e.y, e.x] : [e.x, e.y];
  const x = scope.repeat(emit(left));
  const y = scope.repeat(emit(right));
  const ahead = isMax ? '>' : '<';
  const choose = (relation: string, a: Code, b: Code): Code =>
    infix(a, relation, b, level.relation);
  if (right.kind === 'const' && !Number.isNaN(right.value)) {
    const isNegativeZero = Object.is(wrapTo[e.dtype](right.value), -0);
    // Among zeros the constant decides: -0 never wins a maximum, 0 never wins a minimum.
    const isStrict = isMax !== isNegativeZero;
    const isNaN = infix(x.again, '!==', x.again, level.equality);
    const wins = choose(isStrict ? ahead : `${ahead}=`, x.again, y.again);
    return sequence(x.first, conditional(infix(wins, '||', isNaN, level.or), x.again, y.again));
  }
  const isSame = infix(x.again, '===', y.again, level.equality);
  const isNotZero = infix(x.again, '!==', zero, level.equality);
  const sum = isMax
    ? infix(x.again, '+', y.again, level.sum)
    : negative(infix(negative(x.again), '-', y.again, level.sum));
  const equal = conditional(infix(isSame, '&&', isNotZero, level.and), x.again, sum);
  const behind = conditional(choose(isMax ? '<' : '>', x.again, y.again), y.again, equal);
  const result = conditional(choose(ahead, x.again, y.again), x.again, behind);
  return sequence([...x.first, ...y.first], result);
};

const emitCast = (
  { x: operand, dtype: to }: Expr & { readonly kind: 'cast' },
  scope: Scope,
  emit: (x: Expr) => Code,
  emitRounded: (x: Expr) => Code,
): Code => {
  const from = operand.dtype;
  if (from === to || to === 'f32') {
    const plain = emit(operand);
    return from === 'bool' && to === 'f32' ? conditional(plain, primary('1'), zero) : plain;
  }
  const rounded = emitRounded(operand);
  if (to === 'bool') return infix(rounded, '!==', zero, level.equality);
  if (from === 'bool') return conditional(rounded, primary('1'), zero);
  if (to === 'f64') return rounded;
  if (!isFloat(from)) return to === 'i32' ? signed(rounded) : unsigned(rounded);
  // Comparisons with NaN are false, and NaN | 0 and NaN >>> 0 are 0.
  const x = scope.repeat(rounded);
  const isAbove = (bound: number): Code => infix(x.again, '>=', numberCode(bound), level.relation);
  const clamped =
    to === 'i32'
      ? conditional(
          isAbove(2147483647),
          numberCode(2147483647),
          conditional(
            infix(x.again, '<=', numberCode(-2147483648), level.relation),
            numberCode(-2147483648),
            signed(x.again),
          ),
        )
      : conditional(
          isAbove(4294967295),
          numberCode(4294967295),
          conditional(infix(x.again, '>', zero, level.relation), unsigned(x.again), zero),
        );
  return sequence(x.first, clamped);
};
