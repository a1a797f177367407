/**
 * Contractions in vectors: a tile of results is in registers, some vectors of one factor (its
 * columns) by some elements of the other (its rows). Factors that do not lie in order, or would be
 * read from all over memory many times, are copied into panels first. What is left over of the last
 * vector is padded with zeros there and finished one by one, so that no length is much worse than
 * its neighbours.
 */
import { expressions, indexes } from '../ir/expressions.ts';
import type { Value } from '../ir/graph.ts';
import type { Expr, KernelBuffer } from '../ir/kernel.ts';
import type { Target } from '../ir/target.ts';
import { type DType, sizeOf } from '../ir/types.ts';
import { Access, newLocal } from './access.ts';
import {
  type Accumulator,
  type AccumulatorGrid,
  accumulateInMemory,
  accumulateInRegister,
  addGrid,
} from './accumulators.ts';
import { addProducts } from './add-products.ts';
import { type ColumnBlock, forBlocks } from './column-blocks.ts';
import { ContractPoints } from './contract-points.ts';
import { type CopiedRows, copyRows } from './copied-rows.ts';
import { type Emitter, integer } from './emitter.ts';
import { areFinishedInLoops, finishSums, type KeptColumns, type KeptSums } from './finish-sums.ts';
import { foldInBlocks } from './fold-in-blocks.ts';
import { type FoldPart, inFoldParts, wholeFold } from './fold-parts.ts';
import type { Domain, Group } from './groups.ts';
import { Panels } from './pack-panels.ts';
import { extentsOf, type PanelAxes } from './panel-axes.ts';
import { copiesOf, mostInCache, partLength } from './panel-copies.ts';
import { type PanelTile, panelTile } from './panel-tile.ts';
import { ReusedScratch } from './reused-scratch.ts';
import { type RowGroups, rowGroupsOf } from './row-groups.ts';
import { inRowsTogether } from './rows-together.ts';
import { inNearlyEqualTiles, inSteps, plus } from './tile-steps.ts';
import { type WaitingSums, waitingSums } from './waiting-sums.ts';

/**
 * Columns of a block: where there are more, several blocks may run side by side. Copies of rows
 * are made for each block anew, so blocks are longer there.
 */
const [blockColumns, blockColumnsOfCopies] = [128, 512];

/** Vectors that long computations of neighbours are made of together. */
const sideBySide = 2;
/** Beside this many products the way of a sum through memory costs nothing. */
const longFold = 512;

/** How a tile reads a factor: an element of the tile at a folded position. */
type TileReader = (k: Expr, inner: readonly Expr[]) => Expr;
/** Columns of a tile: where they begin in their block, and how each vector of them is read. */
interface Columns {
  readonly start: Expr;
  readonly read: (v: number, lane: Expr, inner: readonly Expr[]) => Expr;
}
type ForColumns = (body: (columns: Columns) => void) => void;

class PanelContract {
  readonly #emitter: Emitter;
  readonly #group: Group;
  readonly #axes: PanelAxes;
  readonly #points: ContractPoints;
  readonly #lanes: number;
  /** Whether neighbouring vectors share a register, which they enter together. */
  readonly #isJoined: boolean;
  readonly #dtype: DType;
  readonly #scalars;
  readonly #depth: number;
  readonly #sizes: PanelTile;
  readonly #columnPanels: Panels | undefined;
  readonly #rowPanels: Panels | undefined;
  readonly #lastPanels: Panels;
  /** Whether the fold runs in parts, each for some rows, whose sums are in memory. */
  readonly #isInParts: boolean;
  readonly #rows: RowGroups;
  /** Whether all rows are copied once, because they are the same all around. */
  readonly #copiesAllRows: boolean;
  /** Whether what is computed from the sums is too long to be written out for every vector. */
  readonly #isHeavy: boolean;
  /** Whether all sums go through memory. */
  readonly #keepsSums: boolean;
  /** Where the sums of all results wait, if they do. */
  readonly #waiting: WaitingSums | undefined;
  /** By the vectors of a tile. */
  #allRows: ReadonlyMap<number, readonly CopiedRows[]> | undefined;
  /** The sums of a tile between blocks of its fold, and finished sums. */
  readonly #sumsOfBlocks: ReusedScratch;
  readonly #keptSums: ReusedScratch;

