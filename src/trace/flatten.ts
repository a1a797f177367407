/**
 * Trees: tensors nested in plain objects, arrays and registered classes. Everything else in them
 * (null, numbers, strings, functions) is static: it stays in the structure. Keys are visited in
 * sorted order, so two objects with the same entries are the same tree in whatever order they were
 * written.
 */
import { ArgumentError } from '../ir/errors.ts';
import { describe, isTensor, type TensorImplementation } from './tensor.ts';
import { identityOf, isPlainObject, keysOf, primitiveKey } from './value-key.ts';
import { Visit } from './visit.ts';

/** How instances of a class become trees and back. */
export interface TreeClass<T> {
  /** The instance as a tree: a plain object or array that holds its tensors and settings. */
  readonly toTree: (instance: T) => unknown;
  /**
   * An instance from a tree of the same structure; leaves may be other tensors, or null in
   * gradients.
   */
  readonly fromTree: (tree: never) => T;
}

type Registered = TreeClass<object> & { readonly fromTree: (tree: unknown) => object };
const registered = new WeakMap<object, Registered>();
/** How instances with a prototype become trees, where their class was registered. */
export const classOf = (prototype: object): Registered | undefined => registered.get(prototype);

/**
 * Makes instances of `type` (not of its subclasses) trees, so that they may hold tensors in
 * transformed functions.
 */
export const registerTreeClass = <T extends object>(
  type: abstract new (...args: never[]) => T,
  treeClass: TreeClass<T>,
): void => {
  if (typeof type !== 'function' || typeof type.prototype !== 'object') {
    throw new ArgumentError('registerTreeClass: expected a class', { got: describe(type) });
  }
  if (typeof treeClass?.toTree !== 'function' || typeof treeClass.fromTree !== 'function') {
    throw new ArgumentError('registerTreeClass: expected the functions toTree and fromTree');
  }
  registered.set(type.prototype as object, treeClass as unknown as Registered);
};

/** A tree without its tensors. */
export type TreeStructure =
  | { readonly kind: 'tensor' }
  | { readonly kind: 'static'; readonly value: unknown }
  | { readonly kind: 'array'; readonly parts: readonly TreeStructure[] }
  | {
      readonly kind: 'object';
      readonly keys: readonly string[];
      readonly parts: readonly TreeStructure[];
    }
  | {
      readonly kind: 'class';
      readonly prototype: object;
      readonly type: Registered;
      readonly parts: readonly [TreeStructure];
    };

/** A tree taken apart. */
export interface Flattened {
  readonly leaves: TensorImplementation[];
  /** Where the leaves stood: `blocks[0].w`, empty for a tree that is one tensor. */
  readonly paths: (readonly (string | number)[])[];
  readonly structure: TreeStructure;
}

/** A tree taken apart that says where its leaves stood when it is asked, which is rare. */
class TakenApart implements Flattened {
  readonly leaves: TensorImplementation[];
  readonly structure: TreeStructure;
  constructor(leaves: TensorImplementation[], structure: TreeStructure) {
    this.leaves = leaves;
    this.structure = structure;
  }
  get paths(): (readonly (string | number)[])[] {
    const paths: (readonly (string | number)[])[] = [];
    const walk = (part: TreeStructure, path: readonly (string | number)[]): void => {
      if (part.kind === 'tensor') paths.push(path);
      else if (part.kind === 'class') walk(part.parts[0], path);
      else if (part.kind === 'array') {
        for (const [k, inner] of part.parts.entries()) walk(inner, [...path, k]);
      } else if (part.kind === 'object') {
        for (const [k, inner] of part.parts.entries()) {
          walk(inner, [...path, part.keys[k] as string]);
        }
      }
    };
    walk(this.structure, []);
    return paths;
  }
}

const tensorStructure: TreeStructure = { kind: 'tensor' };

const notATree = (x: object, visit: Visit): ArgumentError => {
  const what = describe(x);
  const hint =
    x instanceof Promise
      ? 'await it'
      : ArrayBuffer.isView(x)
        ? 'make a tensor of it with tensor(data)'
        : `use plain objects and arrays, or registerTreeClass for a class of your own`;
  return new ArgumentError(`${visit.name}: ${what} cannot be part of a tree`, {
    got: `${what} at ${visit.place()}`,
    hint,
  });
};

