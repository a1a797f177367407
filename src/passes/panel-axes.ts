/**
 * Which axes a contraction in vectors runs along: one factor is read in vectors along some of the
 * output axes that move it, each vector is multiplied with single elements of the other factor,
 * along the axes that move that one.
 */
import { strideAlong } from '../ir/index-terms.ts';
import type { Expr } from '../ir/kernel.ts';
import type { Target } from '../ir/target.ts';
import { sizeOf } from '../ir/types.ts';
import { Access, newLocal } from './access.ts';
import { contractAxes } from './contract-factors.ts';
import type { ContractQuestions } from './contract-questions.ts';
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
  /**
   * How far elements of neighbouring folded positions are apart in this factor, in elements;
   * infinite where that is not the same everywhere.
   */
  readonly foldStride: number;
  /** The same of the other factor. */
  readonly otherFoldStride: number;
  /** Whether neighbours across are neighbours in the memory of the other factor. */
  readonly areRowsInOrder: boolean;
  /** Whether the other factor is the same all around. */
  readonly otherRests: boolean;
  /** Whether neighbours along the vectors are neighbours where all results are stored. */
  readonly isStoredInOrder: boolean;
  /** What is computed from each sum, in additions. */
  readonly weight: number;
  /** How many products a program adds in the kernel, and what part they are of all it adds. */
  readonly products: number;
  readonly share: number;
  /** Whether results may take the place of what is read beside the factors. */
  readonly mayReplace: boolean;
}

/** Folded positions that are a long way to go before the stride changes. */
const longRun = 16;
/** Results along vectors that are enough. */
const longVector = 8;
/** So few rows are not enough for tiles of any height. */
const fewRows = 6;
/**
 * What it costs to store a result whose neighbours in its vector lie elsewhere, in products, and
 * to copy an element of a factor from such places, in uses of it.
 */
const [scatterCost, gatherCost] = [16, 8];

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

/** How far all places move with an index; undefined where that is not the same everywhere. */
const commonStride = (places: readonly Expr[], index: Expr): number | undefined => {
  const [first, ...others] = places.map((place) => strideAlong(place, index));
  return others.every((stride) => stride === first) ? first : undefined;
};

/** How the places of stored values and of both factors move along axes that are visited as one. */
interface Strides {
  readonly stored: readonly (number | undefined)[];
  readonly factors: readonly (number | undefined)[];
}
const findStrides = (
  group: Group,
  axes: readonly number[],
  { storedAt, isSound, placesOf }: ContractQuestions,
): Strides | undefined => {
  const { symbols } = group;
  const isOne = axes.length === 1;
  const index = isOne
    ? (symbols.outer[axes[0] as number] as Expr)
    : newLocal('i32', [0, sizeOf(extentsOf(group, axes)) - 1]);
  const domain: Domain = isOne
    ? symbols
    : { outer: indexesAt(group, symbols.outer, axes, index), inner: symbols.inner };
  if (!isOne && !isSound(domain)) return undefined;
  return {
    stored: storedAt(domain).map((place) => strideAlong(place, index)),
    factors: ([0, 1] as const).map((factor) => commonStride(placesOf(factor, domain), index)),
  };
};

/** What was found: the same axes are asked for again and again. */
const found = new WeakMap<ContractQuestions, Map<string, Strides | undefined>>();
/** The strides along axes of a group; undefined where its members do not find what they read. */
const stridesAlong = (
  group: Group,
  axes: readonly number[],
  questions: ContractQuestions,
): Strides | undefined => {
  const known = found.get(questions) ?? new Map<string, Strides | undefined>();
  found.set(questions, known);
  const key = axes.join();
  if (!known.has(key)) known.set(key, findStrides(group, axes, questions));
  return known.get(key);
};

/** The longest run of last axes that can be visited as one without divisions. */
const lastTogether = (
  group: Group,
  axes: readonly number[],
  questions: ContractQuestions,
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
  questions: ContractQuestions,
): readonly number[] => {
  const stride = (axis: number): number =>
    Math.abs(stridesAlong(group, [axis], questions)?.stored[0] ?? Number.POSITIVE_INFINITY);
  const strides = new Map(axes.map((axis) => [axis, stride(axis)]));
  return [...axes].sort((a, b) => (strides.get(b) as number) - (strides.get(a) as number));
};

