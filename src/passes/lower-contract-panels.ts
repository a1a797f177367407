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
import { type Shape, sizeOf } from '../ir/types.ts';
import { newIndexes, newLocal } from './access.ts';
import {
  type AccumulatorGrid,
  accumulateInMemory,
  accumulateInRegister,
  addGrid,
} from './accumulators.ts';
import { factorsAt } from './contract-factors.ts';
import { type Emitter, integer } from './emitter.ts';
import { foldInBlocks } from './fold-in-blocks.ts';
import type { Domain, Group, Place } from './groups.ts';
import { type PanelReader, Panels } from './pack-panels.ts';
import { extentsOf, indexesAt, type PanelAxes } from './panel-axes.ts';
import { type PanelTile, panelTile } from './panel-tile.ts';
import { inNearlyEqualTiles, inSteps, nearlyEqualTiles, plus, type TileRun } from './tile-steps.ts';

/** Copies that are read less often than this are not worth making: of columns, and of rows. */
const [leastUses, leastRowUses] = [12, 64];
/** Neighbouring folded positions at most so far apart are read where they are. */
const [nearColumns, nearRows] = [128, 32];
/** What should stay in the second level cache while it is read again, in elements. */
const mostInCache = 2 ** 18;
/**
 * Columns of a block: where there are more, several blocks may run side by side. Copies of rows
 * are made for each block anew, so blocks are longer there.
 */
const [blockColumns, blockColumnsOfCopies] = [128, 512];

/** Vectors that long computations are made of together. */
const sideBySide = 4;
/** What may be computed from a sum while it is in a register, in additions. */
const heaviest = 8;

/** How a tile reads a factor: an element of the tile at a folded position. */
type TileReader = (k: Expr, inner: readonly Expr[]) => Expr;
/** Columns that rows are multiplied with one after the other. */
interface Block {
  readonly first: Expr;
  /** How many there are, and how many of them are no padding. */
  readonly width: number;
  readonly valid: number;
  /** Vectors of a tile. */
  readonly vectors: number;
}
/** Columns of a tile: where they begin in their block, and how they are read. */
interface Columns {
  readonly block: Block;
  readonly start: Expr;
  readonly read: TileReader;
}
type ForColumns = (body: (columns: Columns) => void) => void;

/** Rows that are copied: tiles of one height, and how their panel is read. */
interface CopiedRows extends TileRun {
  readonly panel: PanelReader;
}

class PanelContract {
  readonly #emitter: Emitter;
  readonly #group: Group;
  readonly #axes: PanelAxes;
  readonly #lanes: number;
  readonly #finish: (domain: Domain) => void;
  readonly #output: Value;
  readonly #scalars;
  readonly #outer: readonly Expr[];
  readonly #rowShape: Shape;
  readonly #rowCount: number;
  readonly #columnCount: number;
  readonly #depth: number;
  readonly #sizes: PanelTile;
  readonly #columnPanels: Panels | undefined;
  readonly #rowPanels: Panels | undefined;
  readonly #lastPanels: Panels;
  /** Whether all rows are copied once, because they are the same all around. */
  readonly #copiesAllRows: boolean;
  /** Whether what is computed from the sums is too long to be written out for every vector. */
  readonly #isHeavy: boolean;
  /** Whether all sums go through memory. */
  readonly #keepsSums: boolean;
  #allRows: readonly CopiedRows[] | undefined;
  #memory: KernelBuffer | undefined;
  #kept: KernelBuffer | undefined;

