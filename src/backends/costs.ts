/** What backends say about the code they made and the memory they take. */

/** What it took to make a program ready to run, beyond its plan. */
export interface CodeCosts {
  /** Length of the code, in bytes. */
  readonly bytes: number;
  /** Milliseconds spent writing it. */
  readonly writing: number;
  /** Milliseconds the engine took to load it. */
  readonly loading: number;
}

/** What a backend that keeps its own memory takes, in bytes. */
export interface MemoryUse {
  /** Given out to tensors and programs. */
  readonly inUse: number;
  /** Taken from the machine so far. */
  readonly reserved: number;
  /** The most it will take. */
  readonly most: number;
}
