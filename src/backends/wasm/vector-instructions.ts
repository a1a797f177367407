/**
 * What vectors have instructions for, and what several of them are together: instructions of
 * masks, and products in which zero wins.
 */
import {
  type BinaryName,
  type CompareName,
  numbers,
  type Scalars,
  type UnaryName,
} from '../../ir/scalar.ts';
import type { DType } from '../../ir/types.ts';

/** Whether a dtype is an integer of 32 bits. */
export const isInteger = (dtype: DType): boolean => dtype === 'i32' || dtype === 'u32';

/** Instructions of one f32. */
const floatUnary: Readonly<Record<string, string>> = {
  neg: 'f32x4.neg',
  abs: 'f32x4.abs',
  floor: 'f32x4.floor',
  ceil: 'f32x4.ceil',
  trunc: 'f32x4.trunc',
  round: 'f32x4.nearest',
  sqrt: 'f32x4.sqrt',
};
/** Instructions of two operands, by dtype. */
const binaries: Readonly<Record<string, readonly string[]>> = {
  f32: ['add', 'sub', 'mul', 'div', 'min', 'max'],
  i32: ['add', 'sub', 'mul'],
  u32: ['add', 'sub', 'mul'],
};
/** Instructions of bits. */
const bitwise: readonly string[] = ['and', 'or', 'xor'];
/** The meaning of instructions of bools. */
const bools: Scalars<number> = numbers('bool');
/** Instructions of two masks by their truth tables. */
const truths: Readonly<Record<string, string>> = {
  '0001': 'v128.and',
  '0111': 'v128.or',
  '0110': 'v128.xor',
  '0010': 'v128.andnot',
};

const floatBits = new DataView(new ArrayBuffer(4));
/** The 32 bits of a literal in a vector; bools are masks. */
export const bitsOf = (value: number, dtype: DType): number => {
  if (dtype === 'bool') return value ? -1 : 0;
  if (dtype !== 'f32') return value | 0;
  floatBits.setFloat32(0, value);
  return floatBits.getInt32(0);
};

/** What writing several instructions needs: to add one, and the vectors they work on. */
export interface VectorCode {
  add(name: string, ...immediates: number[]): void;
  constant(bits: number): void;
  /** Takes the vector on the stack into a fresh local. */
  keep(): number;
}

/** A product or quotient that is 0 where it is NaN and x, or of a product also y, is 0. */
export const addZeroWins = (
  code: VectorCode,
  isProduct: boolean,
  first: number,
  second: number,
): void => {
  const isZero = (local: number): void => {
    code.add('local.get', local);
    code.constant(0);
    code.add('f32x4.eq');
  };
  code.add('local.get', first);
  code.add('local.get', second);
  code.add(isProduct ? 'f32x4.mul' : 'f32x4.div');
  const result = code.keep();
  code.add('local.get', result);
  code.add('local.get', result);
  code.add('local.get', result);
  code.add('f32x4.ne');
  isZero(first);
  if (isProduct) {
    isZero(second);
    code.add('v128.or');
  }
  code.add('v128.and');
  code.add('v128.andnot');
};

/** What a function of a bool makes of the mask on the stack. */
export const addTruthOf = (code: VectorCode, name: UnaryName): void => {
  const [whenFalse, whenTrue] = [bools[name](0), bools[name](1)];
  if (whenFalse === whenTrue) {
    code.add('drop');
    code.constant(-whenTrue);
  } else if (whenFalse === 1) code.add('v128.not');
};
/** An instruction of two masks: where its truth table says so, for each row of the table. */
export const addTruth = (code: VectorCode, name: string, first: number, second: number): void => {
  const f = bools[name as CompareName];
  const native = truths[`${f(0, 0)}${f(0, 1)}${f(1, 0)}${f(1, 1)}`];
  if (native !== undefined) {
    code.add('local.get', first);
    code.add('local.get', second);
    code.add(native);
    return;
  }
  const mask = (local: number, isTrue: number): void => {
    code.add('local.get', local);
    if (isTrue === 0) code.add('v128.not');
  };
  let isFirst = true;
  for (const a of [0, 1]) {
    for (const b of [0, 1]) {
      if (f(a, b) === 0) continue;
      mask(first, a);
      mask(second, b);
      code.add('v128.and');
      if (!isFirst) code.add('v128.or');
      isFirst = false;
    }
  }
  if (isFirst) code.constant(0);
};

/** The vector on the stack in another dtype of 32 bits, or as masks. */
export const addCast = (code: VectorCode, from: DType, to: DType): void => {
  if (from === to) return;
  if (to === 'bool') {
    code.constant(0);
    code.add(from === 'f32' ? 'f32x4.ne' : 'i32x4.ne');
  } else if (from === 'bool') {
    code.constant(bitsOf(1, to));
    code.add('v128.and');
  } else if (to === 'f32') code.add(`f32x4.convert_i32x4_${from === 'u32' ? 'u' : 's'}`);
  else if (from === 'f32') code.add(`i32x4.trunc_sat_f32x4_${to === 'u32' ? 'u' : 's'}`);
};

/**
 * The instruction of two numbers, where there is one; `isPlain` says that y is neither 0 nor NaN.
 */
export const binaryInstruction = (
  name: BinaryName,
  dtype: DType,
  isPlain: boolean,
): string | undefined => {
  const isExtreme = name === 'min' || name === 'max';
  if (dtype === 'f32' && isPlain && isExtreme) return `f32x4.p${name}`;
  if (binaries[dtype]?.includes(name)) return `${dtype === 'f32' ? 'f32x4' : 'i32x4'}.${name}`;
  if (!isInteger(dtype)) return undefined;
  if (bitwise.includes(name)) return `v128.${name}`;
  return isExtreme ? `i32x4.${name}_${dtype === 'u32' ? 'u' : 's'}` : undefined;
};

/** The instruction that compares numbers. */
export const compareInstruction = (name: CompareName, dtype: DType): string => {
  if (dtype === 'f32') return `f32x4.${name}`;
  if (name === 'eq' || name === 'ne') return `i32x4.${name}`;
  return `i32x4.${name}_${dtype === 'u32' ? 'u' : 's'}`;
};

/** The instruction of one number, where there is one; '' where it is the number itself. */
export const unaryInstruction = (name: UnaryName, dtype: DType): string | undefined => {
  if (!isInteger(dtype)) return floatUnary[name];
  if (['floor', 'ceil', 'round', 'trunc'].includes(name)) return '';
  if (name === 'not') return 'v128.not';
  return name === 'neg' || (name === 'abs' && dtype === 'i32') ? `i32x4.${name}` : undefined;
};
