/** Tensors of the wasm backend. */

import { BackendError, DisposedError } from '../../ir/errors.ts';
import { allocate, bytesOf, type DType, type TypedArray } from '../../ir/types.ts';
import { arrayView } from '../array-view.ts';
import type { Storage } from '../backend.ts';
import { Arenas } from './arenas.ts';
import type { Heap } from './heap.ts';
import { type Block, Residence } from './residence.ts';
import { type Holder, Spares } from './spares.ts';

/** The memory of one tensor. */
export class WasmStorage implements Storage {
  readonly dtype: DType;
  readonly length: number;
  readonly heap: Heap;
  holders = 0;
  #holder: Holder | undefined;
  constructor(heap: Heap, holder: Holder) {
    this.heap = heap;
    this.dtype = holder.block.dtype;
    this.length = holder.block.length;
    this.#holder = holder;
  }
  /** What the block is held by; throws DisposedError after `release`. */
  get holder(): Holder {
    if (this.#holder === undefined) {
      throw new DisposedError('storage: its memory was freed or donated and cannot be used again');
    }
    return this.#holder;
  }
  /** Where the elements are; throws DisposedError after `release`. */
  get block(): Block {
    return this.holder.block;
  }
  /** The address of the first element: a number during a call that began with this storage. */
  get address(): number {
    return this.block.address as number;
  }
  /** The elements where they stand in linear memory, until that grows. */
  get view(): TypedArray {
    return arrayView(this.heap.memory.buffer, this.dtype, this.address, this.length);
  }
  /** A copy of the elements, wherever they are. */
  get copy(): TypedArray {
    const { elements } = this.block;
    if (elements !== undefined) return elements.slice();
    const copy = allocate(this.dtype, this.length);
    copy.set(this.view);
    return copy;
  }
  /** Makes every later use an error; returns what the block was held by, for whoever has it now. */
  release(): Holder {
    const { holder } = this;
    this.#holder = undefined;
    return holder;
  }
}

/** Makes storages of one heap, and frees the memory of those that nobody holds any more. */
export class Storages {
  readonly heap: Heap;
  /** What programs compute in. */
  readonly arenas: Arenas;
  readonly #residence: Residence;
  readonly #registry: FinalizationRegistry<Block>;
  readonly #spares = new Spares();
  constructor(heap: Heap) {
    this.heap = heap;
    this.#registry = new FinalizationRegistry((block) => this.#free(block));
    this.#residence = new Residence(heap, {
      freeSpares: () => {
        const spares = this.#spares.takeAll();
        for (const holder of spares) this.#forget(holder);
        return spares.length > 0;
      },
      // The registry must not hold what moved out: the collector alone decides about that.
      onMovedOut: (block) => this.#registry.unregister(block),
    });
    this.arenas = new Arenas(
      (bytes) => {
        this.begin([]);
        return this.#residence.allocate(bytes);
      },
      (address, bytes) => heap.free(address, bytes),
    );
  }
  /** Bytes that tensors and programs have. */
  get bytesInUse(): number {
    return this.heap.bytesInUse - this.#spares.bytes;
  }
  #free(block: Block): void {
    const { address } = block;
    if (address === undefined) return;
    block.address = undefined;
    this.#residence.remove(block);
    this.heap.free(address, block.bytes);
  }
  #forget({ block }: Holder): void {
    this.#registry.unregister(block);
    this.#free(block);
  }
  #watch(holder: Holder): void {
    this.#registry.register(holder, holder.block, holder.block);
  }
  /** Begins a call with these storages: they are in linear memory until the next one begins. */
  begin(inputs: readonly WasmStorage[]): void {
    this.#residence.beginCall();
    for (const { block } of inputs) this.#residence.use(block);
    for (const { holder } of inputs) {
      if (holder.block.elements === undefined) continue;
      this.#residence.bringBack(holder.block);
      this.#watch(holder);
    }
  }
  /** A storage whose elements are anything. */
  make(dtype: DType, length: number): WasmStorage {
    const spare = this.#spares.take(dtype, length);
    if (spare !== undefined) {
      this.#residence.use(spare.block);
      return new WasmStorage(this.heap, spare);
    }
    const bytes = length * bytesOf[dtype];
    const address = this.#residence.allocate(bytes);
    const block: Block = { dtype, length, bytes, address, elements: undefined, usedAt: 0 };
    this.#residence.add(block);
    const holder = { block };
    this.#watch(holder);
    return new WasmStorage(this.heap, holder);
  }
  /** Ends a storage. Its memory is for the next one like it, or goes back to the heap. */
  end(storage: WasmStorage): void {
    const left = this.#spares.put(storage.release());
    if (left !== undefined) this.#forget(left);
  }
  /** Ends a storage; another one has its elements from now on. */
  succeed(storage: WasmStorage): WasmStorage {
    return new WasmStorage(this.heap, storage.release());
  }
  /** `storage` as one of this heap; throws BackendError when it is another's. */
  own(storage: Storage): WasmStorage {
    if (storage instanceof WasmStorage && storage.heap === this.heap) return storage;
    throw new BackendError('wasm: the storage belongs to another backend', {
      hint: 'download it there and upload it here',
    });
  }
}
