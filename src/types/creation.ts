/** The types of tensors made from JavaScript data and from ranges. */
import type { Sub } from './arith.ts';
import type { DimsOf, DType } from './core.ts';

/** The typed arrays that hold tensor data, and those that can be converted. */
export type NumericArray =
  | Float32Array
  | Float64Array
  | Int32Array
  | Uint32Array
  | Int16Array
  | Uint16Array
  | Int8Array
  | Uint8Array
  | Uint8ClampedArray;
/** What `tensor` takes: a number, a boolean, a typed array, or arrays of these nested evenly. */
export type TensorData = number | boolean | NumericArray | readonly TensorData[];

/** The shape of nested arrays, read off the first elements. */
export type NestedShape<T> = T extends NumericArray
  ? [number]
  : T extends readonly []
    ? [0]
    : T extends readonly [infer H, ...unknown[]]
      ? [T['length'], ...NestedShape<H>]
      : T extends readonly (infer E)[]
        ? [TensorData] extends [E]
          ? number[]
          : [number, ...NestedShape<E>]
        : [];
/** The dtype that data have when none is asked for. */
export type DataDType<T> = T extends boolean
  ? 'bool'
  : T extends Float64Array
    ? 'f64'
    : T extends Int32Array
      ? 'i32'
      : T extends Uint32Array
        ? 'u32'
        : T extends readonly [infer H, ...unknown[]]
          ? DataDType<H>
          : T extends readonly (infer E)[]
            ? [TensorData] extends [E]
              ? DType
              : DataDType<E>
            : 'f32';
/** The shape that `tensor(data, { shape })` has. */
export type DataShape<T, S> = S extends readonly number[] ? DimsOf<S> : NestedShape<T>;

/** What functions that make tensors take. */
export interface CreationOptions<D extends DType = DType> {
  /** The dtype of the elements. */
  readonly dtype?: D;
}

type IsNatural<N extends number> = number extends N
  ? false
  : `${N}` extends `${string}${'-' | '.' | 'e' | 'N'}${string}`
    ? false
    : true;
/** The length of `arange(A, B)` with a step; unknown unless both are literals and the step is 1. */
export type RangeLength<A extends number, B, Step> = Step extends 1
  ? IsNatural<A> extends true
    ? B extends number
      ? IsNatural<B> extends true
        ? Span<Sub<B, A>>
        : number
      : A
    : number
  : number;
type Span<N> = [N] extends [never] ? 0 : N;
