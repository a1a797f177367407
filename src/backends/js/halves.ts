/**
 * The 16 bit floats in generated code: their arrays hold bits, which a table turns into numbers and
 * a function into bits again. Only modules that name these are given them.
 */
import { halfFormats } from '../../ir/half.ts';
import { type DType, type HalfDType, isHalf } from '../../ir/types.ts';

/** What generated code calls the table and the functions of a dtype. */
export interface HalfNames {
  /** The number of each of the 65536 patterns. */
  readonly values: string;
  /** The bits of the nearest element. */
  readonly bits: string;
  /** The nearest element as a number. */
  readonly round: string;
}

const namesOf = (dtype: HalfDType): HalfNames => ({
  values: `${dtype}Values`,
  bits: `${dtype}Bits`,
  round: `${dtype}Round`,
});
const names: Readonly<Record<HalfDType, HalfNames>> = {
  f16: namesOf('f16'),
  bf16: namesOf('bf16'),
};

/** The names for a 16 bit dtype; undefined for all others. */
export const halfNames = (dtype: DType): HalfNames | undefined =>
  isHalf(dtype) ? names[dtype] : undefined;

/** Those of the names that a text of generated code mentions. */
export const halfNamesIn = (text: string): readonly string[] =>
  Object.values(names)
    .flatMap(({ values, bits, round }) => [values, bits, round])
    .filter((name) => new RegExp(`\\b${name}\\b`).test(text));

/** What stands behind the names; a table is made when it is first asked for. */
const functions: Readonly<Record<string, unknown>> = {
  f16Bits: halfFormats.f16.encode,
  f16Round: halfFormats.f16.round,
  get f16Values() {
    return halfFormats.f16.values;
  },
  bf16Bits: halfFormats.bf16.encode,
  bf16Round: halfFormats.bf16.round,
  get bf16Values() {
    return halfFormats.bf16.values;
  },
};

/** What stands behind those of the names that a text of generated code mentions. */
export const halfFunctionsIn = (text: string): Readonly<Record<string, unknown>> =>
  Object.fromEntries(halfNamesIn(text).map((name) => [name, functions[name]]));
