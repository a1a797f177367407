/**
 * Rounding to the 16 bit floats a second time, in exact integers and from the definition of the
 * formats alone.
 */
import type { HalfDType } from '../../src/ir/types.ts';

/** Bits of the significand with its leading one, and the exponents of normal numbers. */
const formats = {
  f16: { precision: 11, least: -14, greatest: 15 },
  bf16: { precision: 8, least: -126, greatest: 127 },
} as const;

/** A finite double that is not 0 as integer * 2^exponent, exactly. */
const apart = (x: number): { integer: bigint; exponent: number } => {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, Math.abs(x));
  const bits = view.getBigUint64(0);
  const field = Number(bits >> 52n);
  const fraction = bits & 0xfffffffffffffn;
  return field === 0
    ? { integer: fraction, exponent: -1074 }
    : { integer: fraction | 0x10000000000000n, exponent: field - 1075 };
};

/** The element nearest to x, ties to the even significand, as a number. */
export const nearestHalf = (dtype: HalfDType, x: number): number => {
  if (Number.isNaN(x) || !Number.isFinite(x) || x === 0) return x;
  const { precision, least, greatest } = formats[dtype];
  const { integer, exponent } = apart(x);
  const leading = integer.toString(2).length - 1 + exponent;
  // The distance of neighbours at this magnitude is 2^step.
  const step = Math.max(leading, least) - (precision - 1);
  let significand: bigint;
  if (exponent >= step) significand = integer << BigInt(exponent - step);
  else {
    const cut = BigInt(step - exponent);
    const [whole, rest, half] = [integer >> cut, integer & ((1n << cut) - 1n), 1n << (cut - 1n)];
    const isUp = rest > half || (rest === half && (whole & 1n) === 1n);
    significand = isUp ? whole + 1n : whole;
  }
  const size = Number(significand) * 2 ** step;
  const rounded = size >= 2 ** (greatest + 1) ? Number.POSITIVE_INFINITY : size;
  return x < 0 ? -rounded : rounded;
};

/** The number that 16 bits stand for, by the definition of the format. */
export const valueOfBits = (dtype: HalfDType, bits: number): number => {
  const { precision, least } = formats[dtype];
  const fractionBits = precision - 1;
  const text = bits.toString(2).padStart(16, '0');
  const sign = text[0] === '1' ? -1 : 1;
  const exponent = text.slice(1, 16 - fractionBits);
  const fraction = Number.parseInt(text.slice(16 - fractionBits), 2);
  if (!exponent.includes('0')) return fraction === 0 ? sign * Infinity : Number.NaN;
  const field = Number.parseInt(exponent, 2);
  const scaled = fraction / 2 ** fractionBits;
  return field === 0 ? sign * scaled * 2 ** least : sign * (1 + scaled) * 2 ** (field - 1 + least);
};
