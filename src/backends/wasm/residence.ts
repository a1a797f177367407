/**
 * Which tensors are in linear memory. The engine frees what nobody holds only when the event loop
 * turns, and it does not see how much linear memory a small object stands for. So the memory works
 * like a cache: beyond a limit, blocks that were not used for longest move out into typed arrays,
 * which the garbage collector knows, and come back when a program reads them.
 */

import type { DType, TypedArray } from '../../ir/types.ts';
import { arrayView } from '../array-view.ts';
import { allocateFor } from '../host-storage.ts';
import type { Heap } from './heap.ts';

/**
 * Where the elements of one storage are. The storage holds it; while it is in linear memory, so do
 * others, which therefore must not hold the storage.
 */
export interface Block {
  readonly dtype: DType;
  /** In elements. */
  readonly length: number;
  readonly bytes: number;
  /** In linear memory; undefined while the elements are out, and after the end. */
  address: number | undefined;
  /** The elements while they are out. */
  elements: TypedArray | undefined;
  /** The number of the call that used it last. */
  usedAt: number;
}

/** Bytes of blocks that stay in linear memory without asking whether anybody holds them. */
const firstLimit = 2 ** 27;
/** A small block counts for so many bytes: it has objects in JavaScript that live as long. */
const leastWeight = 4096;

const weightOf = ({ bytes }: Block): number => Math.max(bytes, leastWeight);

/** Who is asked and told when there is no room. */
interface Owner {
  /** Frees what nobody has; false when there was nothing. */
  readonly freeSpares: () => boolean;
  readonly onMovedOut: (block: Block) => void;
}

/** The blocks in linear memory. */
export class Residence {
  readonly #heap: Heap;
  readonly #owner: Owner;
  readonly #blocks = new Set<Block>();
  #weight = 0;
  #limit: number;
  #call = 0;
  /** What moved out when the limit was last reached, and what of it came back since. */
  #movedOut = 0;
  #cameBack = 0;
  constructor(heap: Heap, owner: Owner) {
    this.#heap = heap;
    this.#owner = owner;
    this.#limit = Math.min(firstLimit, heap.mostBytes / 2);
  }
  /** Begins a call: blocks that it uses stay in linear memory until the next one begins. */
  beginCall(): void {
    this.#call++;
  }
  /** Marks a block as used by the call. */
  use(block: Block): void {
    block.usedAt = this.#call;
  }
  /** Counts a block that has an address. */
  add(block: Block): void {
    this.use(block);
    this.#blocks.add(block);
    this.#weight += weightOf(block);
  }
  /** Forgets a block; its memory is not freed. */
  remove(block: Block): void {
    if (this.#blocks.delete(block)) this.#weight -= weightOf(block);
  }
  /** Brings a block that is out back into linear memory. */
  bringBack(block: Block): void {
    const { elements } = block;
    if (elements === undefined) return;
    const address = this.allocate(block.bytes);
    arrayView(this.#heap.memory.buffer, block.dtype, address, block.length).set(elements);
    block.address = address;
    block.elements = undefined;
    this.#cameBack += weightOf(block);
    this.add(block);
  }
  /**
   * An address of fresh memory, for a block or something else. Throws BackendError when what the
   * call itself uses leaves no room.
   */
  allocate(bytes: number): number {
    this.#keepLimit(bytes);
    for (;;) {
      try {
        return this.#heap.allocate(bytes);
      } catch (error) {
        if (!this.#owner.freeSpares() && this.#moveOut(this.#weight / 2) === 0) throw error;
      }
    }
  }
  #keepLimit(bytes: number): void {
    const fits = (): boolean => this.#weight + bytes <= this.#limit;
    if (fits() || (this.#owner.freeSpares() && fits())) return;
    // Much that came back is in use: then there is a need for more.
    if (this.#cameBack > this.#movedOut / 2) this.#limit *= 2;
    this.#cameBack = 0;
    this.#movedOut = 0;
    if (fits()) return;
    this.#movedOut = this.#moveOut(this.#limit / 2 - bytes);
    // What is left belongs to this call. Calls as large as this one are no reason to search again.
    this.#limit = Math.max(this.#limit, 2 * (this.#weight + bytes));
  }
  /** Moves blocks out, those not used for longest first; returns how much they weigh together. */
  #moveOut(left: number): number {
    const before = this.#weight;
    const idle = [...this.#blocks].filter(({ usedAt }) => usedAt !== this.#call);
    for (const block of idle.sort((a, b) => a.usedAt - b.usedAt)) {
      if (this.#weight <= left) break;
      const address = block.address as number;
      const elements = allocateFor('wasm', block.dtype, block.length);
      elements.set(arrayView(this.#heap.memory.buffer, block.dtype, address, block.length));
      block.elements = elements;
      block.address = undefined;
      this.remove(block);
      this.#heap.free(address, block.bytes);
      this.#owner.onMovedOut(block);
    }
    return before - this.#weight;
  }
}
