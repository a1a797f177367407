/**
 * The memory that programs compute in. They run one after the other and keep nothing in it, so one
 * arena serves them all until one of them needs a larger one; its address stands in their code.
 */

/** A part of linear memory and how many programs compute in it. */
export interface Arena {
  readonly address: number;
  readonly bytes: number;
  owners: number;
}

/** Below this, a new arena is twice the one before, so that there are few of them. */
const smallBytes = 2 ** 24;

/** The arenas of one heap. */
export class Arenas {
  readonly #allocate: (bytes: number) => number;
  readonly #free: (address: number, bytes: number) => void;
  #latest: Arena | undefined;
  constructor(allocate: (bytes: number) => number, free: (address: number, bytes: number) => void) {
    this.#allocate = allocate;
    this.#free = free;
  }
  /** An arena of at least so many bytes; throws what allocating throws. */
  take(bytes: number): Arena {
    let arena = this.#latest;
    if (arena === undefined || arena.bytes < bytes) {
      const twice = Math.min(smallBytes, 2 * (arena?.bytes ?? 0));
      const size = Math.max(bytes, twice);
      arena = { address: this.#allocate(size), bytes: size, owners: 0 };
      this.#latest = arena;
    }
    arena.owners++;
    return arena;
  }
  /** Gives an arena back; its memory is freed when nobody else has it. */
  giveBack(arena: Arena): void {
    arena.owners--;
    if (arena.owners > 0) return;
    this.#free(arena.address, arena.bytes);
    if (arena === this.#latest) this.#latest = undefined;
  }
}
