/** Running a compiled plan: a call of one function with the addresses of inputs and outputs. */
import { BackendError } from '../../ir/errors.ts';
import type { Plan } from '../../ir/plan.ts';
import type { Target } from '../../ir/target.ts';
import { showType } from '../../ir/types.ts';
import type { Executable, Program, Storage } from '../backend.ts';
import { type InputSpec, inputSpecs } from '../host-storage.ts';
import { inputsToCopy, placeResults, type ResultPlace } from '../place-results.ts';
import type { Arena } from './arenas.ts';
import { emitModule, type ModuleBytes } from './emit-module.ts';
import { addressCount, outputCount } from './emit-run.ts';
import { importedFunction } from './functions.ts';
import type { Storages, WasmStorage } from './storage.ts';
import { waitImport } from './threads/meeting.ts';
import type { ThreadedProgram, Threads } from './threads/threads.ts';

type Run = (...addresses: number[]) => void;
type Functions = Readonly<Record<string, (...operands: number[]) => unknown>>;

/** Loads a module; `loaded` are the functions of those before it. Returns what it exports. */
const instantiate = (
  { heap }: Storages,
  { bytes, imports }: ModuleBytes,
  loaded: Functions,
  threads: Threads | undefined,
): Functions => {
  const importOf = (name: string): ((...operands: number[]) => unknown) => {
    if (threads !== undefined && name === waitImport.name) return threads.wait;
    return loaded[name] ?? importedFunction(name);
  };
  const functions = Object.fromEntries(imports.map((name) => [name, importOf(name)]));
  try {
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), {
      memory: { memory: heap.memory },
      functions,
    });
    (exports as Functions).idle?.();
    return exports as Functions;
  } catch (cause) {
    throw new BackendError('wasm: the compiled program does not load', {
      got: cause instanceof Error ? cause.message : String(cause),
      hint: 'choose another backend: jit(f, { backend: js })',
    });
  }
};

/** Compiles a program to a module over the memory of a heap, for threads where there are some. */
export const compileProgram = (
  storages: Storages,
  { donated, plan: makePlan }: Program,
  target: Target,
  threads?: Threads,
): Executable => {
  const plan: Plan = makePlan(target);
  let arena: Arena | undefined;
  const start = performance.now();
  const place = (needed: number): number => {
    arena = storages.arenas.take(needed);
    return arena.address;
  };
  let loaded: Functions = {};
  let [bytes, loading] = [0, 0];
  const load = (module: ModuleBytes): void => {
    const begin = performance.now();
    loaded = instantiate(storages, module, loaded, threads);
    bytes += module.bytes.length;
    loading += performance.now() - begin;
  };
  const { isShared } = storages.heap;
  const loadFirst = threads === undefined ? load : undefined;
  const module = emitModule(plan, target, { place, isShared, threads, loadFirst });
  const writing = performance.now() - start - loading;
  let program: ThreadedProgram | undefined;
  const release = (): void => {
    program?.dispose();
    if (arena !== undefined) storages.arenas.giveBack(arena);
    arena = undefined;
  };
  let run: Run | undefined;
  try {
    load(module);
    const own = loaded.run as Run;
    program = module.isThreaded
      ? threads?.program(module.bytes, addressCount(plan), own)
      : undefined;
    run = program === undefined ? own : (...addresses) => program?.run(addresses);
  } catch (error) {
    release();
    throw error;
  }
  const costs = { bytes, writing, loading };
  const specs = inputSpecs(plan.inputs);
  const results = inputSpecs(plan.results.map(({ type }) => type));
  const places = placeResults(plan, donated);
  const outputs = outputCount(plan);

  const check = (inputs: readonly Storage[]): readonly WasmStorage[] => {
    if (inputs.length !== specs.length) {
      throw new BackendError(
        `wasm: the program takes ${specs.length} inputs, not ${inputs.length}`,
      );
    }
    for (let k = 0; k < specs.length; k++) {
      const { type, length } = specs[k] as InputSpec;
      const storage = storages.own(inputs[k] as Storage);
      if (storage.dtype !== type.dtype || storage.length !== length) {
        throw new BackendError(`wasm: input ${k} does not fit the program`, {
          got: `${storage.dtype} of ${storage.length} elements for ${showType(type)}`,
        });
      }
    }
    return inputs as readonly WasmStorage[];
  };
  const copyOf = (source: WasmStorage): WasmStorage => {
    const made = storages.make(source.dtype, source.length);
    made.view.set(source.view);
    return made;
  };

  /** Whether every result is new memory, and every argument stays what it is. */
  const isPlain = donated.length === 0 && places.every(({ kind }) => kind === 'fresh');
  const addresses: number[] = new Array<number>(addressCount(plan)).fill(0);
  const runPlainly = (call: Run, inputs: readonly WasmStorage[]): WasmStorage[] => {
    for (let k = 0; k < inputs.length; k++) addresses[k] = (inputs[k] as WasmStorage).address;
    const made: WasmStorage[] = [];
    for (let k = 0; k < places.length; k++) {
      const { type, length } = results[k] as InputSpec;
      const storage = storages.make(type.dtype, length);
      const { output } = places[k] as ResultPlace & { kind: 'fresh' };
      // Outputs without elements are no arguments.
      if (output < outputs) addresses[inputs.length + output] = storage.address;
      made.push(storage);
    }
    call(...addresses);
    return made;
  };

  return {
    get sources() {
      return module.sources();
    },
    costs,
    run: (given) => {
      if (run === undefined) throw new BackendError('wasm: the program was disposed of');
      const originals = check(given);
      storages.begin(originals);
      if (isPlain) return runPlainly(run, originals);
      const inputs = [...originals];
      for (const k of inputsToCopy(inputs, donated)) inputs[k] = copyOf(inputs[k] as WasmStorage);
      // Everything that may fail for want of memory comes before anything changes hands.
      const ready = places.map((place, k) => {
        if (place.kind === 'copied') return copyOf(inputs[place.input] as WasmStorage);
        const { type, length } = results[k] as InputSpec;
        return place.kind === 'fresh' ? storages.make(type.dtype, length) : undefined;
      });
      const addresses = new Array<number>(outputs).fill(0);
      places.forEach((place, k) => {
        if (place.kind === 'fresh') addresses[place.output] = ready[k]?.address ?? 0;
        if (place.kind === 'takenOver') {
          addresses[place.output] = inputs[place.input]?.address ?? 0;
        }
      });
      // Outputs without elements are no arguments.
      run(...inputs.map(({ address }) => address), ...addresses.slice(0, outputCount(plan)));
      const kept = new Map<WasmStorage, number>();
      places.forEach((place, k) => {
        if (place.kind !== 'moved' && place.kind !== 'takenOver') return;
        kept.set(inputs[place.input] as WasmStorage, k);
      });
      // Copies of donated arguments end like these do.
      for (const storage of new Set(donated.flatMap((k) => [inputs[k], originals[k]]))) {
        if (storage === undefined) continue;
        const k = kept.get(storage);
        if (k === undefined) storages.end(storage);
        else ready[k] = storages.succeed(storage);
      }
      return places.map((place, k) => {
        if (place.kind !== 'repeated') return ready[k] as WasmStorage;
        const first = places.findIndex(
          (other) => 'output' in other && other.output === place.output,
        );
        return copyOf(ready[first] as WasmStorage);
      });
    },
    dispose: () => {
      run = undefined;
      release();
    },
  };
};
