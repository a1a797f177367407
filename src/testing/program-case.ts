/** How the programs of the conformance suite are written down. */
import { buildGraph, type Graph, type Value } from '../ir/graph.ts';
import type { DType, Shape, TensorType } from '../ir/types.ts';
import type { DataRange } from './sample-data.ts';

/** A program and where the numbers of its inputs lie. */
export interface ProgramCase {
  readonly name: string;
  readonly graph: Graph;
  readonly ranges: readonly DataRange[];
}

/** An input: its shape, its dtype (f32 if absent) and where its numbers lie. */
export type Typed = readonly [shape: Shape, dtype?: DType, range?: DataRange];
/** A program of a name, its inputs and what it emits. */
export const program = (
  name: string,
  inputs: readonly Typed[],
  body: (...values: Value[]) => Value | readonly Value[],
): ProgramCase => {
  const types = inputs.map(([shape, dtype = 'f32']): TensorType => ({ dtype, shape }));
  const graph = buildGraph('program', types, (values) => {
    const results = body(...values);
    return Array.isArray(results) ? (results as readonly Value[]) : [results as Value];
  });
  return { name, graph, ranges: inputs.map(([, , range = {}]) => range) };
};
