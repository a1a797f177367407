/** Memory that all runs of a program share: arenas, scratch memory, packed arrays. */
import type { Resource } from './bindings.ts';
import type { Device } from './device.ts';
import type { Purpose } from './memory-pool.ts';
import type { Bound } from './recorder.ts';

/** A piece of it. */
export interface SharedPart {
  readonly resource: Resource;
  readonly bytes: number;
  readonly purpose: Purpose;
}

/** Takes its memory when it is first needed. */
export class SharedMemory {
  readonly #device: Device;
  readonly #parts: readonly SharedPart[];
  readonly #bound = new Map<Resource, Bound>();
  /** Throws BackendError when the device allows no memory of that size. */
  constructor(device: Device, parts: readonly SharedPart[]) {
    this.#device = device;
    this.#parts = parts.filter(({ bytes }) => bytes > 0);
    for (const { bytes, purpose } of this.#parts) device.checkSize(bytes, purpose);
  }
  /** The memory of every piece. What the device had no room for is asked for again. */
  bind(): ReadonlyMap<Resource, Bound> {
    const { memory } = this.#device;
    for (const { resource, bytes, purpose } of this.#parts) {
      const known = this.#bound.get(resource);
      if (known !== undefined && !memory.isMissing(known.buffer)) continue;
      this.#bound.set(resource, { buffer: memory.acquire(bytes, purpose), bytes });
    }
    return this.#bound;
  }
  /** Gives the memory back. */
  release(): void {
    for (const { buffer } of this.#bound.values()) this.#device.memory.release(buffer);
    this.#bound.clear();
  }
}
