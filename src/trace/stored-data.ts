/** The elements of concrete tensors as backends hold them: 16 bit floats are their bits. */
import { ArgumentError, BackendError, DTypeError } from '../ir/errors.ts';
import { checkOptions } from '../ir/options.ts';
import { type DType, isHalf, type TypedArray } from '../ir/types.ts';
import type { DataOptions } from '../types/methods.ts';
import { concreteLife, describe, type TensorImplementation } from './tensor.ts';

/** Whether bits are asked for; a DTypeError where the elements have no bits of 16. */
export const asksForBits = (
  name: string,
  dtype: DType,
  options: DataOptions | undefined,
): boolean => {
  checkOptions(name, options, ['bits']);
  const bits: unknown = options?.bits ?? false;
  if (typeof bits !== 'boolean') {
    throw new ArgumentError(`${name}: bits must be true or false, not ${describe(bits)}`);
  }
  if (bits && !isHalf(dtype)) {
    throw new DTypeError(`${name}: bits are those of f16 and bf16, not ${dtype}`);
  }
  return bits;
};

/** A copy of the elements; `name` says who wants to read them. */
export const storedData = async (
  tensor: TensorImplementation,
  name: string,
): Promise<TypedArray> => {
  const { backend, storage } = concreteLife(tensor, name);
  return backend.download(storage);
};

/** The same without waiting; a BackendError on machines that cannot. */
export const storedDataSync = (tensor: TensorImplementation, name: string): TypedArray => {
  const { backend, storage } = concreteLife(tensor, name);
  if (backend.downloadSync !== undefined) return backend.downloadSync(storage);
  throw new BackendError(`${name}: the ${backend.name} backend cannot hand out data at once`, {
    hint: 'use await x.data()',
  });
};
