/** The rows of a contraction in panels, in groups that threads may share. */
import { indexes } from '../ir/expressions.ts';
import type { Expr, Local } from '../ir/kernel.ts';
import { sizeOf } from '../ir/types.ts';
import { newLocal } from './access.ts';
import type { ContractPoints } from './contract-points.ts';
import { type Emitter, integer } from './emitter.ts';
import type { Group } from './groups.ts';
import { extentsOf, type PanelAxes } from './panel-axes.ts';

/** Groups at most, and rows of one at least: each copies the columns for itself. */
const [mostGroups, leastRows] = [4, 64];

/** The rows of one group: loops around, and rows of which each has `count` from `first` on. */
export interface RowGroups {
  /** The points, in terms of the indexes of a group. */
  readonly points: ContractPoints;
  readonly insides: { readonly indexes: readonly Expr[]; readonly extents: readonly number[] };
  readonly first: Expr;
  readonly count: number;
  /** Visits the groups. */
  each(emitter: Emitter, body: () => void): void;
}

/** The smallest length of equal groups, at most so many. */
const lengthOf = (extent: number, groups: number): number => {
  let length = Math.ceil(extent / groups);
  while (extent % length !== 0) length++;
  return length;
};

/** All rows as one group, or several groups where that is asked for and there are enough. */
export const rowGroupsOf = (
  points: ContractPoints,
  group: Group,
  { inside }: PanelAxes,
  isDivided: boolean,
): RowGroups => {
  const extents = extentsOf(group, inside);
  const all = points.indexesOf(inside);
  const { rowCount } = points;
  const rows = rowCount * sizeOf(extents);
  const groups = isDivided ? Math.min(mostGroups, Math.floor(rows / leastRows)) : 1;
  const [axis] = inside;
  const extent = axis === undefined ? rowCount : (extents[0] as number);
  const length = lengthOf(extent, Math.max(1, groups));
  if (length === extent) {
    return {
      points,
      insides: { indexes: all, extents },
      first: integer(0),
      count: rowCount,
      each: (_, body) => body(),
    };
  }
  const base = newLocal('i32', [0, extent - length]);
  const each = (emitter: Emitter, body: () => void): void =>
    emitter.range(base, 0, extent, length, 'parallel', body);
  if (axis === undefined) {
    return { points, insides: { indexes: [], extents }, first: base, count: length, each };
  }
  const own: Local = newLocal('i32', [0, length - 1]);
  return {
    points: points.with(axis, indexes.add(base, own)),
    insides: { indexes: [own, ...all.slice(1)], extents: [length, ...extents.slice(1)] },
    first: integer(0),
    count: rowCount,
    each,
  };
};
