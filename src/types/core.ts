/**
 * Dimensions, shapes, dtypes and the tensor type as the editor sees them: the base of the static
 * types. Everything in this folder exists only at compile time.
 */
import type { TensorMethods } from './methods.ts';

/**
 * A dimension is a number literal (784: known, checked at compile time), a string literal or a type
 * parameter ('batch', N extends Dim: symbolic, equal only to itself), or `number` (unknown,
 * accepted everywhere, checked at run time).
 */
export type Dim = number | string;
/** The dimensions of a tensor, outermost first. */
export type Shape = readonly Dim[];
/**
 * The constraint of shapes inside shape rules: `[N, 10] extends Shape` is undecided for a type
 * parameter N.
 */
export type Dims = readonly unknown[];

/** Stands in rules for a dynamic shape, about which nothing is known. */
export type Dynamic = any;

/** The floating point dtypes that functions compute with. */
export type FloatDType = 'f32' | 'f64';
/** The 16 bit floats, which are stored, moved and converted but not computed with. */
export type HalfDType = 'f16' | 'bf16';
/** The dtypes that can be differentiated. */
export type DifferentiableDType = FloatDType | HalfDType;
/** The dtypes of indexes and counts. */
export type IntDType = 'i32' | 'u32';
/** The element types of tensors. */
export type DType = DifferentiableDType | IntDType | 'bool';

/**
 * Identity of types. `Equal<N, N>` is decided for an unresolved type parameter N; `Equal<N, 784>`
 * is not, so the rules ask the questions whose answer is usually "identical" first, and ask about
 * the right operand before the left.
 */
