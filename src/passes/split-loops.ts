/**
 * Splits loops where conditions change, as at the borders of what is padded, joined or slid over:
 * most iterations then run without the test, and vectors can take several of them. Where a
 * condition asks for remainders, the iterations of each remainder become a loop of their own.
 */
import { rangeOf } from '../ir/affine.ts';
import { indexes } from '../ir/expressions.ts';
import { factorOf } from '../ir/index-terms.ts';
import { type Kernel, type Local, type Stmt, walkStatements } from '../ir/kernel.ts';
import { newMemo } from '../ir/memo.ts';
import { copyLoop, hasConditions, type WrittenOut } from './copy-statements.ts';
import { guardSums } from './guarded-sums.ts';
import { comparisonsIn, divisibility } from './index-facts.ts';
import { isInnermost } from './innermost.ts';
import { mapBodies, mapList, mapParts } from './map-statement.ts';

type For = Stmt & { readonly kind: 'for' };
type Comparison = ReturnType<typeof comparisonsIn>[number];

/** Parts of a loop at most. */
const mostParts = 7;
/** Steps of a loop that is written out at most, and remainders. */
const [mostSteps, mostRemainders] = [9, 4];
const none: WrittenOut = new Set();
/** A kernel is not made longer than this, in statements; nor an outer loop for its own sake. */
const [longestKernel, longestOuter, longestWrittenOut] = [600, 120, 120];
/** What of the terms of a condition another one may move is narrow against the loop. */
const widest = 64;

const knownComparisons = newMemo<object, readonly Comparison[]>();
/** The comparisons in the conditions of a list; they are asked for again and again. */
const comparisonsOf = (body: readonly Stmt[]): readonly Comparison[] =>
  knownComparisons.of(body, findComparisons);
const findComparisons = (body: readonly Stmt[]): readonly Comparison[] => {
  const found: Comparison[] = [];
  walkStatements(body, (stmt) => {
    if (stmt.kind !== 'if') return;
    found.push(...knownComparisons.of(stmt.condition, comparisonsIn));
  });
  return found;
};

/** The first values of an index from which on a comparison may be, and surely is, another one. */
const turnsOf = ({ name, x, y }: Comparison, index: Local): number[] => {
  const found = factorOf(indexes.sub(x, y), index);
  if (found === undefined || found.factor === 0) return [];
  const { factor, rest } = found;
  const [low, high] = rangeOf(rest);
  if (high - low > widest * Math.abs(factor)) return [];
  if (name === 'eq' || name === 'ne') {
    const place = -low / factor;
    return low === high && Number.isInteger(place) ? [place, place + 1] : [];
  }
  // x <= y is x < y + 1.
  const shift = name === 'le' || name === 'gt' ? 1 : 0;
  return [low - shift, high - shift].map((part) =>
    factor > 0 ? Math.ceil(-part / factor) : Math.floor(part / -factor) + 1,
  );
};

/** Neighbouring parts too short for vectors are one. */
const partsOf = (loop: For, lanes: number): { first: number; count: number }[] => {
  const turns = comparisonsOf(loop.body).flatMap((one) => turnsOf(one, loop.index));
  const inside = turns.filter((turn) => turn > loop.from && turn < loop.to);
  const ends = [...new Set([...inside, loop.to])].sort((a, b) => a - b);
  const parts: { first: number; count: number }[] = [];
  let first = loop.from;
  for (const end of ends) {
    const last = parts.at(-1);
    const count = end - first;
    if (last !== undefined && last.count < lanes && count < lanes) last.count += count;
    else parts.push({ first, count });
    first = end;
  }
  return parts;
};

/** The serial loops in a list that run a known and small number of times, by their indexes. */
const shortLoops = (body: readonly Stmt[]): ReadonlyMap<number, For> => {
  const found = new Map<number, For>();
  walkStatements(body, (stmt) => {
    if (stmt.kind !== 'for' || stmt.loop !== 'serial' || stmt.below !== undefined) return;
    if (stepsOf(stmt) <= mostSteps) found.set(stmt.index.id, stmt);
  });
  return found;
};
const stepsOf = ({ from, to, step }: For): number => Math.ceil((to - from) / step);

/** How many statements a list has once some loops are written out. */
const lengthOf = (body: readonly Stmt[], writtenOut: WrittenOut): number => {
  let length = 0;
  for (let k = 0; k < body.length; k++) {
    const stmt = body[k] as Stmt;
    length++;
    if (stmt.kind === 'for') {
      const inner = lengthOf(stmt.body, writtenOut);
      length += writtenOut.has(stmt.index.id) ? stepsOf(stmt) * inner - 1 : inner;
    } else if (stmt.kind === 'if') {
      length += lengthOf(stmt.consequent, writtenOut) + lengthOf(stmt.otherwise, writtenOut);
    }
  }
  return length;
};

