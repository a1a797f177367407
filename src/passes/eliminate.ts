/** Removes what is computed twice and what nobody uses. Neither changes a bit of the result. */
import type { Eqn, Graph, Value } from '../ir/graph.ts';
import { mapGraphs } from '../ir/map-graphs.ts';
import { graphsOf } from '../ir/op.ts';
import { prune } from './prune-loops.ts';

/**
 * A text that equal attributes share; undefined where attributes hold graphs, which are not
 * compared.
 */
const keyOfParams = (params: Eqn['params']): string => {
  // Most ops have none.
  if (Object.keys(params).length === 0) return '';
  return JSON.stringify(params, (_, value: unknown) =>
    typeof value === 'number' && (!Number.isFinite(value) || Object.is(value, -0))
      ? `${Object.is(value, -0) ? '-0' : value}#`
      : value,
  );
};

/** Merges equations with the same op, attributes and inputs. */
export const eliminateCommonSubexpressions = (graph: Graph): Graph => {
  const replaced = new Map<Value, Value>();
  const known = new Map<string, Eqn>();
  const names = new Map<unknown, number>();
  const nameOf = (thing: unknown): number => {
    let name = names.get(thing);
    if (name === undefined) {
      name = names.size;
      names.set(thing, name);
    }
    return name;
  };
  const lookUp = (value: Value): Value => replaced.get(value) ?? value;
  const eqns: Eqn[] = [];
  for (const eqn of graph.eqns) {
    const inputs = eqn.inputs.map(lookUp);
    const key =
      graphsOf(eqn.op, eqn.params).length > 0
        ? undefined
        : `${nameOf(eqn.op)}|${inputs.map(nameOf).join(',')}|${keyOfParams(eqn.params)}`;
    const same = key === undefined ? undefined : known.get(key);
    if (same !== undefined) {
      eqn.outputs.forEach((output, k) => {
        replaced.set(output, same.outputs[k] as Value);
      });
      continue;
    }
    const params =
      key === undefined ? mapGraphs(eqn.params, eliminateCommonSubexpressions) : eqn.params;
    const kept = { ...eqn, inputs, params };
    if (key !== undefined) known.set(key, kept);
    eqns.push(kept);
  }
  return { ...graph, eqns, outputs: graph.outputs.map(lookUp) };
};

/** Drops equations whose results reach no output, inside of loops and branches as well. */
export const eliminateDeadCode = (graph: Graph): Graph => {
  const used = new Set(graph.outputs);
  const eqns: Eqn[] = [];
  const replaced = new Map<Value, Value>();
  for (let k = graph.eqns.length - 1; k >= 0; k--) {
    const eqn = graph.eqns[k] as Eqn;
    if (!eqn.outputs.some((output) => used.has(output))) continue;
    const pruned = prune(eqn, used, eliminateDeadCode);
    for (const [output, value] of pruned.replaced) {
      replaced.set(output, value);
      used.add(value);
    }
    for (const input of pruned.eqn.inputs) used.add(input);
    if (pruned.eqn.outputs.length > 0) eqns.push(pruned.eqn);
  }
  eqns.reverse();
  if (replaced.size === 0) return { ...graph, eqns };
  const lookUp = (value: Value): Value => {
    const other = replaced.get(value);
    return other === undefined ? value : lookUp(other);
  };
  const renamed = eqns.map((eqn) => ({ ...eqn, inputs: eqn.inputs.map(lookUp) }));
  return { ...graph, eqns: renamed, outputs: graph.outputs.map(lookUp) };
};