export type Equal<A, B> =
  (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

declare const shapeKey: unique symbol;
declare const dtypeKey: unique symbol;
declare const structural: unique symbol;

/**
 * A symbolic dimension as assignability sees it: any number may be passed for it, another symbol
 * not.
 */
interface Symbolic<N extends string> {
  toFixed(digits?: number): string;
  readonly name?: N;
}
/**
 * TypeScript infers N as 32 | 64 when two arguments disagree; nothing is assignable to such a
 * dimension.
 */
interface OneDimensionTwoSizes<D> {
  readonly sizes: D;
}
type GradualDim<D, All = D> = number extends D
  ? Dynamic
  : D extends string
    ? Symbolic<D>
    : D extends number
      ? [All] extends [D]
        ? D
        : OneDimensionTwoSizes<All>
      : D;
/** What decides assignability: unknown rank and unknown dimensions become `any`. */
type GradualShape<S> = S extends readonly unknown[]
  ? number extends S['length']
    ? Dynamic
    : { [K in keyof S]: GradualDim<S[K]> }
  : Dynamic;

/**
 * A tensor of shape S and dtype D: `Tensor<[32, 784]>` is f32, `Tensor<['N'], 'i32'>` has one named
 * dimension, `Tensor` has any shape. It is symbolic while a function is traced and concrete
 * outside.
 */
export interface Tensor<S = Dynamic, D = 'f32'> extends TensorMethods {
  readonly [shapeKey]: GradualShape<S>;
  readonly [dtypeKey]: D;
  /** Empty, but makes TypeScript compare [shapeKey] instead of guessing from the variance of S. */
  readonly [structural]: { [K in keyof S as never]-?: 0 };
  /** The lengths of the axes, outermost first. */
  readonly shape: readonly number[];
  /** The element type. */
  readonly dtype: DType;
  /** The number of axes. */
  readonly rank: number;
  /**
   * Gives the memory back now instead of when the tensor is collected; later use throws
   * DisposedError.
   */
  dispose(): void;
  /** `using x = ...` disposes at the end of the block. */
  [Symbol.dispose](): void;
}
/**
 * A constraint for inference: with `any` in its place TypeScript widens the literals of nested
 * calls.
 */
export type AnyTensor = Tensor<unknown, unknown>;
/** What arithmetic takes: a tensor, or a JavaScript number that takes the other operand's dtype. */
export type Operand = AnyTensor | number;

/** The shape of a tensor type; numbers have the shape []. */
export type ShapeOf<T> = T extends Tensor<infer S, unknown> ? S : [];
/** The dtype of a tensor type. */
export type DTypeOf<T> = T extends Tensor<unknown, infer D> ? D : never;
/** Whether the rank is unknown; true also for a shape that is not known at all. */
export type IsDynamicRank<S> = S extends readonly unknown[]
  ? number extends S['length']
    ? true
    : false
  : true;
/** The number of dimensions. */
export type RankOf<S> = S extends readonly unknown[] ? S['length'] : number;

// Sizes.

declare const sizeName: unique symbol;
/**
 * The size of a symbolic dimension: a number that remembers its name, so that `reshape(x, [n,
 * 400])` keeps 'N'.
 */
export type Size<N extends string> = number & { readonly [sizeName]: N };
/** The dimension that a size in a shape argument stands for. */
export type DimOf<X> = X extends { readonly [sizeName]: infer N } ? N : X;
/** The shape that an array of sizes stands for. */
export type DimsOf<S> = { -readonly [K in keyof S]: DimOf<S[K]> };
/**
 * What `shape(x)` returns: literals for known dimensions, named sizes for symbols, `number`
 * otherwise.
 */
export type Sizes<S> = S extends readonly unknown[]
  ? { -readonly [K in keyof S]: S[K] extends string ? Size<S[K]> : S[K] }
  : number[];

// Results of shape rules.

/**
 * The result of a shape rule: a shape, boxed so that tests on it are decided even when the shape is
 * not...
 */
export interface Ok<S> {
  readonly ok: S;
}
/** ...or the message the user reads. */
export interface ShapeError<M extends string> {
  readonly shapeError: M;
}
/**
 * The parameter type of a checked argument: the argument's own type, or the message when the check
 * failed.
 */
export type Checked<Arg, Rule> = Rule extends ShapeError<infer M> ? M : Arg;
/** The type of a parameter that is a tensor to compute with. */
export type Computed<Op extends string, T extends AnyTensor> = T & Computes<Op, T[typeof dtypeKey]>;
/** The same for a parameter that may also be a number. */
export type ComputedOperand<Op extends string, T> = T &
  (T extends number ? unknown : Computes<Op, DTypeOf<T>>);
/** The result tensor: dynamic after a reported error, so that one mistake gives one message. */
export type Result<Rule, D> = Rule extends Ok<infer S> ? Tensor<S, D> : Tensor<Dynamic, D>;

/** What computing with a dtype takes: nothing, or for bool and 16 bit floats the message. */
interface Computable<Op extends string> {
  readonly f32: unknown;
  readonly f64: unknown;
  readonly i32: unknown;
  readonly u32: unknown;
  readonly bool: `${Op}: bool is not supported`;
  readonly f16: `${Op}: f16 is a storage type; compute in f32 with cast(x, 'f32')`;
  readonly bf16: `${Op}: bf16 is a storage type; compute in f32 with cast(x, 'f32')`;
}
/**
 * Intersected with the type of a parameter that is computed with: `unknown` when all is well, else
 * the message. A look-up, because it is decided also for a dtype D extends FloatDType.
 */
export type Computes<Op extends string, D> = Computable<Op>[D & DType];
/** The same for functions of floats. */
interface FloatComputable<Op extends string> extends Computable<Op> {
  readonly i32: `${Op}: i32 is not supported`;
  readonly u32: `${Op}: u32 is not supported`;
}
/** The type of a parameter that is a tensor of floats. */
export type ComputedFloat<Op extends string, T extends AnyTensor> = T &
  FloatComputable<Op>[T[typeof dtypeKey] & DType];
/** The same for a parameter that may also be a number. */
export type ComputedFloatOperand<Op extends string, T> = T &
  (T extends number ? unknown : FloatComputable<Op>[DTypeOf<T> & DType]);
/** The same for functions of integers, and of bool where the bits of a truth value are meant. */
interface IntegerComputable<Op extends string, Bool> {
  readonly f32: `${Op}: f32 is not supported`;
  readonly f64: `${Op}: f64 is not supported`;
  readonly i32: unknown;
  readonly u32: unknown;
  readonly bool: Bool;
  readonly f16: Computable<Op>['f16'];
  readonly bf16: Computable<Op>['bf16'];
}
/** The type of a parameter that is a tensor of bits, or a number. */
export type BitOperand<Op extends string, T> = T &
  (T extends number ? unknown : IntegerComputable<Op, unknown>[DTypeOf<T> & DType]);
/** The type of a parameter that is a tensor of integers, or a number. */
export type IntegerOperand<Op extends string, T> = T &
  (T extends number ? unknown : IntegerComputable<Op, Computable<Op>['bool']>[DTypeOf<T> & DType]);

/** What an index or a condition takes: nothing for the dtypes it may have, else the message. */
type NoIndex<Op extends string, D extends string> = `${Op}: the indexes are ${D}, not i32 or u32`;
interface IndexTable<Op extends string> {
  readonly f32: NoIndex<Op, 'f32'>;
  readonly f64: NoIndex<Op, 'f64'>;
  readonly i32: unknown;
  readonly u32: unknown;
  readonly bool: NoIndex<Op, 'bool'>;
  readonly f16: NoIndex<Op, 'f16'>;
  readonly bf16: NoIndex<Op, 'bf16'>;
}
/** The type of a parameter that is a tensor of indexes. */
export type IndexOperand<Op extends string, T extends AnyTensor> = T &
  IndexTable<Op>[T[typeof dtypeKey] & DType];
type NoCondition<Op extends string, D extends string> = `${Op}: the condition is ${D}, not bool`;
interface ConditionTable<Op extends string> {
  readonly f32: NoCondition<Op, 'f32'>;
  readonly f64: NoCondition<Op, 'f64'>;
  readonly i32: NoCondition<Op, 'i32'>;
  readonly u32: NoCondition<Op, 'u32'>;
  readonly bool: unknown;
  readonly f16: NoCondition<Op, 'f16'>;
  readonly bf16: NoCondition<Op, 'bf16'>;
}
/** The type of a parameter that is a tensor of truth values. */
export type ConditionOperand<Op extends string, T extends AnyTensor> = T &
  ConditionTable<Op>[T[typeof dtypeKey] & DType];

/** `[32, 784]`; `?` is an unknown dimension. */
export type Show<S> = S extends readonly unknown[]
  ? number extends S['length']
    ? '[...]'
    : `[${ShowDims<S>}]`
  : '[...]';
type ShowDims<S, Out extends string = ''> = S extends readonly [infer H, ...infer T]
  ? ShowDims<T, Out extends '' ? ShowDim<H> : `${Out}, ${ShowDim<H>}`>
  : Out;
/** One dimension in a message. */
export type ShowDim<D> = number extends D ? '?' : `${D & Dim}`;
/** The dimensions of a tuple with a separator: `3, 4`. */
export type Join<P, By extends string = ', ', Out extends string = ''> = P extends readonly [
  infer H,
  ...infer T,
]
  ? Join<T, By, Out extends '' ? ShowDim<H> : `${Out}${By}${ShowDim<H>}`>
  : Out;
