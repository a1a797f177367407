/** One run of a program: who owns which memory, also when the run fails half-way or later. */
import { inputsToCopy, type ResultPlace } from '../place-results.ts';
import type { Resource } from './bindings.ts';
import type { Device } from './device.ts';
import type { Shader } from './emit-shader.ts';
import type { Purpose } from './memory-pool.ts';
import { type Bound, type CounterRing, type Dispatch, type Reading, Recorder } from './recorder.ts';
import type { SharedMemory } from './shared-memory.ts';
import type { GpuStorage } from './storage.ts';
import type { TaskStep } from './translate-plan.ts';

/** What all runs of a program have in common. */
export interface RunnableProgram {
  readonly device: Device;
  readonly ring: CounterRing;
  readonly steps: readonly TaskStep[];
  readonly shared: SharedMemory;
  readonly donated: readonly number[];
  readonly inputs: readonly Purpose[];
  readonly results: readonly { readonly place: ResultPlace; readonly purpose: Purpose }[];
  /** The user's line behind a message of the device, where it names a kernel. */
  readonly siteIn: (message: string) => string | undefined;
}

/** Shaders with their pipelines. */
export type Dispatches = ReadonlyMap<Shader, Dispatch>;

/** A run that waits for its turn. */
export class Run {
  readonly #program: RunnableProgram;
  readonly #inputs: readonly GpuStorage[];
  readonly #results: readonly GpuStorage[];
  /** Memory that goes back to the pool unless a result takes it. */
  readonly #owned = new Set<GPUBuffer>();
  #hasFailed = false;
  constructor(
    program: RunnableProgram,
    inputs: readonly GpuStorage[],
    results: readonly GpuStorage[],
  ) {
    this.#program = program;
    this.#inputs = inputs;
    this.#results = results;
  }
  /** Records and submits the run; a promise where values are read back in between. */
  start(dispatches: Dispatches): void | Promise<void> {
    const failed = this.#inputs.find(({ failure }) => failure !== undefined);
    if (failed !== undefined) {
      this.fail(failed.failure);
      return;
    }
    const originals = this.#inputs.map(({ buffer }) => buffer as GPUBuffer);
    this.#claim();
    try {
      const resources = new Map<Resource, Bound>();
      const { device, ring, steps } = this.#program;
      const recorder = new Recorder(device, ring, dispatches, resources);
      const buffers: (GPUBuffer | undefined)[] = [];
      const walk = recorder.steps(steps, new Map());
      /** The steps up to the next value that must be read, or to the end. */
      const go = (word: number): IteratorResult<Reading, void> => {
        const stop = walk.next(word);
        if (stop.done === true) this.#finish(recorder, resources, buffers);
        return stop;
      };
      const first = this.#watch(() => {
        buffers.push(...this.#bind(recorder, resources, originals));
        return go(0);
      });
      if (first.done === true) return;
      const goOn = async (): Promise<void> => {
        let stop: IteratorResult<Reading, void> = first;
        while (stop.done !== true) {
          const reading: Reading = stop.value;
          const word: number = await this.#watch(() => recorder.read(reading));
          // What decides how to go on was never computed.
          if (this.#hasFailed) return;
          stop = this.#watch(() => go(word));
        }
      };
      return goOn().catch((error: unknown) => this.fail(error));
    } catch (error) {
      this.fail(error);
    }
  }
  /** Tells whoever waits for the results why there are none, and gives all memory back. */
  fail(reason: unknown): void {
    this.#claim();
    this.#hasFailed = true;
    for (const storage of this.#results) storage.fail(reason);
    for (const buffer of this.#owned) this.#program.device.memory.release(buffer);
    this.#owned.clear();
  }
  /** Donated memory belongs to the run from now on. */
  #claim(): void {
    for (const k of this.#program.donated) {
      const buffer = this.#inputs[k]?.takeBuffer();
      if (buffer !== undefined) this.#owned.add(buffer);
    }
  }
  /** Makes calls of the device; what is wrong with them, or with the inputs, fails the run. */
  #watch<T>(calls: () => T): T {
    return this.#program.device.watch(calls, (failure) => {
      const earlier = this.#inputs.find((input) => input.failure !== undefined);
      if (earlier !== undefined) this.fail(earlier.failure);
      else if (failure !== undefined) this.fail(failure.at(this.#program.siteIn(failure.message)));
    });
  }
  #acquire(bytes: number, purpose: Purpose): GPUBuffer {
    const buffer = this.#program.device.memory.acquire(bytes, purpose);
    this.#owned.add(buffer);
    return buffer;
  }
  /** Gives every resource its memory; returns that of the results which are no repeated ones. */
  #bind(
    recorder: Recorder,
    resources: Map<Resource, Bound>,
    originals: readonly GPUBuffer[],
  ): (GPUBuffer | undefined)[] {
    const { shared, donated, inputs, results } = this.#program;
    for (const [resource, bound] of shared.bind()) resources.set(resource, bound);
    const arrays = [...originals];
    const copyOf = (k: number, purpose: Purpose): GPUBuffer => {
      const bytes = this.#inputs[k]?.bytes ?? 0;
      const buffer = this.#acquire(bytes, purpose);
      recorder.copy(arrays[k] as GPUBuffer, buffer, bytes);
      return buffer;
    };
    for (const k of inputsToCopy(originals, donated)) arrays[k] = copyOf(k, inputs[k] as Purpose);
    this.#inputs.forEach(({ bytes }, k) => {
      resources.set(`input ${k}`, { buffer: arrays[k] as GPUBuffer, bytes });
    });
    return results.map(({ place, purpose }, k) => {
      if (place.kind === 'moved') return arrays[place.input];
      if (place.kind === 'copied') return copyOf(place.input, purpose);
      if (place.kind === 'repeated') return undefined;
      const bytes = this.#results[k]?.bytes ?? 0;
      const isFresh = place.kind === 'fresh';
      const buffer = isFresh ? this.#acquire(bytes, purpose) : (arrays[place.input] as GPUBuffer);
      resources.set(`output ${place.output}`, { buffer, bytes });
      return buffer;
    });
  }
  /** Hands the memory of the results over. */
  #finish(
    recorder: Recorder,
    resources: ReadonlyMap<Resource, Bound>,
    buffers: readonly (GPUBuffer | undefined)[],
  ): void {
    const { device, results } = this.#program;
    const all = results.map(({ place, purpose }, k) => {
      const known = buffers[k];
      if (known !== undefined || place.kind !== 'repeated') return known as GPUBuffer;
      const { buffer: from, bytes } = resources.get(`output ${place.output}`) as Bound;
      const buffer = this.#acquire(bytes, purpose);
      recorder.copy(from, buffer, bytes);
      return buffer;
    });
    recorder.submit();
    this.#results.forEach((storage, k) => {
      const buffer = all[k] as GPUBuffer;
      storage.buffer = buffer;
      this.#owned.delete(buffer);
    });
    for (const buffer of this.#owned) device.memory.release(buffer);
    this.#owned.clear();
  }
}
