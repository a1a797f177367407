/**
 * A text that two plain values share exactly when they are equal in structure. NaN equals itself, 0
 * and -0 differ, functions are compared by identity.
 */
import { ArgumentError } from '../ir/errors.ts';
import { Visit } from './visit.ts';

const identities = new WeakMap<object, number>();
let nextIdentity = 0;

/** A number that stands for one object or function, for as long as that lives. */
export const identityOf = (x: object): number => {
  let identity = identities.get(x);
  if (identity === undefined) {
    identity = nextIdentity++;
    identities.set(x, identity);
  }
  return identity;
};

/**
 * The prototype of an object literal, of JSON and of `Object.create(null)`, also when it comes from
 * another realm.
 */
export const isPlainObject = (x: object): x is Record<string, unknown> => {
  const prototype: unknown = Object.getPrototypeOf(x);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
};

/** Keys that could reach the prototype of an object that is rebuilt from its entries. */
const forbiddenKeys: readonly string[] = ['__proto__', 'constructor', 'prototype'];

/** The keys of a plain object, sorted; an ArgumentError for keys that no tree may have. */
export const keysOf = (x: object, visit: Visit): string[] => {
  if (Object.getOwnPropertySymbols(x).length > 0) {
    throw new ArgumentError(`${visit.name}: symbols cannot be keys of a tree`, {
      got: visit.place(),
    });
  }
  const keys = Object.keys(x);
  if (keys.some((key, k) => k > 0 && (keys[k - 1] as string) > key)) keys.sort();
  for (const key of keys) {
    if (!forbiddenKeys.includes(key)) continue;
    throw new ArgumentError(`${visit.name}: '${key}' cannot be a key of a tree`, {
      got: visit.place(),
      hint: 'rename the key',
    });
  }
  return keys;
};

/** The key of a value that is no object, or undefined for objects and symbols. */
export const primitiveKey = (x: unknown): string | undefined => {
  switch (typeof x) {
    case 'number':
      return Object.is(x, -0) ? '-0' : String(x);
    case 'string':
      return JSON.stringify(x);
    case 'bigint':
      return `${x}n`;
    case 'function':
      return `f${identityOf(x)}`;
    case 'boolean':
    case 'undefined':
      return String(x);
    default:
      return x === null ? 'null' : undefined;
  }
};

/**
 * The key of plain data: numbers, strings, booleans, arrays, plain objects; functions and instances
 * of classes by identity. `special` may give the key of a part itself. ArgumentError for symbols,
 * cycles and extreme depth.
 */
export const valueKey = (
  x: unknown,
  special: (part: unknown) => string | undefined = () => undefined,
  visit: Visit = new Visit('key'),
): string => {
  const simple = primitiveKey(x) ?? special(x);
  if (simple !== undefined) return simple;
  if (typeof x !== 'object' || x === null) {
    throw new ArgumentError(`${visit.name}: a symbol cannot be compared by structure`, {
      got: visit.place(),
    });
  }
  if (ArrayBuffer.isView(x) && !(x instanceof DataView)) {
    const elements = Array.from(x as unknown as ArrayLike<number>, primitiveKey).join();
    return `${x.constructor.name}[${elements}]`;
  }
  if (!Array.isArray(x) && !isPlainObject(x)) return `i${identityOf(x)}`;
  return visit.inside(x, () => {
    if (Array.isArray(x)) {
      const items = Array.from(x, (item: unknown, k) =>
        visit.at(k, () => valueKey(item, special, visit)),
      );
      return `[${items.join()}]`;
    }
    const entries = keysOf(x, visit).map(
      (key) => `${JSON.stringify(key)}:${visit.at(key, () => valueKey(x[key], special, visit))}`,
    );
    return `{${entries.join()}}`;
  });
};
