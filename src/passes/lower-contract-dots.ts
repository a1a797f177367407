/**
 * Contractions in vectors along the folded axes: where both factors lie in order along the last of
 * them, or one does and the other is small, each lane adds every fourth product, and the lanes are
 * added at the end. What is left over of a row is a last vector that overlaps the one before it;
 * lanes that were added there are zeros.
 */
import { expressions, indexes } from '../ir/expressions.ts';
import type { Value } from '../ir/graph.ts';
import type { Expr, KernelBuffer } from '../ir/kernel.ts';
import type { Target } from '../ir/target.ts';
import { type Shape, sizeOf } from '../ir/types.ts';
import { Access, newIndexes, newLocal } from './access.ts';
import { type AccumulatorGrid, accumulateInRegister, addGrid } from './accumulators.ts';
import { contractAxes, factorsAt } from './contract-factors.ts';
import type { ContractQuestions } from './contract-questions.ts';
import { tileOf } from './dot-tiles.ts';
import { type Emitter, integer } from './emitter.ts';
import { foldInBlocks } from './fold-in-blocks.ts';
import type { Domain, Group, Place } from './groups.ts';
import { factorsInOrder } from './panel-axes.ts';
import { sumsOfLanes, type TakeSum } from './sums-of-lanes.ts';
import { divisorNear, inNearlyEqualTiles, inSteps, plus } from './tile-steps.ts';

/** Shorter rows and folds cost more to add up than vectors save. */
const [leastLength, leastFold] = [4, 16];
/** Rows up to this length are added together with what is left over of them. */
const longestTogether = 512;
/** What should stay in the second level cache while all results read it, in elements. */
const mostElements = 2 ** 17;
/** Groups of rows that may run side by side. */
const rowGroups = 4;

/** Results along a factor that is copied into order, fewer than this; of the other, at least. */
const [mostCopied, leastOthers] = [8, 16];
/** Elements of such a copy. */
const largestCopy = 2 ** 15;

/** How the lanes of dots find their elements: which factor is copied into order, if one must be. */
export interface Dots {
  readonly copied: 0 | 1 | undefined;
}

/**
 * Whether the lanes may run along the last folded axis: it is long enough, and both factors lie in
 * order along it, or the one that does not is small beside the other.
 */
export const dotsOf = (group: Group, questions: ContractQuestions): Dots | undefined => {
  const depth = sizeOf(group.inner);
  const length = group.inner[group.inner.length - 1] ?? 1;
  if (length < leastLength || depth < leastFold) return undefined;
  const inOrder = factorsInOrder(group, questions);
  if (inOrder[0] && inOrder[1]) return { copied: undefined };
  if (!inOrder[0] && !inOrder[1]) return undefined;
  const copied = inOrder[0] ? 1 : 0;
  const { rows, columns, batch } = contractAxes(group);
  const lengths = [rows, columns].map((axes) => sizeOf(axes.map((axis) => group.outer[axis] ?? 1)));
  const [own, others] = [lengths[copied] as number, lengths[1 - copied] as number];
  const isSmall = own < mostCopied && others >= leastOthers && own * depth <= largestCopy;
  const isPlain = rows.length <= 1 && columns.length <= 1 && batch.length === 0;
  return isSmall && isPlain ? { copied } : undefined;
};

/** The folded positions of one visit: some of the first axis, all of the others. */
interface Part {
  readonly first: Expr;
  readonly count: number;
}

class DotContract {
  readonly #emitter: Emitter;
  readonly #group: Group;
  readonly #lanes: number;
  readonly #finish: (domain: Domain) => void;
  readonly #output: Value;
  readonly #scalars;
  readonly #rowAxis: number | undefined;
  readonly #columnAxis: number | undefined;
  readonly #outer: readonly Expr[];
  readonly #tileRows: number;
  readonly #tileColumns: number;
  /** A factor that is copied, and the copy: its elements in the order of the fold. */
  readonly #copied: 0 | 1 | undefined;
  #copy: KernelBuffer | undefined;

