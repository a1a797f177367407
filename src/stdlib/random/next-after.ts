/** The neighbours of a floating point number. */
import type { FloatDType } from '../../types/index.ts';

const bytes = new DataView(new ArrayBuffer(8));

/** The number of the dtype next to `x` in the direction of `to`; `x` itself when they are equal. */
export const nextAfter = (x: number, to: number, dtype: FloatDType): number => {
  if (x === to || Number.isNaN(x) || Number.isNaN(to)) return x === to ? x : Number.NaN;
  // Zero has two codes, and stepping away from it may change the sign.
  if (x === 0) return Math.sign(to) * (dtype === 'f32' ? 2 ** -149 : 2 ** -1074);
  const away = x < to === x > 0;
  if (dtype === 'f32') {
    bytes.setFloat32(0, x);
    bytes.setInt32(0, bytes.getInt32(0) + (away ? 1 : -1));
    return bytes.getFloat32(0);
  }
  bytes.setFloat64(0, x);
  bytes.setBigInt64(0, bytes.getBigInt64(0) + (away ? 1n : -1n));
  return bytes.getFloat64(0);
};
