/** Tensors made from nothing but a shape: constants, ranges and the identity matrix. */
import { ArgumentError } from '../../ir/errors.ts';
import type { Value } from '../../ir/graph.ts';
import { encodeNumbers, refuseHalf } from '../../ir/half.ts';
import { constantLike, full as fullValue, iota } from '../../ir/ops/constants.ts';
import { add, mul, sub } from '../../ir/ops/elementwise.ts';
import { cast, eq, select } from '../../ir/ops/logic.ts';
import { checkOptions } from '../../ir/options.ts';
import {
  allocate,
  type DType,
  isDifferentiable,
  isFloat,
  isHalf,
  type Shape,
  sizeOf,
} from '../../ir/types.ts';
import type {
  AnyTensor,
  CreationOptions,
  DimsOf,
  DTypeOf,
  Dynamic,
  RangeLength,
  ShapeOf,
  Tensor,
} from '../../types/index.ts';
import { asTensor, asTyped, fromData } from '../tensor.ts';
import { currentTrace } from '../trace.ts';
import { requireDType } from './choices.ts';
import { type DiagonalOptions, requireOffset } from './diagonals.ts';
import { applyOne, located, requireExact, requireNumber, requireWhole } from './operands.ts';
import { requireShape } from './require-shape.ts';

const dtypeIn = (name: string, options: CreationOptions | undefined, otherwise: DType): DType => {
  checkOptions(name, options, ['dtype']);
  return options?.dtype === undefined ? otherwise : requireDType(name, options.dtype);
};

/**
 * One value everywhere: a constant in a trace, data outside, where a program per value would be a
 * waste.
 */
const filled = (name: string, shape: Shape, dtype: DType, value: number): Dynamic => {
  requireExact(name, value, dtype);
  const size = sizeOf(shape);
  if (currentTrace() !== undefined) {
    return applyOne(name, [], () => fullValue([], { value, shape, dtype }));
  }
  const element = encodeNumbers(dtype, [value])[0] as number;
  return asTyped(fromData(allocate(dtype, size).fill(element), dtype, shape));
};

/** Zeros. */
export const zeros = <const S extends readonly number[], D extends DType = 'f32'>(
  shape: S,
  options?: CreationOptions<D>,
): Tensor<DimsOf<S>, NoInfer<D>> =>
  located(() => filled('zeros', requireShape('zeros', shape), dtypeIn('zeros', options, 'f32'), 0));
/** Ones. */
export const ones = <const S extends readonly number[], D extends DType = 'f32'>(
  shape: S,
  options?: CreationOptions<D>,
): Tensor<DimsOf<S>, NoInfer<D>> =>
  located(() => filled('ones', requireShape('ones', shape), dtypeIn('ones', options, 'f32'), 1));
/** One value everywhere. */
export const full = <const S extends readonly number[], D extends DType = 'f32'>(
  shape: S,
  value: number,
  options?: CreationOptions<D>,
): Tensor<DimsOf<S>, NoInfer<D>> =>
  located(() => {
    const dtype = dtypeIn('full', options, 'f32');
    return filled(
      'full',
      requireShape('full', shape),
      dtype,
      requireNumber('full', 'value', value),
    );
  });

/** Zeros in the shape of x, and in its dtype unless another is asked for. */
export const zerosLike = <T extends AnyTensor, D extends DType = DTypeOf<T> & DType>(
  x: T,
  options?: CreationOptions<D>,
): Tensor<ShapeOf<T>, NoInfer<D>> => filledLike('zerosLike', x, 0, options);
/** Ones in the shape of x, and in its dtype unless another is asked for. */
export const onesLike = <T extends AnyTensor, D extends DType = DTypeOf<T> & DType>(
  x: T,
  options?: CreationOptions<D>,
): Tensor<ShapeOf<T>, NoInfer<D>> => filledLike('onesLike', x, 1, options);
/** One value in the shape of x, and in its dtype unless another is asked for. */
export const fullLike = <T extends AnyTensor, D extends DType = DTypeOf<T> & DType>(
  x: T,
  value: number,
  options?: CreationOptions<D>,
): Tensor<ShapeOf<T>, NoInfer<D>> => filledLike('fullLike', x, value, options);
const filledLike = (
  name: string,
  x: AnyTensor,
  value: number,
  options: CreationOptions | undefined,
): Dynamic =>
  located(() => {
    const { shape, dtype } = asTensor(name, x);
    return filled(name, shape, dtypeIn(name, options, dtype), requireNumber(name, 'value', value));
  });

