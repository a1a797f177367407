/** Opens the library of a contender in this process; each is loaded only where it is asked for. */
import type { Contender } from '../contenders.ts';
import type { Library } from './library.ts';

/** Opens a library; throws an Error where the contender cannot run here. */
export const openLibrary = async ({ library, backend, options }: Contender): Promise<Library> => {
  switch (library) {
    case 'gradloom': {
      const { openGradloom } = await import('./gradloom.ts');
      return openGradloom(backend as 'js' | 'wasm', options);
    }
    default:
      throw new Error(`no library '${library}' in this process`);
  }
};