  constructor(
    emitter: Emitter,
    group: Group,
    axes: PanelAxes,
    target: Target,
    finish: (domain: Domain) => void,
  ) {
    this.#emitter = emitter;
    this.#group = group;
    this.#axes = axes;
    this.#finish = finish;
    this.#output = group.root.outputs[0] as Value;
    const { dtype } = this.#output.type;
    this.#scalars = expressions(dtype);
    this.#outer = newIndexes(group.outer);
    this.#rowShape = extentsOf(group, axes.across);
    this.#rowCount = sizeOf(this.#rowShape);
    this.#columnCount = sizeOf(extentsOf(group, axes.along));
    this.#depth = sizeOf(group.inner);
    const { lanes = 1, joined = 1 } = target;
    this.#lanes = lanes;
    this.#sizes = panelTile(target, this.#rowCount, this.#columnCount);
    const newPanels = (): Panels => new Panels(emitter, group.inner, dtype, lanes);
    const uses = this.#rowCount * sizeOf(extentsOf(group, axes.inside));
    const isNear = axes.foldStride <= nearColumns;
    const copiesColumns = !axes.isInOrder || (uses >= leastUses && !isNear);
    const areRowsFar = axes.otherFoldStride > nearRows && this.#depth >= nearRows;
    const around = sizeOf(extentsOf(group, axes.around));
    this.#copiesAllRows =
      areRowsFar &&
      axes.otherRests &&
      around > 1 &&
      around * this.#columnCount >= leastRowUses &&
      this.#rowCount * this.#depth <= mostInCache;
    const copiesRows = areRowsFar && this.#columnCount >= leastRowUses && this.#rowCount > 1;
    this.#columnPanels = copiesColumns ? newPanels() : undefined;
    this.#rowPanels = copiesRows && !this.#copiesAllRows ? newPanels() : undefined;
    this.#lastPanels = newPanels();
    this.#isHeavy = axes.weight > heaviest;
    // Sums share registers only while they are stored side by side.
    this.#keepsSums = this.#isHeavy || (joined > 1 && !axes.isStoredInOrder);
  }