  constructor(
    emitter: Emitter,
    group: Group,
    { copied }: Dots,
    target: Target,
    finish: (domain: Domain) => void,
  ) {
    this.#copied = copied;
    this.#emitter = emitter;
    this.#group = group;
    this.#finish = finish;
    this.#output = group.root.outputs[0] as Value;
    this.#scalars = expressions(this.#output.type.dtype);
    this.#outer = newIndexes(group.outer);
    const { lanes = 1 } = target;
    this.#lanes = lanes;
    const { rows, columns } = contractAxes(group);
    const extent = (axis: number): number => group.outer[axis] as number;
    const longest = (axes: readonly number[]): number | undefined =>
      [...axes].sort((a, b) => extent(b) - extent(a))[0];
    [this.#rowAxis, this.#columnAxis] = [longest(rows), longest(columns)];
    const [height, width] = [this.#extentOf(this.#rowAxis), this.#extentOf(this.#columnAxis)];
    [this.#tileRows, this.#tileColumns] = tileOf(height ?? 1, width ?? 1);
  }

  write(): void {
    if (this.#copied !== undefined) this.#copyFactor(this.#copied);
    const { inputs } = this.#group.root;
    const [first = 1, ...rest] = this.#group.inner;
    const elements = inputs.reduce((sum, input) => sum + sizeOf(input.type.shape), 0);
    const isLarge = rest.length > 0 && first > 1 && elements > 2 * mostElements;
    if (isLarge) {
      const most = Math.max(1, Math.floor((mostElements * first) / elements));
      this.#inParts(divisorNear(first, most) ?? most);
    } else {
      const all: Part = { first: integer(0), count: first };
      this.#tiles(this.#outer, undefined, (rows, columns) =>
        this.#sums(rows, columns, all, (row, column, sum) =>
          this.#done(this.#at(row, column, []), sum),
        ),
      );
    }
  }

  #extentOf(axis: number | undefined): number | undefined {
    return axis === undefined ? undefined : this.#group.outer[axis];
  }
  #at(row: Expr, column: Expr, inner: readonly Expr[]): Domain {
    const outer = this.#outer.map((index, axis) =>
      axis === this.#rowAxis ? row : axis === this.#columnAxis ? column : index,
    );
    return { outer, inner: inner.length > 0 ? inner : this.#group.inner.map(() => integer(0)) };
  }
  #placeInCopy(factor: 0 | 1, { outer, inner }: Domain): Expr {
    const axis = factor === 0 ? this.#rowAxis : this.#columnAxis;
    const index = axis === undefined ? integer(0) : (outer[axis] as Expr);
    const { position } = Access.index(this.#group.inner, inner);
    return indexes.add(indexes.mul(index, integer(sizeOf(this.#group.inner))), position);
  }
  /** Copies all of a factor, which is small: some positions of all its rows in each step. */
  #copyFactor(factor: 0 | 1): void {
    const emitter = this.#emitter;
    const lanes = this.#lanes;
    const { inner } = this.#group;
    const last = inner.length - 1;
    const length = inner[last] as number;
    const axis = factor === 0 ? this.#rowAxis : this.#columnAxis;
    const extent = this.#extentOf(axis) ?? 1;
    const copy = emitter.alloc(this.#output.type.dtype, extent * sizeOf(inner));
    const before = newIndexes(inner.slice(0, last));
    const zero = integer(0);
    const copyAt = (position: Expr): void => {
      for (let k = 0; k < extent; k++) {
        const own = integer(k);
        const at = [...before, position];
        const domain = factor === 0 ? this.#at(own, zero, at) : this.#at(zero, own, at);
        emitter.store(copy, this.#placeInCopy(factor, domain), this.#read(factor, domain));
      }
    };
    const whole = length - (length % lanes);
    const lane = newLocal('i32', [0, lanes - 1]);
    const first = newLocal('i32', [0, whole - lanes]);
    const rest = newLocal('i32', [whole, Math.max(whole, length - 1)]);
    emitter.loops(before, inner.slice(0, last), 'serial', () => {
      emitter.range(first, 0, whole, lanes, 'serial', () =>
        emitter.range(lane, 0, lanes, 1, 'lanes', () => copyAt(indexes.add(first, lane))),
      );
      emitter.range(rest, whole, length, 1, 'serial', () => copyAt(rest));
    });
    this.#copy = copy;
  }
  #read(factor: 0 | 1, domain: Domain): Expr {
    if (factor === this.#copied && this.#copy !== undefined) {
      return this.#emitter.loadHere(this.#copy, this.#placeInCopy(factor, domain));
    }
    const value = this.#group.root.inputs[factor] as Value;
    return this.#emitter.read(value, factorsAt(this.#group, domain)[factor]);
  }
  #done(domain: Domain, sum: Expr): void {
    const place = this.#group.places.get(this.#output) as Place;
    this.#emitter.define(this.#output, place(domain), this.#emitter.bind(sum));
    this.#finish(domain);
  }
  #forGrid(
    rows: readonly Expr[],
    columns: readonly Expr[],
    body: (row: Expr, column: Expr, r: number, c: number) => void,
  ): void {
    rows.forEach((row, r) => {
      columns.forEach((column, c) => {
        body(row, column, r, c);
      });
    });
  }

  /** Visits the tiles of all rows, or of `count` from one on. */
  #tiles(
    outer: readonly Expr[],
    some: { readonly first: Expr; readonly count: number } | undefined,
    tile: (rows: readonly Expr[], columns: readonly Expr[]) => void,
  ): void {
    const others = outer
      .map((_, axis) => axis)
      .filter((axis) => axis !== this.#rowAxis && axis !== this.#columnAxis);
    const list = others.map((axis) => outer[axis] as Expr);
    const extents = others.map((axis) => this.#group.outer[axis] as number);
    const rowCount = some?.count ?? this.#extentOf(this.#rowAxis);
    const firstRow = some?.first ?? integer(0);
    this.#emitter.loops(list, extents, 'parallel', () =>
      inNearlyEqualTiles(
        this.#emitter,
        this.#extentOf(this.#columnAxis),
        [this.#tileColumns],
        (columns) =>
          inNearlyEqualTiles(this.#emitter, rowCount, [this.#tileRows], (rows) =>
            tile(
              rows.map((row) => indexes.add(firstRow, row)),
              columns,
            ),
          ),
      ),
    );
  }

  /**
   * Where the factors are larger than the cache, all results take in a part of the fold before the
   * next part is read; what they have so far is in memory.
   */
  #inParts(count: number): void {
    const emitter = this.#emitter;
    const s = this.#scalars;
    const extent = this.#extentOf(this.#rowAxis) ?? 1;
    const tiles = Math.ceil(extent / this.#tileRows);
    const height = Math.ceil(tiles / Math.min(rowGroups, tiles)) * this.#tileRows;
    const shape: Shape = this.#group.outer.map((length, axis) =>
      axis === this.#rowAxis ? Math.min(height, extent) : length,
    );
    const memory = emitter.alloc(this.#output.type.dtype, sizeOf(shape));
    const [length = 1] = this.#group.inner;
    const group = (firstRow: Expr, rowsHere: number): void => {
      const slot = (row: Expr, column: Expr): Expr => {
        const at = this.#at(indexes.sub(row, firstRow), column, []).outer;
        return Access.index(shape, at).position;
      };
      const some = { first: firstRow, count: rowsHere };
      const add = (part: Part): void =>
        this.#tiles(this.#outer, some, (rows, columns) =>
          this.#sums(rows, columns, part, (row, column, sum) => {
            const at = slot(row, column);
            emitter.store(memory, at, s.add(emitter.loadHere(memory, at), sum));
          }),
        );
      const zeros = newLocal('i32', [0, sizeOf(shape) - 1]);
      emitter.range(zeros, 0, sizeOf(shape), 1, 'serial', () =>
        emitter.store(memory, zeros, s.constant(0)),
      );
      const whole = length - (length % count);
      const first = newLocal('i32', [0, whole - count]);
      emitter.range(first, 0, whole, count, 'serial', () => add({ first, count }));
      if (whole < length) add({ first: integer(whole), count: length - whole });
      const outer = this.#outer;
      const row = newLocal('i32', [0, rowsHere - 1]);
      const column = newLocal('i32', [0, (this.#extentOf(this.#columnAxis) ?? 1) - 1]);
      const others = outer
        .map((_, axis) => axis)
        .filter((axis) => axis !== this.#rowAxis && axis !== this.#columnAxis);
      emitter.range(row, 0, rowsHere, 1, 'parallel', () =>
        emitter.range(column, 0, this.#extentOf(this.#columnAxis) ?? 1, 1, 'parallel', () =>
          emitter.loops(
            others.map((axis) => outer[axis] as Expr),
            others.map((axis) => this.#group.outer[axis] as number),
            'parallel',
            () => {
              const at = indexes.add(firstRow, row);
              const sum = emitter.loadHere(memory, slot(at, column));
              this.#done(this.#at(at, column, []), sum);
            },
          ),
        ),
      );
    };
    const from = inSteps(emitter, 0, extent, Math.min(height, extent), (first) =>
      group(first, Math.min(height, extent)),
    );
    if (from < extent) group(integer(from), extent - from);
  }

  #sums(rows: readonly Expr[], columns: readonly Expr[], part: Part, take: TakeSum): void {
    const parts = this.#parts(rows, columns, part);
    sumsOfLanes(this.#emitter, parts, { rows, columns, lanes: this.#lanes }, take);
  }
  /** What the lanes add up of a tile over a part of the fold: those of a result side by side. */
  #parts(rows: readonly Expr[], columns: readonly Expr[], part: Part): KernelBuffer {
    const emitter = this.#emitter;
    const lanes = this.#lanes;
    const s = this.#scalars;
    const { inner } = this.#group;
    const length = inner[inner.length - 1] as number;
    const vectors = Math.floor(length / lanes);
    const left = length % lanes;
    // With one folded axis, the part is of the row itself, and there is only the whole.
    const before: Shape = inner.length === 1 ? [] : [part.count, ...inner.slice(1, -1)];
    const begin = (at: readonly Expr[]): readonly Expr[] =>
      at.map((index, axis) => (axis === 0 ? indexes.add(part.first, index) : index));
    const parts = emitter.alloc(this.#output.type.dtype, rows.length * columns.length * lanes);
    const slot = (r: number, c: number, lane: Expr): Expr =>
      plus(lane, (r * columns.length + c) * lanes);
    const lane = newLocal('i32', [0, lanes - 1]);
    emitter.range(lane, 0, lanes, 1, 'lanes', () => {
      const { dtype } = this.#output.type;
      const start = (): AccumulatorGrid =>
        rows.map(() => columns.map(() => accumulateInRegister(emitter, dtype)));
      const isNew = indexes.ge(lane, integer(lanes - left));
      const multiply = (
        sums: AccumulatorGrid,
        at: readonly Expr[],
        from: Expr,
        isRest: boolean,
      ): void => {
        const position = indexes.add(from, lane);
        const read = (factor: 0 | 1, row: Expr, column: Expr): Expr => {
          const value = this.#read(factor, this.#at(row, column, [...at, position]));
          return isRest ? s.select(isNew, value, s.constant(0)) : value;
        };
        const ys = columns.map((column) => read(1, rows[0] as Expr, column));
        rows.forEach((row, r) => {
          const x = read(0, row, columns[0] as Expr);
          ys.forEach((y, c) => {
            sums[r]?.[c]?.add(s.mul(x, y));
          });
        });
      };
      const rest = (sums: AccumulatorGrid, at: readonly Expr[]): void => {
        if (left > 0) multiply(sums, at, integer(length - lanes), true);
      };
      let sums: AccumulatorGrid;
      if (before.length > 0 && length <= longestTogether) {
        const step = (at: readonly Expr[], accumulators: AccumulatorGrid): void => {
          const vector = newLocal('i32', [0, (vectors - 1) * lanes]);
          const visit = (from: Expr): void => multiply(accumulators, begin(at), from, false);
          if (vectors === 1) visit(integer(0));
          else {
            emitter.range(vector, 0, vectors * lanes, lanes, 'serial', () => visit(vector));
          }
          rest(accumulators, begin(at));
        };
        sums = foldInBlocks(emitter, before, { start, step, join: addGrid }, vectors);
      } else {
        const step = (at: readonly Expr[], accumulators: AccumulatorGrid): void => {
          const from = indexes.mul(at[before.length] as Expr, integer(lanes));
          multiply(accumulators, begin(at.slice(0, -1)), from, false);
        };
        sums = foldInBlocks(emitter, [...before, vectors], { start, step, join: addGrid });
        const around = newIndexes(before);
        if (left > 0) emitter.loops(around, before, 'serial', () => rest(sums, begin(around)));
      }
      this.#forGrid(rows, columns, (_row, _column, r, c) => {
        emitter.store(parts, slot(r, c, lane), sums[r]?.[c]?.value() as Expr);
      });
    });
    return parts;
  }
}

/**
 * Writes the loops of a contraction that has dots; `finish` computes and stores the members of the
 * group at a finished element.
 */
export const dotContract = (
  emitter: Emitter,
  group: Group,
  dots: Dots,
  target: Target,
  finish: (domain: Domain) => void,
): void => new DotContract(emitter, group, dots, target, finish).write();
