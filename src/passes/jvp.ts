/**
 * Forward mode without rules of its own. The vjp of an op is linear in its cotangent, so
 * transposing it gives back the derivative itself: emit the vjp for a placeholder cotangent u, then
 * the vjp of these equations with respect to u.
 */
import {
  buildGraph,
  currentBuilder,
  type Eqn,
  emit,
  type Graph,
  type Value,
  withSite,
} from '../ir/graph.ts';
import { backward } from '../ir/ops/backward.ts';
import { constantLike } from '../ir/ops/constants.ts';
import { isFloat } from '../ir/types.ts';
import { eliminateDeadCode } from './eliminate.ts';

/** The tangents of the results of an equation that was just emitted; null is zero. */
const pushForward = (
  { op, params, inputs, outputs }: Eqn,
  tangents: readonly (Value | null)[],
): (Value | null)[] => {
  if (op.vjp === 'zero' || tangents.every((tangent) => tangent === null)) {
    return outputs.map(() => null);
  }
  const { eqns } = currentBuilder();
  const start = eqns.length;
  const placeholders = outputs.map((output) =>
    isFloat(output.type.dtype) ? constantLike(output, 0) : null,
  );
  const cotangents = op.vjp(placeholders, inputs, outputs, params);
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

/**
 * Takes the inputs of `graph` followed by one tangent per input numbered in `sources`; gives the
 * outputs followed by the tangents of the outputs numbered in `targets`, zeros where nothing
 * arrives.
 */
export const jvpGraph = (
  graph: Graph,
  sources: readonly number[],
  targets: readonly number[],
): Graph => {
  const types = graph.inputs.map((input) => input.type);
  const extra = sources.map((input) => graph.inputs[input]?.type as Value['type']);
  const built = buildGraph(`${graph.name}Jvp`, [...types, ...extra], (values) => {
    const primals = new Map<Value, Value>();
    const tangents = new Map<Value, Value>();
    graph.inputs.forEach((input, k) => {
      primals.set(input, values[k] as Value);
      const tangent = values[types.length + sources.indexOf(k)];
      if (sources.includes(k) && tangent !== undefined) tangents.set(input, tangent);
    });
    for (const { op, params, inputs, outputs, site } of graph.eqns) {
      withSite(site, () => {
        const operands = inputs.map((input) => primals.get(input) as Value);
        const results = emit(op, params, operands);
        const arriving = inputs.map((input) => tangents.get(input) ?? null);
        const leaving = pushForward({ op, params, inputs: operands, outputs: results }, arriving);
        outputs.forEach((output, k) => {
          primals.set(output, results[k] as Value);
          const tangent = leaving[k];
          if (tangent != null) tangents.set(output, tangent);
        });
      });
    }
    const ends = targets.map((output) => graph.outputs[output] as Value);
    return [
      ...graph.outputs.map((output) => primals.get(output) as Value),
      ...ends.map((end) => tangents.get(end) ?? constantLike(end, 0)),
    ];
  });
  return eliminateDeadCode(built);
};
