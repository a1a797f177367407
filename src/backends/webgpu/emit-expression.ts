/**
 * Kernel expressions as WGSL. Every operation rounds to f32, and a 16 bit float is rounded when it
 * is made. What built-in functions and operators of WGSL leave open is left to our own functions
 * (functions/).
 */
import { InternalError } from '../../ir/errors.ts';
import { type Expr, type KernelBuffer, keyOf } from '../../ir/kernel.ts';
import { type BinaryName, type CompareName, numbers, type UnaryName } from '../../ir/scalar.ts';
import { type DType, isHalf, isInteger } from '../../ir/types.ts';
import { literal } from './literal.ts';
import type { Element, Memory, Scope } from './scope.ts';

/**
 * The WGSL type of a scalar of a dtype. Programs with f64 are refused, but ops of f32 may want
 * doubles on the way; they get single precision.
 */
export const scalarType = (dtype: DType): Element =>
  dtype === 'bool' || dtype === 'i32' || dtype === 'u32' ? dtype : 'f32';
/** How elements of a dtype stand in memory: a word each, bools and 16 bit floats as their bits. */
export const storedType = (dtype: DType): Element =>
  dtype === 'f32' || dtype === 'i32' ? dtype : 'u32';

const operators: Readonly<Record<string, string>> = {
  add: '+',
  sub: '-',
  mul: '*',
  div: '/',
  and: '&',
  or: '|',
  xor: '^',
  shl: '<<',
  shr: '>>',
};
const relations: Readonly<Record<CompareName, string>> = {
  eq: '==',
  ne: '!=',
  lt: '<',
  le: '<=',
  gt: '>',
  ge: '>=',
};
/** Instructions of floats that WGSL computes as they are meant. */
const builtIn: readonly string[] = ['abs', 'floor', 'ceil', 'round', 'trunc', 'sqrt'];

/** `name[offset + at]`. */
const elementAt = (memory: Memory, at: string): string => {
  const place = placeIn(memory, at);
  if (memory.isWide !== true) return `${memory.name}[${place}]`;
  const number = /^\d+i$/.test(place) ? Number.parseInt(place, 10) : undefined;
  return number === undefined
    ? `${memory.name}[(${place}) >> 2u][(${place}) & 3i]`
    : `${memory.name}[${number >> 2}].${'xyzw'[number & 3]}`;
};
const placeIn = ({ offset }: Memory, at: string): string =>
  offset === 0 ? bare(at) : `${literalOffset(offset)} + ${at}`;
const literalOffset = (offset: number | string): string =>
  typeof offset === 'number' ? literal(offset, 'i32') : offset;

/** An expression without the parentheses around the whole of it. */
export const bare = (text: string): string => {
  if (!text.startsWith('(') || !text.endsWith(')')) return text;
  let depth = 0;
  for (let k = 0; k < text.length - 1; k++) {
    if (text[k] === '(') depth++;
    else if (text[k] === ')') depth--;
    if (depth === 0) return text;
  }
  return text.slice(1, -1);
};

/** The value of an element of a dtype as it stands in memory. */
const decode = (text: string, element: Element, dtype: DType): string => {
  if (element === scalarType(dtype) && !(isHalf(dtype) && element === 'u32')) return text;
  if (element === 'f16') return `f32(${text})`;
  if (isHalf(dtype)) return `gl_${dtype}Value(${text})`;
  if (dtype === 'bool') return `(${text} != 0u)`;
  return `bitcast<${scalarType(dtype)}>(${text})`;
};
/** The opposite of `decode`. */
const encode = (text: string, element: Element, dtype: DType): string => {
  if (element === scalarType(dtype) && !(isHalf(dtype) && element === 'u32')) return text;
  // Which way a conversion to f16 rounds, and what it makes of numbers beyond, WGSL leaves open.
  if (element === 'f16') return `bitcast<vec2<f16>>(gl_f16Bits(${bare(text)})).x`;
  if (isHalf(dtype)) return `gl_${dtype}Bits(${bare(text)})`;
  if (dtype === 'bool') return `select(0u, 1u, ${bare(text)})`;
  return `bitcast<u32>(${bare(text)})`;
};
/** The statement that stores `value` at an index of a buffer. */
export const storeText = (
  buffer: KernelBuffer,
  at: string,
  value: string,
  scope: Scope,
): string => {
  const memory = scope.memory(buffer);
  return `${elementAt(memory, at)} = ${bare(encode(value, memory.element, buffer.dtype))};`;
};

