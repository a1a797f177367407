/**
 * A scatter in two phases. Each chunk of the updates is sorted by buckets: which remainder their
 * target has. Then each bucket has an owner, who does its updates, chunk by chunk, in order, so
 * that every element takes its updates in the order in which they stand.
 */
import { indexes } from '../ir/expressions.ts';
import type { Expr } from '../ir/kernel.ts';
import type { WorkgroupTarget } from '../ir/target.ts';
import { sizeOf } from '../ir/types.ts';
import { Access, newIndexes } from './access.ts';
import { integer } from './emitter.ts';
import type { Scatter } from './lower-scatter.ts';

/** How the updates are divided, apart from axes they share with the target. */
export interface Buckets {
  readonly chunks: number;
  /** Updates of a chunk; the last one may have fewer. */
  readonly length: number;
  readonly buckets: number;
}

/** Scratch memory of one scatter, in words. */
const mostWords = 2 ** 25;
/** Invocations that a workgroup is good for where they do not work together. */
export const perWorkgroup = 64;

/** The power of two nearest to a number. */
export const powerNear = (x: number): number => 2 ** Math.max(0, Math.round(Math.log2(x)));

const lengthsOf = ({ extents, axes: { own, deciding } }: Scatter) => {
  const product = (list: typeof own): number =>
    list.reduce((n, [axis]) => n * (extents[axis] as number), 1);
  return {
    owned: product(own),
    decided: product(own.filter(([axis]) => deciding.has(axis))),
  };
};

/** How to divide a scatter into buckets; undefined where that is of no use. */
export const bucketsOf = (scatter: Scatter, { busy }: WorkgroupTarget): Buckets | undefined => {
  const { restShape, aroundShape } = scatter.axes;
  const updates = sizeOf(restShape);
  const { owned, decided } = lengthsOf(scatter);
  // A chunk is walked thrice, and an owner looks at every chunk.
  const length = Math.ceil(updates / powerNear(Math.sqrt(2 * updates)));
  const chunks = Math.ceil(updates / length);
  const buckets = Math.min(
    sizeOf(aroundShape),
    Math.ceil((busy * perWorkgroup) / owned),
    Math.max(16, 2 * length),
  );
  const words = decided * chunks * (2 * length + buckets + 1);
  return buckets > 1 && words <= mostWords ? { chunks, length, buckets } : undefined;
};

/** Writes the phases. */
export const scatterBuckets = (scatter: Scatter, { chunks, length, buckets }: Buckets): void => {
  const { emitter, extents } = scatter;
  const { own, deciding, restShape, aroundShape } = scatter.axes;
  const updates = sizeOf(restShape);
  const { decided } = lengthsOf(scatter);
  const memory = (n: number) => emitter.alloc('i32', decided * chunks * n, 'kernel');
  /** The numbers of the updates of a chunk, those of one bucket together, and where they go. */
  const [order, places] = [memory(length), memory(length)];
  /** Where each bucket of a chunk begins, and where the last one ends. */
  const starts = memory(buckets + 1);
  const chosen = own.filter(([axis]) => deciding.has(axis)).map(([axis]) => axis);
  const lengths = chosen.map((axis) => extents[axis] as number);
  const at = (first: Expr, n: number, k: Expr): Expr =>
    indexes.add(indexes.mul(first, integer(n)), k);
  const numberOf = (decisions: readonly Expr[], chunk: Expr): Expr =>
    Access.index([...lengths, chunks], [...decisions, chunk]).position;

  scatter.copy();
  const decisions = newIndexes(lengths);
  const [chunk] = newIndexes([chunks]) as [Expr];
  emitter.loops([...decisions, chunk], [...lengths, chunks], 'parallel', () => {
    const number = numberOf(decisions, chunk);
    const start = (bucket: Expr): Expr => at(number, buckets + 1, bucket);
    const forEach = (body: (update: Expr, place: Expr, bucket: Expr) => void): void => {
      const [k] = newIndexes([length]) as [Expr];
      emitter.loop(k, length, 'serial', () => {
        const update = at(chunk, length, k);
        emitter.guard(indexes.lt(update, integer(updates)), () => {
          const inside = emitter.bounded(update, updates);
          const ownIndex = (axis: number): Expr => decisions[chosen.indexOf(axis)] ?? integer(0);
          const goal = scatter.goal(scatter.update(ownIndex, inside));
          emitter.guard(goal.when, () => {
            const place = scatter.around(goal.at);
            body(inside, place, indexes.rem(place, integer(buckets)));
          });
        });
      });
    };
    const [zero] = newIndexes([buckets + 1]) as [Expr];
    emitter.loop(zero, buckets + 1, 'serial', () => emitter.store(starts, start(zero), integer(0)));
    // Each bucket is counted behind its own start: what it is moved to when all are counted.
    forEach((_update, _place, bucket) => {
      const behind = start(indexes.add(bucket, integer(1)));
      const known = emitter.loadHere(starts, behind);
      emitter.store(starts, behind, indexes.add(known, integer(1)));
    });
    const sum = emitter.variable(integer(0));
    const [b] = newIndexes([buckets]) as [Expr];
    emitter.loop(b, buckets, 'serial', () => {
      const behind = start(indexes.add(b, integer(1)));
      const count = emitter.loadHere(starts, behind);
      const before = emitter.freeze(sum);
      emitter.store(starts, behind, before);
      emitter.set(sum, indexes.add(before, count));
    });
    forEach((update, place, bucket) => {
      const behind = start(indexes.add(bucket, integer(1)));
      const slot = emitter.bounded(emitter.loadHere(starts, behind), length);
      emitter.store(order, at(number, length, slot), update);
      emitter.store(places, at(number, length, slot), place);
      emitter.store(starts, behind, indexes.add(slot, integer(1)));
    });
  });

  const indexesOfOwn = newIndexes(own.map(([axis]) => extents[axis] as number));
  const ownIndex = (axis: number): Expr =>
    indexesOfOwn[own.findIndex(([one]) => one === axis)] ?? integer(0);
  const [bucket] = newIndexes([buckets]) as [Expr];
  const ownLengths = own.map(([axis]) => extents[axis] as number);
  emitter.loops([bucket, ...indexesOfOwn], [buckets, ...ownLengths], 'parallel', () => {
    const [c] = newIndexes([chunks]) as [Expr];
    emitter.loop(c, chunks, 'serial', () => {
      const number = numberOf(chosen.map(ownIndex), c);
      const start = (k: Expr): Expr => emitter.loadHere(starts, at(number, buckets + 1, k));
      const [from, to] = [start(bucket), start(indexes.add(bucket, integer(1)))];
      emitter.below(length, indexes.sub(to, from), (k) => {
        const slot = emitter.bounded(indexes.add(from, k), length);
        const update = emitter.loadHere(order, at(number, length, slot));
        const place = emitter.loadHere(places, at(number, length, slot));
        scatter.put(
          scatter.target(ownIndex, emitter.bounded(place, sizeOf(aroundShape))),
          scatter.update(ownIndex, emitter.bounded(update, updates)),
        );
      });
    });
  });
};