  constructor(
    emitter: Emitter,
    group: Group,
    axes: PanelAxes,
    target: Target,
    results: ReadonlyMap<Value, KernelBuffer>,
    finish: (domain: Domain) => void,
  ) {
    this.#emitter = emitter;
    this.#group = group;
    this.#axes = axes;
    const points = new ContractPoints(emitter, group, axes, finish);
    const { rowCount, columnCount } = points;
    this.#dtype = (group.root.outputs[0] as Value).type.dtype;
    this.#scalars = expressions(this.#dtype);
    this.#sumsOfBlocks = new ReusedScratch(emitter, this.#dtype);
    this.#keptSums = new ReusedScratch(emitter, this.#dtype);
    this.#depth = sizeOf(group.inner);
    const { lanes = 1, joined = 1 } = target;
    this.#lanes = lanes;
    this.#isJoined = joined > 1;
    const newPanels = (inOrder: boolean): Panels =>
      new Panels(emitter, this.#dtype, lanes, inOrder);
    const copies = copiesOf(group, axes, { rowCount, columnCount, blockColumns });
    this.#isInParts = copies.isInParts;
    this.#rows = rowGroupsOf(points, group, axes, this.#isInParts);
    this.#points = this.#rows.points;
    this.#copiesAllRows = copies.ofAllRows;
    this.#columnPanels = copies.ofColumns ? newPanels(axes.isInOrder) : undefined;
    this.#rowPanels = copies.ofRows ? newPanels(true) : undefined;
    this.#lastPanels = newPanels(axes.isInOrder);
    const products = sizeOf(group.outer) * this.#depth;
    const mayWait = !this.#isInParts && columnCount > blockColumns;
    if (mayWait) this.#waiting = waitingSums(emitter, group, axes.weight, results, finish);
    this.#isHeavy = areFinishedInLoops(axes.weight, axes.products) && this.#waiting === undefined;
    // Sums share registers only while they are stored side by side; stores lane by lane are long.
    const isApart = !axes.isStoredInOrder && (joined > 1 || this.#depth >= longFold);
    this.#keepsSums = this.#isHeavy || isApart;
    // What is stored twice must not have taken the place of what it is computed from.
    const isSafe = this.#keepsSums || this.#waiting !== undefined || !axes.mayReplace;
    const isOneBlock = this.#keepsSums || copies.ofRows;
    const isSmall = columnCount * this.#depth <= mostInCache / 2;
    const mayRepeat = isSafe && !this.#isInParts && (isSmall || !isOneBlock);
    this.#sizes = panelTile(target, {
      rows: rowCount,
      columns: columnCount,
      products,
      share: axes.share,
      repeats: mayRepeat ? (isOneBlock ? 'tiles' : 'blocks') : undefined,
    });
  }

