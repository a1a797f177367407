/** Opens the library of a contender in this process; each is loaded only where it is asked for. */
import type { Contender } from '../contenders.ts';
import type { Library } from './library.ts';

/** Opens a library; throws an Error where the contender cannot run here. */
export const openLibrary = async (contender: Contender): Promise<Library> => {
  const { library, backend, options, threads = 1 } = contender;
  switch (library) {
    case 'gradloom': {
      const { openGradloom } = await import('./gradloom.ts');
      return openGradloom(backend as 'js' | 'wasm', options);
    }
    case 'tfjs': {
      const { openTfjs } = await import('./tfjs.ts');
      return openTfjs(backend);
    }
    case 'jax-js': {
      const { openJax } = await import('./jax.ts');
      return openJax(backend as 'wasm');
    }
    case 'onnx': {
      const { openOnnx } = await import('./onnx.ts');
      return openOnnx(threads);
    }
    default:
      throw new Error(`no library '${library}' in this process`);
  }
};
