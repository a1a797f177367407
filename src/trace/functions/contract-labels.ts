/**
 * The engine under `einsum`, `matmul` and their kin: axes carry labels, and products of operands
 * are sums over the labels that the result lacks. Axes of length 1 stretch against longer ones of
 * the same label, without being repeated.
 */
import type { Value } from '../../ir/graph.ts';
import { dot } from '../../ir/ops/contractions.ts';
import { mul } from '../../ir/ops/elementwise.ts';
import { reduceSum } from '../../ir/ops/reductions.ts';
import { permute, reshape, slice } from '../../ir/ops/views.ts';
import { broadcastValue, reshapeValue } from './operands.ts';

/** A value whose axes have labels, each of them once. */
export interface Labelled {
  readonly value: Value;
  readonly labels: readonly string[];
}

const lengthOf = ({ value, labels }: Labelled, label: string): number =>
  value.type.shape[labels.indexOf(label)] ?? 1;

/** Puts the axes into the order of `labels`. */
const order = ({ value, labels }: Labelled, wanted: readonly string[]): Value => {
  const axes = wanted.map((label) => labels.indexOf(label));
  return axes.every((axis, k) => axis === k) ? value : permute(value, { axes });
};

/**
 * Merges axes of the same label into their diagonal, which is every (n + 1)-th element of the
 * merged axis.
 */
export const takeDiagonals = (value: Value, labels: readonly string[]): Labelled => {
  const second = labels.findIndex((label, k) => labels.indexOf(label) !== k);
  if (second < 0) return { value, labels };
  const first = labels.indexOf(labels[second] as string);
  const n = value.type.shape[first] as number;
  const rest = labels.map((_, k) => k).filter((k) => k !== first && k !== second);
  const moved = permute(value, { axes: [...rest, first, second] });
  const lead = moved.type.shape.slice(0, -2);
  const merged = reshape(moved, { shape: [...lead, n * n] });
  const diagonal = slice(merged, {
    start: [...lead.map(() => 0), 0],
    size: [...lead, n],
    step: [...lead.map(() => 1), n + 1],
  });
  return takeDiagonals(
    diagonal,
    [...rest, first].map((k) => labels[k] as string),
  );
};

/** Sums over the axes whose labels are not kept. */
const sumOver = ({ value, labels }: Labelled, isKept: (label: string) => boolean): Labelled => {
  const axes = labels.flatMap((label, k) => (isKept(label) ? [] : [k]));
  if (axes.length === 0) return { value, labels };
  return { value: reduceSum(value, { axes }), labels: labels.filter(isKept) };
};

/** Takes out axes of length 1 whose label is longer in `other`: they stretch. */
const dropStretched = (x: Labelled, other: Labelled): Labelled => {
  const isStretched = (label: string): boolean =>
    other.labels.includes(label) && lengthOf(x, label) === 1 && lengthOf(other, label) !== 1;
  const labels = x.labels.filter((label) => !isStretched(label));
  if (labels.length === x.labels.length) return x;
  const shape = labels.map((label) => lengthOf(x, label));
  return { value: reshape(x.value, { shape }), labels };
};

/**
 * The product of two, summed over the labels that are not kept. The result has its batch labels
 * first.
 */
const contractPair = (
  first: Labelled,
  second: Labelled,
  isKept: (label: string) => boolean,
): Labelled => {
  const inBoth = (label: string): boolean =>
    first.labels.includes(label) && second.labels.includes(label);
  const a = dropStretched(
    sumOver(first, (label) => isKept(label) || inBoth(label)),
    second,
  );
  const b = dropStretched(
    sumOver(second, (label) => isKept(label) || inBoth(label)),
    first,
  );
  // A label whose axis stretched away in one operand is summed in the other alone.
  const x = sumOver(a, (label) => isKept(label) || b.labels.includes(label));
  const y = sumOver(b, (label) => isKept(label) || a.labels.includes(label));
  const shared = x.labels.filter((label) => y.labels.includes(label));
  const batch = shared.filter(isKept);
  const summed = shared.filter((label) => !isKept(label));
  const axesOf = ({ labels }: Labelled, of: readonly string[]): number[] =>
    of.map((label) => labels.indexOf(label));
  const free = ({ labels }: Labelled): string[] =>
    labels.filter((label) => !shared.includes(label));
  const labels = [...batch, ...free(x), ...free(y)];
  if (summed.length === 0) return { value: outerProduct(x, y, labels), labels };
  const value = dot([x.value, y.value], {
    contract: [axesOf(x, summed), axesOf(y, summed)],
    batch: [axesOf(x, batch), axesOf(y, batch)],
  });
  return { value, labels };
};

/**
 * Without a sum, a product is elementwise over broadcast operands, which fuses with what surrounds
 * it.
 */
const outerProduct = (x: Labelled, y: Labelled, labels: readonly string[]): Value => {
  const shape = labels.map((label) =>
    x.labels.includes(label) ? lengthOf(x, label) : lengthOf(y, label),
  );
  const place = (operand: Labelled): Value => {
    const present = labels.filter((label) => operand.labels.includes(label));
    const stretched = labels.map((label) =>
      operand.labels.includes(label) ? lengthOf(operand, label) : 1,
    );
    return broadcastValue(reshapeValue(order(operand, present), stretched), shape);
  };
  return mul(place(x), place(y));
};

const sizeAfter = (a: Labelled, b: Labelled, isKept: (label: string) => boolean): number => {
  const labels = new Set([...a.labels, ...b.labels].filter(isKept));
  let size = 1;
  for (const label of labels) size *= Math.max(lengthOf(a, label), lengthOf(b, label));
  return size;
};

/**
 * The product of operands summed over all labels that `out` lacks, axes in the order of `out`. Of
 * several operands the pair with the smallest product is contracted first.
 */
export const contractLabels = (operands: readonly Labelled[], out: readonly string[]): Value => {
  let rest = [...operands];
  while (rest.length > 1) {
    let best: { i: number; j: number; size: number } | undefined;
    const keptBy = (i: number, j: number) => (label: string) =>
      out.includes(label) || rest.some((x, k) => k !== i && k !== j && x.labels.includes(label));
    for (let i = 0; i < rest.length; i++) {
      for (let j = i + 1; j < rest.length; j++) {
        const size = sizeAfter(rest[i] as Labelled, rest[j] as Labelled, keptBy(i, j));
        if (best === undefined || size < best.size) best = { i, j, size };
      }
    }
    const { i, j } = best as { i: number; j: number };
    const product = contractPair(rest[i] as Labelled, rest[j] as Labelled, keptBy(i, j));
    rest = [product, ...rest.filter((_, k) => k !== i && k !== j)];
  }
  return order(
    sumOver(rest[0] as Labelled, (label) => out.includes(label)),
    out,
  );
};
