/** Tensors of the wasm backend. */

import { BackendError, DisposedError } from '../../ir/errors.ts';
import { allocate, bytesOf, type DType, type TypedArray } from '../../ir/types.ts';
import { arrayView } from '../array-view.ts';
import type { Storage } from '../backend.ts';
import { Arenas } from './arenas.ts';
import type { Heap } from './heap.ts';
import { type Block, Residence } from './residence.ts';

/** The memory of one tensor. */
export class WasmStorage implements Storage {
  readonly dtype: DType;
  readonly length: number;
  readonly heap: Heap;
  holders = 0;
  #block: Block | undefined;
  constructor(heap: Heap, block: Block) {
    this.heap = heap;
    this.dtype = block.dtype;
    this.length = block.length;
    this.#block = block;
  }
  /** Where the elements are; throws DisposedError after `release`. */
  get block(): Block {
    if (this.#block === undefined) {
      throw new DisposedError('storage: its memory was freed or donated and cannot be used again');
    }
    return this.#block;
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
  /** Makes every later use an error. The memory itself is given back by whoever calls this. */
  release(): void {
    this.#block = undefined;
  }
}

/** Makes storages of one heap, and frees the memory of those that nobody holds any more. */
export class Storages {
  readonly heap: Heap;
  /** What programs compute in. */
  readonly arenas: Arenas;
  readonly #residence: Residence;
  readonly #registry: FinalizationRegistry<Block>;
  constructor(heap: Heap) {
    this.heap = heap;
    this.#registry = new FinalizationRegistry((block) => this.#free(block));
    // The registry must not hold what moved out: the collector alone decides about that.
    this.#residence = new Residence(heap, (block) => this.#registry.unregister(block));
    this.arenas = new Arenas(
      (bytes) => {
        this.begin([]);
        return this.#residence.allocate(bytes);
      },
      (address, bytes) => heap.free(address, bytes),
    );
  }
  #free(block: Block): void {
    const { address } = block;
    if (address === undefined) return;
    block.address = undefined;
    this.#residence.remove(block);
    this.heap.free(address, block.bytes);
  }
  /** Begins a call with these storages: they are in linear memory until the next one begins. */
  begin(inputs: readonly WasmStorage[]): void {
    this.#residence.beginCall();
    for (const { block } of inputs) this.#residence.use(block);
    for (const storage of inputs) {
      const { block } = storage;
      if (block.elements === undefined) continue;
      this.#residence.bringBack(block);
      this.#registry.register(storage, block, block);
    }
  }
  /** A storage of fresh memory, or of memory that was taken over from another. */
  make(dtype: DType, length: number, takenOver?: number): WasmStorage {
    const bytes = length * bytesOf[dtype];
    const address = takenOver ?? this.#residence.allocate(bytes);
    const block: Block = { dtype, length, bytes, address, elements: undefined, usedAt: 0 };
    this.#residence.add(block);
    const storage = new WasmStorage(this.heap, block);
    this.#registry.register(storage, block, block);
    return storage;
  }
  /** Ends a storage; its memory goes to whoever takes it over, else back to the heap. */
  end(storage: WasmStorage, isTakenOver: boolean): void {
    const { block } = storage;
    storage.release();
    this.#registry.unregister(block);
    if (isTakenOver) this.#residence.remove(block);
    else this.#free(block);
  }
  /** `storage` as one of this heap; throws BackendError when it is another's. */
  own(storage: Storage): WasmStorage {
    if (storage instanceof WasmStorage && storage.heap === this.heap) return storage;
    throw new BackendError('wasm: the storage belongs to another backend', {
      hint: 'download it there and upload it here',
    });
  }
}
