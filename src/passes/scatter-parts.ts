/**
 * A scatter that adds many updates to few elements: every invocation adds a part of the updates to
 * a target of its own, and these are added up in two steps, always in the same order.
 */
import { indexes } from '../ir/expressions.ts';
import type { Expr } from '../ir/kernel.ts';
import type { WorkgroupTarget } from '../ir/target.ts';
import { isFloat, sizeOf } from '../ir/types.ts';
import { Access, newIndexes } from './access.ts';
import { integer } from './emitter.ts';
import type { Scatter } from './lower-scatter.ts';
import { perWorkgroup, powerNear } from './scatter-buckets.ts';

/** Scratch memory of one scatter, in words. */
const mostWords = 2 ** 22;
/** Fewer parts than this are not worth it. */
const leastParts = 32;
/** For each update the memory of so many elements is cleared and added up. */
const mostPerUpdate = 4;

/** How many targets there are; undefined where parts are of no use. */
export const partsOf = (scatter: Scatter, { busy }: WorkgroupTarget): number | undefined => {
  if (scatter.op.combine !== 'add') return undefined;
  const { restShape, own, aroundShape } = scatter.axes;
  const owned = own.reduce((n, [axis]) => n * (scatter.extents[axis] as number), 1);
  const elements = sizeOf(aroundShape);
  const wanted = busy * perWorkgroup;
  if (4 * owned * elements > wanted) return undefined;
  const most = Math.min(
    wanted / owned,
    (mostPerUpdate * sizeOf(restShape)) / elements,
    mostWords / (owned * elements),
  );
  const parts = 2 ** Math.floor(Math.log2(most));
  return parts >= leastParts ? parts : undefined;
};

/** Writes the phases. */
export const scatterParts = (scatter: Scatter, parts: number): void => {
  const { emitter, extents, buffer, shape } = scatter;
  const { dtype } = buffer;
  const { own, restShape, aroundShape } = scatter.axes;
  const s = emitter.scalars(dtype);
  // Minus zero plus x is x, whatever x is.
  const nothing = s.constant(isFloat(dtype) ? -0 : 0);
  const updates = sizeOf(restShape);
  const elements = sizeOf(aroundShape);
  const ownLengths = own.map(([axis]) => extents[axis] as number);
  const groups = powerNear(Math.sqrt(parts));
  const all = [...ownLengths, elements];
  const partial = emitter.alloc(dtype, sizeOf(all) * parts, 'kernel');
  const sums = emitter.alloc(dtype, sizeOf(all) * groups, 'kernel');
  const inPart = (target: readonly Expr[], part: Expr): Expr =>
    Access.index([...all, parts], [...target, part]).position;
  const inGroup = (target: readonly Expr[], group: Expr): Expr =>
    Access.index([...all, groups], [...target, group]).position;

  const mine = newIndexes(ownLengths);
  const [part] = newIndexes([parts]) as [Expr];
  emitter.loops([...mine, part], [...ownLengths, parts], 'parallel', () => {
    const ownIndex = (axis: number): Expr =>
      mine[own.findIndex(([one]) => one === axis)] ?? integer(0);
    const [k] = newIndexes([elements]) as [Expr];
    emitter.loop(k, elements, 'serial', () =>
      emitter.store(partial, inPart([...mine, k], part), nothing),
    );
    const rounds = Math.ceil(updates / parts);
    const [round] = newIndexes([rounds]) as [Expr];
    emitter.loop(round, rounds, 'serial', () => {
      const number = indexes.add(indexes.mul(round, integer(parts)), part);
      emitter.guard(indexes.lt(number, integer(updates)), () => {
        const update = scatter.update(ownIndex, emitter.bounded(number, updates));
        const goal = scatter.goal(update);
        emitter.guard(goal.when, () => {
          const place = inPart([...mine, scatter.around(goal.at)], part);
          const known = emitter.loadHere(partial, place);
          emitter.store(partial, place, s.add(known, scatter.element(update)));
        });
      });
    });
  });

  const target = newIndexes(all);
  const [group] = newIndexes([groups]) as [Expr];
  emitter.loops([...target, group], [...all, groups], 'parallel', () => {
    const sum = emitter.variable(nothing);
    const length = parts / groups;
    const [k] = newIndexes([length]) as [Expr];
    emitter.loop(k, length, 'serial', () => {
      const from = indexes.add(indexes.mul(k, integer(groups)), group);
      emitter.set(sum, s.add(sum, emitter.loadHere(partial, inPart(target, from))));
    });
    emitter.store(sums, inGroup(target, group), emitter.freeze(sum));
  });

  const at = newIndexes(shape);
  emitter.loops(at, shape, 'parallel', () => {
    const access = Access.index(shape, at);
    const owned = own.map(([, axis]) => at[axis] as Expr);
    const sum = emitter.variable(scatter.before(access));
    const [k] = newIndexes([groups]) as [Expr];
    const place = inGroup([...owned, scatter.around(at)], k);
    emitter.loop(k, groups, 'serial', () =>
      emitter.set(sum, s.add(sum, emitter.loadHere(sums, place))),
    );
    emitter.store(buffer, access.position, emitter.freeze(sum));
  });
};
