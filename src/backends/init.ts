/** Backends that must be waited for, by name. Their code is loaded when they are asked for. */
import { ArgumentError } from '../ir/errors.ts';
import { checkOptions } from '../ir/options.ts';
import type { Backend } from './backend.ts';
import type { WasmBackend } from './wasm/index.ts';

/** How to open the webgpu backend. */
export interface WebgpuOptions {
  /**
   * An object with the methods of `navigator.gpu`, for another implementation of WebGPU than that
   * of the browser or the package `webgpu`.
   */
  readonly gpu?: object | undefined;
  /** Which GPU to take where there are several. */
  readonly powerPreference?: 'low-power' | 'high-performance' | undefined;
}

/** How to open the wasm backend. */
export interface WasmOptions {
  /**
   * Whether vector instructions are used where the engine has them (true). Without them results
   * have the bits of the `js` backend.
   */
  readonly vectors?: boolean | undefined;
  /** How far its memory may grow, in bytes: 4 GiB unless given. */
  readonly mostBytes?: number | undefined;
  /**
   * Whether vectors of 256 bits are made where the engine can (false): Node.js 24 on x64. It sets
   * an experimental flag of V8 for the whole process and tests it first; where it cannot be had, a
   * notice says why and the backend works without. Results are the same.
   */
  readonly turbo?: boolean | undefined;
  /**
   * How many threads run a program, from 1 (unless given) to 8; 'auto' takes as many as the machine
   * has cores. Results do not depend on it. Where threads cannot share memory there is one.
   */
  readonly threads?: number | 'auto' | undefined;
}

/** The options of each backend that `init` opens. */
export interface BackendOptions {
  readonly webgpu: WebgpuOptions;
  readonly wasm: WasmOptions;
}

/** What `init` gives for each name. */
export interface OpenedBackends {
  readonly webgpu: Backend;
  readonly wasm: WasmBackend;
}

interface Opener<Name extends keyof BackendOptions> {
  readonly known: readonly string[];
  open(options: BackendOptions[Name]): Promise<OpenedBackends[Name]>;
}
const openers: { readonly [Name in keyof BackendOptions]: Opener<Name> } = {
  webgpu: {
    known: ['gpu', 'powerPreference'],
    open: async (options) => (await import('./webgpu/index.ts')).openWebgpu(options),
  },
  wasm: {
    known: ['vectors', 'mostBytes', 'turbo', 'threads'],
    open: async (options) => {
      const { openWasm, openWasmThreads } = await import('./wasm/index.ts');
      if (options.turbo !== true) return openWasmThreads(options);
      const { startTurbo } = await import('./wasm/turbo.ts');
      return openWasmThreads(options, { isTurbo: startTurbo(() => openWasm()).isOn });
    },
  },
};

/**
 * Opens a backend that needs to be waited for: 'webgpu', a GPU through `navigator.gpu`, or in
 * Node.js through the package `webgpu`; or 'wasm', WebAssembly with a memory of its own. Each call
 * opens another device or memory. Throws BackendError where there is no WebGPU and says what to
 * install, or where there is no WebAssembly.
 *
 * @example
 * const gpu = await init('webgpu');
 * const step = jit(trainStep, { backend: gpu });
 */
export const init = async <Name extends keyof BackendOptions>(
  name: Name,
  options: BackendOptions[Name] = {},
): Promise<OpenedBackends[Name]> => {
  if (!Object.hasOwn(openers, name)) {
    throw new ArgumentError(`init: there is no backend '${String(name)}' to open`, {
      hint: "init('webgpu') or init('wasm'); js and reference are exports and need no init",
    });
  }
  const opener: Opener<Name> = openers[name];
  checkOptions('init', options, opener.known);
  return opener.open(options);
};