  write(): void {
    const { around } = this.#axes;
    const list = around.map((axis) => this.#outer[axis] as Expr);
    if (this.#copiesAllRows && this.#axes.inside.length === 0) this.#copyAllRows();
    this.#emitter.loops(list, extentsOf(this.#group, around), 'parallel', () => this.#blocks());
  }

  /** The point of the domain at a result of the tile and a folded position. */
  #at(column: Expr, row: Expr, inner: readonly Expr[]): Domain {
    const { along, across } = this.#axes;
    const outer = indexesAt(this.#group, this.#outer, along, column);
    return { outer: indexesAt(this.#group, outer, across, row), inner };
  }
  #read(factor: 0 | 1, domain: Domain): Expr {
    const value = this.#group.root.inputs[factor] as Value;
    return this.#emitter.read(value, factorsAt(this.#group, domain)[factor]);
  }
  #readColumn(column: Expr, inner: readonly Expr[]): Expr {
    return this.#read(this.#axes.factor, this.#at(column, integer(0), inner));
  }
  #readRow(row: Expr, inner: readonly Expr[]): Expr {
    return this.#read(this.#axes.factor === 0 ? 1 : 0, this.#at(integer(0), row, inner));
  }

  /**
   * Visits all columns: blocks of whole tiles, whose panels stay in the cache while all rows need
   * them, then what is left.
   */
  #blocks(): void {
    const width = this.#sizes.vectors * this.#lanes;
    const tiles = Math.floor(this.#columnCount / width);
    const widest = this.#rowPanels === undefined ? blockColumns : blockColumnsOfCopies;
    const fitting = Math.min(widest, mostInCache / this.#depth);
    const together = Math.max(1, Math.floor(fitting / width));
    for (const { from, length, count } of nearlyEqualTiles(tiles, together)) {
      const step = length * width;
      inSteps(this.#emitter, from * width, from * width + count * step, step, (base) =>
        this.#wholeTiles(base, length),
      );
    }
    if (tiles * width < this.#columnCount) this.#lastTile(tiles * width);
  }
  /** Computes the columns of some whole tiles. */
  #wholeTiles(base: Expr, tiles: number): void {
    const vectors = this.#sizes.vectors;
    const width = vectors * this.#lanes;
    const panel = this.#columnPanels?.pack({ tiles, width }, (column, inner) =>
      this.#readColumn(indexes.add(base, column), inner),
    );
    const count = tiles * width;
    const block: Block = { first: base, width: count, valid: count, vectors };
    this.#rows(block, (body) => {
      const visit = (start: Expr): void => {
        const first = indexes.add(base, start);
        const read: TileReader = (k, inner) =>
          panel?.(start, inner, k) ?? this.#readColumn(indexes.add(first, k), inner);
        body({ block, start, read });
      };
      inSteps(this.#emitter, 0, count, width, visit);
    });
  }
  /** Computes the last columns, fewer than a tile has. */
  #lastTile(from: number): void {
    const valid = this.#columnCount - from;
    const vectors = Math.ceil(valid / this.#lanes);
    const width = vectors * this.#lanes;
    const isCopied = this.#columnPanels !== undefined || valid < width;
    const readAt: TileReader = (k, inner) => this.#readColumn(plus(k, from), inner);
    const panel = isCopied ? this.#lastPanels.pack({ tiles: 1, width, valid }, readAt) : undefined;
    const read: TileReader = (k, inner) => panel?.(integer(0), inner, k) ?? readAt(k, inner);
    const block: Block = { first: integer(from), width, valid, vectors };
    this.#rows(block, (body) => body({ block, start: integer(0), read }));
  }
  #copyAllRows(): void {
    const height = this.#sizes.heightOf(this.#sizes.vectors);
    const { dtype } = this.#output.type;
    this.#allRows = nearlyEqualTiles(this.#rowCount, height).map((run) => {
      const panels = new Panels(this.#emitter, this.#group.inner, dtype, this.#lanes);
      const { from, length: width, count: tiles } = run;
      const panel = panels.pack({ tiles, width }, (row, inner) =>
        this.#readRow(plus(row, from), inner),
      );
      return { ...run, panel };
    });
  }
  /** Visits the tiles of rows that are copied; the rest as `#rows`. */
  #copiedRows(block: Block, forColumns: ForColumns): void {
    for (const { from, length, count, panel } of this.#allRows ?? []) {
      inSteps(this.#emitter, 0, count * length, length, (start) => {
        const rows = Array.from({ length }, (_, k) => plus(start, from + k));
        this.#tilesOf(rows, block, (k, inner) => panel(start, inner, k), forColumns);
      });
    }
  }
  /** Visits the tiles of rows; `forColumns` visits the columns that each is multiplied with. */
  #rows(block: Block, forColumns: ForColumns): void {
    if (this.#allRows !== undefined) {
      this.#copiedRows(block, forColumns);
      return;
    }
    const { inside } = this.#axes;
    const list = inside.map((axis) => this.#outer[axis] as Expr);
    const height = this.#sizes.heightOf(block.vectors);
    this.#emitter.loops(list, extentsOf(this.#group, inside), 'parallel', () =>
      inNearlyEqualTiles(this.#emitter, this.#rowCount, height, (rows) => {
        const first = rows[0] as Expr;
        const readAt: TileReader = (k, inner) => this.#readRow(indexes.add(first, k), inner);
        const panel = this.#rowPanels?.pack({ tiles: 1, width: rows.length }, readAt);
        const read: TileReader = (k, inner) => panel?.(integer(0), inner, k) ?? readAt(k, inner);
        this.#tilesOf(rows, block, read, forColumns);
      }),
    );
  }
  /**
   * Computes the tiles of some rows. Where much is computed from sums, that follows when all sums
   * of a block are there: row by row, so that few places in memory are in use at one time.
   */
  #tilesOf(rows: readonly Expr[], block: Block, readRow: TileReader, forColumns: ForColumns): void {
    const kept = this.#keepsSums ? this.#keptSums(rows.length * block.width) : undefined;
    forColumns((columns) => this.#tile(rows, columns, readRow, kept));
    if (kept !== undefined) this.#finishKept(kept, rows, block, integer(0), 0, block.width);
  }

  /** Computes one tile; its sums go to `kept`, if that is given. */
  #tile(
    rows: readonly Expr[],
    { block, start: begin, read }: Columns,
    readRow: TileReader,
    kept: KernelBuffer | undefined,
  ): void {
    const emitter = this.#emitter;
    const lanes = this.#lanes;
    const { vectors } = block;
    const valid = Math.min(block.valid, vectors * lanes);
    const first = indexes.add(block.first, begin);
    const s = this.#scalars;
    const numbers = Array.from({ length: vectors }, (_, v) => v);
    const whole = this.#sizes.wholeOf(valid, vectors);
    const { dtype } = this.#output.type;
    const width = vectors * lanes;
    const rest = kept ?? (whole < vectors ? this.#keptSums(rows.length * block.width) : undefined);
    const lane = newLocal('i32', [0, lanes - 1]);
    const place = (r: number, v: number): Expr => plus(lane, r * width + v * lanes);
    emitter.range(lane, 0, lanes, 1, 'lanes', () => {
      const start = (ofAllBlocks: boolean): AccumulatorGrid => {
        // Sums of all blocks would take registers from the loop that adds products.
        const memory = ofAllBlocks ? this.#sumsOfBlocks(rows.length * width) : undefined;
        return rows.map((_, r) =>
          numbers.map((v) =>
            memory
              ? accumulateInMemory(emitter, memory, place(r, v))
              : accumulateInRegister(emitter, dtype),
          ),
        );
      };
      const step = (inner: readonly Expr[], accumulators: AccumulatorGrid): void => {
        const loaded = numbers.map((v) => read(plus(lane, v * lanes), inner));
        accumulators.forEach((list, r) => {
          const element = readRow(integer(r), inner);
          list.forEach((sum, v) => {
            sum.add(s.mul(element, loaded[v] as Expr));
          });
        });
      };
      const sums = foldInBlocks(emitter, this.#group.inner, { start, step, join: addGrid });
      sums.forEach((list, r) => {
        list.forEach((accumulator, v) => {
          const sum = accumulator.value();
          const column = indexes.add(plus(first, v * lanes), lane);
          if (rest && (kept || v >= whole)) {
            const at = indexes.add(plus(begin, r * block.width + v * lanes), lane);
            emitter.store(rest, at, sum);
          } else this.#done(column, rows[r] as Expr, sum);
        });
      });
    });
    if (rest && !kept) this.#finishKept(rest, rows, block, begin, whole * lanes, width);
  }
  /** Finishes sums that are in memory, from one column on: whole vectors, then one by one. */
  #finishKept(
    kept: KernelBuffer,
    rows: readonly Expr[],
    block: Block,
    begin: Expr,
    from: number,
    to: number,
  ): void {
    const emitter = this.#emitter;
    const lanes = this.#lanes;
    const end = Math.min(to, block.valid);
    const whole = end - ((end - from) % lanes);
    const finish = (r: Expr, k: Expr): void => {
      const column = indexes.add(begin, k);
      const at = indexes.add(indexes.mul(r, integer(block.width)), column);
      const sum = emitter.loadHere(kept, at);
      this.#done(indexes.add(block.first, column), indexes.add(rows[0] as Expr, r), sum);
    };
    const r = newLocal('i32', [0, rows.length - 1]);
    emitter.range(r, 0, rows.length, 1, 'serial', () => {
      // Long computations wait for their own steps, so several vectors take them side by side.
      const wide = this.#isHeavy ? lanes * sideBySide : lanes;
      let done = from;
      for (const step of new Set([wide, lanes])) {
        const to = done + Math.floor((whole - done) / step) * step;
        const vector = newLocal('i32', [done, Math.max(done, to - step)]);
        const lane = newLocal('i32', [0, step - 1]);
        emitter.range(vector, done, to, step, 'serial', () =>
          emitter.range(lane, 0, step, 1, 'lanes', () => finish(r, indexes.add(vector, lane))),
        );
        done = to;
      }
      const c = newLocal('i32', [whole, Math.max(whole, end - 1)]);
      emitter.range(c, whole, end, 1, 'serial', () => finish(r, c));
    });
  }
  /** Memory for finished sums, the same for all tiles. */
  #keptSums(length: number): KernelBuffer {
    if (this.#kept === undefined || this.#kept.length < length) {
      this.#kept = this.#emitter.alloc(this.#output.type.dtype, length);
    }
    return this.#kept;
  }
  /** Memory for the sums of a tile, the same for all tiles. */
  #sumsOfBlocks(length: number): KernelBuffer {
    if (this.#memory === undefined || this.#memory.length < length) {
      this.#memory = this.#emitter.alloc(this.#output.type.dtype, length);
    }
    return this.#memory;
  }
  /** Hands a finished sum to the members of the group. */
  #done(column: Expr, row: Expr, sum: Expr): void {
    const zeros = this.#group.inner.map(() => integer(0));
    const { along, across } = this.#axes;
    // Members find what they read by its place: positions that are taken apart into axes must look
    // the same to all of them, so they are one local.
    const whole = (axes: readonly number[], position: Expr, count: number): Expr =>
      axes.length > 1 ? this.#emitter.bounded(position, count) : position;
    const domain = this.#at(
      whole(along, column, this.#columnCount),
      whole(across, row, this.#rowCount),
      zeros,
    );
    const place = this.#group.places.get(this.#output) as Place;
    this.#emitter.define(this.#output, place(domain), sum);
    this.#finish(domain);
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
  finish: (domain: Domain) => void,
): void => new PanelContract(emitter, group, axes, target, finish).write();
