/**
 * Kernel expressions as JavaScript. Floats stay doubles between operations and are rounded when
 * stored; instructions whose result jumps (comparisons, floor, remainders, casts to integers, bits)
 * round f32 operands first, so that they decide as they would on stored values.
 */
import { InternalError } from '../../ir/errors.ts';
import type { Expr } from '../../ir/kernel.ts';
import { type CompareName, wrapTo } from '../../ir/scalar.ts';
import { isDifferentiable, isHalf } from '../../ir/types.ts';
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
import { type CalledName, functionOf, isCalled } from './functions.ts';
import { halfNames } from './halves.ts';
import { typedLiteral } from './literal.ts';
import { numberCode, type Scope, sequence } from './scope.ts';

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
  const emitRounded = (x: Expr): Code => {
    const rounding = x.dtype === 'f32' ? 'Math.fround' : halfNames(x.dtype)?.round;
    return rounding === undefined || scope.isSingle(x) ? emit(x) : call(rounding, emit(x));
  };
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
      const half = halfNames(e.dtype);
      if (half !== undefined) return primary(`${half.values}[${element.text}]`);
      return e.dtype === 'bool' ? infix(element, '!==', zero, level.equality) : element;
    }
    case 'unary':
      return emitUnary(e, scope, emit, emitRounded);
    case 'binary':
      if (e.dtype === 'bool') return binaryTruth(e.name, emit(e.x), emit(e.y));
      if (!isDifferentiable(e.dtype)) return emitIntegerBinary(e, scope, emit);
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
  const callOf = (name: CalledName, x: Code): Code => call(functionOf(name), x);
  if (e.dtype === 'bool') return unaryTruth(e.name, emit(e.x));
  if (!isDifferentiable(e.dtype)) return emitIntegerUnary(e, scope, emit, callOf);
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
    case 'scale':
    case 'unscale':
      return emitZeroWins(e, scope, emit);
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
      if (isCalled(e.name)) return call(functionOf(e.name), emit(e.x), emit(e.y));
      const [operator, at] = arithmetic[e.name];
      return infix(emit(e.x), operator, emit(e.y), at);
    }
  }
};

/**
 * A product or quotient where zero wins. It is NaN nearly never, so the test for that is all it
 * costs.
 */
const emitZeroWins = (
  e: Expr & { readonly kind: 'binary' },
  scope: Scope,
  emit: (x: Expr) => Code,
): Code => {
  const isZero = (x: Code): Code => infix(x, '===', zero, level.equality);
  const x = scope.repeat(emit(e.x));
  const y = scope.repeat(emit(e.y));
  const [operator, isNothing] =
    e.name === 'scale'
      ? ['*', infix(isZero(x.again), '||', isZero(y.again), level.or)]
      : ['/', isZero(x.again)];
  const z = scope.repeat(infix(x.again, operator, y.again, level.product));
  const isNumber = infix(z.again, '===', z.again, level.equality);
  const result = conditional(isNumber, z.again, conditional(isNothing, zero, z.again));
  return sequence([...x.first, ...y.first, ...z.first], result);
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
  if (from === to || (to === 'f32' && !isHalf(from))) {
    const plain = emit(operand);
    return from === 'bool' && to === 'f32' ? conditional(plain, primary('1'), zero) : plain;
  }
  const rounded = emitRounded(operand);
  if (to === 'bool') return infix(rounded, '!==', zero, level.equality);
  if (from === 'bool') return conditional(rounded, primary('1'), zero);
  // What is stored as 16 bits is rounded there, and before where it is read as a number.
  if (isDifferentiable(to)) return rounded;
  if (!isDifferentiable(from)) return to === 'i32' ? signed(rounded) : unsigned(rounded);
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
