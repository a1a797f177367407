/** GPUs have no 64 bit floats: programs with f64 anywhere are refused, never computed in f32. */
import { BackendError } from '../../ir/errors.ts';
import type { Graph } from '../../ir/graph.ts';
import { graphsOf } from '../../ir/op.ts';
import type { DType } from '../../ir/types.ts';

/** Throws BackendError when a dtype is f64; `got` says where it was met. */
export const refuseDouble = (dtype: DType, got: string): void => {
  if (dtype !== 'f64') return;
  throw new BackendError('webgpu: there are no 64 bit floats (f64) on GPUs', {
    got,
    hint: "compute in f32 with cast(x, 'f32'), or choose the backend js",
  });
};

/** Throws BackendError for a graph with a value of f64, also in the graphs of its loops. */
export const refuseDoubles = (graph: Graph): void => {
  graph.inputs.forEach(({ type }, k) => {
    refuseDouble(type.dtype, `input ${k} of ${graph.name}`);
  });
  for (const { op, params, outputs } of graph.eqns) {
    for (const { type } of outputs) refuseDouble(type.dtype, `${op.name} in ${graph.name}`);
    for (const inner of graphsOf(op, params)) refuseDoubles(inner);
  }
};
