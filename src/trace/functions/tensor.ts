/** `tensor`: JavaScript numbers, nested arrays and typed arrays become tensors. */
import { ArgumentError, DTypeError, ShapeError } from '../../ir/errors.ts';
import { encodeNumbers } from '../../ir/half.ts';
import { checkOptions } from '../../ir/options.ts';
import {
  allocate,
  type DType,
  isDifferentiable,
  isHalf,
  type Shape,
  showShape,
  sizeOf,
  type TypedArray,
} from '../../ir/types.ts';
import type { DataDType, DataShape, NumericArray, Tensor, TensorData } from '../../types/index.ts';
import { asTyped, describe, fromData, isTensor } from '../tensor.ts';
import { requireDType } from './choices.ts';
import { located, requireFlag } from './operands.ts';
import { requireShape } from './require-shape.ts';

/** What `tensor` takes beside the data. */
export interface TensorOptions<S extends readonly number[] | undefined, D extends DType> {
  /** The shape; by default that of the nested arrays, or one axis for a typed array. */
  readonly shape?: S;
  /** The dtype; by default bool for booleans, f32 for numbers, and the kind of a typed array. */
  readonly dtype?: D;
  /** Whether the data, a Uint16Array, are bits of f16 or bf16 and not numbers; default false. */
  readonly bits?: boolean;
}

/**
 * A tensor with a copy of the data: `tensor([[1, 2], [3, 4]])`, `tensor(bytes, { shape: [28, 28],
 * dtype: 'f32' })`. Numbers that an integer dtype cannot hold are an error, and so are arrays
 * nested unevenly.
 */
export const tensor = <
  const T extends TensorData,
  const S extends readonly number[] | undefined = undefined,
  D extends DType = DataDType<T>,
>(
  data: T,
  options?: TensorOptions<S, D>,
): Tensor<DataShape<T, S>, NoInfer<D>> =>
  located(() => {
    checkOptions('tensor', options, ['shape', 'dtype', 'bits']);
    const dtype = options?.dtype === undefined ? undefined : requireDType('tensor', options.dtype);
    const read = requireFlag('tensor', 'bits', options?.bits)
      ? fromBits(data, dtype)
      : isNumericArray(data)
        ? fromTyped(data, dtype)
        : fromNested(data, dtype);
    const shape = options?.shape === undefined ? read.shape : requireShape('tensor', options.shape);
    if (sizeOf(shape) !== read.data.length) {
      throw new ShapeError(
        `tensor: ${read.data.length} elements do not fill shape ${showShape(shape)} ` +
          `(${sizeOf(shape)} elements)`,
      );
    }
    return asTyped(fromData(read.data, read.dtype, shape));
  });

interface Read {
  readonly data: TypedArray;
  readonly dtype: DType;
  readonly shape: Shape;
}

const fromBits = (data: unknown, dtype: DType | undefined): Read => {
  if (dtype === undefined || !isHalf(dtype)) {
    const fault = dtype === undefined ? '; say which with dtype' : `, not ${dtype}`;
    throw new DTypeError(`tensor: bits are those of f16 and bf16${fault}`);
  }
  if (!(data instanceof Uint16Array)) {
    throw new ArgumentError(`tensor: bits of ${dtype} come as a Uint16Array`, {
      got: describe(data),
    });
  }
  return { data, dtype, shape: [data.length] };
};

const isNumericArray = (data: unknown): data is NumericArray =>
  ArrayBuffer.isView(data) && !(data instanceof DataView);

const dtypeOf = (data: NumericArray): DType | undefined => {
  if (data instanceof Float32Array) return 'f32';
  if (data instanceof Float64Array) return 'f64';
  if (data instanceof Int32Array) return 'i32';
  if (data instanceof Uint32Array) return 'u32';
  return undefined;
};

