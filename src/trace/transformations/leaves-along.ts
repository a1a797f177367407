/**
 * Reads tangents and cotangents: trees shaped like another tree, with null where a zero or nothing
 * is meant.
 */
import { ArgumentError, DTypeError, ShapeError } from '../../ir/errors.ts';
import { constantLike } from '../../ir/ops/constants.ts';
import { isDifferentiable, sameShape, showShape } from '../../ir/types.ts';
import { apply } from '../apply.ts';
import type { TreeStructure } from '../flatten.ts';
import { describe, isTensor, type TensorImplementation } from '../tensor.ts';
import { isPlainObject } from '../value-key.ts';
import { Visit } from '../visit.ts';

/**
 * The differentiable tensors of a tree: the number of the leaf, and what the other tree holds
 * there.
 */
export interface LeafAlong {
  readonly leaf: number;
  readonly tensor: TensorImplementation;
}

/**
 * The tensors that `tree` holds where `structure` has float tensors of the types of `leaves`. null
 * there, or for a whole part of the tree, means zero. Where `structure` has other tensors or no
 * tensor, `tree` has null or nothing. `what` is the tree in messages: "jvp: the tangent".
 */
export const leavesAlong = (
  name: string,
  what: string,
  structure: TreeStructure,
  leaves: readonly {
    readonly dtype: TensorImplementation['dtype'];
    readonly shape: readonly number[];
  }[],
  tree: unknown,
): LeafAlong[] => {
  const found: LeafAlong[] = [];
  const visit = new Visit(name, 'the whole');
  let next = 0;
  const fail = (problem: string): ArgumentError =>
    new ArgumentError(`${name}: ${what} must have the structure of the value`, {
      got: `${visit.place()}: ${problem}`,
    });
  const walk = (part: TreeStructure, other: unknown): void => {
    if (other === null && part.kind !== 'tensor' && part.kind !== 'static') {
      for (const piece of part.parts) walk(piece, null);
      return;
    }
    switch (part.kind) {
      case 'static':
        if (isTensor(other)) throw fail('a tensor where the value has none');
        return;
      case 'tensor':
        walkLeaf(next++, other);
        return;
      case 'class':
        if (Object.getPrototypeOf(other ?? {}) !== part.prototype) {
          throw fail(`${describe(other)} for an instance of a class`);
        }
        walk(part.parts[0], part.type.toTree(other as object));
        return;
      case 'array':
        if (!Array.isArray(other)) throw fail(`${describe(other)} for an array`);
        if (other.length !== part.parts.length) {
          throw fail(`${other.length} entries for ${part.parts.length}`);
        }
        part.parts.forEach((piece, k) => {
          visit.at(k, () => walk(piece, other[k]));
        });
        return;
      case 'object':
        if (typeof other !== 'object' || other === null || !isPlainObject(other)) {
          throw fail(`${describe(other)} for an object`);
        }
        for (const key of Object.keys(other)) {
          if (!part.keys.includes(key)) throw fail(`the key '${key}' is not in the value`);
        }
        part.keys.forEach((key, k) => {
          visit.at(key, () => walk(part.parts[k] as TreeStructure, other[key]));
        });
    }
  };
  const walkLeaf = (leaf: number, other: unknown): void => {
    const type = leaves[leaf] as (typeof leaves)[number];
    if (!isDifferentiable(type.dtype)) {
      if (other == null) return;
      throw fail(`must be null, because the value is ${type.dtype} and has no derivative`);
    }
    if (other === null) {
      const [zero] = apply(name, [], () => constantLike(type, 0));
      found.push({ leaf, tensor: zero as TensorImplementation });
      return;
    }
    if (!isTensor(other)) throw fail(`${describe(other)} for a tensor`);
    const got = { got: `${visit.place()}: ${showShape(other.shape)} ${other.dtype}` };
    if (!sameShape(other.shape, type.shape)) {
      throw new ShapeError(`${name}: ${what} must have shape ${showShape(type.shape)}`, got);
    }
    if (other.dtype !== type.dtype) {
      throw new DTypeError(`${name}: ${what} must have dtype ${type.dtype}`, got);
    }
    found.push({ leaf, tensor: other });
  };
  walk(structure, tree);
  return found;
};
