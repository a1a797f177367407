/**
 * Sums of a contraction that wait in a result for a long computation until all of them are there.
 * Panels visit results in blocks of columns, a few places of every row at a time: a computation
 * that reads and writes several arrays there would wait for each line of each.
 */
import type { Value } from '../ir/graph.ts';
import type { Expr, KernelBuffer } from '../ir/kernel.ts';
import { sizeOf } from '../ir/types.ts';
import { newIndexes } from './access.ts';
import { type Emitter, integer } from './emitter.ts';
import { heaviest } from './finish-sums.ts';
import { type Domain, fillsInOrder, type Group, type Place } from './groups.ts';

/** Fewer results stay in the cache, where nobody waits for them. */
const fewest = 2 ** 18;

/** Where the sums wait. */
export interface WaitingSums {
  /** Puts a sum to its place. */
  keep(domain: Domain, sum: Expr): void;
  /** Computes all that becomes of the sums, in the order of the results. */
  finish(): void;
}

/** Whether a value has an element for each result, the last axis side by side in memory. */
const hasAll = ({ outer, symbols }: Group, value: Value, place: Place): boolean =>
  value.type.dtype === 'f32' &&
  fillsInOrder(value, sizeOf(outer), place(symbols), symbols.outer.at(-1));

/**
 * Sums that wait in one of the results; undefined where they are few, little is computed from them
 * (`weight`, in additions), or none of the results can hold them. `finish` computes and stores the
 * members of the group at a finished element.
 */
export const waitingSums = (
  emitter: Emitter,
  group: Group,
  weight: number,
  results: ReadonlyMap<Value, KernelBuffer>,
  finish: (domain: Domain) => void,
): WaitingSums | undefined => {
  if (weight <= heaviest || sizeOf(group.outer) < fewest) return undefined;
  const root = group.root.outputs[0] as Value;
  const placeOf = (value: Value): Place => group.places.get(value) as Place;
  const host = [...results].find(([value]) => hasAll(group, value, placeOf(value)));
  if (host === undefined) return undefined;
  const [value, buffer] = host;
  const positionAt = (domain: Domain): Expr => placeOf(value)(domain).position;
  return {
    keep: (domain, sum) => emitter.store(buffer, positionAt(domain), sum),
    finish: () => {
      const outer = newIndexes(group.outer);
      const domain = { outer, inner: group.inner.map(() => integer(0)) };
      emitter.loops(outer, group.outer, 'parallel', () => {
        emitter.define(root, placeOf(root)(domain), emitter.loadHere(buffer, positionAt(domain)));
        finish(domain);
      });
    },
  };
};
