/**
 * Forward mode: replays a graph together with the tangents of its values. Most ops have no rule of
 * their own: the vjp of an op is linear in its cotangent, so transposing it gives back the
 * derivative itself.
 */
import {
  currentBuilder,
  type Eqn,
  emit,
  type Graph,
  replay,
  type Value,
  withSite,
} from '../graph.ts';
import type { Cotangents, Op, Params, Pushed } from '../op.ts';
import { isDifferentiable } from '../types.ts';
import { backward } from './backward.ts';
import { constantLike } from './constants.ts';

/**
 * The tangents of the results of an equation that was just emitted; null is zero. Emits the vjp for
 * a placeholder cotangent u, then the vjp of these equations with respect to u.
 */
const transposeTwice = (
  { params, inputs, outputs }: Eqn,
  rule: Exclude<Op['vjp'], 'zero'>,
  tangents: Cotangents,
): (Value | null)[] => {
  const { eqns } = currentBuilder();
  const start = eqns.length;
  const placeholders = outputs.map((output) =>
    isDifferentiable(output.type.dtype) ? constantLike(output, 0) : null,
  );
  const wanted = tangents.map((tangent) => tangent !== null);
  const cotangents = rule(placeholders, inputs, outputs, params, wanted);
  // Inputs without tangent contribute nothing, and inputs without cotangent receive nothing.
  const ends = inputs.flatMap((_, k) => {
    const [end, seed] = [cotangents[k], tangents[k]];
    return end == null || seed == null ? [] : [{ end, seed }];
  });
  const given = placeholders.filter((placeholder) => placeholder !== null);
  const results = backward(
    eqns.slice(start),
    ends.map(({ end }) => end),
    ends.map(({ seed }) => seed),
    given,
  );
  return placeholders.map((placeholder) =>
    placeholder === null ? null : (results[given.indexOf(placeholder)] ?? null),
  );
};

const pushEquation = (
  op: Op,
  params: Params,
  inputs: readonly Value[],
  tangents: Cotangents,
): Pushed => {
  if (op.vjp === 'zero' || tangents.every((tangent) => tangent === null)) {
    const outputs = emit(op, params, inputs);
    return { outputs, tangents: outputs.map(() => null) };
  }
  if (op.jvp !== undefined) return op.jvp(inputs, tangents, params);
  const outputs = emit(op, params, inputs);
  const rule = op.vjp;
  const pushed = withSite(
    undefined,
    () => transposeTwice({ op, params, inputs, outputs }, rule, tangents),
    `the derivative of ${op.name}`,
  );
  return { outputs, tangents: pushed };
};

/** Emits `graph` on `inputs` together with its derivative along `tangents`; null is zero. */
export const pushGraph = (graph: Graph, inputs: readonly Value[], tangents: Cotangents): Pushed => {
  const moving = new Map<Value, Value>();
  const move = (values: readonly Value[], along: Cotangents): void => {
    values.forEach((value, k) => {
      const tangent = along[k];
      if (tangent != null) moving.set(value, tangent);
    });
  };
  move(graph.inputs, tangents);
  const outputs = replay(graph, inputs, (eqn, actual) => {
    const arriving = eqn.inputs.map((input) => moving.get(input) ?? null);
    const pushed = pushEquation(eqn.op, eqn.params, actual, arriving);
    move(eqn.outputs, pushed.tangents);
    return pushed.outputs;
  });
  return { outputs, tangents: graph.outputs.map((output) => moving.get(output) ?? null) };
};
