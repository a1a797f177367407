/**
 * The methods of tensors: sugar for the most common functions. They stand over `this: A` in a
 * non-generic interface, so they add nothing to the comparison of two tensor types (generic methods
 * on Tensor<S, D> would).
 */
import type { Axes, Permute, Reduce, SameShape, Transpose } from './axes.ts';
import type { Binary, JoinDType } from './broadcast.ts';
import type {
  AnyTensor,
  Checked,
  Computed,
  ComputedFloat,
  DimsOf,
  DType,
  DTypeOf,
  Dynamic,
  HalfDType,
  Operand,
  Result,
  ShapeOf,
  Tensor,
} from './core.ts';
import type { Product } from './matmul.ts';
import type { Reshape } from './reshape.ts';
import type { Slice, SliceSpec } from './slice.ts';

/**
 * The typed array in which the elements of a dtype are handed out: booleans as bytes 0 and 1, 16
 * bit floats as the numbers they are.
 */
export type DataOf<D> = D extends 'f32'
  ? Float32Array
  : D extends 'f64'
    ? Float64Array
    : D extends 'i32'
      ? Int32Array
      : D extends 'u32'
        ? Uint32Array
        : D extends 'bool'
          ? Uint8Array
          : D extends HalfDType
            ? Float32Array
            : Float32Array | Float64Array | Int32Array | Uint32Array | Uint8Array;
/** What `data` and `dataSync` take. */
export interface DataOptions<B extends boolean = boolean> {
  /** Whether the elements of f16 and bf16 are handed out as their bits; default false. */
  readonly bits?: B;
}
/** What `data({ bits })` hands out. */
export type ElementsOf<D, B> = B extends true ? Uint16Array : DataOf<D>;
/** An element as JavaScript sees it. */
export type ElementOf<D> = D extends 'bool' ? boolean : D extends DType ? number : number | boolean;
/** Arrays nested as deep as the rank; unknown for a dynamic shape. */
export type NestedArray<S, E> = S extends readonly []
  ? E
  : S extends readonly [unknown, ...infer R]
    ? NestedArray<R, E>[]
    : Dynamic;

/** What `sum` and its like take after the axes. */
export interface ReduceOptions<K extends boolean = boolean> {
  /** Whether folded axes stay, with length 1; default false. */
  readonly keepDims?: K;
}

/** The methods that every tensor has. */
export interface TensorMethods {
  /** The elements in row-major order, copied; works on every backend. */
  data<A extends AnyTensor, B extends boolean = false>(
    this: A,
    options?: DataOptions<B>,
  ): Promise<ElementsOf<DTypeOf<A>, B>>;
  /** The elements in row-major order, copied; only on backends that answer at once. */
  dataSync<A extends AnyTensor, B extends boolean = false>(
    this: A,
    options?: DataOptions<B>,
  ): ElementsOf<DTypeOf<A>, B>;
  /** The one element of a tensor of one element. */
  item<A extends AnyTensor>(this: A): ElementOf<DTypeOf<A>>;
  /** The elements as nested arrays; the element itself for rank 0. */
  toArray<A extends AnyTensor>(this: A): NestedArray<ShapeOf<A>, ElementOf<DTypeOf<A>>>;

