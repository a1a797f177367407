/**
 * Contractions in vectors along the folded axes: where both factors lie in order along the last of
 * them, each lane adds every fourth product, and the lanes are added at the end.
 */
import { factorOf } from '../ir/affine.ts';
import { expressions, indexes } from '../ir/expressions.ts';
import type { Value } from '../ir/graph.ts';
import type { Expr, Local } from '../ir/kernel.ts';
import { newIndexes, newLocal } from './access.ts';
import { contractAxes, factorsAt } from './contract-factors.ts';
import { type Emitter, integer } from './emitter.ts';
import { foldInBlocks } from './fold-in-blocks.ts';
import type { Domain, Group, Place } from './groups.ts';
import { inNearlyEqualTiles } from './tile-steps.ts';

/** Results of a tile: twelve accumulators, three vectors of one factor and one of the other. */
const [tileRows, tileColumns] = [4, 3];
/** Shorter folds cost more to add up than vectors save. */
const leastLength = 8;

/** Whether both factors lie in order along the last folded axis, and that one is long enough. */
export const hasDots = (group: Group): boolean => {
  const last = group.inner.length - 1;
  const along = group.symbols.inner[last];
  return (
    (group.inner[last] ?? 1) >= leastLength &&
    factorsAt(group, group.symbols).every(
      ({ position }) => along !== undefined && factorOf(position, along)?.factor === 1,
    )
  );
};

/**
 * Writes the loops of a contraction that has dots; `finish` computes and stores the members of the
 * group at a finished element.
 */
export const dotContract = (
  emitter: Emitter,
  group: Group,
  lanes: number,
  finish: (domain: Domain) => void,
): void => {
  const { inputs, outputs } = group.root;
  const output = outputs[0] as Value;
  const last = group.inner.length - 1;
  const length = group.inner[last] as number;
  const place = group.places.get(output) as Place;
  const s = expressions(output.type.dtype);
  const { rows, columns } = contractAxes(group);
  const extentOf = (axis: number | undefined): number | undefined =>
    axis === undefined ? undefined : group.outer[axis];
  const longest = (axes: readonly number[]): number | undefined =>
    [...axes].sort((a, b) => (extentOf(b) as number) - (extentOf(a) as number))[0];
  const [rowAxis, columnAxis] = [longest(rows), longest(columns)];
  const outer = newIndexes(group.outer);
  const around = newIndexes(group.inner.slice(0, last));
  const at = (row: Expr, column: Expr, before: readonly Expr[], position: Expr): Domain => ({
    outer: outer.map((index, axis) =>
      axis === rowAxis ? row : axis === columnAxis ? column : index,
    ),
    inner: [...before, position],
  });
  const read = (factor: 0 | 1, domain: Domain): Expr =>
    emitter.read(inputs[factor] as Value, factorsAt(group, domain)[factor]);
  const parts = emitter.alloc(output.type.dtype, tileRows * tileColumns * lanes);
  const full = length - (length % lanes);

  const tile = (rowIndexes: readonly Expr[], columnIndexes: readonly Expr[]): void => {
    const [firstRow, firstColumn] = [rowIndexes[0] as Expr, columnIndexes[0] as Expr];
    const grid = (): Local[][] =>
      rowIndexes.map(() => columnIndexes.map(() => emitter.variable(s.constant(0))));
    const multiply = (sums: Local[][], before: readonly Expr[], position: Expr): void => {
      const ys = columnIndexes.map((column) => read(1, at(firstRow, column, before, position)));
      rowIndexes.forEach((row, r) => {
        const x = read(0, at(row, firstColumn, before, position));
        ys.forEach((y, c) => {
          const sum = (sums[r] as Local[])[c] as Local;
          emitter.set(sum, s.add(sum, s.mul(x, y)));
        });
      });
    };
    const slot = (r: number, c: number, lane: Expr): Expr =>
      indexes.add(lane, integer((r * tileColumns + c) * lanes));
    const lane = newLocal('i32', [0, lanes - 1]);
    emitter.range(lane, 0, lanes, 1, 'lanes', () => {
      const sums = foldInBlocks(emitter, [...group.inner.slice(0, last), full / lanes], {
        start: grid,
        step: (inner, accumulators) => {
          const vector = inner[last] as Expr;
          const position = indexes.add(indexes.mul(vector, integer(lanes)), lane);
          multiply(accumulators, inner.slice(0, last), position);
        },
        join: (all, block) =>
          all.forEach((list, r) => {
            list.forEach((sum, c) => {
              emitter.set(sum, s.add(sum, (block[r] as Local[])[c] as Local));
            });
          }),
      });
      sums.forEach((list, r) => {
        list.forEach((sum, c) => {
          emitter.store(parts, slot(r, c, lane), sum);
        });
      });
    });
    const sums = grid();
    sums.forEach((list, r) => {
      list.forEach((sum, c) => {
        const total = Array.from({ length: lanes }, (_, k) =>
          emitter.loadHere(parts, slot(r, c, integer(k))),
        ).reduce((x, y) => s.add(x, y));
        emitter.set(sum, total);
      });
    });
    if (full < length) {
      emitter.loops(around, group.inner.slice(0, last), 'serial', () => {
        for (let k = full; k < length; k++) multiply(sums, around, integer(k));
      });
    }
    rowIndexes.forEach((row, r) => {
      columnIndexes.forEach((column, c) => {
        const domain = at(row, column, around, integer(0));
        emitter.define(output, place(domain), emitter.freeze((sums[r] as Local[])[c] as Local));
        finish(domain);
      });
    });
  };
  const others = outer
    .map((_, axis) => axis)
    .filter((axis) => axis !== rowAxis && axis !== columnAxis);
  emitter.loops(
    others.map((axis) => outer[axis] as Expr),
    others.map((axis) => group.outer[axis] as number),
    'parallel',
    () =>
      inNearlyEqualTiles(emitter, extentOf(columnAxis), tileColumns, (columnIndexes) =>
        inNearlyEqualTiles(emitter, extentOf(rowAxis), tileRows, (rowIndexes) =>
          tile(rowIndexes, columnIndexes),
        ),
      ),
  );
};
