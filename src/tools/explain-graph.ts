/** Compiles a graph for the sake of what there is to see; nothing runs. */
import type { Backend } from '../backends/backend.ts';
import type { Graph } from '../ir/graph.ts';
import { makeProgram, type Switches } from '../passes/compile.ts';
import type { Explanation } from './explanation.ts';
import { CompilationRecorder, type RecordOptions } from './record-compilation.ts';

/** How to compile, and what to call things. */
export interface ExplainGraphOptions extends RecordOptions {
  /** Indexes of graph inputs whose memory may be taken over. */
  readonly donated?: readonly number[] | undefined;
  readonly switches?: Partial<Switches> | undefined;
}

/** Compiles `graph` for `backend` and tells what every stage made of it. */
export const explainGraph = (
  graph: Graph,
  backend: Backend,
  options: ExplainGraphOptions = {},
): Explanation => {
  const { donated, switches } = options;
  const recorder = new CompilationRecorder(graph, backend, options);
  const program = makeProgram(graph, { donated, switches, onStage: recorder.onStage });
  program.plan(backend.target);
  const start = performance.now();
  const executable = backend.compile(program);
  const milliseconds = performance.now() - start;
  try {
    return recorder.finish(program, executable, milliseconds);
  } finally {
    executable.dispose();
  }
};
