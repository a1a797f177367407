/**
 * A bounded cache that forgets what was not used for longest. The caches of compiled programs are
 * made of it.
 */

/** What a cache has seen so far. */
export interface CacheCounters {
  readonly hits: number;
  readonly misses: number;
  readonly evictions: number;
  /** Entries held now. */
  readonly size: number;
}

/**
 * A cache of at most `capacity` entries under string keys; `forget` gets every entry that leaves.
 */
export class LeastRecentlyUsed<V> {
  readonly capacity: number;
  #forget: (value: V) => void;
  // A Map keeps insertion order: the first entry is the one used longest ago.
  #entries: Map<string, V> = new Map();
  /** The entry used last, which is asked for most often. */
  #newest: { readonly key: string; readonly value: V } | undefined;
  #hits = 0;
  #misses = 0;
  #evictions = 0;

  constructor(capacity: number, forget: (value: V) => void) {
    this.capacity = capacity;
    this.#forget = forget;
  }

  /** The entry of `key`, which becomes the one used last, or undefined; counts a hit or a miss. */
  get(key: string): V | undefined {
    if (this.#newest?.key === key) {
      this.#hits++;
      return this.#newest.value;
    }
    const value = this.#entries.get(key);
    if (value === undefined) {
      this.#misses++;
      return undefined;
    }
    this.#hits++;
    this.#newest = { key, value };
    this.#entries.delete(key);
    this.#entries.set(key, value);
    return value;
  }

  /** Adds an entry; the one used longest ago goes when there is no room. */
  set(key: string, value: V): void {
    const old = this.#entries.get(key);
    this.#newest = { key, value };
    this.#entries.delete(key);
    this.#entries.set(key, value);
    if (old !== undefined && old !== value) this.#forget(old);
    if (this.#entries.size <= this.capacity) return;
    const [oldest] = this.#entries as Iterable<[string, V]>;
    if (oldest === undefined) return;
    this.#entries.delete(oldest[0]);
    this.#evictions++;
    this.#forget(oldest[1]);
  }

  /** Forgets every entry; the counters stay. */
  clear(): void {
    const values = [...this.#entries.values()];
    this.#entries.clear();
    this.#newest = undefined;
    for (const value of values) this.#forget(value);
  }

  /** What the cache has seen so far. */
  counters(): CacheCounters {
    return {
      hits: this.#hits,
      misses: this.#misses,
      evictions: this.#evictions,
      size: this.#entries.size,
    };
  }
}
