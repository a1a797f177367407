/** Running folds along an axis: the result at a place folds all elements up to it. */
import type { Value } from '../../ir/graph.ts';
import * as cumulative from '../../ir/ops/cumulative.ts';
import type { CumulativeParams } from '../../ir/ops/define-sequential.ts';
import { take } from '../../ir/ops/indexing.ts';
import { greatestOf, leastOf } from '../../ir/ops/reductions.ts';
import { checkOptions } from '../../ir/options.ts';
import { type DType, normalizeAxis } from '../../ir/types.ts';
import type {
  AnyTensor,
  Checked,
  Computed,
  Dynamic,
  SameShape,
  ShapeOf,
} from '../../types/index.ts';
import { asTensor } from '../tensor.ts';
import { applyOne, type Domain, located, requireDomain, requireFlag } from './operands.ts';
import { rowsOf } from './rows.ts';

/** What running folds take beside the axis. */
export interface CumulativeOptions {
  /**
   * Whether an element is left out of its own result, which then starts with the fold of nothing;
   * false by default.
   */
  readonly exclusive?: boolean;
  /** Whether the fold starts at the end of the axis; false by default. */
  readonly reverse?: boolean;
}
/** A running fold along an axis, by default the last. */
export type CumulativeFunction<Op extends string> = <X extends AnyTensor, Ax extends number = -1>(
  x: Computed<Op, X>,
  axis?: Checked<Ax, SameShape<Op, ShapeOf<X>, Ax>>,
  options?: CumulativeOptions,
) => X;

/** A running fold of rows, and what it gives for no elements. */
interface RunningFold {
  readonly fold: (rows: Value, params: CumulativeParams) => Value;
  readonly ofNothing: (dtype: DType) => number;
}
const applyCumulative = (
  name: string,
  domain: Domain,
  x: unknown,
  axis: unknown,
  options: CumulativeOptions | undefined,
  { fold, ofNothing }: RunningFold,
): Dynamic =>
  located(() => {
    const tensor = asTensor(name, x);
    requireDomain(name, domain, tensor.dtype);
    checkOptions(name, options, ['exclusive', 'reverse']);
    const isExclusive = requireFlag(name, 'exclusive', options?.exclusive);
    const params = { reverse: requireFlag(name, 'reverse', options?.reverse) };
    const along = normalizeAxis(name, (axis ?? -1) as number, tensor.shape);
    const { toRows, fromRows } = rowsOf(tensor.shape, along);
    const neutral = ofNothing(tensor.dtype);
    return applyOne(name, [tensor], ([value]) => {
      const rows = toRows(value as Value);
      const folded = isExclusive ? cumulative.delayed(rows, params, neutral) : rows;
      return fromRows(fold(folded, params), tensor.shape[along] as number);
    });
  });

/** Elements at the places that a running search found. */
const found =
  (search: typeof cumulative.cumulativeArgMax) =>
  (rows: Value, params: CumulativeParams): Value =>
    take([rows, search(rows, params)], { axis: 1, batch: 1 });

/** The running sum. Floats are summed in doubles and rounded once per element. */
export const cumsum: CumulativeFunction<'cumsum'> = (x, axis, options) =>
  applyCumulative('cumsum', 'number', x, axis, options, {
    fold: cumulative.cumulativeSum,
    ofNothing: () => 0,
  });
/** The running product; its gradient is exact also where elements are 0. */
export const cumprod: CumulativeFunction<'cumprod'> = (x, axis, options) =>
  applyCumulative('cumprod', 'number', x, axis, options, {
    fold: cumulative.cumulativeProduct,
    ofNothing: () => 1,
  });
/**
 * The running maximum: the first met of equals gets the gradient, NaN wins. Of nothing it is
 * -infinity or the least integer.
 */
export const cummax: CumulativeFunction<'cummax'> = (x, axis, options) =>
  applyCumulative('cummax', 'number', x, axis, options, {
    fold: found(cumulative.cumulativeArgMax),
    ofNothing: leastOf,
  });
/**
 * The running minimum: the first met of equals gets the gradient, NaN wins. Of nothing it is
 * infinity or the largest integer.
 */
export const cummin: CumulativeFunction<'cummin'> = (x, axis, options) =>
  applyCumulative('cummin', 'number', x, axis, options, {
    fold: found(cumulative.cumulativeArgMin),
    ofNothing: greatestOf,
  });
/**
 * The running log(sum(e^x)) without overflow. Where all so far is -infinity it is -infinity with
 * gradient 0.
 */
export const cumlogsumexp: CumulativeFunction<'cumlogsumexp'> = (x, axis, options) =>
  applyCumulative('cumlogsumexp', 'float', x, axis, options, {
    fold: cumulative.cumulativeLogSumExp,
    ofNothing: () => Number.NEGATIVE_INFINITY,
  });