/** The vector of four elements whose first one is at an index of a buffer bound as vectors. */
export const quadText = (buffer: KernelBuffer, at: Expr, scope: Scope): string => {
  const memory = scope.memory(buffer);
  return `${memory.name}[(${placeIn(memory, emitExpression(at, scope))}) >> 2u]`;
};
/** The type of such a vector. */
export const quadType = (buffer: KernelBuffer, scope: Scope): string =>
  `vec4<${scope.memory(buffer).element}>`;
/** What stands in the memory of a buffer for a value. */
export const encodedText = (buffer: KernelBuffer, value: string, scope: Scope): string =>
  bare(encode(value, scope.memory(buffer).element, buffer.dtype));

/** By the results for (0,0), (0,1), (1,0), (1,1), first one highest. */
const truthTable: readonly ((x: string, y: string) => string)[] = [
  () => 'false',
  (x, y) => `(${x} && ${y})`,
  (x, y) => `(${x} && !${y})`,
  (x) => x,
  (x, y) => `(!${x} && ${y})`,
  (_, y) => y,
  (x, y) => `(${x} != ${y})`,
  (x, y) => `(${x} || ${y})`,
  (x, y) => `(!(${x} || ${y}))`,
  (x, y) => `(${x} == ${y})`,
  (_, y) => `(!${y})`,
  (x, y) => `(${x} || !${y})`,
  (x) => `(!${x})`,
  (x, y) => `(!${x} || ${y})`,
  (x, y) => `(!(${x} && ${y}))`,
  () => 'true',
];
const bools = numbers('bool');
const binaryTruth = (name: BinaryName | CompareName, x: string, y: string): string => {
  const f = bools[name];
  const row = f(0, 0) * 8 + f(0, 1) * 4 + f(1, 0) * 2 + f(1, 1);
  return (truthTable[row] as (typeof truthTable)[0])(x, y);
};
const unaryTruth = (name: UnaryName, x: string): string => {
  const [whenFalse, whenTrue] = [bools[name](0), bools[name](1)];
  if (whenFalse === whenTrue) return String(whenTrue !== 0);
  return whenTrue ? x : `(!${x})`;
};

const integerUnary = (name: UnaryName, x: string, dtype: DType): string => {
  switch (name) {
    case 'neg':
      return `(${literal(0, dtype)} - ${x})`;
    case 'not':
      return `(~${x})`;
    case 'abs':
      return dtype === 'u32' ? x : `abs(${bare(x)})`;
    case 'sign':
      return dtype === 'u32' ? `min(${bare(x)}, 1u)` : `sign(${bare(x)})`;
    case 'floor':
    case 'ceil':
    case 'round':
    case 'trunc':
      return x;
    default:
      throw new InternalError('webgpu', `no instruction '${name}' of ${dtype}`);
  }
};
const floatUnary = (name: UnaryName, x: string): string => {
  if (name === 'neg') return `(-${x})`;
  if (name === 'not') throw new InternalError('webgpu', "no instruction 'not' of floats");
  return `${builtIn.includes(name) ? name : `gl_${name}`}(${bare(x)})`;
};

