/** The linear memory that tensors and programs live in: who has which bytes. */
import { BackendError } from '../../ir/errors.ts';

/** Every block begins at a multiple of this: a cache line. */
const alignment = 64;
/** What a block of so many bytes takes. */
export const takenBy = (bytes: number): number =>
  Math.max(1, Math.ceil(bytes / alignment)) * alignment;
const pageBytes = 65536;
/** WebAssembly addresses 32 bits. */
const mostPages = 65536;
/** Growing by a part of what there is keeps the number of growths small. */
const growth = 1 / 4;

/** A memory that threads share takes its addresses at once, and some machines have few. */
const fewestPages = 1024;

const makeMemory = (most: number, isShared: boolean): WebAssembly.Memory => {
  for (let maximum = most; ; maximum = Math.ceil(maximum / 2)) {
    try {
      return new WebAssembly.Memory({ initial: 16, maximum, shared: isShared });
    } catch (cause) {
      if (!(cause instanceof RangeError) || !isShared || maximum <= fewestPages) throw cause;
    }
  }
};

interface Range {
  address: number;
  bytes: number;
}

/** Memory that grows, and its free ranges: sorted by address, neighbours merged. */
export class Heap {
  readonly memory: WebAssembly.Memory;
  /** Whether threads share the memory. */
  readonly isShared: boolean;
  readonly #most: number;
  /** Address 0 is never given out. */
  readonly #free: Range[] = [];
  #end = alignment;
  #inUse = 0;
  constructor(mostBytes: number = mostPages * pageBytes, isShared = false) {
    this.#most = Math.min(mostPages, Math.ceil(mostBytes / pageBytes));
    this.memory = makeMemory(this.#most, isShared);
    this.isShared = isShared;
  }
  /** Bytes that are given out. */
  get bytesInUse(): number {
    return this.#inUse;
  }
  /** Bytes of the memory. */
  get bytes(): number {
    return this.memory.buffer.byteLength;
  }
  /** How far the memory may grow, in bytes. */
  get mostBytes(): number {
    return this.#most * pageBytes;
  }
  /** Pages of the memory. */
  get pages(): number {
    return this.bytes / pageBytes;
  }
  /** The address of a fresh block; throws BackendError when there is no memory left. */
  allocate(bytes: number): number {
    const size = takenBy(bytes);
    const free = this.#free;
    let best = -1;
    let bestBytes = Number.POSITIVE_INFINITY;
    for (let k = 0; k < free.length; k++) {
      const { bytes: found } = free[k] as Range;
      if (found < size || found >= bestBytes) continue;
      best = k;
      bestBytes = found;
    }
    this.#inUse += size;
    if (best < 0) return this.#extend(size);
    const range = free[best] as Range;
    const { address } = range;
    range.address += size;
    range.bytes -= size;
    if (range.bytes === 0) free.splice(best, 1);
    return address;
  }
  /** Gives a block back. */
  free(address: number, bytes: number): void {
    const size = takenBy(bytes);
    this.#inUse -= size;
    const at = this.#firstBehind(address);
    // An index of -1 would be looked up as a name.
    const before = at > 0 ? this.#free[at - 1] : undefined;
    const after = at < this.#free.length ? this.#free[at] : undefined;
    const joinsBefore = before !== undefined && before.address + before.bytes === address;
    const joinsAfter = after !== undefined && address + size === after.address;
    if (joinsBefore) {
      before.bytes += size + (joinsAfter ? after.bytes : 0);
      if (joinsAfter) this.#free.splice(at, 1);
    } else if (joinsAfter) {
      after.address = address;
      after.bytes += size;
    } else this.#free.splice(at, 0, { address, bytes: size });
  }
  /** The number of the first free range behind an address; they are in order. */
  #firstBehind(address: number): number {
    let low = 0;
    let high = this.#free.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#free[middle] as Range).address > address) high = middle;
      else low = middle + 1;
    }
    return low;
  }
  #extend(size: number): number {
    // A free range at the end is the begin of the block.
    const last = this.#free[this.#free.length - 1];
    const isAtEnd = last !== undefined && last.address + last.bytes === this.#end;
    const address = isAtEnd ? last.address : this.#end;
    const end = address + size;
    if (end > this.bytes) {
      const needed = Math.ceil(end / pageBytes);
      const { pages } = this;
      const wanted = Math.min(this.#most, Math.max(needed, Math.ceil(pages * (1 + growth))));
      if (needed > this.#most || !this.#grow(wanted - pages, needed - pages)) {
        this.#inUse -= size;
        throw new BackendError('wasm: no memory left', {
          got: `${size} more bytes were asked for; ${this.#inUse} are in use`,
          hint: 'dispose of tensors that are not needed, or use smaller batches',
        });
      }
    }
    if (isAtEnd) this.#free.pop();
    this.#end = end;
    return address;
  }
  #grow(wanted: number, needed: number): boolean {
    for (const pages of [wanted, needed]) {
      try {
        this.memory.grow(pages);
        return true;
      } catch (cause) {
        if (!(cause instanceof RangeError)) throw cause;
      }
    }
    return false;
  }
}
