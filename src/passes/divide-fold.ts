/**
 * Decides how many invocations work on the folds of a kernel: how many rows a workgroup has, how
 * many lanes share a row, and over how many workgroups a row is spread.
 */
import type { WorkgroupTarget } from '../ir/target.ts';

/** Folds of equal length, one per row. */
export interface FoldSize {
  readonly rows: number;
  /** How many elements each fold has. */
  readonly length: number;
  /** Whether neighbours in memory belong to neighbouring rows instead of one fold. */
  readonly isAcross: boolean;
  /** The accumulators that one lane hands to the others at a time, in bytes. */
  readonly bytes: number;
  /** How many folds of a row need each other's results. */
  readonly passes: number;
}

/** How folds are divided; a workgroup has `rowLanes * foldLanes` invocations, powers of two. */
export interface FoldShape extends FoldSize {
  /** How many neighbouring rows a workgroup has. */
  readonly rowLanes: number;
  /** How many lanes of a workgroup share a row. */
  readonly foldLanes: number;
  /** How many workgroups share a row; more than 1 needs a dispatch per pass and one more. */
  readonly chunks: number;
  /** So many neighbouring lanes of a row combine what they have by shuffles; 1 where none do. */
  readonly subgroup: number;
}

/** As many neighbouring rows as fill what memory delivers at once. */
const rowsAcross = 32;
/** A fold is spread if a workgroup would take so many times the steps of combining its lanes. */
const leastSpread = 8;
/** The workgroups of a row take at least so many times the steps of combining their lanes. */
const leastChunk = 1 / 4;
/** Every pass is a dispatch where folds are spread, and a kernel can have 8. */
const mostPasses = 6;

const powerBelow = (n: number): number => 2 ** Math.floor(Math.log2(Math.max(1, n)));
const powerAbove = (n: number): number => 2 ** Math.ceil(Math.log2(Math.max(1, n)));

/** The division of folds; undefined where one invocation per row is best. */
export const divideFold = (size: FoldSize, target: WorkgroupTarget): FoldShape | undefined => {
  const { rows, length, isAcross, bytes, passes } = size;
  const most = powerBelow(Math.min(target.invocations, target.memory / bytes));
  // The steps in which the results of lanes are combined; what lanes do must be worth that.
  const combining = 2 * Math.sqrt(most);
  if (rows === 0 || length < combining) return undefined;
  // With so many lanes, visiting elements takes about as long as combining: length / lanes is
  // 2 * sqrt(lanes).
  const few = powerBelow((length / 2) ** (2 / 3));
  let rowLanes: number;
  let foldLanes: number;
  if (isAcross) {
    // Neighbouring invocations read neighbours, so one per row is as good if that keeps all busy.
    if (2 * rows > target.busy * target.invocations) return undefined;
    rowLanes = Math.min(powerAbove(rows), rowsAcross, most / 2);
    foldLanes = Math.min(most / rowLanes, few);
  } else {
    foldLanes = Math.min(most, few);
    const isIdle = (): boolean => rows * foldLanes < target.busy * most;
    while (foldLanes < Math.min(most, length) && isIdle()) foldLanes *= 2;
    rowLanes = Math.min(most / foldLanes, powerAbove(rows));
  }
  if (foldLanes < 2 || rowLanes < 1) return undefined;
  const groups = Math.ceil(rows / rowLanes);
  const steps = length / foldLanes;
  const isLong = steps >= leastSpread * combining;
  const isSpread = isLong && 2 * groups <= target.busy && passes <= mostPasses;
  const chunks = isSpread
    ? Math.min(Math.ceil(target.busy / groups), Math.floor(steps / (leastChunk * combining)))
    : 1;
  const subgroup = isAcross ? 1 : Math.min(foldLanes, powerBelow(target.subgroup ?? 1));
  return { ...size, rowLanes, foldLanes, chunks, subgroup };
};