const integerBinary = (e: Expr & { kind: 'binary' }, x: string, y: string): string => {
  const type = e.dtype === 'u32' ? 'U32' : 'I32';
  switch (e.name) {
    case 'add':
    case 'sub':
    case 'mul':
    case 'and':
    case 'or':
    case 'xor':
      return `(${x} ${operators[e.name]} ${y})`;
    case 'shl':
    case 'shr': {
      const count = e.dtype === 'u32' ? y : `u32(${bare(y)})`;
      return `(${x} ${operators[e.name]} (${count} & 31u))`;
    }
    case 'min':
    case 'max':
      return `${e.name}(${bare(x)}, ${bare(y)})`;
    case 'div':
    case 'rem': {
      const isPlain = e.y.kind === 'const' && e.y.value > 0;
      if (isPlain) return `(${x} ${e.name === 'div' ? '/' : '%'} ${y})`;
      return `gl_${e.name}${type}(${bare(x)}, ${bare(y)})`;
    }
    default:
      throw new InternalError('webgpu', `no instruction '${e.name}' of ${e.dtype}`);
  }
};
const floatBinary = (name: BinaryName, x: string, y: string): string => {
  switch (name) {
    case 'add':
    case 'sub':
    case 'mul':
    case 'div':
      return `(${x} ${operators[name]} ${y})`;
    case 'and':
    case 'or':
    case 'xor':
    case 'shl':
    case 'shr':
      throw new InternalError('webgpu', `no instruction '${name}' of floats`);
    default:
      return `gl_${name}(${bare(x)}, ${bare(y)})`;
  }
};

const castText = (x: string, from: DType, to: DType): string => {
  if (from === to) return x;
  const isFloat = (dtype: DType): boolean => scalarType(dtype) === 'f32';
  if (to === 'bool') {
    return isFloat(from) ? `gl_truth(${bare(x)})` : `(${x} != ${literal(0, from)})`;
  }
  if (isHalf(to)) {
    const single = isFloat(from) ? bare(x) : `f32(${bare(x)})`;
    return `gl_${to}Value(gl_${to}Bits(${single}))`;
  }
  if (to === 'f32' || to === 'f64') return isFloat(from) ? x : `f32(${bare(x)})`;
  if (!isInteger(to)) throw new InternalError('webgpu', `no cast from ${from} to ${to}`);
  if (isFloat(from)) return `gl_to${to === 'u32' ? 'U32' : 'I32'}(${bare(x)})`;
  return `${to}(${bare(x)})`;
};

/** The code of `e`: a name, a literal, a call, or something in parentheses. */
export const emitExpression = (e: Expr, scope: Scope): string => {
  const emit = (x: Expr): string => emitExpression(x, scope);
  switch (e.kind) {
    case 'const':
      return literal(e.value, e.dtype);
    case 'local': {
      const rest = scope.rest(e);
      const name = scope.local(e);
      return rest === undefined ? name : `gl_total(${name}, ${rest})`;
    }
    case 'load': {
      const memory = scope.memory(e.buffer);
      const text = scope.load(keyOf(e)) ?? elementAt(memory, emit(e.at));
      return decode(text, memory.element, e.dtype);
    }
    case 'unary': {
      const x = emit(e.x);
      if (e.dtype === 'bool') return unaryTruth(e.name, x);
      return isInteger(e.dtype) ? integerUnary(e.name, x, e.dtype) : floatUnary(e.name, x);
    }
    case 'binary': {
      const [x, y] = [emit(e.x), emit(e.y)];
      if (e.dtype === 'bool') return binaryTruth(e.name, x, y);
      return isInteger(e.dtype) ? integerBinary(e, x, y) : floatBinary(e.name, x, y);
    }
    case 'compare': {
      const [x, y] = [emit(e.x), emit(e.y)];
      if (e.x.dtype === 'bool') return binaryTruth(e.name, x, y);
      const isFloat = !isInteger(e.x.dtype);
      return isFloat && e.name === 'ne'
        ? `gl_ne(${bare(x)}, ${bare(y)})`
        : `(${x} ${relations[e.name]} ${y})`;
    }
    case 'select':
      return `select(${bare(emit(e.y))}, ${bare(emit(e.x))}, ${bare(emit(e.condition))})`;
    case 'cast':
      return castText(emit(e.x), e.x.dtype, e.dtype);
    case 'bitcast':
      return e.x.dtype === e.dtype ? emit(e.x) : `bitcast<${e.dtype}>(${bare(emit(e.x))})`;
  }
};
