/** The threads of a backend, as its programs see them. */
import type { Heap } from '../heap.ts';
import { controlBytes, descriptorWords } from './control.ts';
import { Crew } from './crew.ts';
import type { ThreadTuning } from './tuning.ts';

/** How long workers may take to start (ms). */
const startLimit = 10_000;

/** Ends the workers of backends that nobody holds any more. */
const registry = new FinalizationRegistry<Crew>((crew) => crew.stop());

/** A program that threads run. */
export interface ThreadedProgram {
  run(addresses: readonly number[]): void;
  /** Gives back the memory that the workers read it from. */
  dispose(): void;
}

let programs = 0;

/** A calling thread and its workers, which share the memory of a heap. */
export class Threads {
  readonly #heap: Heap;
  readonly #crew: Crew;
  readonly tuning: ThreadTuning;
  /** The address of the control words. */
  readonly control: number;
  /** How many there are when all workers are there. */
  readonly count: number;
  private constructor(
    heap: Heap,
    crew: Crew,
    control: number,
    count: number,
    tuning: ThreadTuning,
  ) {
    this.#heap = heap;
    this.#crew = crew;
    this.control = control;
    this.count = count;
    this.tuning = tuning;
    registry.register(this, crew);
  }
  /** Starts workers; gives the reason where none of them starts. */
  static async start(heap: Heap, count: number, tuning: ThreadTuning): Promise<Threads | string> {
    const control = heap.allocate(controlBytes);
    const crew = new Crew(heap.memory, control, count, tuning);
    await crew.settled(startLimit);
    if (crew.ready > 0) return new Threads(heap, crew, control, count, tuning);
    crew.stop();
    return crew.reason ?? 'no worker starts';
  }
  /** How many threads would run a program now. */
  get ready(): number {
    return 1 + this.#crew.ready;
  }
  /** Ends the workers; programs run on the calling thread alone from then on. */
  stop(): void {
    this.#crew.stop();
  }
  /** What a module imports as `threads.wait`. */
  get wait(): (number: number) => void {
    return this.#crew.wait;
  }
  /** Makes a program that workers can load: its module, and its `run` in this thread. */
  program(
    bytes: Uint8Array<ArrayBuffer>,
    values: number,
    run: (...values: number[]) => void,
  ): ThreadedProgram {
    const heap = this.#heap;
    const size = 4 * (descriptorWords + values) + bytes.length;
    const descriptor = heap.allocate(size);
    const words = (): Int32Array => {
      const { buffer } = heap.memory;
      return new Int32Array(buffer, descriptor, descriptorWords + values);
    };
    words().set([++programs, bytes.length, values]);
    new Uint8Array(heap.memory.buffer).set(bytes, descriptor + 4 * (descriptorWords + values));
    let isDisposed = false;
    return {
      run: (addresses) => {
        words().set(addresses, descriptorWords);
        // Programs hold their threads: whoever is called is not garbage.
        this.#crew.call({ descriptor, run }, addresses, heap.pages);
      },
      dispose: () => {
        if (isDisposed) return;
        isDisposed = true;
        if (this.#crew.forget(descriptor)) heap.free(descriptor, size);
      },
    };
  }
}
