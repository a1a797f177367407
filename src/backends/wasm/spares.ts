/**
 * The blocks of tensors that were disposed of, kept for the next ones like them. A loop that makes
 * and disposes of tensors of the same types then asks nothing of the heap, nor of the collector,
 * whose list of finalisers takes longer than a small kernel.
 */
import type { DType } from '../../ir/types.ts';
import { takenBy } from './heap.ts';
import type { Block } from './residence.ts';

/**
 * What a storage has its block by. When the collector finds that nobody has a holder any more, it
 * frees the block; so a storage may end while the holder, and the collector's note of it, stay.
 */
export interface Holder {
  readonly block: Block;
}

/** The largest block that is kept: filling larger ones takes longer than finding their memory. */
const largest = 2 ** 16;
const most = 16;

/** A few blocks that no tensor has. */
export class Spares {
  /** Those kept last stand last. */
  readonly #holders: Holder[] = [];
  #bytes = 0;
  /** What they take of the heap. */
  get bytes(): number {
    return this.#bytes;
  }
  /** Keeps a block; returns the one that is to be freed instead, which may be the same. */
  put(holder: Holder): Holder | undefined {
    const { address, bytes } = holder.block;
    if (address === undefined || bytes > largest) return holder;
    this.#bytes += takenBy(bytes);
    this.#holders.push(holder);
    return this.#holders.length > most ? this.#remove(0) : undefined;
  }
  /** A block for elements of a type, whatever they are now. */
  take(dtype: DType, length: number): Holder | undefined {
    for (let k = this.#holders.length - 1; k >= 0; k--) {
      const { block } = this.#holders[k] as Holder;
      if (block.length === length && block.dtype === dtype) return this.#remove(k);
    }
    return undefined;
  }
  /** All of them. */
  takeAll(): Holder[] {
    this.#bytes = 0;
    return this.#holders.splice(0);
  }
  #remove(k: number): Holder {
    const last = this.#holders.length - 1;
    const holder = this.#holders[k] as Holder;
    if (k === last) this.#holders.pop();
    else this.#holders.splice(k, 1);
    this.#bytes -= takenBy(holder.block.bytes);
    return holder;
  }
}
