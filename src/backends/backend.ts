/**
 * What a backend must offer. Write an object of this type, give it to `jit(f, { backend })` and run
 * the conformance suite of `gradloom/testing` on it; docs/adding-a-backend.md goes through an
 * example.
 */
import type { Graph } from '../ir/graph.ts';
import type { Plan } from '../ir/plan.ts';
import type { Target } from '../ir/target.ts';
import type { DType, TypedArray } from '../ir/types.ts';
import type { CodeCosts, MemoryUse } from './costs.ts';

/** Memory of one tensor as the backend holds it: opaque to everybody else. */
export interface Storage {
  readonly dtype: DType;
  /** In elements. */
  readonly length: number;
  /** How many tensors hold it, where the backend gives the library room to count: 0 at first. */
  holders?: number;
}

/** What is to be compiled: the graph as the passes left it, and the plan made from it on demand. */
export interface Program {
  readonly graph: Graph;
  /** Indexes of the graph's inputs whose memory the program may take over. */
  readonly donated: readonly number[];
  /**
   * Fuses, lowers, schedules and plans the graph for a target, a sequential one unless given; the
   * same object at every call.
   */
  plan(target?: Target): Plan;
}

/** A compiled program. */
export interface Executable {
  /**
   * Runs the program on one storage per graph input and returns one per graph output. A donated
   * input may be returned as an output; it must not be used afterwards. Inputs that are not donated
   * stay unchanged.
   */
  run(inputs: readonly Storage[]): Storage[];
  /** The generated code, for people: one entry per kernel, in launch order. */
  readonly sources: readonly string[];
  /** What the code cost; absent where the backend does not know. */
  readonly costs?: CodeCosts | undefined;
  /** Frees what the program holds. Running it afterwards is an error. */
  dispose(): void;
}

/** A machine that runs programs. */
export interface Backend {
  readonly name: string;
  /** What it asks plans to be made for; absent where it runs one loop after the other. */
  readonly target?: Target | undefined;
  compile(program: Program): Executable;
  /** Copies data into the backend's memory. */
  upload(data: TypedArray, dtype: DType): Storage;
  /** Copies a storage out, once all work on it is done. */
  download(storage: Storage): Promise<TypedArray>;
  /** The same without waiting; absent where the machine cannot (GPUs). */
  downloadSync?(storage: Storage): TypedArray;
  /** Gives memory back early; the storage must not be used afterwards. */
  free(storage: Storage): void;
  /** How much memory it takes just now; absent where the garbage collector knows. */
  memory?(): MemoryUse;
}
