/** The backend that compiles a plan to one WebAssembly module over one linear memory. */
import { ArgumentError, BackendError } from '../../ir/errors.ts';
import type { Target } from '../../ir/target.ts';
import type { TypedArray } from '../../ir/types.ts';
import type { Backend } from '../backend.ts';
import { copyIn } from '../host-storage.ts';
import type { WasmOptions } from '../init.ts';
import { FunctionCode, ModuleBuilder } from './assembler/module.ts';
import { compileProgram } from './executable.ts';
import { Heap } from './heap.ts';
import { Storages } from './storage.ts';

/** Vectors of WebAssembly have 128 bits. */
const vectorTarget: Target = { lanes: 4 };

/** Whether the engine knows vector instructions: it is asked to check a function that has one. */
const hasVectors = (): boolean => {
  const builder = new ModuleBuilder();
  const code = new FunctionCode({ parameters: [] });
  code.vectorConstant(0, 0, 0, 0);
  builder.export('run', builder.function(code));
  return WebAssembly.validate(builder.encode());
};

/** Opens a memory of its own as a backend; throws BackendError where there is no WebAssembly. */
export const openWasm = ({ vectors = true, mostBytes }: WasmOptions = {}): Backend => {
  if (typeof WebAssembly === 'undefined') {
    throw new BackendError('wasm: there is no WebAssembly here', {
      hint: 'choose the backend js or reference',
    });
  }
  if (mostBytes !== undefined && !(Number.isSafeInteger(mostBytes) && mostBytes > 0)) {
    throw new ArgumentError("init: 'mostBytes' must be a positive integer", {
      got: String(mostBytes),
    });
  }
  const target = vectors && hasVectors() ? vectorTarget : {};
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