  write(): void {
    const { around, inside } = this.#axes;
    if (this.#copiesAllRows && inside.length === 0) this.#copyAllRows();
    const list = this.#points.indexesOf(around);
    this.#emitter.loops(list, extentsOf(this.#group, around), 'parallel', () => this.#blocks());
    this.#waiting?.finish();
  }
  /** Takes a finished sum. */
  #done(column: Expr, row: Expr, sum: Expr): void {
    const waiting = this.#waiting;
    if (waiting === undefined) this.#points.done(column, row, sum);
    else waiting.keep(this.#points.domainAt(column, row), sum);
  }

  /** Visits all columns in blocks, whose panels stay in the cache while all rows need them. */
  #blocks(): void {
    const widest = this.#rowPanels === undefined ? blockColumns : blockColumnsOfCopies;
    const fitting = this.#isInParts ? widest : Math.min(widest, mostInCache / this.#depth);
    const mayOverlap = this.#axes.isInOrder && !this.#isJoined;
    const { widths, repeats } = this.#sizes;
    const blocks = { widths, widest: fitting, mayOverlap, repeats };
    forBlocks(this.#emitter, this.#points.columnCount, this.#lanes, blocks, (block) =>
      this.#block(block),
    );
  }
  #block(block: ColumnBlock): void {
    if (this.#isInParts) this.#rows.each(this.#emitter, () => this.#inParts(block));
    else {
      const fold = wholeFold(this.#group.inner);
      const forColumns = this.#columnsOf(block, fold);
      this.#tilesOfRows(block, fold, (rows, readRow) =>
        this.#tiles(rows, block, fold, readRow, forColumns),
      );
    }
  }
  /** Copies the columns of a block where that is wanted, and says how to visit them in tiles. */
  #columnsOf(block: ColumnBlock, fold: FoldPart): ForColumns {
    const { first, width, to, vectors, tiles, isLast, back } = block;
    const lanes = this.#lanes;
    const each = vectors * lanes;
    // The last tile begins where it ends with the block.
    const begin = (start: Expr): Expr =>
      tiles * each > width
        ? this.#emitter.bounded(indexes.min(start, integer(width - each)), width - each + 1)
        : start;
    const isCopied = this.#columnPanels !== undefined || to < width;
    const copies = isCopied && isLast ? this.#lastPanels : this.#columnPanels;
    const shape = { tiles, width: each, valid: Math.min(to, each), back, begin };
    const panel = copies?.pack({ ...shape, positions: fold.shape }, (column, at) =>
      this.#points.readColumn(indexes.add(first, column), fold.at(at)),
    );
    return (body) => {
      inSteps(this.#emitter, 0, tiles * each, each, (start) => {
        const own = begin(start);
        const from = indexes.add(first, own);
        const read: Columns['read'] = (v, lane, at) => {
          const k = plus(lane, v * lanes);
          const column = indexes.add(from, v === vectors - 1 ? plus(k, -back) : k);
          return panel?.(start, at, k) ?? this.#points.readColumn(column, fold.at(at));
        };
        body({ start: own, read });
      });
    };
  }
  /** Computes a block for some rows: the sums of all of them take in one part after the other. */
  #inParts(block: ColumnBlock): void {
    const emitter = this.#emitter;
    const { insides, count, first } = this.#rows;
    const all = sizeOf(insides.extents) * count;
    const sums = this.#keptSums.take(all * block.width);
    const zeros = newLocal('i32', [0, sums.length - 1]);
    emitter.range(zeros, 0, all * block.width, 1, 'parallel', () =>
      emitter.store(sums, zeros, this.#scalars.constant(0)),
    );
    const offset = Access.index(insides.extents, insides.indexes).position;
    const begin = indexes.mul(offset, integer(count * block.width));
    inFoldParts(emitter, this.#group.inner, partLength, (fold) => {
      const forColumns = this.#columnsOf(block, fold);
      this.#tilesOfRows(block, fold, (rows, readRow) => {
        const row = indexes.sub(rows[0] as Expr, first);
        const from = indexes.add(begin, indexes.mul(row, integer(block.width)));
        forColumns((columns) =>
          this.#tile(rows.length, block, columns, fold, readRow, (r, column, sum) => {
            const at = indexes.add(from, plus(column, r * block.width));
            emitter.store(sums, at, this.#scalars.add(emitter.loadHere(sums, at), sum.now()));
          }),
        );
      });
    });
    const kept = { memory: sums, offset: begin, width: block.width, rows: count };
    const where = { ...kept, firstRow: first, firstColumn: block.first };
    const columns = { begin: integer(0), from: block.from, to: block.to };
    emitter.loops(insides.indexes, insides.extents, 'serial', () =>
      this.#finish(where, columns, block.back),
    );
  }
  #copyAllRows(): void {
    const newPanels = (): Panels => new Panels(this.#emitter, this.#dtype, this.#lanes, true);
    const points = this.#points;
    const { rowCount } = points;
    this.#allRows = copyRows(newPanels, rowCount, this.#group.inner, this.#sizes, (row, at) =>
      points.readRow(row, at),
    );
  }
  /** Visits the tiles of rows, of which `body` gets how they are read. */
  #tilesOfRows(
    block: ColumnBlock,
    fold: FoldPart,
    body: (rows: readonly Expr[], readRow: TileReader) => void,
  ): void {
    const emitter = this.#emitter;
    const copied = this.#allRows?.get(block.vectors);
    if (copied !== undefined) {
      for (const { from, length, count, panel } of copied) {
        inSteps(emitter, 0, count * length, length, (start) => {
          const rows = Array.from({ length }, (_, k) => plus(start, from + k));
          body(rows, (k, at) => panel(start, at, k));
        });
      }
      return;
    }
    const { insides, first, count } = this.#rows;
    const heights = this.#sizes.heights(block.vectors);
    // Parts of a fold come one after the other, so nobody else can have some of these rows.
    const kind = this.#isInParts ? 'serial' : 'parallel';
    const read = (row: Expr, at: readonly Expr[]): Expr =>
      this.#points.readRow(indexes.add(first, row), fold.at(at));
    const panels = this.#rowPanels;
    const copies = { lanes: this.#lanes, count, positions: fold.shape, read };
    emitter.loops(insides.indexes, insides.extents, kind, () => {
      const take: typeof body = (own, readRow) => {
        const rows = own.map((row) => indexes.add(first, row));
        body(rows, readRow);
      };
      const mayCopy = panels !== undefined && this.#axes.areRowsInOrder;
      if (mayCopy && inRowsTogether(emitter, panels, copies, heights[0], take)) return;
      inNearlyEqualTiles(emitter, count, heights, (own) => {
        const readAt: TileReader = (k, at) => read(indexes.add(own[0] as Expr, k), at);
        const shape = { tiles: 1, width: own.length, positions: fold.shape };
        const panel = panels?.pack(shape, readAt);
        take(own, (k, at) => panel?.(integer(0), at, k) ?? readAt(k, at));
      });
    });
  }
  /**
   * Computes the tiles of some rows. Where much is computed from sums, that follows when all sums
   * of a block are there: row by row, so that few places in memory are in use at one time.
   */
  #tiles(
    rows: readonly Expr[],
    block: ColumnBlock,
    fold: FoldPart,
    readRow: TileReader,
    forColumns: ForColumns,
  ): void {
    const { first: firstColumn, width, from, to, back } = block;
    // What is finished where it is; at one end a part of a register may be left.
    const [lanes, { grain }] = [this.#lanes, this.#sizes];
    const low = Math.min(width, Math.ceil(from / grain) * grain);
    const high = to === width && back === 0 ? width : Math.floor((to - back) / grain) * grain;
    const isKept = this.#keepsSums || low > from || high < to;
    const memory = isKept ? this.#keptSums.take(rows.length * width) : undefined;
    const where = { offset: integer(0), width, firstRow: rows[0] as Expr, firstColumn };
    const finish = (columns: KeptColumns): void => {
      if (memory) this.#finish({ ...where, memory, rows: rows.length }, columns, back);
    };
    const write = (): void => {
      forColumns((columns) => {
        this.#tile(rows.length, block, columns, fold, readRow, (r, column, sum, v) => {
          const isWhole = v * lanes >= low && v * lanes < high;
          if (memory !== undefined && (this.#keepsSums || !isWhole)) {
            this.#emitter.store(memory, plus(column, r * width), sum.now());
          } else this.#done(indexes.add(firstColumn, column), rows[r] as Expr, sum.value());
        });
        if (this.#keepsSums) return;
        if (low > from) finish({ begin: columns.start, from, to: Math.min(low, to) });
        if (high < to) finish({ begin: columns.start, from: Math.max(high, low), to });
      });
      if (this.#keepsSums) finish({ begin: integer(0), from, to });
    };
    // In one statement it is no matter between threads what is kept for a moment.
    if (isKept) this.#emitter.range(newLocal('i32', [0, 0]), 0, 1, 1, 'serial', write);
    else write();
  }
  /** Finishes sums that are in memory; the last vector may begin some columns further `back`. */
  #finish(sums: KeptSums, columns: KeptColumns, back: number): void {
    const together = this.#isHeavy && this.#axes.isStoredInOrder ? sideBySide : 1;
    const take = (c: Expr, r: Expr, sum: Expr): void => this.#done(c, r, sum);
    const finish = (some: KeptSums, from: number, to: number): void => {
      const own = { ...columns, from, to };
      if (from < to) finishSums(this.#emitter, take, some, own, this.#lanes, together);
    };
    const { from, to } = columns;
    const whole = back === 0 ? to : sums.width - this.#lanes;
    finish(sums, from, Math.min(to, whole));
    const last = { ...sums, offset: plus(sums.offset, back) };
    finish(last, Math.max(from, whole + back) - back, to - back);
  }

  /** Adds the products of one tile; `take` gets each vector of sums and its column in the block. */
  #tile(
    rows: number,
    { vectors }: ColumnBlock,
    { start: begin, read }: Columns,
    fold: FoldPart,
    readRow: TileReader,
    take: (r: number, column: Expr, sum: Accumulator, v: number) => void,
  ): void {
    const emitter = this.#emitter;
    const lanes = this.#lanes;
    const s = this.#scalars;
    const numbers = Array.from({ length: vectors }, (_, v) => v);
    const width = vectors * lanes;
    const lane = newLocal('i32', [0, lanes - 1]);
    // Those of which there are fewer stay in registers while the others come one by one.
    const holdsElements = rows === 1 || (rows < vectors && !this.#isJoined);
    const place = (r: number, v: number): Expr => plus(lane, r * width + v * lanes);
    emitter.range(lane, 0, lanes, 1, 'lanes', () => {
      const start = (ofAllBlocks: boolean): AccumulatorGrid => {
        // Sums of all blocks would take registers from the loop that adds products.
        const memory = ofAllBlocks ? this.#sumsOfBlocks.take(rows * width) : undefined;
        return Array.from({ length: rows }, (_, r) =>
          numbers.map((v) =>
            memory
              ? accumulateInMemory(emitter, memory, place(r, v))
              : accumulateInRegister(emitter, this.#dtype),
          ),
        );
      };
      const step = (at: readonly Expr[], accumulators: AccumulatorGrid): void => {
        const column = (v: number): Expr => read(v, lane, at);
        const element = (r: number): Expr => readRow(integer(r), at);
        addProducts(accumulators, { element, column, multiply: s.mul }, holdsElements);
      };
      const sums = foldInBlocks(emitter, fold.shape, { start, step, join: addGrid });
      sums.forEach((list, r) => {
        list.forEach((sum, v) => {
          take(r, indexes.add(plus(begin, v * lanes), lane), sum, v);
        });
      });
    });
  }
}

/**
 * Writes the loops; `finish` computes and stores the members of the group at a finished element.
 */
export const panelContract = (
  emitter: Emitter,
  group: Group,
  axes: PanelAxes,
  target: Target,
  results: ReadonlyMap<Value, KernelBuffer>,
  finish: (domain: Domain) => void,
): void => new PanelContract(emitter, group, axes, target, results, finish).write();
