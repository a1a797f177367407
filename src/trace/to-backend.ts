/** Copies tensors from one machine to another. */

import type { Backend } from '../backends/backend.ts';
import { flatten, unflatten } from './flatten.ts';
import { storedData } from './stored-data.ts';
import { concreteLife, fromData } from './tensor.ts';

/**
 * A tree with every tensor copied to `backend`; those that are there already are the same tensors.
 */
export const toBackend = async <T>(tree: T, backend: Backend): Promise<T> => {
  const { leaves, structure } = flatten(tree, 'toBackend');
  const copies = await Promise.all(
    leaves.map(async (leaf) =>
      concreteLife(leaf, 'toBackend').backend === backend
        ? leaf
        : fromData(await storedData(leaf, 'toBackend'), leaf.dtype, leaf.shape, backend),
    ),
  );
  return unflatten(structure, copies) as T;
};
