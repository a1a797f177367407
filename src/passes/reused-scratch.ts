/** Scratch memory that is asked for again and again. */
import type { KernelBuffer } from '../ir/kernel.ts';
import type { DType } from '../ir/types.ts';
import type { Emitter } from './emitter.ts';

/** Memory for one thing after the other. */
export class ReusedScratch {
  readonly #emitter: Emitter;
  readonly #dtype: DType;
  #free: KernelBuffer | undefined;
  constructor(emitter: Emitter, dtype: DType) {
    this.#emitter = emitter;
    this.#dtype = dtype;
  }
  /** Memory for so many elements; the same for whoever asks next, while it is large enough. */
  take(length: number): KernelBuffer {
    if (this.#free === undefined || this.#free.length < length) {
      this.#free = this.#emitter.alloc(this.#dtype, length);
    }
    return this.#free;
  }
}