  /** This + b. */
  add<A extends AnyTensor, B extends Operand>(
    this: Computed<'add', A>,
    b: Checked<B, Binary<'add', A, B>>,
  ): Result<Binary<'add', A, B>, JoinDType<A, B>>;
  /** This - b. */
  sub<A extends AnyTensor, B extends Operand>(
    this: Computed<'sub', A>,
    b: Checked<B, Binary<'sub', A, B>>,
  ): Result<Binary<'sub', A, B>, JoinDType<A, B>>;
  /** This * b, element by element. */
  mul<A extends AnyTensor, B extends Operand>(
    this: Computed<'mul', A>,
    b: Checked<B, Binary<'mul', A, B>>,
  ): Result<Binary<'mul', A, B>, JoinDType<A, B>>;
  /** This / b. */
  div<A extends AnyTensor, B extends Operand>(
    this: ComputedFloat<'div', A>,
    b: Checked<B, Binary<'div', A, B>>,
  ): Result<Binary<'div', A, B>, JoinDType<A, B>>;
  /** This to the power b. */
  pow<A extends AnyTensor, B extends Operand>(
    this: ComputedFloat<'pow', A>,
    b: Checked<B, Binary<'pow', A, B>>,
  ): Result<Binary<'pow', A, B>, JoinDType<A, B>>;
  /** The negative. */
  neg<A extends AnyTensor>(this: Computed<'neg', A>): A;
  /** e to the power of each element. */
  exp<A extends AnyTensor>(this: ComputedFloat<'exp', A>): A;
  /** The natural logarithm. */
  log<A extends AnyTensor>(this: ComputedFloat<'log', A>): A;
  /** The square root. */
  sqrt<A extends AnyTensor>(this: ComputedFloat<'sqrt', A>): A;
  /** max(x, 0). */
  relu<A extends AnyTensor>(this: ComputedFloat<'relu', A>): A;
  /** The hyperbolic tangent. */
  tanh<A extends AnyTensor>(this: ComputedFloat<'tanh', A>): A;
  /** 1 / (1 + e^-x). */
  sigmoid<A extends AnyTensor>(this: ComputedFloat<'sigmoid', A>): A;
  /** The elements as another dtype. */
  cast<A extends AnyTensor, D extends DType>(this: A, dtype: D): Tensor<ShapeOf<A>, D>;
  /** The matrix product. */
  matmul<A extends AnyTensor, B extends AnyTensor>(
    this: Computed<'matmul', A>,
    b: Checked<B, Product<A, B>>,
  ): Result<Product<A, B>, DTypeOf<A>>;
  /** The sum over axes, by default all. */
  sum<
    A extends AnyTensor,
    const Ax extends Axes | undefined = undefined,
    K extends boolean = false,
  >(
    this: Computed<'sum', A>,
    axis?: Checked<Ax, Reduce<'sum', ShapeOf<A>, Ax, K>>,
    options?: ReduceOptions<K>,
  ): Result<Reduce<'sum', ShapeOf<A>, Ax, K>, DTypeOf<A>>;
  /** The mean over axes, by default all. */
  mean<
    A extends AnyTensor,
    const Ax extends Axes | undefined = undefined,
    K extends boolean = false,
  >(
    this: ComputedFloat<'mean', A>,
    axis?: Checked<Ax, Reduce<'mean', ShapeOf<A>, Ax, K>>,
    options?: ReduceOptions<K>,
  ): Result<Reduce<'mean', ShapeOf<A>, Ax, K>, DTypeOf<A>>;
  /** The largest element over axes, by default all. */
  max<
    A extends AnyTensor,
    const Ax extends Axes | undefined = undefined,
    K extends boolean = false,
  >(
    this: Computed<'max', A>,
    axis?: Checked<Ax, Reduce<'max', ShapeOf<A>, Ax, K>>,
    options?: ReduceOptions<K>,
  ): Result<Reduce<'max', ShapeOf<A>, Ax, K>, DTypeOf<A>>;
  /** The smallest element over axes, by default all. */
  min<
    A extends AnyTensor,
    const Ax extends Axes | undefined = undefined,
    K extends boolean = false,
  >(
    this: Computed<'min', A>,
    axis?: Checked<Ax, Reduce<'min', ShapeOf<A>, Ax, K>>,
    options?: ReduceOptions<K>,
  ): Result<Reduce<'min', ShapeOf<A>, Ax, K>, DTypeOf<A>>;
  /** The position of the largest element along an axis, by default the last. */
  argmax<A extends AnyTensor, Ax extends number = -1, K extends boolean = false>(
    this: Computed<'argmax', A>,
    axis?: Checked<Ax, Reduce<'argmax', ShapeOf<A>, Ax, K>>,
    options?: ReduceOptions<K>,
  ): Result<Reduce<'argmax', ShapeOf<A>, Ax, K>, 'i32'>;
  /** e^x over the sum of e^x along an axis, by default the last. */
  softmax<A extends AnyTensor, const Ax extends Axes | undefined = -1>(
    this: ComputedFloat<'softmax', A>,
    axis?: Checked<Ax, SameShape<'softmax', ShapeOf<A>, Ax>>,
  ): A;
  /** The logarithm of softmax along an axis, by default the last. */
  logSoftmax<A extends AnyTensor, const Ax extends Axes | undefined = -1>(
    this: ComputedFloat<'logSoftmax', A>,
    axis?: Checked<Ax, SameShape<'logSoftmax', ShapeOf<A>, Ax>>,
  ): A;
  /** The same elements under another shape; one entry may be -1. */
  reshape<A extends AnyTensor, const T extends readonly number[]>(
    this: A,
    shape: Checked<T, Reshape<ShapeOf<A>, DimsOf<T>>>,
  ): Result<Reshape<ShapeOf<A>, DimsOf<T>>, DTypeOf<A>>;
  /** Two axes changed, by default the last two. */
  transpose<A extends AnyTensor, I extends number = -2, J extends number = -1>(
    this: A,
    first?: Checked<I, Transpose<ShapeOf<A>, I, J>>,
    second?: J,
  ): Result<Transpose<ShapeOf<A>, I, J>, DTypeOf<A>>;
  /** The axes in another order. */
  permute<A extends AnyTensor, const P extends readonly number[] | []>(
    this: A,
    axes: Checked<P, Permute<ShapeOf<A>, P>>,
  ): Result<Permute<ShapeOf<A>, P>, DTypeOf<A>>;
  /** The part that the indexes name: a number drops an axis, a range cuts it, null keeps it. */
  slice<A extends AnyTensor, const P extends SliceSpec>(
    this: A,
    spec: Checked<P, Slice<ShapeOf<A>, P>>,
  ): Result<Slice<ShapeOf<A>, P>, DTypeOf<A>>;
  /** The part at one index of the leading axis; negative indexes count from the end. */
  at<A extends AnyTensor, I extends number>(
    this: A,
    index: Checked<I, Slice<ShapeOf<A>, [I], 'at'>>,
  ): Result<Slice<ShapeOf<A>, [I], 'at'>, DTypeOf<A>>;
}
