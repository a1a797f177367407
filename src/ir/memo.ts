/**
 * Results remembered per object, hidden on the object itself: compilations look up so many that a
 * WeakMap would spend more time in the garbage collector than the results took to compute.
 */

/** What was computed for objects of type K. Copies of an object made by spreading start anew. */
export interface Memo<K extends object, V> {
  get(of: K): V | undefined;
  set(of: K, value: V): void;
}

/** A memory for one kind of result. */
export const newMemo = <K extends object, V>(): Memo<K, V> => {
  const place = Symbol('memo');
  return {
    get: (of) => (of as { readonly [place]?: V })[place],
    set: (of, value) => {
      Object.defineProperty(of, place, { value, configurable: true });
    },
  };
};
