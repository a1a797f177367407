/**
 * The way of data out of a device: what is asked for without a break in between is copied together
 * and waited for once.
 */
import { BackendError } from '../../ir/errors.ts';
import type { TypedArray } from '../../ir/types.ts';
import type { Device } from './device.ts';
import { usage } from './memory-pool.ts';
import type { GpuStorage } from './storage.ts';

/** One storage that somebody waits for. */
interface Wanted {
  readonly storage: GpuStorage;
  readonly resolve: (data: TypedArray) => void;
  readonly reject: (reason: unknown) => void;
}
/** What is copied to one buffer. */
interface Batch {
  readonly parts: { readonly wanted: Wanted; readonly offset: number }[];
  bytes: number;
}

/** Bytes that are copied to one buffer, unless a single storage is longer. */
const mostBatch = 64 * 2 ** 20;
/** Buffers to read from that wait for their next use, and the longest of them in bytes. */
const mostWaiting = 8;
const longestWaiting = 16 * 2 ** 20;
/** Mapped ranges begin at multiples of this. */
const alignment = 8;

/** Puts readings of storages in order, a few batches. */
const batchesOf = (all: readonly Wanted[]): Batch[] => {
  const batches: Batch[] = [];
  for (const wanted of all) {
    const { bytes } = wanted.storage;
    let batch = batches.at(-1);
    if (batch === undefined || (batch.bytes > 0 && batch.bytes + bytes > mostBatch)) {
      batch = { parts: [], bytes: 0 };
      batches.push(batch);
    }
    batch.parts.push({ wanted, offset: batch.bytes });
    batch.bytes += Math.ceil(bytes / alignment) * alignment;
  }
  return batches;
};

/** Reads from one device. */
export class Reader {
  readonly #device: Device;
  readonly #add: (job: () => void | Promise<void>) => void;
  #open: Wanted[] | undefined;
  /** Buffers that nobody reads from at the moment. */
  readonly #waiting: GPUBuffer[] = [];
  /** `add` puts a job in the queue of the device. */
  constructor(device: Device, add: (job: () => void | Promise<void>) => void) {
    this.#device = device;
    this.#add = add;
  }
  /** The elements of a storage. Rejects with what went wrong in the work that makes them. */
  read(storage: GpuStorage): Promise<TypedArray> {
    return new Promise((resolve, reject) => {
      storage.check();
      if (this.#open === undefined) {
        this.#open = [];
        queueMicrotask(() => this.close());
      }
      this.#open.push({ storage, resolve, reject });
    });
  }
  /** Puts what was asked for in the queue, before other work that might change it. */
  close(): void {
    const open = this.#open;
    if (open === undefined) return;
    this.#open = undefined;
    this.#add(() => {
      // A copy of a buffer that does not exist would spoil the others.
      const buffers = open.flatMap(({ storage }) => storage.buffer ?? []);
      const sure = this.#device.memory.whenSure(buffers);
      return sure === undefined ? this.#record(open) : sure.then(() => this.#record(open));
    });
  }
  /** A buffer to copy to, for one reading. */
  take(bytes: number): GPUBuffer {
    const size = Math.max(256, 2 ** Math.ceil(Math.log2(Math.max(bytes, 1))));
    const at = this.#waiting.findIndex((buffer) => buffer.size === size);
    const [found] = at < 0 ? [] : this.#waiting.splice(at, 1);
    if (found !== undefined) return found;
    const { gpu } = this.#device;
    const isLong = size > longestWaiting;
    const most = isLong ? Math.ceil(bytes / alignment) * alignment : size;
    return gpu.createBuffer({ size: most, usage: usage.mapRead | usage.copyTarget });
  }
  /** Maps the first bytes of a buffer of `take` once the work submitted so far is done. */
  async look<T>(staging: GPUBuffer, bytes: number, see: () => T): Promise<T> {
    try {
      const mapped = Math.max(alignment, Math.ceil(bytes / alignment) * alignment);
      await staging.mapAsync(usage.mapRead, 0, mapped).catch((cause: unknown) => {
        throw this.#device.takeFailure() ?? cause;
      });
      await this.#device.settled();
      const failure = this.#device.takeFailure();
      if (failure !== undefined) throw failure;
      const seen = see();
      staging.unmap();
      if (this.#waiting.length < mostWaiting && staging.size <= longestWaiting) {
        this.#waiting.push(staging);
      } else staging.destroy();
      return seen;
    } catch (error) {
      staging.destroy();
      throw error;
    }
  }
  #record(all: readonly Wanted[]): void {
    const there = all.filter(({ storage: { buffer, failure }, reject }) => {
      if (buffer === undefined || failure !== undefined) reject(failure);
      return buffer !== undefined && failure === undefined;
    });
    if (there.length === 0) return;
    const batches = batchesOf(there);
    let failure: unknown;
    const { gpu } = this.#device;
    try {
      const buffers = this.#device.watch(
        () => {
          const encoder = gpu.createCommandEncoder();
          const made = batches.map(({ parts, bytes }) => {
            const staging = this.take(bytes);
            for (const { wanted, offset } of parts) {
              const { buffer, bytes: length } = wanted.storage;
              if (length === 0) continue;
              encoder.copyBufferToBuffer(buffer as GPUBuffer, 0, staging, offset, length);
            }
            return staging;
          });
          gpu.queue.submit([encoder.finish()]);
          return made;
        },
        (error) => {
          failure = error;
        },
      );
      batches.forEach((batch, k) => {
        this.#deliver(batch, buffers[k] as GPUBuffer, () => failure);
      });
    } catch (error) {
      for (const { reject } of there) reject(error);
    }
  }
  #deliver({ parts, bytes }: Batch, staging: GPUBuffer, failureOf: () => unknown): void {
    const see = (): void => {
      const failure = failureOf();
      for (const { wanted, offset } of parts) {
        const { storage, resolve, reject } = wanted;
        const reason = storage.failure ?? failure;
        if (reason !== undefined) reject(reason);
        else resolve(storage.decode(staging, offset));
      }
    };
    this.look(staging, bytes, see).catch((cause: unknown) => {
      const error = cause instanceof Error ? cause : new BackendError(`webgpu: ${String(cause)}`);
      for (const { wanted } of parts) wanted.reject(wanted.storage.failure ?? error);
    });
  }
}
