/** Tensor memory on a GPU, and the way of data in. */
import { BackendError, DisposedError } from '../../ir/errors.ts';
import { allocate, type DType, type TypedArray } from '../../ir/types.ts';
import type { Storage } from '../backend.ts';
import { copyIn } from '../host-storage.ts';
import type { Device } from './device.ts';
import { refuseDouble } from './refuse-doubles.ts';
import { wordBytes } from './target.ts';

/** Whether elements take two bytes and not a word. */
const isNarrow = ({ hasHalf }: Device, dtype: DType): boolean => hasHalf && dtype === 'f16';

/** The bytes of a tensor on a device, whole words. */
export const bytesOn = (device: Device, dtype: DType, length: number): number =>
  wordBytes * (isNarrow(device, dtype) ? Math.ceil(length / 2) : length);

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
  constructor(device: Device, dtype: DType, length: number) {
    this.device = device;
    this.dtype = dtype;
    this.length = length;
  }
  /** In bytes on the device, whole words. */
  get bytes(): number {
    return bytesOn(this.device, this.dtype, this.length);
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
  /** Takes the memory away from the storage. */
  takeBuffer(): GPUBuffer | undefined {
    const { buffer } = this;
    this.buffer = undefined;
    return buffer;
  }
  /** Says why there are no elements, and gives the memory back. */
  fail(reason: unknown): void {
    this.failure ??= reason;
    const buffer = this.takeBuffer();
    if (buffer !== undefined) this.device.memory.release(buffer);
  }
  /** The elements in mapped memory, from an offset in bytes on. */
  decode(mapped: GPUBuffer, offset: number): TypedArray {
    const { dtype, length, bytes } = this;
    const elements = allocate(dtype, length);
    if (length === 0) return elements;
    const memory = mapped.getMappedRange(offset, bytes);
    if (elements.BYTES_PER_ELEMENT === wordBytes) {
      new Uint8Array(elements.buffer as ArrayBuffer).set(new Uint8Array(memory));
    } else if (isNarrow(this.device, dtype)) elements.set(new Uint16Array(memory, 0, length));
    else elements.set(new Uint32Array(memory));
    return elements;
  }
}

/** `storage` as memory of this device; throws BackendError when it is another's. */
export const asGpuStorage = (device: Device, storage: Storage): GpuStorage => {
  if (storage instanceof GpuStorage && storage.device === device) return storage;
  throw new BackendError('webgpu: the storage belongs to another backend or device', {
    hint: 'download it there and upload it here',
  });
};

/** Elements as whole words: bools are 0 and 1, 16 bit floats their bits, all others as they are. */
const toWords = (device: Device, data: TypedArray, dtype: DType): TypedArray => {
  if (data.BYTES_PER_ELEMENT === wordBytes) return data;
  if (!isNarrow(device, dtype)) return Uint32Array.from(data);
  const words = new Uint32Array(Math.ceil(data.length / 2));
  new Uint16Array(words.buffer).set(data);
  return words;
};

/** Copies elements to the device. Throws BackendError for f64, and arrays of another dtype. */
export const upload = (device: Device, data: TypedArray, dtype: DType): GpuStorage => {
  device.check();
  refuseDouble(dtype, 'data of f64');
  const words = toWords(device, copyIn('webgpu', data, dtype), dtype);
  const purpose = { what: `a tensor of ${data.length} elements of ${dtype}` };
  device.checkSize(words.byteLength, purpose);
  const storage = new GpuStorage(device, dtype, data.length);
  device.watch(
    () => {
      const buffer = device.memory.acquire(words.byteLength, purpose);
      storage.buffer = buffer;
      // Memory in the pool is used by submitted work only, which this write comes after.
      const { queue } = device.gpu;
      if (words.length > 0) queue.writeBuffer(buffer, 0, words as Float32Array<ArrayBuffer>);
    },
    (failure) => {
      if (failure !== undefined) storage.fail(failure);
    },
  );
  return storage;
};