/** What `arange` takes. */
export interface RangeOptions<Step extends number, D extends DType> extends CreationOptions<D> {
  /** The distance of neighbours, 1 by default; it may be negative. */
  readonly step?: Step;
}
/**
 * start, start + step... below stop; `arange(n)` counts from 0. i32 unless another dtype is asked
 * for.
 */
export const arange = <
  const A extends number,
  const B extends number | undefined = undefined,
  const Step extends number = 1,
  D extends DType = 'i32',
>(
  start: A,
  stop?: B,
  options?: RangeOptions<Step, D>,
): Tensor<[RangeLength<A, B, Step>], NoInfer<D>> =>
  located(() => {
    checkOptions('arange', options, ['step', 'dtype']);
    const dtype = options?.dtype === undefined ? 'i32' : requireDType('arange', options.dtype);
    const step = requireNumber('arange', 'step', options?.step ?? 1);
    const first = stop === undefined ? 0 : requireNumber('arange', 'start', start);
    const end = requireNumber('arange', 'stop', stop ?? start);
    const length = Math.max(0, Math.ceil((end - first) / step));
    if (step === 0 || !Number.isFinite(length)) {
      throw new ArgumentError(`arange: no range goes from ${first} to ${end} by ${step}`);
    }
    sizeOf([length]);
    if (!isDifferentiable(dtype) && !(Number.isInteger(first) && Number.isInteger(step))) {
      throw new ArgumentError(
        `arange: ${first} by ${step} has elements that ${dtype} cannot hold`,
        {
          hint: "ask for floats: arange(start, stop, { step, dtype: 'f32' })",
        },
      );
    }
    if (length > 0) {
      requireExact('arange', first, dtype);
      requireExact('arange', first + (length - 1) * step, dtype);
    }
    return applyOne('arange', [], () =>
      isHalf(dtype)
        ? cast(line(length, 'f32', first, step), { dtype })
        : line(length, dtype, first, step),
    );
  });

/** first + k * step for k = 0, 1... */
const line = (length: number, dtype: DType, first: number, step: number): Value => {
  const places = iota([], { axis: 0, shape: [length], dtype });
  const scaled = step === 1 ? places : mul(places, constantLike(places, step));
  return first === 0 ? scaled : add(scaled, constantLike(scaled, first));
};

/** `count` numbers evenly spaced from start to stop, both included. */
export const linspace = <const N extends number, D extends 'f32' | 'f64' = 'f32'>(
  start: number,
  stop: number,
  count: N,
  options?: CreationOptions<D>,
): Tensor<[N], NoInfer<D>> =>
  located(() => {
    const dtype = dtypeIn('linspace', options, 'f32');
    refuseHalf('linspace', dtype);
    if (!isFloat(dtype)) throw new ArgumentError(`linspace: ${dtype} is not supported`);
    const first = requireNumber('linspace', 'start', start);
    const last = requireNumber('linspace', 'stop', stop);
    const length = requireWhole('linspace', 'count', count, 0);
    sizeOf([length]);
    return applyOne('linspace', [], () => {
      const values = line(length, dtype, first, length > 1 ? (last - first) / (length - 1) : 0);
      if (length < 2) return values;
      // The last one is the number asked for, not what rounding makes of it.
      const places = iota([], { axis: 0, shape: [length], dtype: 'i32' });
      const isLast = eq(places, constantLike(places, length - 1));
      return select(isLast, constantLike(values, last), values);
    });
  });

/** What `eye` takes. */
export interface EyeOptions<D extends DType = DType> extends CreationOptions<D>, DiagonalOptions {}
/**
 * The identity matrix: ones on the main diagonal, or on the one that `offset` names; square unless
 * the number of columns is given.
 */
export const eye = <const N extends number, const M extends number = N, D extends DType = 'f32'>(
  rows: N,
  columns?: M,
  options?: EyeOptions<D>,
): Tensor<[N, M], NoInfer<D>> =>
  located(() => {
    checkOptions('eye', options, ['dtype', 'offset']);
    const dtype = options?.dtype === undefined ? 'f32' : requireDType('eye', options.dtype);
    const offset = requireOffset('eye', options?.offset ?? 0);
    const shape = [
      requireWhole('eye', 'rows', rows, 0),
      requireWhole('eye', 'columns', columns ?? rows, 0),
    ];
    sizeOf(shape);
    return applyOne('eye', [], () => {
      const [i, j] = [0, 1].map((axis) => iota([], { axis, shape, dtype: 'i32' }));
      const from = offset === 0 ? j! : sub(j!, constantLike(j!, offset));
      return cast(eq(i!, from), { dtype });
    });
  });
