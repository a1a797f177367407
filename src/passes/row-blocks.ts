/**
 * How the rows of a reduction are visited: neighbouring ones in the lanes of vectors, or several
 * vectors of them together where an element's neighbour in memory belongs to the next row.
 */
import { indexes } from '../ir/expressions.ts';
import type { Value } from '../ir/graph.ts';
import { type Expr, type KernelBuffer, keyOf } from '../ir/kernel.ts';
import { type DType, type Shape, sizeOf } from '../ir/types.ts';
import { newIndexes, newLocal } from './access.ts';
import { type Emitter, integer } from './emitter.ts';
import type { Fused } from './fuse.ts';
import type { Group, Place } from './groups.ts';
import { probe } from './probe.ts';
import { plus } from './tile-steps.ts';

/** How many neighbouring rows share a pass when the folded axes are not the last ones. */
const neighbours = 8;
/** The same in vectors: what is read at one time are whole lines of the cache. */
const manyNeighbours = 32;
/** The same where there are no more elements than these: half the code is worth more there. */
const few = { elements: 2 ** 18, neighbours: 16 };
/**
 * The same for one fold of long lines: three whole lines of the cache, and twelve vectors of sums.
 * Reading 1024 x 1024 so takes two thirds of the time.
 */
const ofLongLines = { leastExtent: 768, widths: [48, 16, neighbours] };

/** The extent of the last axis. */
export const lastOf = (shape: Shape): number => shape[shape.length - 1] ?? 1;
const foldsOf = ({ eqns }: Group): number => eqns.filter(({ op }) => op.kind === 'reduce').length;

/**
 * Visits an axis in blocks of a length that divides it. Where a block begins is written as a
 * multiple, so that who takes the index apart finds what is the same in all of a block.
 */
const inBlocks = (
  emitter: Emitter,
  extent: number,
  length: number,
  body: (base: Expr) => void,
): void => {
  const count = extent / length;
  if (count === 1) {
    body(integer(0));
    return;
  }
  const block = newLocal('i32', [0, Math.max(0, count - 1)]);
  emitter.range(block, 0, count, 1, 'parallel', () => body(indexes.mul(block, integer(length))));
};

/** Visits the rows, neighbouring ones in the lanes of vectors. */
export const forLanes = (
  emitter: Emitter,
  { outer: extents }: Group,
  lanes: number,
  row: (lane: Expr, outer: readonly Expr[]) => void,
): void => {
  const last = extents.length - 1;
  const leading = newIndexes(extents.slice(0, last));
  const extent = lastOf(extents);
  const full = extent - (extent % lanes);
  emitter.loops(leading, extents.slice(0, last), 'parallel', () => {
    inBlocks(emitter, full, lanes, (base) => {
      const lane = newLocal('i32', [0, lanes - 1]);
      emitter.range(lane, 0, lanes, 1, 'lanes', () =>
        row(lane, [...leading, indexes.add(base, lane)]),
      );
    });
    const rest = newLocal('i32', [full, extent - 1]);
    emitter.range(rest, full, extent, 1, 'parallel', () => row(integer(0), [...leading, rest]));
  });
};

/** Writes rows that are side by side. */
export interface RowWriter {
  /** Writes all of some rows. */
  all(rows: readonly Row[]): void;
  /** The same in two steps, where what is computed of folds is too long to be written for each. */
  readonly steps: RowSteps | undefined;
}
/** The indexes of a row. */
export type Row = readonly Expr[];
/** Reads what a fold gave, once. A value that is stored at once needs no local. */
export type FoldResult = () => Expr;
/** Folds that stay in memory until what is computed of them follows, in a loop over the rows. */
export interface RowSteps {
  /** What the folds give. */
  readonly dtypes: readonly DType[];
  /** Writes the folds; returns their results, row by row. */
  fold(rows: readonly Row[]): readonly (readonly FoldResult[])[];
  /** Writes the rest of a row. */
  finish(row: Row, results: readonly FoldResult[]): void;
}
/** Vectors of rows that are finished side by side. */
const finishedTogether = 2;

