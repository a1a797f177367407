/** Constants of WGSL functions: numbers rounded to single precision, as literals. */
import { literal } from '../literal.ts';

/** The literals of some numbers, under the same names. */
export const singles = <Names extends string>(
  numbers: Readonly<Record<Names, number>>,
): Readonly<Record<Names, string>> =>
  Object.fromEntries(
    Object.entries<number>(numbers).map(([name, value]) => [name, literal(value, 'f32')]),
  ) as Record<Names, string>;

/** A polynomial in `x`, lowest power first, as nested products. */
export const polynomial = (coefficients: readonly number[], x: string): string =>
  coefficients
    .map((value) => literal(value, 'f32'))
    .reduceRight((rest, first) => `(${first} + ${x} * ${rest})`);
