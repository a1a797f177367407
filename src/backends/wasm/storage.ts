/** Tensors in linear memory. */
import { BackendError, DisposedError } from '../../ir/errors.ts';
import { allocate, bytesOf, type DType, type TypedArray } from '../../ir/types.ts';
import type { Storage } from '../backend.ts';
import type { Heap } from './heap.ts';

const views = {
  f32: Float32Array,
  f64: Float64Array,
  i32: Int32Array,
  u32: Uint32Array,
  bool: Uint8Array,
  f16: Uint16Array,
  bf16: Uint16Array,
} as const;

/** The memory of one tensor. */
export class WasmStorage implements Storage {
  readonly dtype: DType;
  readonly length: number;
  readonly heap: Heap;
  holders = 0;
  readonly #address: number;
  #isReleased = false;
  constructor(heap: Heap, dtype: DType, length: number, address: number) {
    this.heap = heap;
    this.dtype = dtype;
    this.length = length;
    this.#address = address;
  }
  /** In bytes. */
  get bytes(): number {
    return this.length * bytesOf[this.dtype];
  }
  /** The address of the first element; throws DisposedError after `release`. */
  get address(): number {
    if (this.#isReleased) {
      throw new DisposedError('storage: its memory was freed or donated and cannot be used again');
    }
    return this.#address;
  }
  /** The elements where they stand, until the memory grows. */
  get view(): TypedArray {
    return new views[this.dtype](this.heap.memory.buffer, this.address, this.length);
  }
  /** A copy of the elements. */
  get copy(): TypedArray {
    const elements = allocate(this.dtype, this.length);
    elements.set(this.view);
    return elements;
  }
  /** Makes every later use an error. The memory itself is given back by whoever calls this. */
  release(): void {
    this.#isReleased = true;
  }
}

/** Makes storages of one heap, and frees the memory of those that nobody holds any more. */
export class Storages {
  readonly heap: Heap;
  readonly #registry: FinalizationRegistry<{ readonly address: number; readonly bytes: number }>;
  constructor(heap: Heap) {
    this.heap = heap;
    this.#registry = new FinalizationRegistry(({ address, bytes }) => heap.free(address, bytes));
  }
  /** A storage of fresh memory, or of memory that was taken over from another. */
  make(dtype: DType, length: number, takenOver?: number): WasmStorage {
    const bytes = length * bytesOf[dtype];
    const address = takenOver ?? this.heap.allocate(bytes);
    const storage = new WasmStorage(this.heap, dtype, length, address);
    this.#registry.register(storage, { address, bytes }, storage);
    return storage;
  }
  /** Ends a storage; its memory goes to whoever takes it over, else back to the heap. */
  end(storage: WasmStorage, isTakenOver: boolean): void {
    const { address, bytes } = storage;
    storage.release();
    this.#registry.unregister(storage);
    if (!isTakenOver) this.heap.free(address, bytes);
  }
  /** `storage` as one of this heap; throws BackendError when it is another's. */
  own(storage: Storage): WasmStorage {
    if (storage instanceof WasmStorage && storage.heap === this.heap) return storage;
    throw new BackendError('wasm: the storage belongs to another backend', {
      hint: 'download it there and upload it here',
    });
  }
}
