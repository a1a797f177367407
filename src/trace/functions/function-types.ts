/**
 * The signatures that families of array functions share. One signature each, never overloads: a
 * mistake stays one line.
 */
import type {
  AnyTensor,
  Axes,
  Binary,
  BitOperand,
  Checked,
  Computed,
  ComputedFloat,
  ComputedFloatOperand,
  ComputedOperand,
  DTypeOf,
  FloatDType,
  IntegerOperand,
  JoinDType,
  Operand,
  Reduce,
  ReduceOptions,
  Result,
  SameShape,
  ShapeOf,
  Tensor,
} from '../../types/index.ts';

/** A tensor that can be differentiated. */
export type FloatTensor = Tensor<unknown, FloatDType>;
/** Element by element on floats; shape and dtype stay. */
export type FloatFunction<Op extends string = string> = <T extends AnyTensor>(
  x: ComputedFloat<Op, T>,
) => T;
/** Element by element; shape and dtype stay. */
export type ElementFunction = <T extends AnyTensor>(x: T) => T;
/** Element by element on dtypes that are computed with; shape and dtype stay. */
export type NumberFunction<Op extends string> = <T extends AnyTensor>(x: Computed<Op, T>) => T;
/** Element by element, to truth values. */
export type ElementTest = <T extends AnyTensor>(x: T) => Tensor<ShapeOf<T>, 'bool'>;
/** Two operands of one dtype, with broadcasting. */
export type Arithmetic<Op extends string> = <A extends Operand, B extends Operand>(
  a: ComputedOperand<Op, A>,
  b: Checked<ComputedOperand<Op, B>, Binary<Op, A, B>>,
) => Result<Binary<Op, A, B>, JoinDType<A, B>>;
/** Two operands of one float dtype, with broadcasting. */
export type FloatArithmetic<Op extends string> = <A extends Operand, B extends Operand>(
  a: ComputedFloatOperand<Op, A>,
  b: Checked<ComputedFloatOperand<Op, B>, Binary<Op, A, B>>,
) => Result<Binary<Op, A, B>, JoinDType<A, B>>;
/** Two operands of one integer dtype, with broadcasting. */
export type IntegerArithmetic<Op extends string> = <A extends Operand, B extends Operand>(
  a: IntegerOperand<Op, A>,
  b: Checked<IntegerOperand<Op, B>, Binary<Op, A, B>>,
) => Result<Binary<Op, A, B>, JoinDType<A, B>>;
/** Two operands of integers or truth values of one dtype, with broadcasting. */
export type BitArithmetic<Op extends string> = <A extends Operand, B extends Operand>(
  a: BitOperand<Op, A>,
  b: Checked<BitOperand<Op, B>, Binary<Op, A, B>>,
) => Result<Binary<Op, A, B>, JoinDType<A, B>>;
/** Two operands of one dtype, with broadcasting, to truth values. */
export type Comparison<Op extends string> = <A extends Operand, B extends Operand>(
  a: ComputedOperand<Op, A>,
  b: Checked<ComputedOperand<Op, B>, Binary<Op, A, B>>,
) => Result<Binary<Op, A, B>, 'bool'>;
/** Two operands of one dtype, whichever it is, with broadcasting, to truth values. */
export type Matching<Op extends string> = <A extends Operand, B extends Operand>(
  a: A,
  b: Checked<B, Binary<Op, A, B>>,
) => Result<Binary<Op, A, B>, 'bool'>;
/** Folds axes, by default all, keeping the dtype. */
export type Reduction<Op extends string> = <
  X extends AnyTensor,
  const Ax extends Axes | undefined = undefined,
  K extends boolean = false,
>(
  x: Computed<Op, X>,
  axis?: Checked<Ax, Reduce<Op, ShapeOf<X>, Ax, K>>,
  options?: ReduceOptions<K>,
) => Result<Reduce<Op, ShapeOf<X>, Ax, K>, DTypeOf<X>>;
/** Folds axes of floats, by default all, keeping the dtype. */
export type FloatReduction<Op extends string> = <
  X extends AnyTensor,
  const Ax extends Axes | undefined = undefined,
  K extends boolean = false,
>(
  x: ComputedFloat<Op, X>,
  axis?: Checked<Ax, Reduce<Op, ShapeOf<X>, Ax, K>>,
  options?: ReduceOptions<K>,
) => Result<Reduce<Op, ShapeOf<X>, Ax, K>, DTypeOf<X>>;
/** Folds axes, by default all, to elements of dtype D. */
export type ReductionTo<Op extends string, D> = <
  X extends AnyTensor,
  const Ax extends Axes | undefined = undefined,
  K extends boolean = false,
>(
  x: X,
  axis?: Checked<Ax, Reduce<Op, ShapeOf<X>, Ax, K>>,
  options?: ReduceOptions<K>,
) => Result<Reduce<Op, ShapeOf<X>, Ax, K>, D>;
/** Folds one axis, by default the last, to positions on it; null folds all. */
export type Position<Op extends string> = <
  X extends AnyTensor,
  Ax extends number | null = -1,
  K extends boolean = false,
>(
  x: Computed<Op, X>,
  axis?: Checked<Ax, Reduce<Op, ShapeOf<X>, AllIfNull<Ax>, K>>,
  options?: ReduceOptions<K>,
) => Result<Reduce<Op, ShapeOf<X>, AllIfNull<Ax>, K>, 'i32'>;
type AllIfNull<Ax> = Ax extends null ? undefined : Ax;
/** Normalises along axes, by default the last. */
export type Normalization<Op extends string> = <
  X extends FloatTensor,
  const Ax extends Axes | undefined = -1,
>(
  x: X,
  axis?: Checked<Ax, SameShape<Op, ShapeOf<X>, Ax>>,
) => X;
