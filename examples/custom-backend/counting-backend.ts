/**
 * A backend of about a hundred lines: it interprets the kernels of a plan and counts, per launch,
 * the elements read and written and the floating point instructions.
 */
import {
  type Backend,
  BackendError,
  DisposedError,
  type DType,
  type Executable,
  type Plan,
  type PlanBuffer,
  type Program,
  type Storage,
  type TypedArray,
} from 'gradloom';
import { allocate, type Counts, prepareKernel } from './interpret-kernel.ts';
import { runSteps } from './run-steps.ts';

/** What all runs of one launch of one program did. */
export interface LaunchCounts extends Counts {
  readonly program: string;
  readonly kernel: string;
  runs: number;
}

/** The backend, and what it has counted since it was made or since `reset`. */
export interface CountingBackend extends Backend {
  readonly launches: readonly LaunchCounts[];
  reset(): void;
}

/** Memory of this backend: an ordinary typed array. */
class CountingStorage implements Storage {
  readonly dtype: DType;
  readonly length: number;
  array: TypedArray | undefined;
  constructor(dtype: DType, array: TypedArray) {
    this.dtype = dtype;
    this.length = array.length;
    this.array = array;
  }
}

/** The array of a storage; an error for storages of others and for those that were freed. */
const arrayOf = (storage: Storage): TypedArray => {
  if (!(storage instanceof CountingStorage)) {
    throw new BackendError('counting: the storage belongs to another backend');
  }
  if (storage.array === undefined) throw new DisposedError('counting: the memory was freed');
  return storage.array;
};

/** The arrays of a call's inputs; an error when they do not fit the program. */
const inputArrays = (plan: Plan, storages: readonly Storage[]): TypedArray[] => {
  const count = plan.inputs.length;
  if (storages.length !== count) {
    throw new BackendError(`counting: the program takes ${count} inputs, not ${storages.length}`);
  }
  return plan.inputs.map((type, k) => {
    const storage = storages[k] as Storage;
    const size = type.shape.reduce((product, extent) => product * extent, 1);
    if (storage.dtype !== type.dtype || storage.length !== size) {
      throw new BackendError(`counting: input ${k} does not fit the program`);
    }
    return arrayOf(storage);
  });
};

/** A view of `length` elements of the arena, `offset` bytes from its start. */
const viewOf = (arena: ArrayBuffer, dtype: DType, offset: number, length: number): TypedArray => {
  const { constructor } = allocate(dtype, 0);
  return new (constructor as new (...all: unknown[]) => TypedArray)(arena, offset, length);
};

/** Where a buffer of a plan is during one call. */
const placeBuffer = (
  { dtype, length, place }: PlanBuffer,
  inputs: readonly TypedArray[],
  arena: ArrayBuffer,
): TypedArray => {
  if (place.kind === 'input') return inputs[place.index] as TypedArray;
  if (place.kind === 'arena') return viewOf(arena, dtype, place.offset, length);
  // A plan allows outputs in the memory of donated inputs; fresh memory is right too.
  return allocate(dtype, length);
};

const compile = (program: Program, log: LaunchCounts[]): Executable => {
  const plan = program.plan();
  const arena = new ArrayBuffer(plan.arenaBytes);
  const launches = plan.launches.map(({ kernel, buffers }) => {
    const counts: LaunchCounts = {
      program: plan.name,
      kernel: kernel.name,
      runs: 0,
      loads: 0,
      stores: 0,
      flops: 0,
    };
    return { buffers, counts, run: prepareKernel(kernel, counts) };
  });
  let isDisposed = false;
  return {
    sources: [],
    run: (storages) => {
      if (isDisposed) throw new BackendError('counting: the program was disposed of');
      const inputs = inputArrays(plan, storages);
      const arrays = new Map(
        plan.buffers.map((buffer) => [buffer, placeBuffer(buffer, inputs, arena)]),
      );
      runSteps(plan.steps, {
        arrayOf: (buffer) => arrays.get(buffer) as TypedArray,
        launch: (number, loops) => {
          const { buffers, counts, run } = launches[number] as (typeof launches)[number];
          if (counts.runs++ === 0) log.push(counts);
          const steps = (plan.launches[number]?.loops ?? []).map((loop) => loops.get(loop) ?? 0);
          run(
            buffers.map((buffer) => arrays.get(buffer) as TypedArray),
            steps,
          );
        },
      });
      const outputs = plan.buffers.filter(({ place }) => place.kind === 'output');
      const results = plan.results.map(({ type, source }) => {
        // An argument handed back is copied: results never share memory with arguments.
        if (source.kind === 'input') return (inputs[source.index] as TypedArray).slice();
        const buffer = outputs.find(
          ({ place }) => place.kind === 'output' && place.index === source.index,
        );
        // A result without elements has no launch and therefore no buffer.
        return buffer === undefined ? allocate(type.dtype, 0) : (arrays.get(buffer) as TypedArray);
      });
      for (const input of program.donated) (storages[input] as CountingStorage).array = undefined;
      return results.map((array, k) => {
        const { dtype } = (plan.results[k] as Plan['results'][number]).type;
        return new CountingStorage(dtype, array);
      });
    },
    dispose: () => {
      isDisposed = true;
    },
  };
};

/** Makes a backend with counters of its own. */
export const makeCountingBackend = (): CountingBackend => {
  const launches: LaunchCounts[] = [];
  return {
    name: 'counting',
    launches,
    reset: () => {
      for (const counts of launches.splice(0)) {
        Object.assign(counts, { runs: 0, loads: 0, stores: 0, flops: 0 });
      }
    },
    compile: (program) => compile(program, launches),
    upload: (data, dtype) => {
      const wanted = allocate(dtype, 0).constructor;
      if (data.constructor === wanted) return new CountingStorage(dtype, data.slice());
      throw new BackendError(`counting: ${dtype} data come as ${wanted.name}`);
    },
    download: async (storage) => arrayOf(storage).slice(),
    downloadSync: (storage) => arrayOf(storage).slice(),
    free: (storage) => {
      (storage as CountingStorage).array = undefined;
    },
  };
};
