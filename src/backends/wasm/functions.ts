/**
 * Instructions of kernels that WebAssembly lacks. Short ones are functions of the module itself;
 * the others are called in JavaScript, so that every backend gives the same bits.
 */
import { halfFormats } from '../../ir/half.ts';
import { binaryNames, numbers, unaryNames } from '../../ir/scalar.ts';
import type { DType } from '../../ir/types.ts';
import type { ValueType } from './assembler/instructions.ts';
import { FunctionCode, type Signature } from './assembler/module.ts';

/** The type of the values of a dtype: floats are doubles until they are stored. */
export const valueType = (dtype: DType): ValueType =>
  dtype === 'bool' || dtype === 'i32' || dtype === 'u32' ? 'i32' : 'f64';

/** A function that a module can ask for by name. */
export interface Asked {
  readonly name: string;
  readonly signature: Signature;
}

/** The dtypes whose instructions have JavaScript functions of their own. */
type Family = 'f64' | 'i32' | 'u32';
const familyOf = (dtype: DType): Family =>
  dtype === 'i32' || dtype === 'u32' ? dtype : ('f64' as const);

/** The JavaScript function of an instruction. */
export const scalarCall = (name: string, dtype: DType, operands: 1 | 2): Asked => {
  const family = familyOf(dtype);
  const type = valueType(family);
  const parameters = operands === 1 ? [type] : [type, type];
  return { name: `${family}.${name}`, signature: { parameters, result: type } };
};
/** The JavaScript function that makes 16 bits of a number, rounds to them, or reads them. */
export const halfCall = (dtype: 'f16' | 'bf16', name: 'bits' | 'round' | 'value'): Asked => ({
  name: `${dtype}.${name}`,
  signature: {
    parameters: [name === 'value' ? 'i32' : 'f64'],
    result: name === 'bits' ? 'i32' : 'f64',
  },
});

const isUnary = (name: string): name is (typeof unaryNames)[number] =>
  (unaryNames as readonly string[]).includes(name);
const isBinary = (name: string): name is (typeof binaryNames)[number] =>
  (binaryNames as readonly string[]).includes(name);

/** What stands behind a name of `scalarCall` or `halfCall`. */
export const importedFunction = (asked: string): ((...operands: number[]) => number) => {
  const [family, name] = asked.split('.') as [DType, string];
  if (family === 'f16' || family === 'bf16') {
    const { encode, round, values } = halfFormats[family];
    const value = (bits: number): number => values[bits] as number;
    return name === 'bits' ? encode : name === 'round' ? round : value;
  }
  const scalars = numbers(family);
  // An i32 of WebAssembly is signed, whatever it stands for.
  const given = family === 'u32' ? (x: number): number => x >>> 0 : (x: number): number => x;
  if (isUnary(name)) {
    const f = scalars[name];
    return (x) => f(given(x as number));
  }
  if (isBinary(name)) {
    const f = scalars[name];
    return (x, y) => f(given(x as number), given(y as number));
  }
  throw new RangeError(`no function '${asked}'`);
};

/** The functions that modules have themselves, where they use them. */
export const ownFunctions = [
  'sign',
  'scale',
  'unscale',
  'div_s',
  'div_u',
  'rem_s',
  'rem_u',
] as const;
/** The name of a function that modules have themselves. */
export type OwnFunction = (typeof ownFunctions)[number];

const double = (count: 1 | 2): Signature => ({
  parameters: count === 1 ? ['f64'] : ['f64', 'f64'],
  result: 'f64',
});
const whole: Signature = { parameters: ['i32', 'i32'], result: 'i32' };

/** x < 0 ? -1 : x > 0 ? 1 : x, which keeps zeros and NaN. */
const sign = (): FunctionCode => {
  const code = new FunctionCode(double(1));
  const get = (): void => code.add('local.get', 0);
  code.add('f64.const', -1);
  code.add('f64.const', 1);
  get();
  get();
  code.add('f64.const', 0);
  code.add('f64.gt');
  code.add('select');
  get();
  code.add('f64.const', 0);
  code.add('f64.lt');
  code.add('select');
  return code;
};
/** A product or quotient that is 0 where it is NaN and x, or of a product also y, is 0. */
const zeroWins = (isProduct: boolean): FunctionCode => {
  const code = new FunctionCode(double(2));
  const result = code.local('f64');
  const isZero = (k: number): void => {
    code.add('local.get', k);
    code.add('f64.const', 0);
    code.add('f64.eq');
  };
  code.add('f64.const', 0);
  code.add('local.get', 0);
  code.add('local.get', 1);
  code.add(isProduct ? 'f64.mul' : 'f64.div');
  code.add('local.tee', result);
  code.add('local.get', result);
  code.add('local.get', result);
  code.add('f64.ne');
  isZero(0);
  if (isProduct) {
    isZero(1);
    code.add('i32.or');
  }
  code.add('i32.and');
  code.add('select');
  return code;
};
/** Integer division that gives 0 for a divisor of 0 and wraps where it overflows. */
const division = (name: 'div_s' | 'div_u' | 'rem_s' | 'rem_u'): FunctionCode => {
  const code = new FunctionCode(whole);
  const returnIf = (divisor: number, body: () => void): void => {
    code.add('local.get', 1);
    code.add('i32.const', divisor);
    code.add('i32.eq');
    code.add('if');
    body();
    code.add('return');
    code.add('end');
  };
  returnIf(0, () => code.add('i32.const', 0));
  if (name.endsWith('_s')) {
    returnIf(-1, () => {
      code.add('i32.const', 0);
      if (name === 'rem_s') return;
      code.add('local.get', 0);
      code.add('i32.sub');
    });
  }
  code.add('local.get', 0);
  code.add('local.get', 1);
  code.add(`i32.${name}`);
  return code;
};

/** Makes a function that modules have themselves. */
export const makeOwnFunction = (name: OwnFunction): FunctionCode => {
  switch (name) {
    case 'sign':
      return sign();
    case 'scale':
    case 'unscale':
      return zeroWins(name === 'scale');
    default:
      return division(name);
  }
};
