/** Losses of probabilities. The formulas are those of PyTorch's functions of these names. */
import type { Value } from '../../ir/graph.ts';
import { constantLike } from '../../ir/ops/constants.ts';
import { add, exp, log, log1p, mul, neg, relu, softplus, sub } from '../../ir/ops/elementwise.ts';
import { and, eq, ge, le, select } from '../../ir/ops/logic.ts';
import { checkOptions } from '../../ir/options.ts';
import type { FloatTensor } from '../../trace/functions/function-types.ts';
import {
  applyOne,
  broadcastValue,
  located,
  requireFlag,
  requireSameDType,
} from '../../trace/functions/operands.ts';
import { requireBroadcasts } from '../../trace/functions/parameters.ts';
import { asTensor } from '../../trace/tensor.ts';
import type {
  AnyTensor,
  BroadcastTo,
  Checked,
  DTypeOf,
  Dynamic,
  Ok,
  SameDTypeThen,
  ShapeOf,
} from '../../types/index.ts';
import { type Agreeing, applyLoss, type PairLoss, requireAgreeing } from './elementwise-loss.ts';
import {
  type Loss,
  type LossOptions,
  type Reduction,
  reduced,
  requireReduction,
} from './reduction.ts';

/**
 * What `choose` gives where the condition does not hold, else a constant; `f` never sees the
 * elements for which it does, so that their derivative is 0 and not NaN.
 */
const constantWhere = (
  condition: Value,
  constant: number,
  [x, harmless]: readonly [Value, number],
  f: (x: Value) => Value,
): Value => {
  const y = f(select(condition, constantLike(x, harmless), x));
  return select(condition, constantLike(y, constant), y);
};

/** The greatest cost of a probability, as in PyTorch. */
const CEILING = 100;
/** min(-log p, 100) for p >= 0, NaN for others; constant to the gradient where it is cut off. */
const cost = (p: Value): Value => {
  const isLow = and(ge(p, constantLike(p, 0)), le(p, constantLike(p, Math.exp(-CEILING))));
  return constantWhere(isLow, CEILING, [p, 1], (inside) => neg(log(inside)));
};
/** min(-log(1 - p), 100) likewise; 1 - p is 0 or more than the least that counts. */
const costOfRest = (p: Value): Value =>
  constantWhere(eq(p, constantLike(p, 1)), CEILING, [p, 0], (inside) => neg(log1p(neg(inside))));

/**
 * -(y log p + (1 - y) log(1 - p)) for probabilities p and targets y, by default the mean. Each
 * logarithm is at least -100; where it is cut off (p = 0 or 1) its derivative is 0. Probabilities
 * outside of [0, 1] give NaN.
 */
export const bceLoss: PairLoss<'bceLoss'> = (p, y, options) =>
  applyLoss('bceLoss', [p, y], options, [], (a, b) => {
    const rest = sub(constantLike(b, 1), b);
    return add(mul(b, cost(a)), mul(rest, costOfRest(a)));
  });

/** What `bceWithLogits` takes. */
export interface BceWithLogitsOptions<R extends Reduction = Reduction, W = AnyTensor | undefined>
  extends LossOptions<R> {
  /** What the loss of positive targets is multiplied by; it broadcasts to the logits. */
  readonly posWeight?: W;
}
type PositiveWeight<X, W> = W extends AnyTensor
  ? SameDTypeThen<'bceWithLogits', X, W, BroadcastTo<'bceWithLogits', ShapeOf<W>, ShapeOf<X>>>
  : Ok<Dynamic>;

/**
 * `bceLoss` of sigmoid(x) without its rounding, by default the mean: (1 - y) x + w softplus(-x),
 * where w is 1 + y (posWeight - 1).
 */
export const bceWithLogits = <
  X extends FloatTensor,
  Y extends AnyTensor,
  R extends Reduction = 'mean',
  W extends AnyTensor | undefined = undefined,
>(
  logits: X,
  y: Checked<Y, Agreeing<'bceWithLogits', X, Y>>,
  options?: BceWithLogitsOptions<R, Checked<W, PositiveWeight<X, W>>>,
): Loss<R, Agreeing<'bceWithLogits', X, Y>, DTypeOf<X>> =>
  located((): Dynamic => {
    const name = 'bceWithLogits';
    checkOptions(name, options, ['reduction', 'posWeight']);
    const reduction = requireReduction(name, options);
    const pair = requireAgreeing(name, [logits, y]);
    const given: unknown = options?.posWeight;
    const weight = given === undefined ? [] : [asTensor(name, given)];
    for (const one of weight) {
      requireSameDType(name, pair[0]!.dtype, one.dtype);
      requireBroadcasts(name, one.shape, pair[0]!.shape);
    }
    return applyOne(name, [...pair, ...weight], ([x, t, w]) => {
      const one = constantLike(t!, 1);
      const tail = softplus(neg(x!));
      const negative = mul(sub(one, t!), x!);
      if (w === undefined) return reduced(add(negative, tail), reduction);
      const wide = broadcastValue(w, t!.type.shape);
      const factor = add(one, mul(sub(wide, one), t!));
      return reduced(add(negative, mul(factor, tail)), reduction);
    });
  });

/** What `klDiv` takes beside the reduction. */
export interface KlDivOptions {
  /** Whether the targets are logarithms too; false by default. */
  readonly logTarget?: boolean;
}
/**
 * t (log t - x) for logarithms x of probabilities and targets t, 0 with derivative 0 where t is 0;
 * with `logTarget` e^t (t - x), 0 where t is -infinity. By default the mean over all elements.
 */
export const klDiv: PairLoss<'klDiv', KlDivOptions> = (x, t, options) =>
  located(() => {
    const isLog = requireFlag('klDiv', 'logTarget', options?.logTarget);
    const nothing = isLog ? Number.NEGATIVE_INFINITY : 0;
    return applyLoss('klDiv', [x, t], options, ['logTarget'], (a, b) =>
      constantWhere(eq(b, constantLike(b, nothing)), 0, [b, 1], (safe) =>
        isLog ? mul(exp(safe), sub(safe, a)) : mul(safe, sub(log(safe), a)),
      ),
    );
  });

/** max(0, 1 - x y) for targets y of -1 and 1, by default the mean. */
export const hingeLoss: PairLoss<'hingeLoss'> = (x, y, options) =>
  applyLoss('hingeLoss', [x, y], options, [], hinge);
/** max(0, 1 - x y)^2 for targets y of -1 and 1, by default the mean. */
export const squaredHingeLoss: PairLoss<'squaredHingeLoss'> = (x, y, options) =>
  applyLoss('squaredHingeLoss', [x, y], options, [], (a, b) => mul(hinge(a, b), hinge(a, b)));
const hinge = (x: Value, y: Value): Value => relu(sub(constantLike(x, 1), mul(x, y)));
