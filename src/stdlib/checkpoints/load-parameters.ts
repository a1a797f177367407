/**
 * Loading a tree of tensors from a safetensors file, checked against a tree of the same structure.
 */
import { DTypeError, FormatError, ShapeError } from '../../ir/errors.ts';
import { type DType, sameShape, showShape } from '../../ir/types.ts';
import { flatten, unflatten } from '../../trace/flatten.ts';
import { located } from '../../trace/functions/operands.ts';
import { fromData, type TensorImplementation } from '../../trace/tensor.ts';
import type { ArrayData } from '../data/array-data.ts';
import { readSafetensors } from '../data/read-safetensors.ts';
import { parameterName } from './parameter-names.ts';

/** At most this many names are listed in one message. */
const longestList = 8;
const listed = (names: readonly string[]): string => {
  const shown = names.slice(0, longestList).map((name) => JSON.stringify(name));
  const rest = names.length - shown.length;
  return shown.join(', ') + (rest > 0 ? ` and ${rest} more` : '');
};

/** Throws unless the file has exactly the names of the tree. */
const checkNames = (wanted: readonly string[], found: readonly string[]): void => {
  const [asked, held] = [new Set(wanted), new Set(found)];
  const missing = wanted.filter((name) => !held.has(name));
  const extra = found.filter((name) => !asked.has(name));
  if (missing.length === 0 && extra.length === 0) return;
  const parts = [
    ...(missing.length > 0 ? [`the file lacks ${listed(missing)}`] : []),
    ...(extra.length > 0 ? [`the tree lacks ${listed(extra)}`] : []),
  ];
  throw new FormatError('loadParameters: the file does not hold the parameters of the tree', {
    got: parts.join('; '),
  });
};

const checkType = (name: string, array: ArrayData, like: TensorImplementation): void => {
  const what = `loadParameters: parameter ${JSON.stringify(name)}`;
  if (array.dtype !== like.dtype) {
    throw new DTypeError(`${what} must be ${like.dtype}, but the file has ${array.dtype}`);
  }
  if (!sameShape(array.shape, like.shape)) {
    const [wanted, found] = [showShape(like.shape), showShape(array.shape)];
    throw new ShapeError(`${what} must have shape ${wanted}, but the file has ${found}`);
  }
};

/**
 * The tree that `saveParameters` saved. `like` is a tree of the same structure, for example fresh
 * parameters: it says which names, shapes and dtypes the file must have, and gives what is no
 * tensor. Throws a FormatError that lists names which the file or the tree lacks, a ShapeError or a
 * DTypeError that names the parameter; no tensor is made before all are checked.
 */
export const loadParameters = <P>(bytes: Uint8Array, like: P): P =>
  located(() => {
    const { leaves, paths, structure } = flatten(like, 'loadParameters', 'the tree');
    const { tensors } = readSafetensors(bytes);
    const names = paths.map(parameterName);
    checkNames(names, [...tensors.keys()]);
    const arrays = names.map((name, k) => {
      const array = tensors.get(name) as ArrayData;
      checkType(name, array, leaves[k] as TensorImplementation);
      return array as ArrayData<DType>;
    });
    const made = arrays.map(({ data, dtype, shape }) => fromData(data, dtype, shape));
    return unflatten(structure, made) as P;
  });

/** The text that was saved with the parameters, by name. */
export const loadMetadata = (bytes: Uint8Array): Map<string, string> =>
  readSafetensors(bytes).metadata;
