/** Elements of a longer memory as typed arrays. */
import type { DType, TypedArray } from '../ir/types.ts';

const types = {
  f32: Float32Array,
  f64: Float64Array,
  i32: Int32Array,
  u32: Uint32Array,
  bool: Uint8Array,
  f16: Uint16Array,
  bf16: Uint16Array,
} as const;

/** The elements from an offset in bytes on, where they stand. */
export const arrayView = (
  memory: ArrayBuffer,
  dtype: DType,
  offset: number,
  length: number,
): TypedArray => new types[dtype](memory, offset, length);
