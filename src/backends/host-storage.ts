/**
 * Tensor memory of the backends that compute in ordinary typed arrays, and the checks they share.
 */
import { BackendError, DisposedError } from '../ir/errors.ts';
import type { Precision } from '../ir/scalar.ts';
import {
  allocate,
  bytesOf,
  type DType,
  showType,
  sizeOf,
  type TensorType,
  type TypedArray,
} from '../ir/types.ts';
import type { Storage } from './backend.ts';

/** A storage whose elements are a typed array. */
export class HostStorage implements Storage {
  readonly dtype: DType;
  readonly length: number;
  holders = 0;
  #data: TypedArray | undefined;
  constructor(dtype: DType, data: TypedArray) {
    this.dtype = dtype;
    this.length = data.length;
    this.#data = data;
  }
  /** The elements. Throws DisposedError after `release`. */
  get data(): TypedArray {
    if (this.#data === undefined) {
      throw new DisposedError('storage: its memory was freed or donated and cannot be used again');
    }
    return this.#data;
  }
  /** Gives up the memory: every later use is an error. */
  release(): void {
    this.#data = undefined;
  }
}

/** `storage` as memory of this kind; throws BackendError when another backend made it. */
export const asHostStorage = (backend: string, storage: Storage): HostStorage => {
  if (storage instanceof HostStorage) return storage;
  throw new BackendError(`${backend}: the storage belongs to another backend`, {
    hint: 'download it there and upload it here',
  });
};

/** What a program expects of an input. */
export interface InputSpec {
  readonly type: TensorType;
  /** In elements. */
  readonly length: number;
}
/** The inputs of a program with these types. */
export const inputSpecs = (types: readonly TensorType[]): InputSpec[] =>
  types.map((type) => ({ type, length: sizeOf(type.shape) }));

/**
 * The arrays of a call's inputs; throws BackendError when their number, dtypes or lengths do not
 * fit. Only programs of precision 'double' take f32 elements that are held as doubles.
 */
export const inputArrays = (
  backend: string,
  specs: readonly InputSpec[],
  inputs: readonly Storage[],
  precision: Precision = 'exact',
): TypedArray[] => {
  if (inputs.length !== specs.length) {
    throw new BackendError(
      `${backend}: the program takes ${specs.length} inputs, not ${inputs.length}`,
    );
  }
  return specs.map(({ type, length }, i) => {
    const storage = asHostStorage(backend, inputs[i] as Storage);
    if (storage.dtype !== type.dtype || storage.length !== length) {
      throw new BackendError(`${backend}: input ${i} does not fit the program`, {
        got: `${storage.dtype} of ${storage.length} elements for ${showType(type)}`,
      });
    }
    const { data } = storage;
    if (data.BYTES_PER_ELEMENT !== bytesOf[type.dtype] && precision === 'exact') {
      throw new BackendError(`${backend}: input ${i} belongs to a double precision run`);
    }
    return data;
  });
};

/** Throws BackendError when the array type of data is that of another dtype. */
export const checkArrayType = (backend: string, data: TypedArray, dtype: DType): void => {
  const { constructor } = allocate(dtype, 0);
  if (constructor === data.constructor) return;
  throw new BackendError(`${backend}: ${dtype} data must be a ${constructor.name}`, {
    got: data.constructor.name,
  });
};

/**
 * A copy of `data` as elements of `dtype`; throws BackendError when its array type is that of
 * another dtype.
 */
export const copyIn = (backend: string, data: TypedArray, dtype: DType): TypedArray => {
  checkArrayType(backend, data, dtype);
  const copy = allocateFor(backend, dtype, data.length);
  copy.set(data);
  return copy;
};

/** Fresh zeroed memory; throws BackendError when the machine has not that much. */
export const allocateFor = (backend: string, dtype: DType, length: number): TypedArray => {
  try {
    return allocate(dtype, length);
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw new BackendError(`${backend}: no memory for ${length} elements of ${dtype}`);
  }
};
