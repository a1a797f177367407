/**
 * Vectorisation: from the graph of a function of one example to the graph of the same function of a
 * batch.
 */
import { buildGraph, type Graph, type Value } from '../ir/graph.ts';
import { batchGraph } from '../ir/ops/batching.ts';
import { batchAll } from '../ir/ops/define.ts';
import { permute } from '../ir/ops/views.ts';
import type { TensorType } from '../ir/types.ts';

/** Moves one axis; the others keep their order. */
const moveAxis = (x: Value, from: number, to: number): Value => {
  if (from === to) return x;
  const axes = x.type.shape.map((_, axis) => axis).filter((axis) => axis !== from);
  axes.splice(to, 0, from);
  return permute(x, { axes });
};

/** A type with one more axis, at `axis`; null leaves it as it is. */
export const withAxis = (type: TensorType, axis: number | null, size: number): TensorType => {
  if (axis === null) return type;
  const shape = [...type.shape];
  shape.splice(axis, 0, size);
  return { dtype: type.dtype, shape };
};

/**
 * `graph` over a batch of `size`: input k has the batch as axis `inAxes[k]` (null: no batch) and
 * output k gets it as axis `outAxes[k]`. Where `outAxes` is null the output must not depend on the
 * batch: `dependsOnBatch` is called with its number and throws.
 */
export const vmapGraph = (
  graph: Graph,
  inAxes: readonly (number | null)[],
  outAxes: readonly (number | null)[],
  size: number,
  dependsOnBatch: (output: number) => never,
): Graph => {
  const types = graph.inputs.map(({ type }, k) => withAxis(type, inAxes[k] ?? null, size));
  return buildGraph(`${graph.name}Vmap`, types, (values) => {
    const inputs = values.map((value, k) => {
      const axis = inAxes[k] ?? null;
      return { value: axis === null ? value : moveAxis(value, axis, 0), batched: axis !== null };
    });
    return batchGraph(graph, inputs, size).map((result, k) => {
      const axis = outAxes[k] ?? null;
      if (axis !== null) return moveAxis(batchAll([result], size)[0] as Value, 0, axis);
      return result.batched ? dependsOnBatch(k) : result.value;
    });
  });
};
