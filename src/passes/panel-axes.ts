/**
 * Which axes a contraction in vectors runs along: one factor is read in vectors along some of the
 * output axes that move it, each vector is multiplied with single elements of the other factor,
 * along the axes that move that one.
 */
import { factorOf } from '../ir/affine.ts';
import type { Expr } from '../ir/kernel.ts';
import { sizeOf } from '../ir/types.ts';
import { Access, newLocal } from './access.ts';
import { contractAxes, factorsAt, mentions } from './contract-factors.ts';
import type { Domain, Group } from './groups.ts';

/** The axes of a contraction in vectors. Lists of axes are visited as one, in row-major order. */
export interface PanelAxes {
  /** Which factor is read in vectors. */
  readonly factor: 0 | 1;
  /** The axes that vectors run along. */
  readonly along: readonly number[];
  /** The axes of the other factor that a tile runs across. */
  readonly across: readonly number[];
  /** The other axes that only the other factor moves along: loops that read the same vectors. */
  readonly inside: readonly number[];
  /** All other axes longer than 1. */
  readonly around: readonly number[];
  /** Whether neighbours along the vectors are neighbours in the memory of their factor. */
  readonly isInOrder: boolean;
  /** How far elements of neighbouring folded positions are apart, in elements: of this factor. */
  readonly foldStride: number;
  /** The same of the other factor. */
  readonly otherFoldStride: number;
}

/** The extents of some output axes. */
export const extentsOf = (group: Group, axes: readonly number[]): readonly number[] =>
  axes.map((axis) => group.outer[axis] as number);

/** The indexes of the output axes where `axes` are at a position of their own row-major order. */
export const indexesAt = (
  group: Group,
  outer: readonly Expr[],
  axes: readonly number[],
  position: Expr,
): readonly Expr[] => {
  const [only] = axes;
  const at = axes.length === 1 ? [position] : Access.position(extentsOf(group, axes), position).at;
  return only === undefined
    ? outer
    : outer.map((index, axis) => (axes.includes(axis) ? (at[axes.indexOf(axis)] as Expr) : index));
};

/** How the places of the output and of both factors grow along axes that are visited as one. */
const strides = (
  group: Group,
  axes: readonly number[],
): readonly [output: number | undefined, x: number | undefined, y: number | undefined] => {
  const { symbols } = group;
  const position = newLocal('i32', [0, sizeOf(extentsOf(group, axes)) - 1]);
  const outer = indexesAt(group, symbols.outer, axes, position);
  const domain: Domain = { outer, inner: symbols.inner };
  const [x, y] = factorsAt(group, domain);
  const strideOf = (place: Expr): number | undefined => {
    const found = factorOf(place, position);
    return found === undefined || mentions(found.rest, position) ? undefined : found.factor;
  };
  return [
    strideOf(Access.index(group.outer, outer).position),
    strideOf(x.position),
    strideOf(y.position),
  ];
};

/** Whether the members of the group find what they read at a point of another domain. */
export type IsSound = (domain: Domain) => boolean;

/** The longest run of last axes that can be visited as one without divisions. */
const lastTogether = (
  group: Group,
  axes: readonly number[],
  isSound: IsSound,
): readonly number[] => {
  for (let from = 0; from < axes.length - 1; from++) {
    const rest = axes.slice(from);
    const position = newLocal('i32', [0, sizeOf(extentsOf(group, rest)) - 1]);
    const outer = indexesAt(group, group.symbols.outer, rest, position);
    const isLinear = !strides(group, rest).includes(undefined);
    if (isLinear && isSound({ outer, inner: group.symbols.inner })) return rest;
  }
  return axes.slice(-1);
};

/**
 * Chooses the axes; undefined where no axis moves one factor alone. `isSound` is asked before axes
 * are visited as one.
 */
export const choosePanelAxes = (group: Group, isSound: IsSound): PanelAxes | undefined => {
  const together = (axes: readonly number[]): readonly number[] =>
    lastTogether(group, axes, isSound);
  const { rows, columns, batch } = contractAxes(group);
  const last = group.outer.findLastIndex((extent) => extent > 1);
  const sizeAlong = (axes: readonly number[]): number => sizeOf(extentsOf(group, together(axes)));
  // Results that lie in order are stored as vectors; short vectors leave lanes idle.
  const score = (axes: readonly number[]): number =>
    axes.length === 0 ? 0 : Math.min(8, sizeAlong(axes)) + (axes.includes(last) ? 4 : 0);
  const factor = score(columns) >= score(rows) ? 1 : 0;
  const [own, others] = factor === 0 ? [rows, columns] : [columns, rows];
  if (own.length === 0) return undefined;
  const along = together(own);
  const across = others.length === 0 ? others : together(others);
  const deepest = group.symbols.inner.findLast((index) => index.kind === 'local');
  const foldStrideOf = (side: 0 | 1): number => {
    if (deepest === undefined) return 0;
    const found = factorOf(factorsAt(group, group.symbols)[side].position, deepest);
    return found === undefined ? Number.POSITIVE_INFINITY : Math.abs(found.factor);
  };
  return {
    factor,
    along,
    across,
    inside: others.filter((axis) => !across.includes(axis)),
    around: [...batch, ...own.filter((axis) => !along.includes(axis))].sort((a, b) => a - b),
    isInOrder: strides(group, along)[factor + 1] === 1,
    foldStride: foldStrideOf(factor),
    otherFoldStride: foldStrideOf(factor === 0 ? 1 : 0),
  };
};
