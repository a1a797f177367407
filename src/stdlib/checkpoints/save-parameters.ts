/** Saving the tensors of a tree as one safetensors file. */
import { checkOptions } from '../../ir/options.ts';
import { flatten } from '../../trace/flatten.ts';
import { located } from '../../trace/functions/operands.ts';
import { storedDataSync } from '../../trace/stored-data.ts';
import type { ArrayData } from '../data/array-data.ts';
import { type Named, writeSafetensors } from '../data/write-safetensors.ts';
import { parameterName } from './parameter-names.ts';

/** What `saveParameters` takes. */
export interface SaveOptions {
  /** Text that is kept with the parameters, by name. */
  readonly metadata?: Named<string>;
}

/**
 * The tensors of a tree as the bytes of a safetensors file, each named by its path: `{ conv1: { w
 * } }` gives `conv1.w`, arrays count from 0, dots in keys become `\.`. What is no tensor is not
 * saved. Equal trees give equal bytes. A BackendError on machines that cannot hand out data at
 * once.
 */
export const saveParameters = (
  parameters: unknown,
  options?: SaveOptions,
): Uint8Array<ArrayBuffer> =>
  located(() => {
    checkOptions('saveParameters', options, ['metadata']);
    const { leaves, paths } = flatten(parameters, 'saveParameters', 'the parameters');
    const arrays = leaves.map((leaf, k): [string, ArrayData] => {
      const { dtype, shape } = leaf;
      const name = parameterName(paths[k] ?? []);
      return [
        name,
        { dtype, shape: [...shape], data: storedDataSync(leaf, 'saveParameters') } as ArrayData,
      ];
    });
    return writeSafetensors(new Map(arrays), options?.metadata ?? {});
  });
