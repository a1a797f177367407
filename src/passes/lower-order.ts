/**
 * The order of rows by workgroups. Runs are merged by rank: an element finds by bisection how many
 * elements of the runs beside its own come before it, which is how far it moves. Blocks are ordered
 * in workgroup memory, and longer rows are merged of them in phases over all elements.
 */
import { indexes } from '../ir/expressions.ts';
import type { Expr, KernelBuffer } from '../ir/kernel.ts';
import type { SequentialOp } from '../ir/op.ts';
import type { WorkgroupTarget } from '../ir/target.ts';
import { bytesOf, sizeOf } from '../ir/types.ts';
import { Access, newIndexes } from './access.ts';
import { type Emitter, integer } from './emitter.ts';
import type { Row } from './row.ts';
import { perWorkgroup } from './scatter-buckets.ts';

/** Shorter rows are ordered by one invocation. */
const leastLength = 33;
/** How many runs a phase merges to one, and the most phases. */
const ways = 4;
const mostMerges = 7;
/** An invocation moves at least so many elements of a block. */
const perLane = 4;
/** Scratch memory, in words. */
const mostWords = 2 ** 25;

type Before = NonNullable<SequentialOp['before']>;

/** Elements with their places, in an array that holds two generations. */
interface Items {
  readonly keys: KernelBuffer;
  readonly places: KernelBuffer;
}

