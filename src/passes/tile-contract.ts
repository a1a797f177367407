/**
 * Contractions by workgroups: the output axes that move only the first factor are the rows of a
 * matrix product, those that move only the second its columns, the folded axes its depth. A
 * workgroup computes a tile of the result: it copies a slice of each factor to its memory, and
 * every invocation multiplies what its few results need of them. Where tiles are few and sums long,
 * several workgroups share a sum, and a second phase adds their parts.
 */
import { expressions, indexes } from '../ir/expressions.ts';
import type { Value } from '../ir/graph.ts';
import { strideAlong } from '../ir/index-terms.ts';
import { constant, type Expr, type KernelBuffer, type Local } from '../ir/kernel.ts';
import type { WorkgroupTarget } from '../ir/target.ts';
import { type Shape, sizeOf } from '../ir/types.ts';
import { Access, newIndexes, newLocal } from './access.ts';
import { chooseTile, type Tile } from './choose-tile.ts';
import { type ContractAxes, contractAxes, factorsAt } from './contract-factors.ts';
import { type Emitter, integer } from './emitter.ts';
import type { Domain, Group, Place } from './groups.ts';

/** Products narrower or shorter than this are not worth a tile. */
const [leastWidth, leastDepth] = [4, 8];

const bools = expressions('bool');
/** `a < limit`, decided where the range of `a` is known. */
const isBelow = (a: Expr, limit: number): Expr => indexes.lt(a, integer(limit));

/** The extents of some axes. */
const extentsOf = (group: Group, axes: readonly number[]): Shape =>
  axes.map((axis) => group.outer[axis] as number);

/** A contraction and its tile. */
class TiledContraction {
  readonly emitter: Emitter;
  readonly group: Group;
  readonly axes: ContractAxes;
  readonly tile: Tile;
  readonly rows: Shape;
  readonly columns: Shape;
  readonly lanes: number;
  /** The summed positions that one workgroup adds. */
  readonly chunk: number;
  /** The indexes of the other axes. */
  readonly outer: readonly Expr[];
  constructor(emitter: Emitter, group: Group, axes: ContractAxes, tile: Tile) {
    this.emitter = emitter;
    this.group = group;
    this.axes = axes;
    this.tile = tile;
    this.rows = extentsOf(group, axes.rows);
    this.columns = extentsOf(group, axes.columns);
    this.lanes = (tile.rows * tile.columns) / (tile.ownRows * tile.ownColumns);
    const slices = Math.ceil(sizeOf(group.inner) / tile.depth);
    this.chunk = Math.ceil(slices / tile.chunks) * tile.depth;
    this.outer = newIndexes(group.outer);
  }

  /** A point of the domain: a row, a column, and a position in the sum. */
  domain(row: Expr, column: Expr, depth: Expr): Domain {
    const { axes } = this;
    const rows = Access.position(this.rows, row).at;
    const columns = Access.position(this.columns, column).at;
    const outer = this.outer.map((index, axis) => {
      const r = axes.rows.indexOf(axis);
      const c = axes.columns.indexOf(axis);
      return r >= 0 ? (rows[r] as Expr) : c >= 0 ? (columns[c] as Expr) : index;
    });
    return { outer, inner: Access.position(this.group.inner, depth).at };
  }

  /** Runs `body` where all conditions hold; without an `if` where that is known. */
  where(conditions: readonly Expr[], body: () => void): void {
    const all = conditions.reduce((x, y) => bools.and(x, y), constant(1, 'bool'));
    if (all.kind !== 'const') this.emitter.branch(all, body);
    else if (all.value !== 0) body();
  }

  /** Visits the tiles: the first row and column of each. */
  forTiles(body: (row: Expr, column: Expr) => void): void {
    const { emitter, tile, axes } = this;
    const along = (extent: number, step: number, inner: (first: Expr) => void): void => {
      if (extent <= step) {
        inner(integer(0));
        return;
      }
      const to = Math.ceil(extent / step) * step;
      const first = newLocal('i32', [0, to - step]);
      emitter.range(first, 0, to, step, 'parallel', () => inner(first));
    };
    const batch = axes.batch.map((axis) => this.outer[axis] as Expr);
    emitter.loops(batch, extentsOf(this.group, axes.batch), 'parallel', () =>
      along(sizeOf(this.rows), tile.rows, (row) =>
        along(sizeOf(this.columns), tile.columns, (column) => body(row, column)),
      ),
    );
  }

