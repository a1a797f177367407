/** How a loss turns its values per element or per example into one number. */
import { ArgumentError } from '../../ir/errors.ts';
import type { Value } from '../../ir/graph.ts';
import { div } from '../../ir/ops/elementwise.ts';
import { reduceSum } from '../../ir/ops/reductions.ts';
import { meanValue } from '../../trace/functions/reductions.ts';
import type { Ok, Result } from '../../types/index.ts';

/** `mean` (the default) and `sum` give a scalar, `none` the values as they are. */
export type Reduction = 'mean' | 'sum' | 'none';

/** What losses take. */
export interface LossOptions<R extends Reduction = Reduction> {
  /** How the values become one number, 'mean' by default. */
  readonly reduction?: R;
}

/** The loss of a rule: a scalar, or with reduction 'none' the shape of the rule. */
export type Loss<R extends Reduction, Rule, D> = Result<
  Rule extends Ok<unknown> ? (R extends 'none' ? Rule : Ok<[]>) : Rule,
  D
>;

/** The reduction that the options ask for. */
export const requireReduction = (name: string, options: LossOptions | undefined): Reduction => {
  const reduction = options?.reduction ?? 'mean';
  if (reduction === 'mean' || reduction === 'sum' || reduction === 'none') return reduction;
  throw new ArgumentError(
    `${name}: reduction must be 'mean', 'sum' or 'none', not '${String(reduction)}'`,
  );
};

const allAxes = (value: Value): number[] => value.type.shape.map((_, axis) => axis);
/** The sum of all elements. */
export const total = (value: Value): Value => reduceSum(value, { axes: allAxes(value) });

/** The losses reduced; a mean divides by the sum of `weights` where they are given. */
export const reduced = (losses: Value, reduction: Reduction, weights?: Value): Value => {
  if (reduction === 'none') return losses;
  if (reduction === 'sum') return total(losses);
  if (weights !== undefined) return div(total(losses), total(weights));
  return meanValue(losses, allAxes(losses));
};
