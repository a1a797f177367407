/**
 * Moves out of loops what every step would compute again: equations that depend on constants of the
 * loop alone. Views stay, because reading through them costs nothing.
 */
import { type Eqn, type Graph, newValue, type Value } from '../ir/graph.ts';
import { mapGraphs } from '../ir/map-graphs.ts';
import { isElement } from '../ir/op.ts';

/** What a loop body is left with. */
interface Hoisted {
  readonly body: Graph;
  /** The equations that run before the loop, on the values outside. */
  readonly before: readonly Eqn[];
  /** What the new constants of the body are outside; they follow the constants it had. */
  readonly constants: readonly Value[];
}

/** Cheap to compute where it is read; alone no reason to keep an array. */
const isFree = ({ op }: Eqn): boolean =>
  isElement(op) && (op.kind === 'view' || op.kind === 'constant');

/** Takes the invariant equations out of a body whose first inputs are `outside`. */
const takeOut = (body: Graph, outside: readonly Value[]): Hoisted => {
  const known = new Map(outside.map((value, k) => [body.inputs[k] as Value, value]));
  const before: Eqn[] = [];
  const moved: Value[] = [];
  const inside: Eqn[] = [];
  const producers = new Map<Value, Eqn>();
  /** The value outside of an input that is invariant; free equations come along when needed. */
  const bring = (value: Value): Value => {
    const there = known.get(value);
    if (there !== undefined) return there;
    moveOut(producers.get(value) as Eqn);
    return known.get(value) as Value;
  };
  const moveOut = (eqn: Eqn): void => {
    const outputs = eqn.outputs.map(({ type }) => newValue(type));
    before.push({ ...eqn, inputs: eqn.inputs.map(bring), outputs });
    eqn.outputs.forEach((output, k) => {
      known.set(output, outputs[k] as Value);
    });
  };
  const invariant = new Set(known.keys());
  for (const eqn of body.eqns) {
    for (const output of eqn.outputs) producers.set(output, eqn);
    const isInvariant = eqn.inputs.every((input) => invariant.has(input));
    if (isInvariant) for (const output of eqn.outputs) invariant.add(output);
    const isWorth = isInvariant && !isFree(eqn) && eqn.inputs.length > 0;
    if (isWorth) {
      moveOut(eqn);
      moved.push(...eqn.outputs);
    } else inside.push(eqn);
  }
  const read = new Set([...inside.flatMap((eqn) => eqn.inputs), ...body.outputs]);
  const constants = moved.filter((value) => read.has(value));
  const inputs = [...body.inputs];
  inputs.splice(outside.length, 0, ...constants);
  return {
    body: { ...body, inputs, eqns: inside },
    before,
    constants: constants.map((value) => known.get(value) as Value),
  };
};

/** The equations that do the same as `eqn` with less work per step. */
const hoistFrom = (eqn: Eqn): readonly Eqn[] => {
  const { op, inputs } = eqn;
  const params = mapGraphs(eqn.params, hoistInvariants);
  if (op.kind === 'scan') {
    const loop = op.loop(params);
    const { body, before, constants } = takeOut(loop.body, inputs.slice(0, loop.constants));
    if (before.length === 0) return [{ ...eqn, params }];
    const all = [...inputs];
    all.splice(loop.constants, 0, ...constants);
    const wider = { ...loop, body, constants: loop.constants + constants.length };
    return [...before, { ...eqn, inputs: all, params: op.rebuild(wider) }];
  }
  if (op.kind === 'while') {
    const loop = op.loop(params);
    const end = loop.conditionConstants + loop.bodyConstants;
    const outside = inputs.slice(loop.conditionConstants, end);
    const { body, before, constants } = takeOut(loop.body, outside);
    if (before.length === 0) return [{ ...eqn, params }];
    const all = [...inputs];
    all.splice(end, 0, ...constants);
    const wider = { ...loop, body, bodyConstants: loop.bodyConstants + constants.length };
    return [...before, { ...eqn, inputs: all, params: op.rebuild(wider) }];
  }
  return [{ ...eqn, params }];
};

/** The graph with loops that compute only what changes from step to step. */
export const hoistInvariants = (graph: Graph): Graph => ({
  ...graph,
  eqns: graph.eqns.flatMap(hoistFrom),
});