/** Takes a tree apart. `name` and `root` are what errors call the function and the tree. */
export const flatten = (tree: unknown, name = 'tree.flatten', root = 'the tree'): Flattened => {
  // Most arguments are one tensor, and calls of compiled functions take them apart each time.
  if (isTensor(tree)) return new TakenApart([tree], tensorStructure);
  const leaves: TensorImplementation[] = [];
  const visit = new Visit(name, root);
  const walk = (x: unknown): TreeStructure => {
    if (isTensor(x)) {
      leaves.push(x);
      return tensorStructure;
    }
    if (typeof x === 'symbol') {
      throw new ArgumentError(`${name}: a symbol cannot be part of a tree`, {
        got: `a symbol at ${visit.place()}`,
      });
    }
    if (typeof x !== 'object' || x === null) return { kind: 'static', value: x };
    visit.enter(x);
    const part = walkObject(x);
    visit.leave(x);
    return part;
  };
  const walkPart = (step: string | number, x: unknown): TreeStructure => {
    visit.path.push(step);
    const part = walk(x);
    visit.path.pop();
    return part;
  };
  const walkObject = (x: object): TreeStructure => {
    const prototype = Object.getPrototypeOf(x) as object | null;
    const type = prototype === null ? undefined : classOf(prototype);
    if (prototype !== null && type !== undefined) {
      return { kind: 'class', prototype, type, parts: [walk(type.toTree(x))] };
    }
    if (Array.isArray(x)) {
      // Array.from visits the holes of sparse arrays too.
      const parts = Array.from(x, (item: unknown, k) => walkPart(k, item));
      return { kind: 'array', parts };
    }
    if (!isPlainObject(x)) throw notATree(x, visit);
    const keys = keysOf(x, visit);
    return { kind: 'object', keys, parts: keys.map((key) => walkPart(key, x[key])) };
  };
  const structure = walk(tree);
  return new TakenApart(leaves, structure);
};

/**
 * Puts a tree together again: `leaves` in the order of `flatten` (anything, one per tensor), and
 * `fixed` instead of what was static where it is given.
 */
export const unflatten = (
  structure: TreeStructure,
  leaves: readonly unknown[],
  fixed?: (value: unknown) => unknown,
): unknown => {
  // Most functions return one tensor.
  if (structure.kind === 'tensor' && leaves.length === 1) return leaves[0];
  let next = 0;
  const build = (part: TreeStructure): unknown => {
    switch (part.kind) {
      case 'tensor':
        if (next === leaves.length) throw countError(structure, leaves);
        return leaves[next++];
      case 'static':
        return fixed === undefined ? part.value : fixed(part.value);
      case 'array':
        return part.parts.map(build);
      case 'class':
        return part.type.fromTree(build(part.parts[0]));
      case 'object': {
        const out: Record<string, unknown> = {};
        part.keys.forEach((key, k) => {
          out[key] = build(part.parts[k] as TreeStructure);
        });
        return out;
      }
    }
  };
  const tree = build(structure);
  if (next !== leaves.length) throw countError(structure, leaves);
  return tree;
};

const countTensors = (structure: TreeStructure): number =>
  structure.kind === 'tensor'
    ? 1
    : structure.kind === 'static'
      ? 0
      : (structure.parts as readonly TreeStructure[]).reduce(
          (sum, part) => sum + countTensors(part),
          0,
        );
const countError = (structure: TreeStructure, leaves: readonly unknown[]): ArgumentError =>
  new ArgumentError(
    `tree.unflatten: ${leaves.length} leaves for ${countTensors(structure)} tensors`,
  );

/** A text that two structures share exactly when they are equal; static parts count by value. */
export const structureKey = (structure: TreeStructure): string => {
  switch (structure.kind) {
    case 'tensor':
      return '*';
    case 'static':
      return primitiveKey(structure.value) ?? `i${identityOf(structure.value as object)}`;
    case 'array':
      return `[${structure.parts.map(structureKey).join()}]`;
    case 'class':
      return `c${identityOf(structure.type)}(${structureKey(structure.parts[0])})`;
    case 'object': {
      let text = '{';
      structure.keys.forEach((key, k) => {
        const part = structureKey(structure.parts[k] as TreeStructure);
        text += `${k > 0 ? ',' : ''}${JSON.stringify(key)}:${part}`;
      });
      return `${text}}`;
    }
  }
};
