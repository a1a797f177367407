/** Trees that are built like one that was taken apart before, which calls in a loop always are. */
import { classOf, type TreeStructure } from './flatten.ts';
import { isTensor, type TensorImplementation } from './tensor.ts';

const isEnumerable = Object.prototype.propertyIsEnumerable;

/**
 * Adds the tensors of a tree to `leaves` where `flatten` would give the same structure; where it
 * may give another, or an error, the result is false and `leaves` are of no use. Objects that are
 * static are never taken for the same.
 */
export const follow = (
  structure: TreeStructure,
  x: unknown,
  leaves: TensorImplementation[],
): boolean => {
  if (structure.kind === 'tensor') {
    if (!isTensor(x)) return false;
    leaves.push(x);
    return true;
  }
  if (structure.kind === 'static') {
    return (typeof x !== 'object' || x === null) && Object.is(structure.value, x);
  }
  if (typeof x !== 'object' || x === null) return false;
  const prototype: unknown = Object.getPrototypeOf(x);
  if (structure.kind === 'class') {
    const { type, parts } = structure;
    return (
      prototype === structure.prototype &&
      classOf(structure.prototype) === type &&
      follow(parts[0], type.toTree(x), leaves)
    );
  }
  const { parts } = structure;
  if (structure.kind === 'array') {
    if (prototype !== Array.prototype || !Array.isArray(x) || x.length !== parts.length) {
      return false;
    }
    return parts.every((part, k) => follow(part, x[k], leaves));
  }
  const { keys } = structure;
  return (
    prototype === Object.prototype &&
    Object.keys(x).length === keys.length &&
    Object.getOwnPropertySymbols(x).length === 0 &&
    keys.every(
      (key, k) =>
        isEnumerable.call(x, key) &&
        follow(parts[k] as TreeStructure, (x as Record<string, unknown>)[key], leaves),
    )
  );
};
