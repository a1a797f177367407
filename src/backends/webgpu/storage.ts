/** Tensor memory on a GPU: one word per element, and the way of data in and out. */
import { BackendError, DisposedError } from '../../ir/errors.ts';
import { allocate, type DType, type TypedArray } from '../../ir/types.ts';
import type { Storage } from '../backend.ts';
import { copyIn } from '../host-storage.ts';
import { type Device, usage } from './device.ts';
import { refuseDouble } from './refuse-doubles.ts';
import { wordBytes } from './translate-plan.ts';

/** Memory of one tensor. It exists at once; its buffer does when the work that makes it ran. */
export class GpuStorage implements Storage {
  readonly dtype: DType;
  readonly length: number;
  readonly device: Device;
  /** What the elements are in; undefined until the work that makes them ran. */
  buffer: GPUBuffer | undefined;
  /** Why there are no elements, when the work that makes them failed. */
  failure: unknown;
  #isReleased = false;
  constructor(device: Device, dtype: DType, length: number, buffer?: GPUBuffer) {
    this.device = device;
    this.dtype = dtype;
    this.length = length;
    this.buffer = buffer;
  }
  /** In bytes on the device. */
  get bytes(): number {
    return this.length * wordBytes;
  }
  /** Throws DisposedError after `release`. */
  check(): void {
    if (!this.#isReleased) return;
    throw new DisposedError('storage: its memory was freed or donated and cannot be used again');
  }
  /** Makes every later use an error. The memory itself is given back by whoever calls this. */
  release(): void {
    this.#isReleased = true;
  }
}

/** `storage` as memory of this device; throws BackendError when it is another's. */
export const asGpuStorage = (device: Device, storage: Storage): GpuStorage => {
  if (storage instanceof GpuStorage && storage.device === device) return storage;
  throw new BackendError('webgpu: the storage belongs to another backend or device', {
    hint: 'download it there and upload it here',
  });
};

/** Elements as words: bools are 0 and 1, 16 bit floats their bits, all others as they are. */
const toWords = (data: TypedArray): TypedArray =>
  data.BYTES_PER_ELEMENT === wordBytes ? data : Uint32Array.from(data);
/** The elements in the words of some memory. */
const fromWords = (memory: ArrayBuffer, dtype: DType, length: number): TypedArray => {
  const elements = allocate(dtype, length);
  if (elements.BYTES_PER_ELEMENT === wordBytes) {
    new Uint8Array(elements.buffer as ArrayBuffer).set(
      new Uint8Array(memory, 0, length * wordBytes),
    );
  } else elements.set(new Uint32Array(memory, 0, length));
  return elements;
};

/** Copies elements to the device. Throws BackendError for f64, and arrays of another dtype. */
export const upload = (device: Device, data: TypedArray, dtype: DType): GpuStorage => {
  device.check();
  refuseDouble(dtype, 'data of f64');
  const words = toWords(copyIn('webgpu', data, dtype));
  device.checkSize(words.byteLength, `a tensor of ${data.length} elements of ${dtype}`);
  const buffer = device.acquire(words.byteLength);
  // Memory in the pool is used by submitted work only, which this write comes after.
  if (words.length > 0) device.gpu.queue.writeBuffer(buffer, 0, words as Float32Array<ArrayBuffer>);
  return new GpuStorage(device, dtype, data.length, buffer);
};

/** The first words of a buffer, once the work submitted so far is done. */
export const readWords = async (
  device: Device,
  buffer: GPUBuffer,
  offset: number,
  bytes: number,
): Promise<ArrayBuffer> => {
  const staging = device.gpu.createBuffer({
    size: Math.max(bytes, wordBytes),
    usage: usage.mapRead | usage.copyTarget,
  });
  try {
    const encoder = device.gpu.createCommandEncoder();
    if (bytes > 0) encoder.copyBufferToBuffer(buffer, offset, staging, 0, bytes);
    device.gpu.queue.submit([encoder.finish()]);
    await staging.mapAsync(1).catch((cause: unknown) => {
      throw device.takeFailure() ?? cause;
    });
    const failure = device.takeFailure();
    if (failure !== undefined) throw failure;
    return staging.getMappedRange().slice(0);
  } finally {
    staging.destroy();
  }
};

/** Copies elements out. Rejects with what went wrong in the work that makes them. */
export const download = (device: Device, storage: GpuStorage): Promise<TypedArray> =>
  new Promise((resolve, reject) => {
    storage.check();
    device.queue.add(() => {
      if (storage.failure !== undefined || storage.buffer === undefined) {
        reject(storage.failure);
        return;
      }
      const { dtype, length, bytes } = storage;
      readWords(device, storage.buffer, 0, bytes).then(
        (memory) => resolve(fromWords(memory, dtype, length)),
        reject,
      );
    });
  });
