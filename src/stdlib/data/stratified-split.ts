/** Splits a data set into training and test parts that keep the share of every class. */
import { ArgumentError } from '../../ir/errors.ts';
import { checkOptions } from '../../ir/options.ts';
import { seededGenerator, shuffle } from './integer-generator.ts';

/** Options of stratifiedSplit. */
export interface SplitOptions {
  /** The share of the data that goes into `test`, between 0 and 1, both excluded. */
  readonly fraction: number;
  /** The same seed gives the same split on every platform. */
  readonly seed: number;
}

/** The members of each class, classes by first appearance. */
const groupByClass = (labels: ArrayLike<number | string>): number[][] => {
  const groups = new Map<number | string, number[]>();
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i];
    if (typeof label !== 'string' && !Number.isFinite(label)) {
      throw new ArgumentError(`stratifiedSplit: label ${i} is neither text nor a finite number`, {
        got: String(label),
      });
    }
    const group = groups.get(label as number | string);
    if (group === undefined) groups.set(label as number | string, [i]);
    else group.push(i);
  }
  return [...groups.values()];
};

/**
 * How many members of classes of these sizes go into the test part: the whole part of `fraction *
 * size` each, then one more for the largest remainders until the rounded total is reached; a class
 * never loses its last member.
 */
const testCounts = (sizes: readonly number[], fraction: number): number[] => {
  const quotas = sizes.map((size) => fraction * size);
  const counts = quotas.map((quota, c) => Math.min(Math.floor(quota), (sizes[c] as number) - 1));
  const remainder = (c: number): number => (quotas[c] as number) - (counts[c] as number);
  const order = sizes.map((_, c) => c).sort((a, b) => remainder(b) - remainder(a) || a - b);
  const members = sizes.reduce((sum, size) => sum + size, 0);
  const given = counts.reduce((sum, count) => sum + count, 0);
  let left = Math.round(fraction * members) - given;
  for (const c of order) {
    const count = counts[c] as number;
    if (left <= 0) break;
    if (count + 1 >= (sizes[c] as number)) continue;
    counts[c] = count + 1;
    left--;
  }
  return counts;
};

/**
 * Splits the indices of `labels` into `train` and `test`, both ascending, each index in one of
 * them. Every class is split by itself: its test members number `fraction` times its size, rounded
 * down or up such that the total comes out (largest remainder). A class of one member stays in
 * `train`, and a class never goes into `test` as a whole. Throws an ArgumentError for a fraction
 * outside of (0, 1), and where no class is large enough to give a test member.
 */
export const stratifiedSplit = (
  labels: ArrayLike<number | string>,
  options: SplitOptions,
): { readonly train: Int32Array; readonly test: Int32Array } => {
  checkOptions('stratifiedSplit', options, ['fraction', 'seed']);
  const fraction = options?.fraction;
  if (!(typeof fraction === 'number' && fraction > 0 && fraction < 1)) {
    throw new ArgumentError('stratifiedSplit: the fraction is between 0 and 1', {
      got: String(fraction),
      hint: '{ fraction: 0.2, seed: 0 } puts a fifth of the data into test',
    });
  }
  const generator = seededGenerator('stratifiedSplit', options.seed);
  const groups = groupByClass(labels).filter((group) => group.length > 1);
  const counts = testCounts(
    groups.map((group) => group.length),
    fraction,
  );
  const isTest = new Uint8Array(labels.length);
  groups.forEach((group, c) => {
    const members = Int32Array.from(group);
    shuffle(members, generator);
    for (const index of members.subarray(0, counts[c])) isTest[index] = 1;
  });
  const indices = Int32Array.from({ length: labels.length }, (_, i) => i);
  const test = indices.filter((i) => isTest[i] === 1);
  if (test.length === 0) {
    throw new ArgumentError('stratifiedSplit: the test part would be empty', {
      got: `fraction ${fraction} of ${labels.length} labels`,
      hint: 'a larger fraction, or more members per class (a class of one stays in train)',
    });
  }
  return { train: indices.filter((i) => isTest[i] === 0), test };
};
