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
  /** A memory; its functions stand here, where they see the field without a call of another. */
  static memo<K extends object, V>(number: number): Memo<K, V> {
    return {
      get: (of) => (#notes in of ? (of.#notes[number] as V | undefined) : undefined),
      set: (of, value) => {
        const notes = #notes in of ? of.#notes : (new Noted(of) as Noted).#notes;
        notes[number] = value;
      },
      of: (of, compute) => {
        const notes = #notes in of ? of.#notes : (new Noted(of) as Noted).#notes;
        const known = notes[number] as V | undefined;
        if (known !== undefined) return known;
        const value = compute(of);
        notes[number] = value;
        return value;
      },
    };
  }
}

/** A memory for one kind of result. */
export const newMemo = <K extends object, V>(): Memo<K, V> => Noted.memo(memories++);
