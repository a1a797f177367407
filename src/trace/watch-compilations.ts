/** Lets tools watch what is compiled, without the tracer knowing them. */
import type { Backend, Executable } from '../backends/backend.ts';
import type { Graph } from '../ir/graph.ts';
import type { CompiledProgram, Stage } from '../passes/compile.ts';

/** Sees one compilation. */
export interface CompilationWatch {
  /** Called after every stage. */
  readonly onStage: (stage: Stage) => void;
  /** Called when the program is ready to run. */
  readonly onCompiled: (program: CompiledProgram, executable: Executable) => void;
}

/** Asked before every compilation whether it is to be watched. */
export type Watcher = (graph: Graph, backend: Backend) => CompilationWatch | undefined;

let watcher: Watcher | undefined;

/** Makes `next` the one who is asked; undefined for nobody. */
export const watchCompilations = (next: Watcher | undefined): void => {
  watcher = next;
};

/** The watch of a compilation that is about to start, if somebody wants to see it. */
export const watchOf: Watcher = (graph, backend) => watcher?.(graph, backend);
