/**
 * Numbers for the values of successive graphs. Passes emit graphs anew, so a value has no identity
 * across stages; here equations that say the same keep their numbers, and texts of neighbouring
 * stages differ only where a pass did something.
 */
import type { Eqn, Graph, Value } from '../ir/graph.ts';
import { showType } from '../ir/types.ts';

/** The number under which each value of a graph is shown. */
export type Numbers = ReadonlyMap<Value, number>;

/** Attributes as a text; graphs count as equal, because what is inside them is shown anyway. */
const attributesKey = (params: Eqn['params']): string =>
  JSON.stringify(params, (key, value: unknown) => {
    if (key !== '' && typeof value === 'object' && value !== null && 'eqns' in value)
      return 'graph';
    return typeof value === 'number' && !Number.isFinite(value) ? String(value) : value;
  });

const signature = ({ op, params, outputs }: Eqn): string =>
  `${op.name}|${attributesKey(params)}|${outputs.map(({ type }) => showType(type)).join()}`;

/** An equation of the graph before, as its text showed it. */
interface Shown {
  readonly inputs: readonly (number | undefined)[];
  readonly outputs: readonly number[];
}

/** Numbers the graphs of one compilation, one after the other. */
export class Numbering {
  #next = 0;
  #inputs: readonly number[] = [];
  /** The equations of the graph before, by what they say apart from their inputs. */
  #shown: ReadonlyMap<string, readonly Shown[]> = new Map();

  /** Numbers for `graph`; what it shares with the graph before keeps its numbers. */
  number(graph: Graph): Numbers {
    const numbers = new Map<Value, number>();
    const taken = new Set<number>();
    const give = (value: Value, wanted: number | undefined): number => {
      const number = wanted === undefined || taken.has(wanted) ? this.#next++ : wanted;
      taken.add(number);
      numbers.set(value, number);
      return number;
    };
    const before = this.#inputs;
    this.#inputs = graph.inputs.map((value, k) => give(value, before[k]));
    const shown = new Map<string, Shown[]>();
    for (const eqn of graph.eqns) {
      const key = signature(eqn);
      const inputs = eqn.inputs.map((input) => numbers.get(input));
      const same = findSame(inputs, this.#shown.get(key) ?? [], taken);
      const outputs = eqn.outputs.map((output, k) => give(output, same?.outputs[k]));
      const list = shown.get(key);
      if (list === undefined) shown.set(key, [{ inputs, outputs }]);
      else list.push({ inputs, outputs });
    }
    this.#shown = shown;
    return numbers;
  }
}

/** The same numbers, and new ones for the values of graphs inside of a program. */
export const numberInside = (numbers: Numbers, graphs: readonly Graph[]): Numbers => {
  const all = new Map(numbers);
  let next = Math.max(-1, ...all.values()) + 1;
  for (const { inputs, eqns } of graphs) {
    for (const value of [...inputs, ...eqns.flatMap((eqn) => eqn.outputs)]) all.set(value, next++);
  }
  return all;
};

/**
 * The equation of the graph before that says the same: on the same inputs, or on inputs of which
 * those that differ are gone, so that others must have taken their places.
 */
const findSame = (
  inputs: readonly (number | undefined)[],
  candidates: readonly Shown[],
  taken: ReadonlySet<number>,
): Shown | undefined => {
  let best: Shown | undefined;
  let most = inputs.length === 1 ? -1 : 0;
  for (const candidate of candidates) {
    if (candidate.outputs.some((output) => taken.has(output))) continue;
    const equal = inputs.filter((input, k) => input === candidate.inputs[k]).length;
    if (equal === inputs.length) return candidate;
    const isPossible = inputs.every((input, k) => {
      const old = candidate.inputs[k];
      return input === old || (old !== undefined && !taken.has(old));
    });
    if (!isPossible || equal <= most) continue;
    best = candidate;
    most = equal;
  }
  return best;
};