  /**
   * Copies a slice of a factor to workgroup memory, element (across, deep) to `deep * stride +
   * across`; what lies outside is 0. Neighbouring invocations read neighbours in memory.
   */
  copy(
    memory: KernelBuffer,
    lane: Expr,
    slice: { width: number; stride: number; isDeepFirst: boolean; first: Expr; limit: number },
    from: Expr,
    read: (across: Expr, deep: Expr) => Expr,
  ): void {
    const { emitter, tile, lanes } = this;
    const { width, stride, isDeepFirst, first, limit } = slice;
    const depth = sizeOf(this.group.inner);
    const count = width * tile.depth;
    for (let start = 0; start < count; start += lanes) {
      const raw = indexes.add(lane, integer(start));
      this.where([isBelow(raw, count)], () => {
        const number = emitter.bounded(raw, count);
        const split = integer(isDeepFirst ? tile.depth : width);
        const [quotient, rest] = [indexes.div(number, split), indexes.rem(number, split)];
        const [across, deep] = isDeepFirst ? [quotient, rest] : [rest, quotient];
        const at = indexes.add(indexes.mul(deep, integer(stride)), across);
        const [row, position] = [indexes.add(first, across), indexes.add(from, deep)];
        const element = emitter.variable(constant(0, memory.dtype));
        this.where([isBelow(row, limit), isBelow(position, depth)], () =>
          emitter.set(element, read(emitter.bounded(row, limit), emitter.bounded(position, depth))),
        );
        emitter.store(memory, at, element);
      });
    }
  }

  /** Whether neighbours along the depth are nearer in memory than neighbours along an axis. */
  isDeepFirst(factor: 0 | 1, along: readonly number[]): boolean {
    const { symbols } = this.group;
    const { position } = factorsAt(this.group, symbols)[factor];
    const stride = (index: Expr | undefined): number =>
      index === undefined ? 1e9 : Math.abs(strideAlong(position, index) ?? 1e9);
    const deep = symbols.inner.filter((index) => index.kind === 'local').at(-1);
    return stride(deep) < stride(symbols.outer[along.at(-1) ?? -1]);
  }

  /** Whether the last axis of the result runs along the rows of the product. */
  isRowFirst(): boolean {
    const last = Math.max(...this.axes.rows, ...this.axes.columns);
    return this.axes.rows.includes(last);
  }

  /**
   * The sums of a tile, for every invocation its own; `finish` gets each with its row and column
   * where these are inside.
   */
  sums(
    firstRow: Expr,
    firstColumn: Expr,
    from: Expr,
    finish: (row: Expr, column: Expr, sum: Expr) => void,
  ): void {
    const { emitter, group, tile, lanes } = this;
    const [x, y] = group.root.inputs as readonly [Value, Value];
    const s = expressions((group.root.outputs[0] as Value).type.dtype);
    const zero = integer(0);
    const [rowCount, columnCount] = [sizeOf(this.rows), sizeOf(this.columns)];
    const deepFirst = [this.isDeepFirst(0, this.axes.rows), this.isDeepFirst(1, this.axes.columns)];
    const [strideX, strideY] = [
      tile.rows + Number(deepFirst[0]),
      tile.columns + Number(deepFirst[1]),
    ];
    const memoryX = emitter.alloc(x.type.dtype, strideX * tile.depth, 'workgroup');
    const memoryY = emitter.alloc(y.type.dtype, strideY * tile.depth, 'workgroup');
    const sliceX = {
      width: tile.rows,
      stride: strideX,
      isDeepFirst: deepFirst[0] as boolean,
      first: firstRow,
      limit: rowCount,
    };
    const sliceY = {
      width: tile.columns,
      stride: strideY,
      isDeepFirst: deepFirst[1] as boolean,
      first: firstColumn,
      limit: columnCount,
    };
    const [laneRows, laneColumns] = [tile.rows / tile.ownRows, tile.columns / tile.ownColumns];
    const lane = newLocal('i32', [0, lanes - 1]);
    emitter.range(lane, 0, lanes, 1, 'workgroup', () => {
      const split = integer(this.isRowFirst() ? laneRows : laneColumns);
      const [quotient, rest] = [indexes.div(lane, split), indexes.rem(lane, split)];
      const [r, c] = this.isRowFirst() ? [rest, quotient] : [quotient, rest];
      const laneRow = emitter.bounded(r, laneRows);
      const laneColumn = emitter.bounded(c, laneColumns);
      // Neighbouring invocations own neighbouring results.
      const own = (count: number, first: Expr, step: number): Expr[] =>
        Array.from({ length: count }, (_, k) => indexes.add(first, integer(k * step)));
      const rows = own(tile.ownRows, laneRow, laneRows);
      const columns = own(tile.ownColumns, laneColumn, laneColumns);
      const grid = (isShort: boolean): Local[][] =>
        rows.map(() => columns.map(() => emitter.variable(s.constant(0), isShort)));
      const forGrid = (body: (i: number, j: number) => void): void =>
        rows.forEach((_, i) => {
          columns.forEach((_, j) => {
            body(i, j);
          });
        });
      const sums = grid(false);
      const slice = newLocal('i32', [0, this.chunk - tile.depth]);
      emitter.range(slice, 0, this.chunk, tile.depth, 'serial', () => {
        const start = indexes.add(from, slice);
        this.copy(memoryX, lane, sliceX, start, (row, k) =>
          emitter.read(x, factorsAt(group, this.domain(row, zero, k))[0]),
        );
        this.copy(memoryY, lane, sliceY, start, (column, k) =>
          emitter.read(y, factorsAt(group, this.domain(zero, column, k))[1]),
        );
        emitter.barrier();
        const parts = grid(true);
        const deep = newLocal('i32', [0, tile.depth - 1]);
        emitter.range(deep, 0, tile.depth, 1, 'serial', () => {
          const load = (memory: KernelBuffer, stride: number, at: Expr): Expr =>
            emitter.loadHere(memory, indexes.add(indexes.mul(deep, integer(stride)), at));
          const xs = rows.map((at) => load(memoryX, strideX, at));
          const ys = columns.map((at) => load(memoryY, strideY, at));
          forGrid((i, j) => {
            const part = (parts[i] as Local[])[j] as Local;
            emitter.set(part, s.add(part, s.mul(xs[i] as Expr, ys[j] as Expr)));
          });
        });
        forGrid((i, j) => {
          const sum = (sums[i] as Local[])[j] as Local;
          emitter.set(sum, s.add(sum, (parts[i] as Local[])[j] as Local));
        });
        emitter.barrier();
      });
      forGrid((i, j) => {
        const row = indexes.add(firstRow, rows[i] as Expr);
        const column = indexes.add(firstColumn, columns[j] as Expr);
        this.where([isBelow(row, rowCount), isBelow(column, columnCount)], () =>
          finish(
            emitter.bounded(row, rowCount),
            emitter.bounded(column, columnCount),
            emitter.freeze((sums[i] as Local[])[j] as Local),
          ),
        );
      });
    });
  }
}

