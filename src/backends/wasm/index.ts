/** The backend that compiles a plan to one WebAssembly module over one linear memory. */
import { ArgumentError, BackendError } from '../../ir/errors.ts';
import type { Target } from '../../ir/target.ts';
import type { TypedArray } from '../../ir/types.ts';
import type { Backend } from '../backend.ts';
import type { MemoryUse } from '../costs.ts';
import { copyIn } from '../host-storage.ts';
import type { WasmOptions } from '../init.ts';
import { hasRelaxedFma, hasVectors, hasWebAssembly } from './capabilities.ts';
import { compileProgram } from './executable.ts';
import { Heap } from './heap.ts';
import { Storages } from './storage.ts';

/** Vectors of WebAssembly have 128 bits; compilers may use 15 registers for them. */
const vectorTarget = (): Target =>
  hasRelaxedFma()
    ? { lanes: 4, fusesProducts: true, tile: { rows: 6, vectors: 2 } }
    : { lanes: 4, tile: { rows: 4, vectors: 2 } };

/** The wasm backend, and what is known of it beyond other backends. */
export interface WasmBackend extends Backend {
  memory(): MemoryUse;
  /** Whether it computes in vectors. */
  readonly vectors: boolean;
  /** Whether the engine joins its vectors to longer ones: `init('wasm', { turbo: true })`. */
  readonly turbo: boolean;
}

/** Opens a memory of its own as a backend; throws BackendError where there is no WebAssembly. */
export const openWasm = (
  { vectors = true, mostBytes, turbo = false }: WasmOptions = {},
  isTurbo = false,
): WasmBackend => {
  if (!hasWebAssembly()) {
    throw new BackendError('wasm: there is no WebAssembly here', {
      hint: 'choose the backend js or reference',
    });
  }
  if (mostBytes !== undefined && !(Number.isSafeInteger(mostBytes) && mostBytes > 0)) {
    throw new ArgumentError("init: 'mostBytes' must be a positive integer", {
      got: String(mostBytes),
    });
  }
  if (typeof turbo !== 'boolean') {
    throw new ArgumentError("init: 'turbo' must be true or false", { got: String(turbo) });
  }
  const isVector = vectors && hasVectors();
  const target = isVector ? vectorTarget() : {};
  const heap = new Heap(mostBytes);
  const storages = new Storages(heap);
  const read = (storage: Parameters<Backend['free']>[0]): TypedArray => storages.own(storage).copy;
  return {
    name: 'wasm',
    target,
    vectors: isVector,
    turbo: isTurbo,
    compile: (program) => compileProgram(storages, program, target),
    upload: (data, dtype) => {
      const elements = copyIn('wasm', data, dtype);
      storages.begin([]);
      const storage = storages.make(dtype, elements.length);
      storage.view.set(elements);
      return storage;
    },
    download: async (storage) => read(storage),
    downloadSync: read,
    free: (storage) => storages.end(storages.own(storage), false),
    memory: () => ({ inUse: heap.bytesInUse, reserved: heap.bytes, most: heap.mostBytes }),
  };
};
