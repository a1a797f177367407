/**
 * The backend that interprets graphs directly: slow and obvious, the oracle of all others, and what
 * still runs where code cannot be generated.
 */
import { BackendError } from '../../ir/errors.ts';
import { decodeNumbers, encodeNumbers } from '../../ir/half.ts';
import type { Precision } from '../../ir/scalar.ts';
import { type DType, isHalf, type TypedArray } from '../../ir/types.ts';
import type { Backend, Executable, Program, Storage } from '../backend.ts';
import { asHostStorage, copyIn, HostStorage, inputArrays, inputSpecs } from '../host-storage.ts';
import { interpretGraph } from './interpret-graph.ts';

const compile = (name: string, precision: Precision, program: Program): Executable => {
  const { graph, donated } = program;
  const specs = inputSpecs(graph.inputs.map((input) => input.type));
  let isDisposed = false;
  return {
    sources: [],
    run: (inputs) => {
      if (isDisposed) throw new BackendError(`${name}: the program was disposed of`);
      const arrays = inputArrays(name, specs, inputs, precision).map((array, k) =>
        decodeNumbers(specs[k]?.type.dtype as DType, array),
      );
      const taken = new Set<TypedArray>(arrays);
      const results = interpretGraph(graph, arrays, precision).map((array, k) => {
        // Results are values of their own: an input or a repeated output is copied.
        const own = taken.has(array) ? array.slice() : array;
        taken.add(own);
        const dtype = graph.outputs[k]?.type.dtype as DType;
        return new HostStorage(dtype, isHalf(dtype) ? encodeNumbers(dtype, own) : own);
      });
      for (const input of donated) asHostStorage(name, inputs[input] as Storage).release();
      return results;
    },
    dispose: () => {
      isDisposed = true;
    },
  };
};

const make = (name: string, precision: Precision): Backend => ({
  name,
  compile: (program) => compile(name, precision, program),
  upload: (data, dtype) => {
    if (precision === 'exact' || dtype !== 'f32')
      return new HostStorage(dtype, copyIn(name, data, dtype));
    const wide = data instanceof Float32Array ? Float64Array.from(data) : copyIn(name, data, 'f64');
    return new HostStorage(dtype, wide);
  },
  download: async (storage) => asHostStorage(name, storage).data.slice(),
  downloadSync: (storage) => asHostStorage(name, storage).data.slice(),
  free: (storage) => {
    asHostStorage(name, storage).release();
  },
});

/**
 * Interprets graphs; every op rounds its result to its dtype, sums are accumulated in double
 * precision.
 */
export const reference: Backend = make('reference', 'exact');
/**
 * The same with f32 values held as doubles and never rounded, for checks of accuracy; f32 tensors
 * are downloaded as Float64Array.
 */
export const referenceDouble: Backend = make('referenceDouble', 'double');
