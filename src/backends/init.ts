/** Backends that must be waited for, by name. Their code is loaded when they are asked for. */
import { ArgumentError } from '../ir/errors.ts';
import { checkOptions } from '../ir/options.ts';
import type { Backend } from './backend.ts';

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

/**
 * Opens a backend that needs to be waited for: 'webgpu', a GPU through `navigator.gpu`, or in
 * Node.js through the package `webgpu`. Each call opens a device of its own. Throws BackendError
 * where there is no WebGPU, and says what to install.
 *
 * @example
 * const gpu = await init('webgpu');
 * const step = jit(trainStep, { backend: gpu });
 */
export const init = async (name: 'webgpu', options: WebgpuOptions = {}): Promise<Backend> => {
  if (name !== 'webgpu') {
    throw new ArgumentError(`init: there is no backend '${String(name)}' to open`, {
      hint: "init('webgpu'); js and reference are exports and need no init",
    });
  }
  checkOptions('init', options, ['gpu', 'powerPreference']);
  const { openWebgpu } = await import('./webgpu/index.ts');
  return openWebgpu(options);
};
