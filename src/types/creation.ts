/** The types of tensors made from JavaScript data and from ranges. */
import type { Add, FloorDiv, Sub } from './arith.ts';
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
/** The shape that `tensor(data, { shape })` has: the one given, or that of the nested arrays. */
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
/** A literal whole number without its sign: [N], or [] for others. */
type Size<N> = N extends number
  ? `${N}` extends `-${infer M extends number}`
    ? Natural<M>
    : Natural<N>
  : [];
type Natural<N extends number> = IsNatural<N> extends true ? [N] : [];
/** ceil(N / By), or 0 where N is never. */
type Steps<N, By extends number> = [N] extends [never]
  ? 0
  : N extends 0
    ? 0
    : Add<FloorDiv<Sub<N & number, 1>, By>, 1>;
/** The length of `arange(A, B)` with a step; known for literal whole numbers, ends not negative. */
export type RangeLength<A extends number, B, Step> = B extends number
  ? RangeSteps<A, B, Step>
  : RangeSteps<0, A, Step>;
type RangeSteps<A extends number, B extends number, Step> = [
  IsNatural<A>,
  IsNatural<B>,
  Size<Step>,
] extends [true, true, [infer By extends number]]
  ? By extends 0
    ? number
    : Step extends By
      ? Steps<Sub<B, A>, By>
      : Steps<Sub<A, B>, By>
  : number;
