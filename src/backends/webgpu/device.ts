/** One GPU device: its memory pool, its compiled pipelines, its order of work, its failures. */
import { BackendError, DeviceLostError, InternalError } from '../../ir/errors.ts';
import type { Target } from '../../ir/target.ts';
import type { Shader } from './emit-shader.ts';
import { targetOf } from './target.ts';
import { WorkQueue } from './work-queue.ts';

/** The bits of `GPUBufferUsage`, which is no global in Node.js. */
export const usage = {
  mapRead: 1,
  copySource: 4,
  copyTarget: 8,
  uniform: 64,
  storage: 128,
} as const;

/** Memory that waits for its next use, at most this many bytes. */
const mostPooled = 512 * 2 ** 20;
/** Compiled pipelines that are kept. */
const mostPipelines = 4096;
/** Stages that see a binding: compute. */
const compute = 4;

/** A length in bytes rounded up, so that memory of similar length can be used again. */
const roundUp = (bytes: number): number => {
  if (bytes <= 256) return 256;
  const step = 2 ** Math.max(8, Math.floor(Math.log2(bytes)) - 3);
  return Math.ceil(bytes / step) * step;
};

/** What a device holds. */
export class Device {
  readonly gpu: GPUDevice;
  /** What plans for it are made for. */
  readonly target: Target;
  readonly queue: WorkQueue = new WorkQueue();
  readonly #free = new Map<number, GPUBuffer[]>();
  readonly #pipelines = new Map<string, Promise<GPUComputePipeline>>();
  readonly #layouts = new Map<string, GPUBindGroupLayout>();
  readonly #numbers = new WeakMap<GPUBuffer, number>();
  /** What must live as long as the device: implementations crash without it. */
  readonly #kept: readonly unknown[];
  #buffers = 0;
  #pooled = 0;
  #failure: Error | undefined;
  #lost: DeviceLostError | undefined;
  constructor(gpu: GPUDevice, kept: readonly unknown[]) {
    this.gpu = gpu;
    this.target = targetOf(gpu.limits);
    this.#kept = kept;
    void gpu.lost.then(({ reason, message }) => {
      this.#lost = new DeviceLostError('webgpu: the device was lost', {
        got: message || reason,
        hint: "open it again with init('webgpu') and upload what was saved last",
      });
      return this.#kept;
    });
    gpu.onuncapturederror = (event): void => {
      event.preventDefault();
      const { error } = event;
      this.#failure ??= new InternalError('webgpu', error.message);
    };
  }
  /** Throws DeviceLostError when the device is gone. */
  check(): void {
    if (this.#lost !== undefined) throw this.#lost;
  }
  /** The first failure that nobody has been told of; it is handed out once. */
  takeFailure(): Error | undefined {
    if (this.#lost !== undefined) return this.#lost;
    const failure = this.#failure;
    this.#failure = undefined;
    return failure;
  }
  /** Throws BackendError for memory that no binding of this device can be. */
  checkSize(bytes: number, what: string): void {
    const { maxStorageBufferBindingSize, maxBufferSize } = this.gpu.limits;
    const most = Math.min(maxStorageBufferBindingSize, maxBufferSize);
    if (bytes <= most) return;
    throw new BackendError(`webgpu: ${what} is too large for this device`, {
      got: `${bytes} bytes; the device allows ${most}`,
    });
  }
  /** Memory of at least a length; it holds whatever was there before. */
  acquire(bytes: number): GPUBuffer {
    const size = roundUp(bytes);
    const found = this.#free.get(size)?.pop();
    if (found !== undefined) {
      this.#pooled -= size;
      return found;
    }
    this.gpu.pushErrorScope('out-of-memory');
    const buffer = this.gpu.createBuffer({
      size,
      usage: usage.storage | usage.copySource | usage.copyTarget,
    });
    void this.gpu.popErrorScope().then(
      (error) => {
        if (error === null) return;
        this.#failure ??= new BackendError('webgpu: the device has no memory left', {
          got: `${size} more bytes were asked for`,
          hint: 'dispose of tensors that are not needed, or use smaller batches',
        });
      },
      () => {},
    );
    this.#numbers.set(buffer, this.#buffers++);
    return buffer;
  }
  /** Gives memory back. Work that was submitted may still use it; work that was not may not. */
  release(buffer: GPUBuffer): void {
    if (this.#pooled + buffer.size > mostPooled) {
      buffer.destroy();
      return;
    }
    this.#pooled += buffer.size;
    const list = this.#free.get(buffer.size);
    if (list === undefined) this.#free.set(buffer.size, [buffer]);
    else list.push(buffer);
  }
  /** A number that no other memory of this device has. */
  numberOf(buffer: GPUBuffer): number {
    return this.#numbers.get(buffer) ?? -1;
  }
  /** The layout for a shader's bindings. */
  layoutOf({ bindings, hasCounters }: Shader): GPUBindGroupLayout {
    const kinds = bindings.map(({ isWritten }) => (isWritten ? 'w' : 'r'));
    const key = `${kinds.join('')}${hasCounters ? 'u' : ''}`;
    let layout = this.#layouts.get(key);
    if (layout === undefined) {
      const entries: GPUBindGroupLayoutEntry[] = bindings.map(({ isWritten }, binding) => ({
        binding,
        visibility: compute,
        buffer: { type: isWritten ? 'storage' : 'read-only-storage' },
      }));
      if (hasCounters) {
        entries.push({
          binding: bindings.length,
          visibility: compute,
          buffer: { type: 'uniform', hasDynamicOffset: true },
        });
      }
      layout = this.gpu.createBindGroupLayout({ entries });
      this.#layouts.set(key, layout);
    }
    return layout;
  }
  /**
   * The pipeline of a shader, compiled once. Rejects with InternalError when the text does not
   * compile.
   */
  pipelineOf(shader: Shader): Promise<GPUComputePipeline> {
    const known = this.#pipelines.get(shader.text);
    if (known !== undefined) return known;
    const module = this.gpu.createShaderModule({ label: shader.kernel, code: shader.text });
    const layout = this.gpu.createPipelineLayout({ bindGroupLayouts: [this.layoutOf(shader)] });
    const pipeline = this.gpu
      .createComputePipelineAsync({
        label: shader.kernel,
        layout,
        compute: { module, entryPoint: 'main' },
      })
      .catch(async (cause: unknown) => {
        this.check();
        const { messages } = await module.getCompilationInfo();
        const message =
          messages.map((one) => `${one.lineNum}:${one.linePos} ${one.message}`).join('\n') ||
          String(cause);
        // The module reported the same to everybody; it is told here.
        this.#failure = undefined;
        throw new InternalError('webgpu', `kernel ${shader.kernel} does not compile: ${message}`, {
          got: shader.text,
        });
      });
    pipeline.catch(() => {});
    if (this.#pipelines.size >= mostPipelines) {
      const [oldest] = this.#pipelines.keys();
      if (oldest !== undefined) this.#pipelines.delete(oldest);
    }
    this.#pipelines.set(shader.text, pipeline);
    return pipeline;
  }
}
