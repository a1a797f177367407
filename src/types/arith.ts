/**
 * Type-level arithmetic on non-negative integer literals of any practical size. Numbers are handled
 * as little-endian digit strings ('784' -> '487'), one table look-up per digit, so the cost grows
 * with the number of digits and not with the value.
 */
import type { AddTable, MulTable, OrderTable, SubTable } from './arith-tables.ts';

type Digit = '0' | '1' | '2' | '3' | '4' | '5' | '6' | '7' | '8' | '9';
type Bit = '0' | '1';

/** Reverse a digit string. */
type Rev<S extends string, Out extends string = ''> = S extends `${infer H}${infer T}`
  ? Rev<T, `${H}${Out}`>
  : Out;
/** Drop leading zeros of a big-endian string, keeping one digit. */
type Trim<S extends string> = S extends `0${infer T}` ? (T extends '' ? '0' : Trim<T>) : S;
/** Drop the zeros that end a little-endian string. */
type TrimLE<S extends string> = Rev<Trim<Rev<S>>>;

type AddLE<
  A extends string,
  B extends string,
  C extends Bit = '0',
  Out extends string = '',
> = A extends `${infer AH extends Digit}${infer AT}`
  ? B extends `${infer BH extends Digit}${infer BT}`
    ? AddTable[C][AH][BH] extends `${infer NC extends Bit}${infer R}`
      ? AddLE<AT, BT, NC, `${Out}${R}`>
      : never
    : C extends '0'
      ? `${Out}${A}`
      : AddTable['1'][AH]['0'] extends `${infer NC extends Bit}${infer R}`
        ? AddLE<AT, '', NC, `${Out}${R}`>
        : never
  : B extends ''
    ? C extends '1'
      ? `${Out}1`
      : Out
    : AddLE<B, '', C, Out>;

/** A - B, needs A >= B. */
type SubLE<
  A extends string,
  B extends string,
  C extends Bit = '0',
  Out extends string = '',
> = A extends `${infer AH extends Digit}${infer AT}`
  ? B extends `${infer BH extends Digit}${infer BT}`
    ? SubTable[C][AH][BH] extends `${infer NC extends Bit}${infer R}`
      ? SubLE<AT, BT, NC, `${Out}${R}`>
      : never
    : C extends '0'
      ? `${Out}${A}`
      : SubTable['1'][AH]['0'] extends `${infer NC extends Bit}${infer R}`
        ? SubLE<AT, '', NC, `${Out}${R}`>
        : never
  : Out;

/** A * one digit, with a digit carry. */
type MulDigitLE<
  A extends string,
  D extends Digit,
  C extends Digit = '0',
  Out extends string = '',
> = A extends `${infer AH extends Digit}${infer AT}`
  ? MulTable[AH][D] extends `${infer Tens extends Digit}${infer Ones extends Digit}`
    ? AddTable['0'][Ones][C] extends `${infer K extends Digit}${infer R}`
      ? AddTable['0'][Tens][K] extends `0${infer NC extends Digit}`
        ? MulDigitLE<AT, D, NC, `${Out}${R}`>
        : never
      : never
    : never
  : C extends '0'
    ? Out
    : `${Out}${C}`;

type MulLE<
  A extends string,
  B extends string,
  Shift extends string = '',
  Acc extends string = '0',
> = B extends `${infer BH extends Digit}${infer BT}`
  ? MulLE<A, BT, `${Shift}0`, BH extends '0' ? Acc : AddLE<Acc, `${Shift}${MulDigitLE<A, BH>}`>>
  : TrimLE<Acc>;

/**
 * Compare two little-endian strings without trailing zeros: the most significant difference wins.
 */
type CmpLE<
  A extends string,
  B extends string,
  R extends string = '=',
> = A extends `${infer AH extends Digit}${infer AT}`
  ? B extends `${infer BH extends Digit}${infer BT}`
    ? CmpLE<AT, BT, OrderTable[AH][BH] extends '=' ? R : OrderTable[AH][BH]>
    : '>'
  : B extends ''
    ? R
    : '<';

type NextDigit = {
  '0': '1';
  '1': '2';
  '2': '3';
  '3': '4';
  '4': '5';
  '5': '6';
  '6': '7';
  '7': '8';
  '8': '9';
  '9': '9';
};
/** How often B goes into R (at most 9 times): [quotient digit, remainder]. */
type DivStep<R extends string, B extends string, Q extends Digit = '0'> =
  CmpLE<R, B> extends '<' ? [Q, R] : DivStep<TrimLE<SubLE<R, B>>, B, NextDigit[Q]>;
/**
 * Long division, big-endian numerator, little-endian divisor and remainder: [quotient, remainder].
 */
type DivBE<
  A extends string,
  B extends string,
  R extends string = '0',
  Q extends string = '',
> = A extends `${infer H}${infer T}`
  ? DivStep<TrimLE<`${H}${R}`>, B> extends [infer D extends string, infer NR extends string]
    ? DivBE<T, B, NR, `${Q}${D}`>
    : never
  : [Trim<Q>, R];

type ToNumber<S extends string> = S extends `${infer N extends number}` ? N : never;

/** A + B. */
export type Add<A extends number, B extends number> = A extends 0
  ? B
  : B extends 0
    ? A
    : ToNumber<Rev<AddLE<Rev<`${A}`>, Rev<`${B}`>>>>;
/** A - B; `never` when the result would be negative. */
export type Sub<A extends number, B extends number> = B extends 0
  ? A
  : CmpLE<Rev<`${A}`>, Rev<`${B}`>> extends '<'
    ? never
    : ToNumber<Trim<Rev<SubLE<Rev<`${A}`>, Rev<`${B}`>>>>>;
/** A * B. */
export type Mul<A extends number, B extends number> = A extends 0
  ? 0
  : B extends 0
    ? 0
    : A extends 1
      ? B
      : B extends 1
        ? A
        : ToNumber<Rev<MulLE<Rev<`${A}`>, Rev<`${B}`>>>>;
/** [floor(A / B), A mod B]. */
export type DivMod<A extends number, B extends number> = B extends 0
  ? [number, number]
  : B extends 1
    ? [A, 0]
    : DivBE<`${A}`, Rev<`${B}`>> extends [infer Q extends string, infer R extends string]
      ? [ToNumber<Q>, ToNumber<Trim<Rev<R>>>]
      : never;
/** floor(A / B). */
export type FloorDiv<A extends number, B extends number> = DivMod<A, B>[0];
/** Whether A < B. */
export type LessThan<A extends number, B extends number> =
  CmpLE<Rev<`${A}`>, Rev<`${B}`>> extends '<' ? true : false;
