/**
 * Contractions as loops with a tile of accumulators in registers: along one output axis only the
 * first factor changes, along another only the second, so a tile of 3 x 3 results costs 6 loads per
 * 9 multiply-adds. Tiles are of nearly equal length, so no length is worse than its neighbours.
 * What a tile reads from all over memory is copied into a panel before, for all tiles that read the
 * same.
 */
import { expressions, indexes } from '../ir/expressions.ts';
import type { Value } from '../ir/graph.ts';
import { strideAlong } from '../ir/index-terms.ts';
import type { Expr, KernelBuffer, Local } from '../ir/kernel.ts';
import { sizeOf } from '../ir/types.ts';
import { Access, newIndexes } from './access.ts';
import { factorsAt, mentions } from './contract-factors.ts';
import { type Emitter, integer } from './emitter.ts';
import type { Domain, Group, Place } from './groups.ts';
import { inNearlyEqualTiles } from './tile-steps.ts';

/**
 * The longest register tile along each of its axes: 9 accumulators, 3 operands and one more fit the
 * 15 registers that compilers for x64 may use. Those of 4 x 4 have more sums than that.
 */
const tileLength = 3;
/**
 * A factor is copied where neighbouring folded positions are further apart than this, if the fold
 * is as long as this and the copy is read as often.
 */
const [near, leastFold, leastUses] = [8, 16, 16];

/** Reads an element of a tile's factor at the folded position. */
type Reader = (k: number) => Expr;

/**
 * The axis along which only one factor changes: a long one, and among equals the one with the
 * smallest stride.
 */
const tileAxis = (group: Group, moving: Access, resting: Access): number | undefined => {
  const { outer } = group.symbols;
  let best: { axis: number; score: number } | undefined;
  outer.forEach((index, axis) => {
    if (index.kind !== 'local' || mentions(resting.position, index)) return;
    if (!mentions(moving.position, index)) return;
    const extent = group.outer[axis] as number;
    const stride = Math.abs(strideAlong(moving.position, index) ?? 1e9);
    const fill = extent / (Math.ceil(extent / tileLength) * tileLength);
    const score = fill - Math.min(stride, 1e9) * 1e-10;
    if (best === undefined || score > best.score + 1e-12) best = { axis, score };
  });
  return best?.axis;
};

/** Runs `body` for every tile of an axis, if there is one; most are as long as can be. */
const forTiles = (
  emitter: Emitter,
  extent: number | undefined,
  body: (indexes: readonly Expr[]) => void,
): void => inNearlyEqualTiles(emitter, extent, [tileLength, tileLength], body);

/**
 * Writes the loops; `finish` computes and stores the members of the group at a finished element.
 * Without tiles every iteration of the parallel loops computes one element.
 */
export const lowerContract = (
  emitter: Emitter,
  group: Group,
  finish: (domain: Domain) => void,
  hasTiles = true,
): void => {
  const { inputs, outputs } = group.root;
  const [x, y] = inputs as readonly [Value, Value];
  const output = outputs[0] as Value;
  const place = group.places.get(output) as Place;
  const s = expressions(output.type.dtype);
  const symbolic = factorsAt(group, group.symbols);
  const rowAxis = !hasTiles ? undefined : tileAxis(group, symbolic[0], symbolic[1]);
  const columnAxis = !hasTiles ? undefined : tileAxis(group, symbolic[1], symbolic[0]);
  const outer = newIndexes(group.outer);
  const inner = newIndexes(group.inner);
  const others = outer
    .map((_, axis) => axis)
    .filter((axis) => axis !== rowAxis && axis !== columnAxis);
  const at = (row: Expr, column: Expr): Domain => ({
    outer: outer.map((index, axis) =>
      axis === rowAxis ? row : axis === columnAxis ? column : index,
    ),
    inner,
  });
  const extentOf = (axis: number | undefined): number | undefined =>
    axis === undefined ? undefined : group.outer[axis];

  const readX = (row: Expr): Expr => emitter.read(x, factorsAt(group, at(row, integer(0)))[0]);
  const readY = (column: Expr): Expr =>
    emitter.read(y, factorsAt(group, at(integer(0), column))[1]);
  const position = Access.index(group.inner, inner).position;
  const panels = new Map<Value, KernelBuffer>();
  /** Copies what some neighbours read of a factor, and says how it is read then. */
  const copy = (factor: Value, tile: readonly Expr[], read: (index: Expr) => Expr): Reader => {
    const { dtype } = factor.type;
    const panel = panels.get(factor) ?? emitter.alloc(dtype, sizeOf(group.inner) * tileLength);
    panels.set(factor, panel);
    const place = (k: number): Expr =>
      indexes.add(indexes.mul(position, integer(tile.length)), integer(k));
    emitter.loops(inner, group.inner, 'serial', () => {
      tile.forEach((index, k) => {
        emitter.store(panel, place(k), read(index));
      });
    });
    return (k) => emitter.loadHere(panel, place(k));
  };

  const tile = (
    rows: readonly Expr[],
    columns: readonly Expr[],
    xs: Reader | undefined,
    ys: Reader | undefined,
  ): void => {
    const sums = rows.map(() => columns.map((): Local => emitter.variable(s.constant(0))));
    emitter.loops(inner, group.inner, 'serial', () => {
      const factors = columns.map((column, c) => ys?.(c) ?? readY(column));
      rows.forEach((row, r) => {
        const factor = xs?.(r) ?? readX(row);
        columns.forEach((_, c) => {
          const sum = (sums[r] as Local[])[c] as Local;
          emitter.set(sum, s.add(sum, s.mul(factor, factors[c] as Expr)));
        });
      });
    });
    rows.forEach((row, r) => {
      columns.forEach((column, c) => {
        const domain = at(row, column);
        emitter.define(output, place(domain), emitter.freeze((sums[r] as Local[])[c] as Local));
        finish(domain);
      });
    });
  };
  const isFar = (factor: Access): boolean => {
    const last = group.symbols.inner[group.inner.length - 1];
    if (last === undefined || sizeOf(group.inner) < leastFold) return false;
    return Math.abs(strideAlong(factor.position, last) ?? 0) > near;
  };
  const [rowExtent, columnExtent] = [extentOf(rowAxis), extentOf(columnAxis)];
  const copiesX = isFar(symbolic[0]) && (columnExtent ?? 1) >= leastUses;
  const copiesY = isFar(symbolic[1]) && (rowExtent ?? 1) >= leastUses;
  emitter.loops(
    others.map((axis) => outer[axis] as Expr),
    others.map((axis) => group.outer[axis] as number),
    'parallel',
    () => {
      // What is copied is copied once for all tiles of the other factor.
      if (copiesX && !copiesY) {
        forTiles(emitter, rowExtent, (rows) => {
          const xs = copy(x, rows, readX);
          forTiles(emitter, columnExtent, (columns) => tile(rows, columns, xs, undefined));
        });
      } else {
        forTiles(emitter, columnExtent, (columns) => {
          const ys = copiesY ? copy(y, columns, readY) : undefined;
          forTiles(emitter, rowExtent, (rows) => tile(rows, columns, undefined, ys));
        });
      }
    },
  );
};
