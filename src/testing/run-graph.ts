/**
 * Runs graphs of the IR on backends, for tests: through the whole pipeline with the verifiers on,
 * or as they stand on a backend that interprets graphs.
 */
import type { Backend, Program } from '../backends/backend.ts';
import { InternalError } from '../ir/errors.ts';
import type { Graph } from '../ir/graph.ts';
import type { DType, TypedArray } from '../ir/types.ts';
import { type CompileOptions, makeProgram } from '../passes/compile.ts';

/** Copies a storage out, on backends with and without synchronous access. */
export const downloadAll = async (
  backend: Backend,
  storages: readonly ReturnType<Backend['upload']>[],
): Promise<TypedArray[]> => {
  const arrays: TypedArray[] = [];
  for (const storage of storages) {
    arrays.push(backend.downloadSync?.(storage) ?? (await backend.download(storage)));
  }
  return arrays;
};

const storagesOf = (
  backend: Backend,
  program: Program,
  arrays: readonly TypedArray[],
): ReturnType<Backend['upload']>[] => {
  const executable = backend.compile(program);
  const inputs = program.graph.inputs.map(({ type }, k) =>
    backend.upload(arrays[k] as TypedArray, type.dtype),
  );
  const outputs = executable.run(inputs);
  inputs.forEach((input, k) => {
    if (!program.donated.includes(k)) backend.free(input);
  });
  executable.dispose();
  return outputs;
};

/** Compiles a program on a backend, runs it and gives its results. */
export const runProgram = async (
  backend: Backend,
  program: Program,
  arrays: readonly TypedArray[],
): Promise<TypedArray[]> => downloadAll(backend, storagesOf(backend, program, arrays));

/** The same at once, for backends with `downloadSync`. */
export const runProgramSync = (
  backend: Backend,
  program: Program,
  arrays: readonly TypedArray[],
): TypedArray[] => downloadSync(backend, storagesOf(backend, program, arrays));

/** Compiles `graph` with every stage verified, runs it and gives its results. */
export const runCompiled = async (
  backend: Backend,
  graph: Graph,
  arrays: readonly TypedArray[],
  options: CompileOptions = {},
): Promise<TypedArray[]> =>
  runProgram(backend, makeProgram(graph, { verify: true, ...options }), arrays);

/** The same at once, for backends with `downloadSync`. */
export const runCompiledSync = (
  backend: Backend,
  graph: Graph,
  arrays: readonly TypedArray[],
  options: CompileOptions = {},
): TypedArray[] =>
  runProgramSync(backend, makeProgram(graph, { verify: true, ...options }), arrays);

const downloadSync = (
  backend: Backend,
  storages: readonly ReturnType<Backend['upload']>[],
): TypedArray[] => {
  const { downloadSync: download } = backend;
  if (download === undefined) {
    throw new InternalError('testing', `${backend.name} cannot download synchronously`);
  }
  return storages.map((storage) => download(storage));
};

/** Interprets `graph` exactly as it stands: no pass touches it. Only for the reference backends. */
export const interpret = (
  backend: Backend,
  graph: Graph,
  arrays: readonly TypedArray[],
): TypedArray[] => {
  const program: Program = {
    graph,
    donated: [],
    plan: () => {
      throw new InternalError('testing', `${backend.name} asked for a plan`);
    },
  };
  return runProgramSync(backend, program, arrays);
};

/** The dtypes of a graph's outputs. */
export const outputTypes = (graph: Graph): DType[] => graph.outputs.map(({ type }) => type.dtype);
