/**
 * Rows of scratch for the members of a rows group that a later pass reads again: computing an
 * anchor twice is what anchors are to avoid.
 */
import { indexes } from '../ir/expressions.ts';
import type { Eqn, Value } from '../ir/graph.ts';
import type { Expr } from '../ir/kernel.ts';
import { bytesOf, isFloat, sizeOf } from '../ir/types.ts';
import { Access, newIndexes } from './access.ts';
import { type Emitter, integer } from './emitter.ts';
import type { Fused } from './fuse.ts';
import type { Domain, Group, Place } from './groups.ts';
import { probe } from './probe.ts';

/** Scratch of one row stays within the first level cache. */
export const largestRow: number = 32 * 1024;

/** What happens to the row of one member. */
export interface SavedRow {
  save(domain: Domain): void;
  reload(): void;
  forget(): void;
}

/** The members per element that a later pass reads again. */
export const readLater = (
  group: Group,
  fused: Fused,
  passes: ReadonlyMap<Eqn, number>,
  inside: ReadonlySet<Eqn>,
): Eqn[] => {
  const isStored = (value: Value): boolean => fused.anchors.has(value);
  const laterReaders = new Set<Value>();
  for (const eqn of group.eqns) {
    for (const input of eqn.inputs) {
      const own = Access.index(input.type.shape, newIndexes(input.type.shape));
      for (const { value } of probe(input, own, fused.producers, isStored)) {
        const producer = fused.producers.get(value);
        const before = producer === undefined ? undefined : passes.get(producer);
        if (before !== undefined && before < (passes.get(eqn) as number)) laterReaders.add(value);
      }
    }
  }
  return [...inside].filter(({ outputs }) => {
    const value = outputs[0] as Value;
    return laterReaders.has(value) && outputs.length === 1 && isFloat(value.type.dtype);
  });
};

/** Rows of scratch, and where in them the row and the element at work are. */
export interface ScratchRows {
  readonly rows: ReadonlyMap<Eqn, SavedRow>;
  lane: Expr;
  inner: readonly Expr[];
}

/** The rows of scratch of some members; those of neighbouring lanes lie side by side. */
export const scratchRows = (
  emitter: Emitter,
  group: Group,
  later: readonly Eqn[],
  lanes: number,
): ScratchRows => {
  const saved = new Map<Eqn, SavedRow>();
  const scratch: ScratchRows = { rows: saved, lane: integer(0), inner: [] };
  const length = sizeOf(group.inner);
  for (const eqn of later) {
    const value = eqn.outputs[0] as Value;
    const { dtype } = value.type;
    if (length * bytesOf[dtype] > largestRow) continue;
    const buffer = emitter.alloc(dtype, length * lanes);
    const place = group.places.get(value) as Place;
    const position = (): Expr => {
      const row = Access.index(group.inner, scratch.inner).position;
      return lanes === 1 ? row : indexes.add(indexes.mul(row, integer(lanes)), scratch.lane);
    };
    saved.set(eqn, {
      save: (domain) => emitter.store(buffer, position(), emitter.read(value, place(domain))),
      reload: () => {
        emitter.reload.set(value, () => emitter.loadHere(buffer, position()));
      },
      forget: () => {
        emitter.reload.delete(value);
      },
    });
  }
  return scratch;
};
