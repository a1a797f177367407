/** Elements of linear memory as typed arrays. */
import type { DType, TypedArray } from '../../ir/types.ts';
import type { Heap } from './heap.ts';

const views = {
  f32: Float32Array,
  f64: Float64Array,
  i32: Int32Array,
  u32: Uint32Array,
  bool: Uint8Array,
  f16: Uint16Array,
  bf16: Uint16Array,
} as const;

/** The elements from an address on where they stand, until the memory grows. */
export const viewOf = (
  { memory }: Heap,
  dtype: DType,
  address: number,
  length: number,
): TypedArray => new views[dtype](memory.buffer, address, length);
