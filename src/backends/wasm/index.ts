/** The backend that compiles a plan to one WebAssembly module over one linear memory. */
import type { Target } from '../../ir/target.ts';
import type { TypedArray } from '../../ir/types.ts';
import type { Backend } from '../backend.ts';
import { copyIn } from '../host-storage.ts';
import { compileProgram } from './executable.ts';
import { Heap } from './heap.ts';
import { Storages } from './storage.ts';

/** How to open the backend. */
export interface WasmSettings {
  /** Whether vector instructions are used; without, results have the bits of the `js` backend. */
  readonly hasVectors?: boolean | undefined;
  /** How far the memory may grow, in bytes. */
  readonly mostBytes?: number | undefined;
}

/** Vectors of WebAssembly have 128 bits. */
const vectorTarget: Target = { lanes: 4 };

/** Opens a memory of its own as a backend. */
export const openWasm = ({ hasVectors = true, mostBytes }: WasmSettings = {}): Backend => {
  const target = hasVectors ? vectorTarget : {};
  const storages = new Storages(new Heap(mostBytes));
  const read = (storage: Parameters<Backend['free']>[0]): TypedArray => storages.own(storage).copy;
  return {
    name: 'wasm',
    target,
    compile: (program) => compileProgram(storages, program, target),
    upload: (data, dtype) => {
      const elements = copyIn('wasm', data, dtype);
      const storage = storages.make(dtype, elements.length);
      storage.view.set(elements);
      return storage;
    },
    download: async (storage) => read(storage),
    downloadSync: read,
    free: (storage) => storages.end(storages.own(storage), false),
  };
};