/** Writes a block of rows, all in lanes, in two steps. */
const foldThenFinish = (
  emitter: Emitter,
  { dtypes, fold, finish }: RowSteps,
  rowAt: (k: Expr) => Row,
  width: number,
  lanes: number,
): void => {
  const memories = dtypes.map((dtype) => emitter.alloc(dtype, width));
  const lane = newLocal('i32', [0, lanes - 1]);
  emitter.range(lane, 0, lanes, 1, 'lanes', () => {
    const places = Array.from({ length: width / lanes }, (_, k) => plus(lane, k * lanes));
    fold(places.map(rowAt)).forEach((results, k) => {
      results.forEach((x, n) => {
        emitter.store(memories[n] as KernelBuffer, places[k] as Expr, x());
      });
    });
  });
  const together = finishedTogether * lanes;
  const each = width % together === 0 ? together : lanes;
  const begin = newLocal('i32', [0, width - each]);
  const own = newLocal('i32', [0, each - 1]);
  emitter.range(begin, 0, width, each, 'serial', () =>
    emitter.range(own, 0, each, 1, 'lanes', () => {
      const at = indexes.add(begin, own);
      finish(
        rowAt(at),
        memories.map((memory) => () => emitter.loadHere(memory, at)),
      );
    }),
  );
};

/** The largest multiple of a vector that divides the rows and is neither too short nor too long. */
const evenWidth = (extent: number, most: number, lanes: number): number | undefined => {
  for (let width = most - (most % lanes); width >= neighbours; width -= lanes) {
    if (extent % width === 0) return width;
  }
  return undefined;
};

/**
 * Visits the rows; neighbouring rows together where an element's neighbour in memory belongs to the
 * next row.
 */
export const forRows = (
  emitter: Emitter,
  group: Group,
  fused: Fused,
  mayShare: boolean,
  lanes: number,
  { all: rows, steps }: RowWriter,
): void => {
  const outer = newIndexes(group.outer);
  const last = outer.length - 1;
  const extent = group.outer[last] ?? 1;
  if (!mayShare || extent === 1 || !isStridedFold(group, fused)) {
    emitter.loops(outer, group.outer, 'parallel', () => rows([outer]));
    return;
  }
  const at = (index: Expr): Expr[] => [...outer.slice(0, last), index];
  const block = (first: Expr, width: number): void => {
    const from = (start: Expr, count: number, step: number): Row[] =>
      Array.from({ length: count }, (_, k) => at(plus(start, k * step)));
    if (lanes === 1) {
      rows(from(first, width, 1));
      return;
    }
    if (steps !== undefined && width > finishedTogether * lanes) {
      foldThenFinish(emitter, steps, (k) => at(indexes.add(first, k)), width, lanes);
      return;
    }
    const lane = newLocal('i32', [0, lanes - 1]);
    emitter.range(lane, 0, lanes, 1, 'lanes', () =>
      rows(from(indexes.add(first, lane), width / lanes, lanes)),
    );
  };
  const isLong = extent >= ofLongLines.leastExtent && foldsOf(group) === 1;
  const isFew = sizeOf(group.outer) * sizeOf(group.inner) <= few.elements;
  const most = isFew ? few.neighbours : manyNeighbours;
  const even = evenWidth(extent, most, lanes);
  const usual = even === undefined ? [most, neighbours] : [even];
  const widths = isLong ? ofLongLines.widths : usual;
  emitter.loops(outer.slice(0, last), group.outer.slice(0, last), 'parallel', () => {
    let done = 0;
    for (const width of lanes === 1 ? [neighbours] : widths) {
      const start = done;
      const full = Math.floor((extent - start) / width) * width;
      if (full > 0) {
        inBlocks(emitter, full, width, (base) => block(indexes.add(base, integer(start)), width));
      }
      done += full;
    }
    if (done < extent) {
      rows(Array.from({ length: extent - done }, (_, k) => at(integer(done + k))));
    }
  });
};

/**
 * Whether the fold walks memory with large steps while neighbouring rows lie side by side, and is
 * cheap to repeat.
 */
export const isStridedFold = (group: Group, fused: Fused): boolean => {
  if (group.eqns.length > 6) return false;
  const root = group.root;
  const place = group.foldPlaces.get(root) as Place;
  const { at } = place(group.symbols);
  const lastOuter = group.symbols.outer[group.symbols.outer.length - 1] as Expr;
  const lastAxis = at[at.length - 1];
  if (lastAxis === undefined || keyOf(lastAxis) !== keyOf(lastOuter)) return false;
  const stop = (value: Value): boolean => fused.anchors.has(value);
  return probe(root.inputs[0] as Value, place(group.symbols), fused.producers, stop).length <= 4;
};
