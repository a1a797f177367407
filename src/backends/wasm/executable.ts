/** Running a compiled plan: a call of one function with the addresses of inputs and outputs. */
import { BackendError } from '../../ir/errors.ts';
import type { Plan } from '../../ir/plan.ts';
import type { Target } from '../../ir/target.ts';
import { showType } from '../../ir/types.ts';
import type { Executable, Program, Storage } from '../backend.ts';
import { inputSpecs } from '../host-storage.ts';
import { emitModule } from './emit-module.ts';
import { importedFunction } from './functions.ts';
import type { Storages, WasmStorage } from './storage.ts';

type Run = (...addresses: number[]) => void;

const instantiate = (
  { heap }: Storages,
  bytes: Uint8Array<ArrayBuffer>,
  imports: readonly string[],
): Run => {
  const functions = Object.fromEntries(imports.map((name) => [name, importedFunction(name)]));
  try {
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), {
      memory: { memory: heap.memory },
      functions,
    });
    return exports.run as Run;
  } catch (cause) {
    throw new BackendError('wasm: the compiled program does not load', {
      got: cause instanceof Error ? cause.message : String(cause),
      hint: 'choose another backend: jit(f, { backend: js })',
    });
  }
};

/** Compiles a program to a module over the memory of a heap. */
export const compileProgram = (
  storages: Storages,
  { donated, plan: makePlan }: Program,
  target: Target,
): Executable => {
  const { heap } = storages;
  const plan: Plan = makePlan(target);
  let arena: { readonly address: number; readonly bytes: number } | undefined;
  const { bytes, imports, sources } = emitModule(plan, (needed) => {
    arena = { address: heap.allocate(needed), bytes: needed };
    return arena.address;
  });
  const release = (): void => {
    if (arena !== undefined) heap.free(arena.address, arena.bytes);
    arena = undefined;
  };
  let run: Run | undefined;
  try {
    run = instantiate(storages, bytes, imports);
  } catch (error) {
    release();
    throw error;
  }
  const specs = inputSpecs(plan.inputs);
  const results = plan.results.map(({ type, source }) => ({
    dtype: type.dtype,
    source,
    length: inputSpecs([type])[0]?.length ?? 0,
  }));
  const takenOver = new Map(plan.donations.map(([input, output]) => [output, input]));
  const overwritten = new Set(plan.donations.map(([input]) => input));
  const isDonated = new Set(donated);

  const check = (inputs: readonly Storage[]): WasmStorage[] => {
    if (inputs.length !== specs.length) {
      throw new BackendError(
        `wasm: the program takes ${specs.length} inputs, not ${inputs.length}`,
      );
    }
    return specs.map(({ type, length }, k) => {
      const storage = storages.own(inputs[k] as Storage);
      if (storage.dtype !== type.dtype || storage.length !== length) {
        throw new BackendError(`wasm: input ${k} does not fit the program`, {
          got: `${storage.dtype} of ${storage.length} elements for ${showType(type)}`,
        });
      }
      return storage;
    });
  };
  const copyOf = (source: WasmStorage): WasmStorage => {
    const made = storages.make(source.dtype, source.length);
    made.view.set(source.view);
    return made;
  };

  return {
    sources,
    run: (given) => {
      if (run === undefined) throw new BackendError('wasm: the program was disposed of');
      const inputs = check(given);
      const originals = [...inputs];
      // One tensor may be given for several inputs; it must not be overwritten for one of them.
      if (donated.length > 0 && new Set(inputs).size < inputs.length) {
        for (const k of donated) inputs[k] = copyOf(inputs[k] as WasmStorage);
      }
      const outputs: WasmStorage[] = [];
      const kept = new Set<WasmStorage>();
      const moved = new Set<number>();
      const ready = results.map(({ source: { kind, index }, dtype, length }) => {
        if (kind === 'input') {
          const input = inputs[index] as WasmStorage;
          const isMoved = isDonated.has(index) && !overwritten.has(index) && !moved.has(index);
          if (!isMoved) return copyOf(input);
          moved.add(index);
          kept.add(input);
          return storages.make(dtype, length, input.address);
        }
        if (outputs[index] !== undefined) return undefined;
        const input = inputs[takenOver.get(index) ?? -1];
        if (input !== undefined) kept.add(input);
        outputs[index] = storages.make(dtype, length, input?.address);
        return outputs[index];
      });
      run(
        ...inputs.map(({ address }) => address),
        ...outputs.map((storage) => storage?.address ?? 0),
      );
      const all = ready.map(
        (storage, k) => storage ?? copyOf(outputs[results[k]?.source.index ?? 0] as WasmStorage),
      );
      for (const k of donated) {
        const [input, original] = [inputs[k] as WasmStorage, originals[k] as WasmStorage];
        if (input !== original) storages.end(input, kept.has(input));
      }
      for (const original of new Set(donated.map((k) => originals[k] as WasmStorage))) {
        storages.end(original, kept.has(original));
      }
      return all;
    },
    dispose: () => {
      run = undefined;
      release();
    },
  };
};
