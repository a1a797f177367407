/**
 * Results remembered per object, hidden on the object itself: compilations look up so many that a
 * WeakMap would spend more time in the garbage collector than the results took to compute.
 */

/** What was computed for objects of type K. Copies of an object made by spreading start anew. */
export interface Memo<K extends object, V> {
  get(of: K): V | undefined;
  set(of: K, value: V): void;
  /** What is known of an object; computed where that is nothing. */
  of<T extends K>(of: T, compute: (of: T) => V): V;
}

/** How many memories there are. */
let memories = 0;
/** All that is remembered of one object: the results of each memory, by its number. */
type Notes = unknown[];

/** A constructor may give another object than its own, which then gets the fields of the class. */
class Given {
  constructor(given: object) {
    // biome-ignore lint/correctness/noConstructorReturn: this is what it is for.
    return given;
  }
}

/**
 * Puts a private field on objects of any kind. One field for all memories keeps the objects of a
 * kind alike, and adding it takes half the time of a property that spreading does not copy.
 */
class Noted extends Given {
  // An empty list would make room for many more when the first is written.
  readonly #notes: Notes = new Array(memories);
  static of(object: object): Notes | undefined {
    return #notes in object ? object.#notes : undefined;
  }
  static begin(object: object): Notes {
    return (new Noted(object) as Noted).#notes;
  }
}

/** A memory for one kind of result. */
export const newMemo = <K extends object, V>(): Memo<K, V> => {
  const number = memories++;
  return {
    get: (of) => Noted.of(of)?.[number] as V | undefined,
    set: (of, value) => {
      (Noted.of(of) ?? Noted.begin(of))[number] = value;
    },
    of: (of, compute) => {
      const notes = Noted.of(of) ?? Noted.begin(of);
      const known = notes[number] as V | undefined;
      if (known !== undefined) return known;
      const value = compute(of);
      notes[number] = value;
      return value;
    },
  };
};
