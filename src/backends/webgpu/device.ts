/** One GPU device: its memory, its pipelines, its order of work, and whose its failures are. */
import {
  BackendError,
  DeviceLostError,
  type GradloomError,
  InternalError,
} from '../../ir/errors.ts';
import type { Target } from '../../ir/target.ts';
import { MemoryPool, type Purpose } from './memory-pool.ts';
import { Pipelines } from './pipelines.ts';
import { Reader } from './reader.ts';
import { largestBinding, targetOf } from './target.ts';
import { WorkQueue } from './work-queue.ts';

/** The optional feature of devices whose shaders know f16. */
export const halfFeature: GPUFeatureName = 'shader-f16';

/** What a device holds. */
export class Device {
  readonly gpu: GPUDevice;
  /** Whether its shaders know f16: tensors of that dtype then take two bytes per element. */
  readonly hasHalf: boolean;
  /** What plans for it are made for. */
  readonly target: Target;
  readonly memory: MemoryPool;
  readonly pipelines: Pipelines;
  readonly reader: Reader;
  readonly #queue: WorkQueue = new WorkQueue();
  /** What must live as long as the device: implementations crash without it. */
  readonly #kept: readonly unknown[];
  /** What nobody was watching for. */
  #failure: Error | undefined;
  #lost: DeviceLostError | undefined;
  /** Kept once everything watched so far was told of. */
  #settled: Promise<void> = Promise.resolve();
  /** Memory made while somebody watches. */
  #made: Promise<GradloomError | undefined>[] | undefined;
  constructor(gpu: GPUDevice, kept: readonly unknown[], subgroup?: number) {
    this.gpu = gpu;
    this.hasHalf = gpu.features.has(halfFeature);
    this.target = targetOf(gpu.limits, subgroup);
    this.#kept = kept;
    this.pipelines = new Pipelines(gpu);
    this.reader = new Reader(this, (job) => this.#queue.add(job));
    this.memory = new MemoryPool(gpu, (made) => {
      if (this.#made !== undefined) this.#made.push(made);
      else {
        void made.then((failure) => {
          this.#failure ??= failure;
        });
      }
    });
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
  /** Runs a job in its turn: after all work and all readings that were asked for before. */
  enqueue(job: () => void | Promise<void>): void {
    this.reader.close();
    this.#queue.add(job);
  }
  /** Throws DeviceLostError when the device is gone. */
  check(): void {
    if (this.#lost !== undefined) throw this.#lost;
  }
  /** The first failure that belongs to nobody; it is handed out once. */
  takeFailure(): Error | undefined {
    if (this.#lost !== undefined) return this.#lost;
    const failure = this.#failure;
    this.#failure = undefined;
    return failure;
  }
  /**
   * Runs calls of the device. Some time later `tell` gets to know what was wrong with them, or
   * undefined, in the order in which the calls were made. It must not throw.
   */
  watch<T>(calls: () => T, tell: (failure: GradloomError | undefined) => void): T {
    const outer = this.#made;
    const made: Promise<GradloomError | undefined>[] = [];
    this.#made = made;
    this.gpu.pushErrorScope('validation');
    try {
      return calls();
    } finally {
      this.#made = outer;
      const fault = this.gpu.popErrorScope().catch(() => null);
      this.#settled = Promise.all([this.#settled, fault, ...made]).then(([, error, ...rooms]) => {
        // Without memory, whatever was to use it is wrong too; the cause is told.
        const cause = rooms.find((failure) => failure !== undefined);
        tell(cause ?? (error === null ? undefined : new InternalError('webgpu', error.message)));
      });
    }
  }
  /** When all that was watched so far has been told. */
  settled(): Promise<void> {
    return this.#settled;
  }
  /** Throws BackendError for memory that no binding of this device can be. */
  checkSize(bytes: number, { what, site }: Purpose): void {
    const most = largestBinding(this.gpu.limits);
    if (bytes <= most) return;
    throw new BackendError(`webgpu: ${what} is too large for this device`, {
      got: `${bytes} bytes; the device allows ${most}`,
      site,
    });
  }
}