const fromTyped = (data: NumericArray, asked: DType | undefined): Read => {
  const own = dtypeOf(data);
  const dtype = asked ?? own;
  if (dtype === undefined) {
    throw new DTypeError(`tensor: a ${data.constructor.name} has no dtype of its own`, {
      hint: "say what its elements become: tensor(data, { dtype: 'f32' })",
    });
  }
  const shape = [data.length];
  if (dtype === own) return { data: data as TypedArray, dtype, shape };
  const out = allocate(isHalf(dtype) ? 'f64' : dtype, data.length);
  for (let k = 0; k < data.length; k++) {
    // Arrays of BigInt pass the check of views, so an element may be anything.
    const element: unknown = data[k];
    out[k] = converted(element, dtype, () => `element ${k}`);
  }
  return { data: isHalf(dtype) ? encodeNumbers(dtype, out) : out, dtype, shape };
};

/** No tensor of use is nested deeper, and an array that holds itself ends here. */
const deepest = 32;

const fromNested = (data: unknown, asked: DType | undefined): Read => {
  const shape: number[] = [];
  let first = data;
  while (Array.isArray(first)) {
    if (shape.length === deepest) throw new ShapeError(`tensor: nested deeper than ${deepest}`);
    shape.push(first.length);
    first = first.length === 0 ? undefined : first[0];
  }
  const isEmpty = shape[shape.length - 1] === 0;
  if (!isEmpty)
    requireElement(
      first,
      shape.map(() => 0),
      typeof first,
    );
  const dtype = asked ?? (typeof first === 'boolean' ? 'bool' : 'f32');
  const out = allocate(isHalf(dtype) ? 'f64' : dtype, sizeOf(shape));
  let next = 0;
  const fill = (part: unknown, path: number[]): void => {
    if (path.length === shape.length) {
      requireElement(part, path, typeof first);
      out[next++] = converted(part, dtype, () => place(path));
      return;
    }
    const wanted = shape[path.length] as number;
    if (!Array.isArray(part) || part.length !== wanted) {
      const has = Array.isArray(part) ? `has length ${part.length}` : `is ${describe(part)}`;
      throw new ShapeError(`tensor: the array is uneven: ${place(path)} ${has}, not ${wanted}`);
    }
    for (let k = 0; k < wanted; k++) fill(part[k], [...path, k]);
  };
  fill(data, []);
  return { data: isHalf(dtype) ? encodeNumbers(dtype, out) : out, dtype, shape };
};

const place = (path: readonly number[]): string =>
  path.length === 0 ? 'the value' : `element ${path.map((k) => `[${k}]`).join('')}`;

const requireElement = (x: unknown, path: readonly number[], kind: string): void => {
  if (isTensor(x)) {
    throw new ArgumentError(`tensor: ${place(path)} is a tensor already`, {
      hint: 'join tensors with stack or concat',
    });
  }
  if (Array.isArray(x))
    throw new ShapeError(`tensor: the array is uneven: ${place(path)} is an array`);
  if (typeof x !== 'number' && typeof x !== 'boolean') {
    throw new ArgumentError(`tensor: ${place(path)} is ${describe(x)}, not a number`);
  }
  if (typeof x !== kind) {
    throw new ArgumentError(
      `tensor: ${place(path)} is ${describe(x)} among others of type ${kind}`,
    );
  }
};

/** The number that stands for an element; throws DTypeError when the dtype has no such value. */
const converted = (x: unknown, dtype: DType, where: () => string): number => {
  const value = typeof x === 'bigint' ? Number.NaN : Number(x);
  if (typeof x === 'bigint') throw new DTypeError(`tensor: ${where()} is a bigint, not a number`);
  if (isDifferentiable(dtype)) return value;
  const [low, high] =
    dtype === 'i32' ? [-2147483648, 2147483647] : dtype === 'u32' ? [0, 4294967295] : [0, 1];
  if (Number.isInteger(value) && value >= low && value <= high) return value;
  throw new DTypeError(`tensor: ${where()} is ${value}, which ${dtype} cannot hold`, {
    hint: 'make it an f32 and convert with cast, which truncates and saturates',
  });
};
