/** Lets tools run programs in a way of their own, without the tracer knowing them. */
import type { Backend, Executable } from '../backends/backend.ts';
import type { Graph } from '../ir/graph.ts';

/** Asked before every compilation for what is to run instead, if anything. */
export type Substitute = (
  graph: Graph,
  backend: Backend,
  donated: readonly number[],
) => Executable | undefined;

let substitute: Substitute | undefined;

/** Makes `next` the one who is asked; undefined for nobody. */
export const substitutePrograms = (next: Substitute | undefined): void => {
  substitute = next;
};

/** What runs instead of the program of `graph`, if somebody wants that. */
export const substituteOf: Substitute = (graph, backend, donated) =>
  substitute?.(graph, backend, donated);
