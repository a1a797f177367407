/**
 * The 16 bit floats: f16 (IEEE 754 binary16) and bf16 (the upper half of binary32), from doubles in
 * one rounding to nearest even and back without any. Programs store them and compute in f32; typed
 * arrays hold their bits.
 */
import { DTypeError } from './errors.ts';
import { allocate, type DType, type HalfDType, isHalf, type TypedArray } from './types.ts';

/** The rule that arithmetic on a 16 bit float breaks; types/core.ts says the same in the editor. */
const storageRule = (operation: string, dtype: HalfDType): string =>
  `${operation}: ${dtype} is a storage type; compute in f32 with cast(x, 'f32')`;
/** Throws DTypeError for an operation that would compute on 16 bit floats. */
export const refuseHalf = (operation: string, dtype: DType): void => {
  if (isHalf(dtype)) throw new DTypeError(storageRule(operation, dtype));
};

/** How one of the 16 bit formats relates to numbers. */
export interface HalfFormat {
  /**
   * The bits of the nearest element, ties to even; beyond the largest finite one those of infinity.
   * Every NaN becomes the same quiet one.
   */
  readonly encode: (x: number) => number;
  /** The number that `encode` keeps of x. */
  readonly round: (x: number) => number;
  /** The numbers that all 65536 patterns stand for. */
  readonly values: Float32Array;
}

/** What tells the formats apart. */
interface Layout {
  readonly fractionBits: number;
  /** The exponent of the least normal number. */
  readonly leastExponent: number;
  readonly greatestExponent: number;
}

const double = new Float64Array(1);
const words = new Uint32Array(double.buffer);
const isLittle = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;
const [low, high] = isLittle ? [0, 1] : [1, 0];
/** The exponent field of a double is its exponent plus this. */
const doubleBias = 1023;

const valueOf = ({ fractionBits, leastExponent }: Layout, bits: number): number => {
  const field = (bits & 0x7fff) >>> fractionBits;
  const fraction = bits & ((1 << fractionBits) - 1);
  const sign = bits >>> 15 === 0 ? 1 : -1;
  if (field === 0x7fff >>> fractionBits) {
    return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  }
  const hidden = field === 0 ? 0 : 1 << fractionBits;
  return sign * (hidden + fraction) * 2 ** (leastExponent + Math.max(field - 1, 0) - fractionBits);
};

const format = (layout: Layout): HalfFormat => {
  const { fractionBits, leastExponent, greatestExponent } = layout;
  const infinity = 0x7fff & ~((1 << fractionBits) - 1);
  const quiet = infinity | (1 << (fractionBits - 1));
  /** From here on everything rounds to infinity: half a step beyond the largest finite number. */
  const limit = (2 - 2 ** -(fractionBits + 1)) * 2 ** greatestExponent;
  const least = leastExponent + doubleBias;
  /**
   * Added to a magnitude, the number for its exponent leaves no place for more fraction bits than
   * the format has, so the addition itself rounds, to even. What stays is a whole number in the
   * low bits of the sum: the fraction with its leading one, which carries into the exponent.
   */
  const shifters = Float64Array.from(
    { length: greatestExponent - leastExponent + 1 },
    (_, k) => 2 ** (leastExponent + k + 52 - fractionBits),
  );
  let values: Float32Array | undefined;
  return {
    encode: (x) => {
      const magnitude = Math.abs(x);
      double[0] = x;
      const top = words[high] as number;
      const sign = (top >>> 16) & 0x8000;
      // Written so that NaN ends here too.
      if (!(magnitude < limit)) return Number.isNaN(x) ? quiet : sign | infinity;
      const place = Math.max(((top >>> 20) & 0x7ff) - least, 0);
      double[0] = magnitude + (shifters[place] as number);
      return sign | ((place << fractionBits) + (words[low] as number));
    },
    round: (x) => {
      const magnitude = Math.abs(x);
      if (!(magnitude < limit)) return x * Number.POSITIVE_INFINITY;
      double[0] = x;
      const top = words[high] as number;
      const shifter = shifters[Math.max(((top >>> 20) & 0x7ff) - least, 0)] as number;
      const rounded = magnitude + shifter - shifter;
      return top >>> 31 === 0 ? rounded : -rounded;
    },
    get values() {
      values ??= Float32Array.from({ length: 65536 }, (_, bits) => valueOf(layout, bits));
      return values;
    },
  };
};

const f16 = format({ fractionBits: 10, leastExponent: -14, greatestExponent: 15 });
const bf16 = format({ fractionBits: 7, leastExponent: -126, greatestExponent: 127 });

const single = new Float32Array(1);
const word = new Uint32Array(single.buffer);
// Most numbers are single precision and normal in f16: then integers on their 32 bits do, in half
// the time. Adding just below half of what is cut off, and one more where what stays is odd,
// carries where nearest even is above. Two functions, because engines then know the constants.
const encodeF16 = (x: number): number => {
  single[0] = x;
  const bits = word[0] as number;
  const magnitude = bits & 0x7fffffff;
  if (single[0] !== x || magnitude < 0x38800000 || magnitude >= 0x477ff000) {
    return magnitude === 0 && x === 0 ? bits >>> 16 : f16.encode(x);
  }
  return (
    ((bits >>> 16) & 0x8000) | ((magnitude - 0x38000000 + 0xfff + ((magnitude >>> 13) & 1)) >>> 13)
  );
};
const encodeBf16 = (x: number): number => {
  single[0] = x;
  if (single[0] !== x) return bf16.encode(x);
  const bits = word[0] as number;
  return (bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16;
};

/** The 16 bit formats by dtype. */
export const halfFormats: Readonly<Record<HalfDType, HalfFormat>> = {
  f16: {
    encode: encodeF16,
    round: f16.round,
    get values() {
      return f16.values;
    },
  },
  bf16: {
    encode: encodeBf16,
    round: bf16.round,
    get values() {
      return bf16.values;
    },
  },
};

/**
 * Numbers as the typed array that holds elements of a dtype: for f16 and bf16 the bits of the
 * nearest ones, otherwise what assignment to the typed array makes of them.
 */
export const encodeNumbers = (dtype: DType, numbers: ArrayLike<number>): TypedArray => {
  const data = allocate(dtype, numbers.length);
  if (!isHalf(dtype)) {
    data.set(numbers);
    return data;
  }
  const { encode } = halfFormats[dtype];
  for (let k = 0; k < data.length; k++) data[k] = encode(numbers[k] as number);
  return data;
};

/**
 * The numbers that a typed array of a dtype holds: for f16 and bf16 a new Float32Array, otherwise
 * the array itself.
 */
export const decodeNumbers = (dtype: DType, data: TypedArray): TypedArray => {
  if (!isHalf(dtype)) return data;
  const { values } = halfFormats[dtype];
  const numbers = new Float32Array(data.length);
  for (let k = 0; k < data.length; k++) numbers[k] = values[data[k] as number] as number;
  return numbers;
};
