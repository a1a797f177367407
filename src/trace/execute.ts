/**
 * Runs graphs on concrete tensors. Compiled programs are cached by what they compute, so the same
 * small program made a thousand times, by single operations or by new closures, is compiled once.
 */
import type { Backend, Executable, Storage } from '../backends/backend.ts';
import type { Graph } from '../ir/graph.ts';
import { newMemo } from '../ir/memo.ts';
import { makeProgram } from '../passes/compile.ts';
import { defaultBackend } from './default-backend.ts';
import { graphKey } from './graph-key.ts';
import { type CacheCounters, LeastRecentlyUsed } from './least-recently-used.ts';
import { substituteOf } from './substitute-programs.ts';
import {
  concreteLife,
  endLife,
  fromResult,
  type ResultType,
  resultType,
  type TensorImplementation,
} from './tensor.ts';
import { sameBackend } from './trace.ts';
import { identityOf } from './value-key.ts';
import { isVerifying } from './verified.ts';
import { watchOf } from './watch-compilations.ts';

/** A compiled program that several owners share; it is freed when the last of them lets go. */
interface SharedProgram {
  readonly executable: Executable;
  owners: number;
}

const letGo = (program: SharedProgram): void => {
  program.owners--;
  if (program.owners === 0) program.executable.dispose();
};

/** How many programs are kept for those who come again. */
const capacity = 256;
const programs = new LeastRecentlyUsed<SharedProgram>(capacity, letGo);

/** What the cache of compiled programs has seen; `misses` counts compilations. */
export const programCounters = (): CacheCounters => programs.counters();

/** Forgets all compiled programs that no compiled function holds. */
export const clearPrograms = (): void => programs.clear();

/** A compiled program and the right to keep it: `close` gives it back. */
export interface Lease {
  readonly executable: Executable;
  close(): void;
}

/** Compiles `graph`, or finds it compiled. */
export const compileGraph = (
  graph: Graph,
  backend: Backend,
  donated: readonly number[] = [],
): Lease => {
  // Substitutes name source lines, which equal programs do not share: each is made anew.
  const instead = substituteOf(graph, backend, donated);
  if (instead !== undefined) return { executable: instead, close: () => instead.dispose() };
  const key = `${identityOf(backend)}|${donated.join()}|${graphKey(graph)}`;
  let program = programs.get(key);
  if (program === undefined) {
    const watch = watchOf(graph, backend);
    const made = makeProgram(graph, { donated, verify: isVerifying(), onStage: watch?.onStage });
    program = { executable: backend.compile(made), owners: 1 };
    watch?.onCompiled(made, program.executable);
    programs.set(key, program);
  }
  const shared = program;
  shared.owners++;
  let isOpen = true;
  const close = (): void => {
    if (isOpen) letGo(shared);
    isOpen = false;
  };
  return { executable: shared.executable, close };
};

/** The backend on which all tensors live; undefined when there are none. */
export const backendOf = (
  name: string,
  tensors: readonly TensorImplementation[],
): Backend | undefined => {
  let backend: Backend | undefined;
  for (const tensor of tensors) {
    backend = sameBackend(name, backend, concreteLife(tensor, name).backend);
  }
  return backend;
};

/** Runs a compiled program; donated tensors are dead afterwards. */
export const run = (
  executable: Executable,
  graph: Graph,
  tensors: readonly TensorImplementation[],
  backend: Backend,
  donated: readonly number[] = [],
): TensorImplementation[] => {
  const storages: Storage[] = [];
  for (const tensor of tensors) storages.push(concreteLife(tensor, graph.name).storage);
  // The program may write into donated memory at once, so these tensors end even when it fails.
  if (donated.length > 0) {
    const end = { kind: 'gone', how: `was donated to ${graph.name}` } as const;
    for (const input of donated) endLife(tensors[input] as TensorImplementation, end, false);
  }
  const made = executable.run(storages);
  const types = resultTypes.of(graph, resultTypesOf);
  const results: TensorImplementation[] = [];
  for (let k = 0; k < made.length; k++) {
    results.push(fromResult(made[k] as Storage, types[k] as ResultType, backend));
  }
  return results;
};

const resultTypes = newMemo<Graph, readonly ResultType[]>();
const resultTypesOf = (graph: Graph): readonly ResultType[] =>
  graph.outputs.map(({ type }) => resultType(type));

/** Runs a graph on tensors outside of any trace. */
export const execute = (
  graph: Graph,
  tensors: readonly TensorImplementation[],
): TensorImplementation[] => {
  const backend = backendOf(graph.name, tensors) ?? defaultBackend();
  const lease = compileGraph(graph, backend);
  try {
    return run(lease.executable, graph, tensors, backend);
  } finally {
    lease.close();
  }
};
