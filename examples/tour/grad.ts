/** Reverse mode as a transformation of graphs: what comes out is a graph like any other. */
import { type Eqn, type Graph, inline, trace, type Value } from './graph.ts';
import { add, like } from './ops.ts';

/** The cotangents of `sources` for a cotangent of `output`, by walking the equations backwards. */
const backward = (
  eqns: readonly Eqn[],
  output: Value,
  seed: Value,
  sources: readonly Value[],
): Value[] => {
  const total = new Map([[output, seed]]);
  for (const { op, inputs, params, output: result } of [...eqns].reverse()) {
    const ct = total.get(result);
    if (ct === undefined) continue;
    op.vjp(ct, inputs, result, params).forEach((cotangent, k) => {
      const before = total.get(inputs[k]!);
      total.set(inputs[k]!, before === undefined ? cotangent : add(before, cotangent));
    });
  }
  return sources.map((source) => total.get(source) ?? like(source, 0));
};

/** Drops equations whose results reach no output. */
export const eliminateDeadCode = (graph: Graph): Graph => {
  const used = new Set(graph.outputs);
  const eqns = [...graph.eqns].reverse().filter(({ output, inputs }) => {
    if (!used.has(output)) return false;
    for (const input of inputs) used.add(input);
    return true;
  });
  return { ...graph, eqns: eqns.reverse() };
};

/** The scalar that `graph` computes, followed by its gradients with respect to the first inputs. */
export const grad = (graph: Graph, count: number): Graph =>
  eliminateDeadCode(
    trace(
      graph.inputs.map((input) => input.shape),
      (...inputs) => {
        const { outputs, eqns } = inline(graph, inputs);
        const loss = outputs[0]!;
        return [loss, ...backward(eqns, loss, like(loss, 1), inputs.slice(0, count))];
      },
    ),
  );
