/**
 * Contractions in vectors: along an axis on which one factor lies in order in memory its elements
 * are loaded as vectors, and each is multiplied with one element of the other factor in all lanes.
 * A tile of 4 x 8 results takes eight vectors of accumulators, two of one factor and one of the
 * other, which is what the sixteen registers of common machines hold.
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
import { inNearlyEqualTiles, inSteps, plus } from './tile-steps.ts';

/** Results of a tile along the axis without vectors, and vectors along the other. */
const [tileLength, tileVectors] = [4, 2];

/** Which axes a tile runs along. */
interface TileAxes {
  /** Which factor is loaded as vectors. */
  readonly factor: 0 | 1;
  /** The axis along which it lies in order. */
  readonly vector: number;
  /** The axis along which the other factor moves. */
  readonly other: number | undefined;
}

/** Chooses the axes; undefined where neither factor lies in order along an axis of its own. */
const chooseAxes = (group: Group, lanes: number): TileAxes | undefined => {
  const { rows, columns } = contractAxes(group);
  const { outer } = group.symbols;
  const positions = factorsAt(group, group.symbols).map(({ position }) => position);
  const extent = (axis: number): number => group.outer[axis] as number;
  const longest = (axes: readonly number[]): number | undefined =>
    [...axes].sort((a, b) => extent(b) - extent(a))[0];
  const candidates = ([0, 1] as const).flatMap((factor): TileAxes[] => {
    const [own, others] = factor === 0 ? [rows, columns] : [columns, rows];
    return own
      .filter((axis) => extent(axis) >= lanes)
      .filter((axis) => factorOf(positions[factor] as Expr, outer[axis] as Expr)?.factor === 1)
      .map((vector) => ({ factor, vector, other: longest(others) }));
  });
  // Results that lie in order as well are stored as vectors; after that, longer is better.
  const last = group.outer.length - 1;
  return candidates.sort(
    (a, b) =>
      Number(b.vector === last) - Number(a.vector === last) || extent(b.vector) - extent(a.vector),
  )[0];
};

/**
 * Writes the loops; `finish` computes and stores the members of the group at a finished element.
 * Returns false, having written nothing, where vectors do not fit.
 */
export const laneContract = (
  emitter: Emitter,
  group: Group,
  lanes: number,
  finish: (domain: Domain) => void,
): boolean => {
  const { inputs, outputs } = group.root;
  const output = outputs[0] as Value;
  const axes = chooseAxes(group, lanes);
  if (axes === undefined || output.type.dtype !== 'f32') return false;
  const place = group.places.get(output) as Place;
  const s = expressions(output.type.dtype);
  const outer = newIndexes(group.outer);
  const at = (along: Expr, across: Expr, inner: readonly Expr[]): Domain => ({
    outer: outer.map((index, axis) =>
      axis === axes.vector ? along : axis === axes.other ? across : index,
    ),
    inner,
  });
  const read = (factor: 0 | 1, domain: Domain): Expr =>
    emitter.read(inputs[factor] as Value, factorsAt(group, domain)[factor]);
  const { factor } = axes;
  const single = factor === 0 ? 1 : 0;

  /** A tile of results: `along` in vectors, or one by one, by `across`. */
  const tile = (along: readonly Expr[], across: readonly Expr[]): void => {
    const first = across[0] as Expr;
    const sums = foldInBlocks(emitter, group.inner, {
      start: () => across.map(() => along.map((): Local => emitter.variable(s.constant(0)))),
      step: (inner, accumulators) => {
        const vectors = along.map((index) => read(factor, at(index, first, inner)));
        across.forEach((index, r) => {
          const element = read(single, at(along[0] as Expr, index, inner));
          vectors.forEach((vector, c) => {
            const sum = (accumulators[r] as Local[])[c] as Local;
            emitter.set(sum, s.add(sum, s.mul(element, vector)));
          });
        });
      },
      join: (all, block) =>
        all.forEach((list, r) => {
          list.forEach((sum, c) => {
            emitter.set(sum, s.add(sum, (block[r] as Local[])[c] as Local));
          });
        }),
    });
    across.forEach((row, r) => {
      along.forEach((column, c) => {
        const domain = at(
          column,
          row,
          group.inner.map(() => integer(0)),
        );
        emitter.define(output, place(domain), emitter.freeze((sums[r] as Local[])[c] as Local));
        finish(domain);
      });
    });
  };
  const forAcross = (body: (across: readonly Expr[]) => void): void => {
    const across = axes.other === undefined ? undefined : group.outer[axes.other];
    inNearlyEqualTiles(emitter, across, tileLength, body);
  };
  const others = outer
    .map((_, axis) => axis)
    .filter((axis) => axis !== axes.vector && axis !== axes.other);
  const extent = group.outer[axes.vector] as number;
  const inLanes = (base: Expr, vectors: number): void =>
    forAcross((across) => {
      const lane = newLocal('i32', [0, lanes - 1]);
      emitter.range(lane, 0, lanes, 1, 'lanes', () => {
        const along = Array.from({ length: vectors }, (_, k) =>
          indexes.add(plus(base, k * lanes), lane),
        );
        tile(along, across);
      });
    });
  emitter.loops(
    others.map((axis) => outer[axis] as Expr),
    others.map((axis) => group.outer[axis] as number),
    'parallel',
    () => {
      let from = inSteps(emitter, 0, extent, lanes * tileVectors, (base) =>
        inLanes(base, tileVectors),
      );
      from = inSteps(emitter, from, extent, lanes, (base) => inLanes(base, 1));
      if (from === extent) return;
      const rest = Array.from({ length: extent - from }, (_, k) => integer(from + k));
      forAcross((across) => tile(rest, across));
    },
  );
  return true;
};