/** What the remainders asked for in a loop need: how many there are, and which loops must go. */
const remaindersOf = (loop: For): { count: number; writtenOut: WrittenOut } => {
  const comparisons = comparisonsOf(loop.body);
  if (comparisons.length === 0) return { count: 1, writtenOut: none };
  const serial = shortLoops(loop.body);
  let count = 1;
  const writtenOut = new Set<number>();
  for (const comparison of comparisons) {
    const test = divisibility(comparison);
    if (test === undefined) continue;
    const found = factorOf(test.x, loop.index);
    if (found === undefined || found.factor === 0) continue;
    if (found.factor % test.by !== 0) count = Math.max(count, test.by);
    for (const [id, { index }] of serial) {
      const own = factorOf(test.x, index);
      if (own !== undefined && own.factor % test.by !== 0) writtenOut.add(id);
    }
  }
  return { count, writtenOut };
};

const isParallel = (stmt: Stmt): stmt is For => stmt.kind === 'for' && stmt.loop === 'parallel';
/** Whether a loop in the list is to be split by remainders, which takes the room there is. */
const hasRemainders = (body: readonly Stmt[]): boolean => {
  let found = false;
  walkStatements(body, (stmt) => {
    found ||= isParallel(stmt) && isInnermost(stmt.body) && remaindersOf(stmt).count > 1;
  });
  return found;
};

/** A list's only element, or the list. */
const one = (list: readonly Stmt[]): Stmt | readonly Stmt[] =>
  list.length === 1 ? (list[0] as Stmt) : list;

class LoopSplitter {
  readonly #lanes: number;
  #length: number;
  constructor(lanes: number, length: number) {
    this.#lanes = lanes;
    this.#length = length;
  }
  readonly all = (body: readonly Stmt[]): readonly Stmt[] =>
    mapParts(body, (stmt) =>
      isParallel(stmt) && stmt.step === 1 ? this.#parallel(stmt) : mapBodies(stmt, this.all),
    );
  /** A list without conditions: its short loops are all that there is to change. */
  readonly writtenOut = (body: readonly Stmt[]): readonly Stmt[] =>
    mapList(body, (stmt) => {
      const isWhole = isParallel(stmt) && stmt.step === 1 && isInnermost(stmt.body);
      return isWhole ? this.#writeOut(stmt) : mapBodies(stmt, this.writtenOut);
    });
  /** Whether there is room for so many statements more. */
  #hasRoom(more: number): boolean {
    if (this.#length + more > longestKernel) return false;
    this.#length += more;
    return true;
  }
  #parallel(loop: For): Stmt | readonly Stmt[] {
    if (isInnermost(loop.body)) {
      return one(
        this.#remainders(loop)
          .flatMap((part) => this.#parts(part, true))
          .map((part) => this.#writeOut(part)),
      );
    }
    const isShort = lengthOf(loop.body, none) <= longestOuter;
    const parts = isShort && !hasRemainders(loop.body) ? this.#parts(loop, false) : [loop];
    return one(parts.flatMap((part) => this.#remainders(mapBodies(part, this.all) as For)));
  }
  /** A loop per remainder. */
  #remainders(loop: For): For[] {
    const { count, writtenOut } = remaindersOf(loop);
    const extent = loop.to - loop.from;
    if (count === 1 && writtenOut.size === 0) return [loop];
    if (count > mostRemainders || extent < count * this.#lanes) return [loop];
    const now = lengthOf(loop.body, none);
    if (!this.#hasRoom(count * lengthOf(loop.body, writtenOut) - now)) return [loop];
    return Array.from({ length: count }, (_, rest) =>
      copyLoop(
        loop,
        {
          first: loop.from + rest,
          distance: count,
          count: Math.ceil((extent - rest) / count),
        },
        writtenOut,
      ),
    );
  }
  /** The parts of a loop between those places where conditions change. */
  #parts(loop: For, isInnermost: boolean): For[] {
    const parts = partsOf(loop, this.#lanes);
    if (parts.length === 1 || parts.length > mostParts) return [loop];
    if (isInnermost && parts.every(({ count }) => count < this.#lanes)) return [loop];
    if (!this.#hasRoom((parts.length - 1) * lengthOf(loop.body, none))) return [loop];
    return parts.map(({ first, count }) => copyLoop(loop, { first, distance: 1, count }));
  }
  /** Writes short loops out, which vectors then need not count. */
  #writeOut(loop: For): For {
    const count = loop.to - loop.from;
    const writtenOut = new Set(shortLoops(loop.body).keys());
    if (count < this.#lanes || writtenOut.size === 0) return loop;
    const length = lengthOf(loop.body, writtenOut);
    const more = length - lengthOf(loop.body, none);
    if (length > longestWrittenOut || !this.#hasRoom(more)) return loop;
    return copyLoop(loop, { first: loop.from, distance: 1, count }, writtenOut);
  }
}

/** The kernel with its parallel loops split for vectors of so many lanes. */
export const splitLoops = (kernel: Kernel, lanes: number): Kernel => {
  if (lanes === 1) return kernel;
  const { body } = kernel;
  if (hasConditions(body)) {
    const guarded = guardSums(body);
    return { ...kernel, body: new LoopSplitter(lanes, lengthOf(guarded, none)).all(guarded) };
  }
  const written = new LoopSplitter(lanes, lengthOf(body, none)).writtenOut(body);
  return written === body ? kernel : { ...kernel, body: written };
};
