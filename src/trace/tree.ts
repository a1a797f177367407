/** The public functions on trees: leaf by leaf, taken apart and put together. */
import { ArgumentError } from '../ir/errors.ts';
import type { AnyTensor, Dynamic, Tensor } from '../types/core.ts';
import { type Flattened, flatten, type TreeStructure, unflatten } from './flatten.ts';
import { asTyped, describe, type TensorImplementation } from './tensor.ts';
import { showPath } from './visit.ts';

/** A tensor about whose type nothing is known. */
type AnyLeaf = Tensor<Dynamic, Dynamic>;

/** The path and the leaf of every tensor, and nothing else. */
const entriesOf = (flat: Flattened): [string, TensorImplementation][] =>
  flat.leaves.map((leaf, k) => [showPath(flat.paths[k] ?? []), leaf]);

/**
 * The leaves of `others` that stand where the tensors of `first` stand. Parts of `first` that hold
 * no tensors are not compared, so a tree of gradients (null for what is no tensor) fits its
 * parameters.
 */
const alignedLeaves = (name: string, first: Flattened, others: readonly Flattened[]): unknown[][] =>
  others.map((other, which) => {
    const entries = entriesOf(other);
    const wanted = entriesOf(first);
    const byPath = new Map(entries);
    for (const [path] of wanted) {
      if (byPath.has(path)) continue;
      throw mismatch(name, which + 1, path, 'a tensor in tree 0, but not there');
    }
    if (entries.length > wanted.length) {
      const known = new Set(wanted.map(([path]) => path));
      const extra = entries.find(([path]) => !known.has(path));
      throw mismatch(name, which + 1, extra?.[0] ?? '', 'a tensor there, but not in tree 0');
    }
    return wanted.map(([path]) => byPath.get(path));
  });

const mismatch = (name: string, which: number, path: string, what: string): ArgumentError =>
  new ArgumentError(`${name}: tree ${which} does not have the structure of tree 0`, {
    got: `${path === '' ? 'the tree itself' : path} is ${what}`,
  });

/** Work on trees: plain objects, arrays and registered classes that hold tensors. */
export const tree: {
  /**
   * Applies `f` to every tensor of the first tree and the tensors at the same places of the others.
   * What is no tensor stays as it is in the first tree.
   */
  map<P, Others extends unknown[]>(
    f: (leaf: AnyLeaf, ...others: { [K in keyof Others]: AnyLeaf }) => AnyTensor,
    first: P,
    ...others: Others
  ): P;
  /** The tensors of a tree in the order of sorted keys. */
  leaves(tree: unknown): AnyTensor[];
  /** The tensors of a tree with their paths, such as `blocks[0].w`. */
  entries(tree: unknown): [path: string, tensor: AnyTensor][];
  /** Takes a tree apart: its tensors, and the structure that puts them together again. */
  flatten(tree: unknown): { leaves: AnyTensor[]; structure: TreeStructure };
  /** Puts a tree together from the leaves of `flatten`. */
  unflatten(structure: TreeStructure, leaves: readonly unknown[]): unknown;
} = {
  map: (f, first, ...others) => {
    if (typeof f !== 'function') {
      throw new ArgumentError('tree.map: expected a function first', { got: describe(f) });
    }
    const flat = flatten(first, 'tree.map', 'tree 0');
    const rest = alignedLeaves(
      'tree.map',
      flat,
      others.map((other, k) => flatten(other, 'tree.map', `tree ${k + 1}`)),
    );
    const call = f as unknown as (...leaves: unknown[]) => unknown;
    const mapped = flat.leaves.map((leaf, k) => call(leaf, ...rest.map((leaves) => leaves[k])));
    return unflatten(flat.structure, mapped) as typeof first;
  },
  leaves: (tree_) => flatten(tree_, 'tree.leaves').leaves.map(asTyped<AnyTensor>),
  entries: (tree_) =>
    entriesOf(flatten(tree_, 'tree.entries')).map(([path, leaf]) => [path, asTyped(leaf)]),
  flatten: (tree_) => {
    const { leaves, structure } = flatten(tree_, 'tree.flatten');
    return { leaves: leaves.map(asTyped<AnyTensor>), structure };
  },
  unflatten,
};