/** The axes that tiles run across: the last ones, or a longer one. */
const axesAcross = (
  group: Group,
  axes: readonly number[],
  questions: ContractQuestions,
): readonly number[] => {
  if (axes.length === 0) return axes;
  const together = lastTogether(group, axes, questions);
  const count = sizeOf(extentsOf(group, together));
  const extent = (axis: number): number => group.outer[axis] as number;
  const longest = axes.reduce((one, other) => (extent(other) > extent(one) ? other : one));
  return count < fewRows && extent(longest) > count ? [longest] : together;
};

/** Which factors lie in order along the last folded axis. */
export const factorsInOrder = (
  group: Group,
  { placesOf }: ContractQuestions,
): readonly [boolean, boolean] => {
  const along = group.symbols.inner[group.inner.length - 1];
  const isInOrder = (factor: 0 | 1): boolean =>
    along !== undefined && commonStride(placesOf(factor, group.symbols), along) === 1;
  return [isInOrder(0), isInOrder(1)];
};

/** Chooses the axes; undefined where no axis moves one factor alone. */
export const choosePanelAxes = (
  group: Group,
  questions: ContractQuestions,
  { lanes = 1 }: Target,
): PanelAxes | undefined => {
  const axes = contractAxes(group);
  const rows = inStoredOrder(group, axes.rows, questions);
  const columns = inStoredOrder(group, axes.columns, questions);
  const areInOrder = (strides: Strides | undefined): boolean =>
    strides?.stored.every((stride) => stride === 1) === true;
  // Short vectors leave lanes idle; of long ones, those that cost least besides.
  const score = (factor: 0 | 1): number => {
    const [list, others] = factor === 0 ? [rows, columns] : [columns, rows];
    if (list.length === 0) return 0;
    const along = lastTogether(group, list, questions);
    const length = sizeOf(extentsOf(group, along));
    if (length < longVector) return length;
    const strides = stridesAlong(group, along, questions);
    const full = length / (Math.ceil(length / lanes) * lanes);
    const depth = sizeOf(group.inner);
    const stores = areInOrder(strides) ? 1 : depth / (depth + scatterCost);
    const uses = sizeOf(extentsOf(group, others));
    const copies = strides?.factors[factor] === 1 ? 1 : uses / (uses + gatherCost);
    return longVector + full * stores * copies;
  };
  const factor = score(1) >= score(0) ? 1 : 0;
  const other = factor === 0 ? 1 : 0;
  const [own, others] = factor === 0 ? [rows, columns] : [columns, rows];
  if (own.length === 0) return undefined;
  const along = lastTogether(group, own, questions);
  const strides = stridesAlong(group, along, questions);
  const across = axesAcross(group, others, questions);
  const [onlyFolded] = group.symbols.inner;
  const position =
    group.inner.length === 1 && onlyFolded !== undefined
      ? onlyFolded
      : newLocal('i32', [0, Math.max(0, sizeOf(group.inner) - 1)]);
  const folded: Domain =
    position === onlyFolded
      ? group.symbols
      : { outer: group.symbols.outer, inner: Access.position(group.inner, position).at };
  const last = group.inner.length - 1;
  const foldStrideOf = (side: 0 | 1): number => {
    if (sizeOf(group.inner) === 1) return 0;
    const stride = commonStride(questions.placesOf(side, folded), position);
    if (stride !== undefined) return Math.abs(stride);
    // Long runs hide what lies between them.
    const isLong = (group.inner[last] ?? 1) >= longRun;
    const along = questions.placesOf(side, group.symbols);
    const run = isLong ? commonStride(along, group.symbols.inner[last] as Expr) : undefined;
    return Math.abs(run ?? Number.POSITIVE_INFINITY);
  };
  return {
    factor,
    along,
    across,
    inside: others.filter((axis) => !across.includes(axis)),
    around: [...axes.batch, ...own.filter((axis) => !along.includes(axis))].sort((a, b) => a - b),
    isInOrder: strides?.factors[factor] === 1,
    areRowsInOrder:
      across.length > 0 && stridesAlong(group, across, questions)?.factors[other] === 1,
    isStoredInOrder: areInOrder(strides),
    foldStride: foldStrideOf(factor),
    otherFoldStride: foldStrideOf(other),
    otherRests: axes.batch.length === 0,
    weight: questions.weight,
    products: questions.products,
    share: questions.share,
    mayReplace: questions.mayReplace,
  };
};
