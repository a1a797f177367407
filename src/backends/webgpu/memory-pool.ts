/**
 * GPU memory that is used again. Whether the device had room for a new buffer is known only later:
 * until then the buffer may be no buffer at all.
 */
import { BackendError, type GradloomError } from '../../ir/errors.ts';

/** The bits of `GPUBufferUsage`, which is no global in Node.js. */
export const usage = {
  mapRead: 1,
  copySource: 4,
  copyTarget: 8,
  uniform: 64,
  storage: 128,
} as const;

/** What memory is for, as messages say it, and the user's line behind it. */
export interface Purpose {
  readonly what: string;
  readonly site?: string | undefined;
}

/** Memory that waits for its next use, at most this many bytes. */
const mostPooled = 512 * 2 ** 20;

/** A length in bytes rounded up, so that memory of similar length can be used again. */
const roundUp = (bytes: number): number => {
  if (bytes <= 256) return 256;
  const step = 2 ** Math.max(8, Math.floor(Math.log2(bytes)) - 3);
  return Math.ceil(bytes / step) * step;
};

/** The memory of one device. */
export class MemoryPool {
  readonly #gpu: GPUDevice;
  readonly #report: (failure: Promise<GradloomError | undefined>) => void;
  readonly #free = new Map<number, GPUBuffer[]>();
  readonly #numbers = new WeakMap<GPUBuffer, number>();
  /** Buffers that may not exist, until the promise is kept. */
  readonly #unsure = new Map<GPUBuffer, Promise<unknown>>();
  readonly #missing = new WeakSet<GPUBuffer>();
  #count = 0;
  #pooled = 0;
  /** `report` is told of every new buffer: why it does not exist, or undefined. */
  constructor(gpu: GPUDevice, report: (failure: Promise<GradloomError | undefined>) => void) {
    this.#gpu = gpu;
    this.#report = report;
  }
  /** Memory of at least a length; it holds whatever was there before. */
  acquire(bytes: number, purpose: Purpose): GPUBuffer {
    const size = roundUp(bytes);
    const found = this.#free.get(size)?.pop();
    if (found !== undefined) {
      this.#pooled -= size;
      return found;
    }
    this.#gpu.pushErrorScope('out-of-memory');
    const buffer = this.#gpu.createBuffer({
      size,
      usage: usage.storage | usage.copySource | usage.copyTarget,
    });
    const answer = this.#gpu.popErrorScope().then(
      (error): GradloomError | undefined => {
        this.#unsure.delete(buffer);
        if (error === null) return undefined;
        this.#forget(buffer);
        return new BackendError(`webgpu: the device has no memory left for ${purpose.what}`, {
          got: `${size} more bytes were asked for`,
          hint: 'dispose of tensors that are not needed, or use smaller batches',
          site: purpose.site,
        });
      },
      () => undefined,
    );
    this.#unsure.set(buffer, answer);
    this.#report(answer);
    this.#numbers.set(buffer, this.#count++);
    return buffer;
  }
  /** Gives memory back. Work that was submitted may still use it; work that was not may not. */
  release(buffer: GPUBuffer): void {
    if (this.#missing.has(buffer) || this.#pooled + buffer.size > mostPooled) {
      buffer.destroy();
      return;
    }
    this.#pooled += buffer.size;
    const list = this.#free.get(buffer.size);
    if (list === undefined) this.#free.set(buffer.size, [buffer]);
    else list.push(buffer);
  }
  /** Whether the device turned out to have had no room for the buffer. */
  isMissing(buffer: GPUBuffer): boolean {
    return this.#missing.has(buffer);
  }
  /** When it is known of all of these whether they exist; undefined where it is already. */
  whenSure(buffers: readonly GPUBuffer[]): Promise<unknown> | undefined {
    const open = buffers.flatMap((buffer) => this.#unsure.get(buffer) ?? []);
    return open.length === 0 ? undefined : Promise.all(open);
  }
  /** A number that no other memory of this device has. */
  numberOf(buffer: GPUBuffer): number {
    return this.#numbers.get(buffer) ?? -1;
  }
  #forget(buffer: GPUBuffer): void {
    this.#missing.add(buffer);
    const list = this.#free.get(buffer.size);
    const at = list?.indexOf(buffer) ?? -1;
    if (at < 0) return;
    list?.splice(at, 1);
    this.#pooled -= buffer.size;
    buffer.destroy();
  }
}