/** Writes the phases; says whether there are any. */
export const lowerOrder = (
  emitter: Emitter,
  before: Before,
  { dtype, length, rows, lead, read, write }: Row,
  { busy, invocations, memory }: WorkgroupTarget,
): boolean => {
  const count = sizeOf(lead);
  if (length < leastLength || count === 0 || count >= busy * perWorkgroup) return false;
  const fits = memory / (2 * (Math.max(4, bytesOf[dtype]) + 4));
  const block = 2 ** Math.min(Math.floor(Math.log2(fits)), Math.ceil(Math.log2(length)));
  const blocks = Math.ceil(length / block);
  const merges = Math.ceil(Math.log2(blocks) / Math.log2(ways));
  const words = merges === 0 ? 0 : 4 * count * length;
  if (merges > mostMerges || words > mostWords) return false;

  const s = emitter.scalars(dtype);
  const i = emitter.scalars('i32');
  const bool = emitter.scalars('bool');
  const loop = (extent: number, body: (index: Expr) => void): void => {
    const [index] = newIndexes([extent]) as [Expr];
    emitter.loop(index, extent, 'serial', () => body(index));
  };
  const newItems = (n: number, scope: 'workgroup' | 'kernel'): Items => ({
    keys: emitter.alloc(dtype, n, scope),
    places: emitter.alloc('i32', n, scope),
  });
  const save = (items: Items, at: Expr, key: Expr, place: Expr): void => {
    emitter.store(items.keys, at, key);
    emitter.store(items.places, at, place);
  };
  /**
   * How many of the `n` ordered keys that begin at `start` come before `key`; equal ones do where
   * they stand before it.
   */
  const rank = (
    keyAt: (k: Expr) => Expr,
    key: Expr,
    n: Expr,
    stands: Expr,
    steps: Expr | number,
  ): Expr => {
    const [low, high] = [emitter.variable(integer(0)), emitter.variable(n)];
    const step = (): void => {
      const [from, to] = [emitter.freeze(low), emitter.freeze(high)];
      emitter.branch(i.lt(from, to), () => {
        const middle = i.shr(i.add(from, to), integer(1));
        const other = keyAt(middle);
        const isBefore = bool.or(
          bool.and(stands, bool.not(before(s, key, other))),
          bool.and(bool.not(stands), before(s, other, key)),
        );
        emitter.branch(
          isBefore,
          () => emitter.set(low, i.add(middle, integer(1))),
          () => emitter.set(high, middle),
        );
      });
    };
    if (typeof steps === 'number') loop(steps, step);
    else emitter.below(32, steps, step);
    return emitter.freeze(low);
  };

  const scratch = merges === 0 ? undefined : newItems(2 * count * length, 'kernel');
  const place = (generation: number, at: Expr): Expr =>
    Access.index([2, ...lead, length], [integer(generation % 2), ...rows, at]).position;

  const lanes = Math.min(2 ** Math.floor(Math.log2(invocations)), block / perLane);
  const rounds = Math.log2(block);
  const own = newItems(2 * block, 'workgroup');
  const [number, lane] = newIndexes([blocks, lanes]) as [Expr, Expr];
  emitter.loops([...rows, number], [...lead, blocks], 'parallel', () => {
    const first = indexes.mul(number, integer(block));
    const size = i.min(indexes.sub(integer(length), first), integer(block));
    emitter.loop(lane, lanes, 'workgroup', () => {
      /** Visits the elements of the block that an invocation moves. */
      const forEach = (body: (at: Expr) => void): void =>
        loop(block / lanes, (k) => {
          const at = Access.index([block / lanes, lanes], [k, lane]).position;
          emitter.guard(indexes.lt(indexes.add(first, at), integer(length)), () => body(at));
        });
      forEach((at) => {
        const global = emitter.bounded(indexes.add(first, at), length);
        save(own, at, read(0, global), global);
      });
      emitter.barrier();
      loop(rounds, (round) => {
        const width = i.shl(integer(1), round);
        const parity = i.and(round, integer(1));
        const from = emitter.bounded(i.mul(parity, integer(block)), block + 1);
        const to = emitter.bounded(i.sub(integer(block), from), block + 1);
        const inBlock = (generation: Expr, at: Expr): Expr => {
          const inside = emitter.bounded(at, block);
          return emitter.bounded(i.add(generation, inside), 2 * block);
        };
        forEach((at) => {
          const key = emitter.loadHere(own.keys, inBlock(from, at));
          const which = emitter.loadHere(own.places, inBlock(from, at));
          const isRight = i.ne(i.and(at, width), integer(0));
          const offset = i.and(at, i.sub(width, integer(1)));
          const mine = i.sub(at, offset);
          const start = i.select(isRight, i.sub(mine, width), mine);
          const sibling = i.select(isRight, start, i.add(start, width));
          const n = i.max(integer(0), i.min(width, i.sub(size, sibling)));
          const keyAt = (k: Expr): Expr =>
            emitter.loadHere(own.keys, inBlock(from, i.add(sibling, k)));
          const moved = rank(keyAt, key, n, isRight, i.add(round, integer(1)));
          const target = i.add(i.add(start, offset), moved);
          save(own, inBlock(to, target), key, which);
        });
        emitter.barrier();
      });
      const last = (rounds % 2) * block;
      forEach((at) => {
        const from = indexes.add(at, integer(last));
        const global = emitter.bounded(indexes.add(first, at), length);
        const which = emitter.loadHere(own.places, from);
        if (scratch === undefined) write(global, which);
        else save(scratch, place(0, global), emitter.loadHere(own.keys, from), which);
      });
    });
  });
  if (scratch === undefined) return true;

  for (let merge = 0; merge < merges; merge++) {
    const run = block * ways ** merge;
    const [at] = newIndexes([length]) as [Expr];
    emitter.loops([...rows, at], [...lead, length], 'parallel', () => {
      const key = emitter.loadHere(scratch.keys, place(merge, at));
      const which = emitter.loadHere(scratch.places, place(merge, at));
      const mine = indexes.div(at, integer(run));
      const group = indexes.mul(indexes.div(at, integer(run * ways)), integer(ways));
      const start = indexes.mul(group, integer(run));
      const target = emitter.variable(
        indexes.add(start, indexes.sub(at, indexes.mul(mine, integer(run)))),
      );
      loop(ways, (k) => {
        const other = indexes.add(group, k);
        emitter.branch(i.ne(other, mine), () => {
          const from = indexes.mul(other, integer(run));
          const n = i.max(integer(0), i.min(integer(run), i.sub(integer(length), from)));
          const keyAt = (offset: Expr): Expr => {
            const inside = emitter.bounded(i.add(from, offset), length);
            return emitter.loadHere(scratch.keys, place(merge, inside));
          };
          const stands = i.lt(other, mine);
          const moved = rank(keyAt, key, n, stands, Math.log2(run) + 1);
          emitter.set(target, i.add(emitter.freeze(target), moved));
        });
      });
      const goal = emitter.bounded(emitter.freeze(target), length);
      if (merge === merges - 1) write(goal, which);
      else save(scratch, place(merge + 1, goal), key, which);
    });
  }
  return true;
};
