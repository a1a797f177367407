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
import type { Domain, Group, Place } from './groups.ts';

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

/** How far a place moves with an index; undefined where that is not the same everywhere. */
const strideOf = (place: Expr, index: Expr): number | undefined => {
  const found = factorOf(place, index);
  return found === undefined || mentions(found.rest, index) ? undefined : found.factor;
};

/** What is asked of a group before its axes are chosen. */
export interface PanelQuestions {
  /** Where the values that the kernel stores are. */
  readonly stored: readonly Place[];
  /** Whether the members of the group find what they read at a point of another domain. */
  readonly isSound: (domain: Domain) => boolean;
}

/** How the places of stored values and of both factors move along axes that are visited as one. */
interface Strides {
  readonly stored: readonly (number | undefined)[];
  readonly factors: readonly (number | undefined)[];
}
const stridesAlong = (
  group: Group,
  axes: readonly number[],
  { stored, isSound }: PanelQuestions,
): Strides | undefined => {
  const { symbols } = group;
  const index =
    axes.length === 1
      ? (symbols.outer[axes[0] as number] as Expr)
      : newLocal('i32', [0, sizeOf(extentsOf(group, axes)) - 1]);
  const outer = indexesAt(group, symbols.outer, axes, index);
  const domain: Domain = { outer, inner: symbols.inner };
  if (axes.length > 1 && !isSound(domain)) return undefined;
  return {
    stored: stored.map((place) => strideOf(place(domain).position, index)),
    factors: factorsAt(group, domain).map(({ position }) => strideOf(position, index)),
  };
};

/** The longest run of last axes that can be visited as one without divisions. */
const lastTogether = (
  group: Group,
  axes: readonly number[],
  questions: PanelQuestions,
): readonly number[] => {
  for (let from = 0; from < axes.length - 1; from++) {
    const rest = axes.slice(from);
    const strides = stridesAlong(group, rest, questions);
    const isLinear =
      strides !== undefined && ![...strides.stored, ...strides.factors].includes(undefined);
    if (isLinear) return rest;
  }
  return axes.slice(-1);
};

/** The axes of one factor's own, those that move the stored values most first. */
const inStoredOrder = (
  group: Group,
  axes: readonly number[],
  questions: PanelQuestions,
): readonly number[] => {
  const stride = (axis: number): number =>
    Math.abs(stridesAlong(group, [axis], questions)?.stored[0] ?? Number.POSITIVE_INFINITY);
  const strides = new Map(axes.map((axis) => [axis, stride(axis)]));
  return [...axes].sort((a, b) => (strides.get(b) as number) - (strides.get(a) as number));
};

/** Chooses the axes; undefined where no axis moves one factor alone. */
export const choosePanelAxes = (group: Group, questions: PanelQuestions): PanelAxes | undefined => {
  const axes = contractAxes(group);
  const rows = inStoredOrder(group, axes.rows, questions);
  const columns = inStoredOrder(group, axes.columns, questions);
  // Results that lie in order are stored as vectors; short vectors leave lanes idle.
  const score = (list: readonly number[]): number => {
    if (list.length === 0) return 0;
    const along = lastTogether(group, list, questions);
    const strides = stridesAlong(group, along, questions);
    const isStoredInOrder = strides?.stored.every((stride) => stride === 1) === true;
    return Math.min(8, sizeOf(extentsOf(group, along))) + (isStoredInOrder ? 4 : 0);
  };
  const factor = score(columns) >= score(rows) ? 1 : 0;
  const [own, others] = factor === 0 ? [rows, columns] : [columns, rows];
  if (own.length === 0) return undefined;
  const along = lastTogether(group, own, questions);
  const across = others.length === 0 ? others : lastTogether(group, others, questions);
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
    around: [...axes.batch, ...own.filter((axis) => !along.includes(axis))].sort((a, b) => a - b),
    isInOrder: stridesAlong(group, along, questions)?.factors[factor] === 1,
    foldStride: foldStrideOf(factor),
    otherFoldStride: foldStrideOf(factor === 0 ? 1 : 0),
  };
};
