/** The backend that compiles a plan to one module of JavaScript functions over typed arrays. */
import { BackendError, InternalError } from '../../ir/errors.ts';
import type { Plan } from '../../ir/plan.ts';
import { scalarFunctions } from '../../ir/scalar-functions.ts';
import type { TypedArray } from '../../ir/types.ts';
import { arrayView } from '../array-view.ts';
import type { Backend, Executable, Program } from '../backend.ts';
import {
  allocateFor,
  asHostStorage,
  copyIn,
  HostStorage,
  type InputSpec,
  inputArrays,
  inputSpecs,
} from '../host-storage.ts';
import { inputsToCopy, placeResults } from '../place-results.ts';
import { copy } from './copy.ts';
import { emitModule, type ModuleCode } from './emit-module.ts';
import { halfFunctionsIn } from './halves.ts';

type Run = (inputs: readonly TypedArray[], outputs: readonly TypedArray[]) => void;
type Factory = (
  functions: Readonly<Record<string, unknown>>,
  arena: readonly TypedArray[],
  scratch: readonly TypedArray[],
) => Run;

const evaluate = (text: string): Factory => {
  try {
    return new Function('functions', 'arena', 'scratch', text) as Factory;
  } catch (cause) {
    if (cause instanceof SyntaxError) {
      throw new InternalError('js', `the generated code does not parse: ${cause.message}`, {
        got: text,
      });
    }
    throw new BackendError('js: this page or process forbids code made at run time', {
      hint: 'choose another backend: jit(f, { backend: reference })',
    });
  }
};

const instantiate = (plan: Plan, code: ModuleCode): Run => {
  const factory = evaluate(code.text);
  const bits = new ArrayBuffer(4);
  const memory = allocateFor('js', 'bool', plan.arenaBytes).buffer as ArrayBuffer;
  const functions = {
    copy,
    ...scalarFunctions,
    asF32: new Float32Array(bits),
    asI32: new Int32Array(bits),
    asU32: new Uint32Array(bits),
    ...halfFunctionsIn(code.text),
  };
  const views = code.arena.map(({ dtype, length, place }) => {
    const offset = place.kind === 'arena' ? place.offset : 0;
    return arrayView(memory, dtype, offset, length);
  });
  const scratch = code.scratch.map(({ dtype, length }) => allocateFor('js', dtype, length));
  return factory(functions, views, scratch);
};

const compile = ({ donated, plan: makePlan }: Program): Executable => {
  const plan = makePlan();
  const code = emitModule(plan);
  let run: Run | undefined = instantiate(plan, code);
  const specs = inputSpecs(plan.inputs);
  const results = inputSpecs(plan.results.map(({ type }) => type));
  const places = placeResults(plan, donated);

  /**
   * The arrays of the results. Arguments handed back are copied before a kernel may overwrite them.
   */
  const prepare = (arrays: TypedArray[]): { outputs: TypedArray[]; finish: () => TypedArray[] } => {
    const outputs: TypedArray[] = [];
    const ready = places.map((place, k) => {
      if (place.kind === 'moved') return arrays[place.input];
      if (place.kind === 'copied') return arrays[place.input]?.slice();
      if (place.kind === 'repeated') return undefined;
      const { type, length } = results[k] as InputSpec;
      const isFresh = place.kind === 'fresh';
      const array = isFresh ? allocateFor('js', type.dtype, length) : arrays[place.input];
      outputs[place.output] = array as TypedArray;
      return array;
    });
    const finish = (): TypedArray[] =>
      places.map((place, k) => {
        const array = place.kind === 'repeated' ? outputs[place.output]?.slice() : ready[k];
        return array as TypedArray;
      });
    return { outputs, finish };
  };

  return {
    sources: code.sources,
    run: (inputs) => {
      if (run === undefined) throw new BackendError('js: the program was disposed of');
      const arrays = inputArrays('js', specs, inputs);
      for (const input of inputsToCopy(arrays, donated)) {
        arrays[input] = (arrays[input] as TypedArray).slice();
      }
      const { outputs, finish } = prepare(arrays);
      run(arrays, outputs);
      const storages = finish().map(
        (array, k) => new HostStorage((results[k] as InputSpec).type.dtype, array),
      );
      for (const input of donated) asHostStorage('js', inputs[input] as HostStorage).release();
      return storages;
    },
    dispose: () => {
      run = undefined;
    },
  };
};

/**
 * Compiles programs to JavaScript. Arguments and results are typed arrays of ordinary memory; a
 * result that is an argument handed back is a copy unless that argument is donated. Needs `new
 * Function`: where a content security policy forbids it, compiling is a BackendError that names the
 * reference backend.
 */
export const js: Backend = {
  name: 'js',
  compile,
  upload: (data, dtype) => new HostStorage(dtype, copyIn('js', data, dtype)),
  download: async (storage) => asHostStorage('js', storage).data.slice(),
  downloadSync: (storage) => asHostStorage('js', storage).data.slice(),
  free: (storage) => {
    asHostStorage('js', storage).release();
  },
};
