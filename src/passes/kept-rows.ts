/**
 * Where a fold keeps what a later pass of the same row reads again: in the result itself where the
 * element that is computed from it takes its place, or else in memory of its own. A result that is
 * written while there is much to compute comes along; written afterwards it has to be waited for.
 */
import type { Eqn, Value } from '../ir/graph.ts';
import type { Expr, KernelBuffer } from '../ir/kernel.ts';
import { sizeOf } from '../ir/types.ts';
import type { Emitter } from './emitter.ts';
import { type Domain, fillsInOrder, type Place } from './groups.ts';
import type { Results, RowsPlan } from './lower-rows.ts';
import { largestRow } from './scratch-rows.ts';

/** The row of one value: written in one pass, read in later ones. */
export interface KeptRow {
  save(domain: Domain, step: Expr): void;
  load(domain: Domain, step: Expr): Expr;
}

/** Rows for what later passes read again: none where there is no room for all. */
export type Keep = (
  emitter: Emitter,
  plan: RowsPlan,
  steps: number,
  results: Results,
) => ReadonlyMap<Eqn, KeptRow>;

const placeOf = ({ group }: RowsPlan, value: Value): Place => group.places.get(value) as Place;

/** Rows in memory of their own, by the step of the loop. */
const ownRows =
  (each: number, together: number): Keep =>
  (emitter, plan, steps) => {
    const { later } = plan;
    if (steps > each || steps * later.length > together) return new Map();
    const rowOf = (value: Value): KeptRow => {
      const buffer = emitter.alloc(value.type.dtype, steps);
      const place = placeOf(plan, value);
      return {
        save: (domain, step) => emitter.store(buffer, step, emitter.read(value, place(domain))),
        load: (_, step) => emitter.loadHere(buffer, step),
      };
    };
    return new Map(later.map((eqn) => [eqn, rowOf(eqn.outputs[0] as Value)]));
  };

/** In what a lane of a workgroup has: more is computed again. An invocation has room for 1024. */
export const inLanes: Keep = ownRows(64, 256);

/** Whether a result has an element for every element of all rows, side by side in memory. */
const fills = (plan: RowsPlan, result: Value): boolean => {
  const { outer, inner, symbols } = plan.group;
  const count = sizeOf(outer) * sizeOf(inner);
  return fillsInOrder(result, count, placeOf(plan, result)(symbols), symbols.inner.at(-1));
};

/**
 * The result that can have the rows of a value until its own elements are stored: it is stored
 * after all others, in a pass in which nothing is folded.
 */
const hostOf = (plan: RowsPlan, value: Value, { buffers }: Results): Value | undefined => {
  const { passes, folds, maps, inside, count } = plan;
  const last = count - 1;
  if (folds.some((eqn) => passes.get(eqn) === last)) return undefined;
  const host = maps
    .filter((eqn) => inside.has(eqn) && passes.get(eqn) === last)
    .flatMap(({ outputs }) => outputs.filter((output) => buffers.has(output)))
    .at(-1);
  return host?.type.dtype === value.type.dtype && fills(plan, host) ? host : undefined;
};

/** Longer rows leave the caches before they are read again: they are computed again. */
const longestHosted = 64 * 1024;
const inScratch = ownRows(largestRow / 4, largestRow / 4);
/** In the memory of a result where only one value is kept and there is such a result. */
export const inResults: Keep = (emitter, plan, steps, results) => {
  const [eqn, ...others] = plan.later;
  const value = eqn?.outputs[0];
  const host =
    value && others.length === 0 && steps <= longestHosted
      ? hostOf(plan, value, results)
      : undefined;
  if (eqn === undefined || value === undefined || host === undefined) {
    return inScratch(emitter, plan, steps, results);
  }
  const buffer = results.buffers.get(host) as KernelBuffer;
  const [from, to] = [placeOf(plan, value), placeOf(plan, host)];
  const row: KeptRow = {
    save: (domain) => emitter.store(buffer, to(domain).position, emitter.read(value, from(domain))),
    load: (domain) => emitter.loadHere(buffer, to(domain).position),
  };
  return new Map([[eqn, row]]);
};
