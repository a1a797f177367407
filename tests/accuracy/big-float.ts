/**
 * Floating point numbers of about 160 bits on BigInt: what the accuracy of functions is measured
 * with. A number is mantissa * 2^exponent, exact sums and products rounded toward -infinity.
 */

/** A finite number; zero has mantissa 0. */
export interface Big {
  readonly m: bigint;
  readonly e: number;
}

/** Bits kept of a mantissa, and bits behind the point of fixed point numbers. */
export const PRECISION = 160;
const F = PRECISION;

const bitsOf = (m: bigint): number => {
  const hex = (m < 0n ? -m : m).toString(16);
  return hex.length * 4 - Math.clz32(Number.parseInt(hex[0] as string, 16)) + 28;
};
const rounded = (m: bigint, e: number): Big => {
  if (m === 0n) return { m, e: 0 };
  const excess = bitsOf(m) - F;
  return excess <= 8 ? { m, e } : { m: m >> BigInt(excess), e: e + excess };
};

const view = new DataView(new ArrayBuffer(8));
/** A double, exactly. */
export const big = (x: number): Big => {
  if (x === 0) return { m: 0n, e: 0 };
  view.setFloat64(0, x);
  const word = view.getBigUint64(0);
  const exponent = Number((word >> 52n) & 2047n);
  const fraction = word & ((1n << 52n) - 1n);
  const m = exponent === 0 ? fraction : fraction | (1n << 52n);
  return { m: x < 0 ? -m : m, e: Math.max(exponent, 1) - 1075 };
};

/** The sum. */
export const add = (x: Big, y: Big): Big => {
  if (x.m === 0n) return y;
  if (y.m === 0n) return x;
  const [high, low] = x.e >= y.e ? [x, y] : [y, x];
  const gap = high.e - low.e;
  // What lies far below the last bit of the larger one only matters when that is short.
  if (gap > 2400) {
    const size = bitsOf(high.m) + gap - bitsOf(low.m);
    if (size > F + 64) return high;
  }
  return rounded((high.m << BigInt(gap)) + low.m, low.e);
};
/** The number with the other sign. */
export const neg = (x: Big): Big => ({ m: -x.m, e: x.e });
/** The difference. */
export const sub = (x: Big, y: Big): Big => add(x, neg(y));
/** The product. */
export const mul = (x: Big, y: Big): Big => rounded(x.m * y.m, x.e + y.e);
/** The product with a power of two. */
export const shift = (x: Big, by: number): Big => ({ m: x.m, e: x.e + by });
/** The quotient by a number that is not 0. */
export const div = (x: Big, y: Big): Big => {
  const more = Math.max(0, F + bitsOf(y.m) - bitsOf(x.m));
  return rounded((x.m << BigInt(more)) / y.m, x.e - y.e - more);
};
/** The square root of a number that is not negative. */
export const sqrt = (x: Big): Big => {
  if (x.m === 0n) return x;
  let more = Math.max(0, 2 * F - bitsOf(x.m));
  if ((x.e - more) % 2 !== 0) more++;
  const n = x.m << BigInt(more);
  let root = 1n << BigInt(Math.ceil(bitsOf(n) / 2));
  for (;;) {
    const next = (root + n / root) >> 1n;
    if (next >= root) return { m: root, e: (x.e - more) / 2 };
    root = next;
  }
};
/** Negative, zero or positive as the number is. */
export const signOf = (x: Big): number => (x.m < 0n ? -1 : x.m > 0n ? 1 : 0);
/** The number without its sign. */
export const abs = (x: Big): Big => (x.m < 0n ? neg(x) : x);
/** The exponent: 2^exponent <= |x| < 2^(exponent + 1). */
export const exponentOf = (x: Big): number => bitsOf(x.m) - 1 + x.e;

/** The number with `PRECISION` bits behind the point. */
export const toFixed = ({ m, e }: Big): bigint => {
  const by = e + F;
  return by >= 0 ? m << BigInt(by) : m >> BigInt(-by);
};
/** A number with `PRECISION` bits behind the point. */
export const fromFixed = (m: bigint): Big => rounded(m, -F);

/** The nearest double but for the last bit; infinite when it is too large. */
export const toNumber = (x: Big): number => {
  if (x.m === 0n) return 0;
  const excess = Math.max(0, bitsOf(x.m) - 64);
  const top = Number(x.m >> BigInt(excess));
  const power = x.e + excess;
  // In two steps, because 2^power alone may overflow or vanish.
  const half = Math.trunc(power / 2);
  return top * 2 ** half * 2 ** (power - half);
};