/**
 * Writes a contraction for workgroups; `finish` computes and stores the members of the group at a
 * finished element. Returns false, having written nothing, where tiles are not worth it.
 */
export const tileContract = (
  emitter: Emitter,
  group: Group,
  target: WorkgroupTarget,
  finish: (domain: Domain) => void,
): boolean => {
  const axes = contractAxes(group);
  const size = {
    rows: sizeOf(extentsOf(group, axes.rows)),
    columns: sizeOf(extentsOf(group, axes.columns)),
    depth: sizeOf(group.inner),
    batch: sizeOf(extentsOf(group, axes.batch)),
  };
  if (Math.min(size.rows, size.columns) < leastWidth || size.depth < leastDepth) return false;
  const tile = chooseTile(size, target);
  const output = group.root.outputs[0] as Value;
  const place = group.places.get(output) as Place;
  const tiled = new TiledContraction(emitter, group, axes, tile);
  const define = (domain: Domain, sum: Expr): void => {
    emitter.define(output, place(domain), sum);
    finish(domain);
  };
  const zero = integer(0);
  if (tile.chunks === 1) {
    tiled.forTiles((firstRow, firstColumn) =>
      tiled.sums(firstRow, firstColumn, zero, (row, column, sum) =>
        define(tiled.domain(row, column, zero), sum),
      ),
    );
    return true;
  }
  const results = sizeOf(group.outer);
  const partial = emitter.alloc(output.type.dtype, results * tile.chunks, 'kernel');
  const partOf = (chunk: Expr, domain: Domain): Expr =>
    indexes.add(
      indexes.mul(chunk, integer(results)),
      Access.index(group.outer, domain.outer).position,
    );
  const chunk = newLocal('i32', [0, tile.chunks - 1]);
  emitter.range(chunk, 0, tile.chunks, 1, 'parallel', () =>
    tiled.forTiles((firstRow, firstColumn) => {
      const from = indexes.mul(chunk, integer(tiled.chunk));
      tiled.sums(firstRow, firstColumn, from, (row, column, sum) =>
        emitter.store(partial, partOf(chunk, tiled.domain(row, column, zero)), sum),
      );
    }),
  );
  const s = expressions(output.type.dtype);
  const outer = newIndexes(group.outer);
  emitter.loops(outer, group.outer, 'parallel', () => {
    const domain = { outer, inner: Access.position(group.inner, zero).at };
    const sum = emitter.variable(s.constant(0));
    const each = newLocal('i32', [0, tile.chunks - 1]);
    emitter.range(each, 0, tile.chunks, 1, 'serial', () =>
      emitter.set(sum, s.add(sum, emitter.loadHere(partial, partOf(each, domain)))),
    );
    define(domain, emitter.freeze(sum));
  });
  return true;
};
