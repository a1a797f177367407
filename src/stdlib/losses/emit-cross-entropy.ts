/**
 * * The graph of the cross entropy. Per example it is logsumexp minus what the target picks, in the
 * order in which one row kernel can do it; the gradient is softmax minus target.
 */
import type { Value } from '../../ir/graph.ts';
import { constantLike } from '../../ir/ops/constants.ts';
import { add, div, exp, log, mul, sub } from '../../ir/ops/elementwise.ts';
import { pick, take } from '../../ir/ops/indexing.ts';
import { eq, lt, select } from '../../ir/ops/logic.ts';
import { reduceSum } from '../../ir/ops/reductions.ts';
import { permute } from '../../ir/ops/views.ts';
import { broadcastValue } from '../../trace/functions/operands.ts';
import { spread } from '../../trace/functions/reductions.ts';
import { shiftOf } from '../../trace/functions/statistics.ts';
import { type Reduction, total } from './reduction.ts';

/** The options of `crossEntropy`, checked. */
export interface Settings {
  readonly smoothing: number;
  readonly ignored: number | undefined;
  readonly reduction: Reduction;
}

/** The class axis behind all others; a view. */
const classesLast = (x: Value): Value => {
  const rank = x.type.shape.length;
  if (rank <= 2) return x;
  return permute(x, { axes: [0, ...Array.from({ length: rank - 2 }, (_, k) => k + 2), 1] });
};
const last = (x: Value): readonly number[] => [x.type.shape.length - 1];
const scaled = (x: Value, by: number): Value => (by === 1 ? x : mul(x, constantLike(x, by)));

/** Logits less their largest, which changes no loss, and log(sum(e^...)) of them. */
const normalizer = (logits: Value): { shifted: Value; logarithm: Value } => {
  const { shape } = logits.type;
  const shifted = sub(logits, spread(shiftOf(logits, last(logits)), shape, last(logits)));
  return { shifted, logarithm: log(reduceSum(exp(shifted), { axes: last(logits) })) };
};

/** -sum over the classes of weight * log softmax. */
const sumOfLosses = (shifted: Value, logarithm: Value, weights: Value | undefined): Value => {
  const { shape } = shifted.type;
  const losses = sub(spread(logarithm, shape, last(shifted)), shifted);
  const weighted = weights === undefined ? losses : mul(losses, broadcastValue(weights, shape));
  return reduceSum(weighted, { axes: last(shifted) });
};

/** The loss for class ids: `ids` has the shape of the logits without the class axis. */
export const emitIds = (
  logits: Value,
  ids: Value,
  weights: Value | undefined,
  { smoothing, ignored, reduction }: Settings,
): Value => {
  const x = classesLast(logits);
  const classes = x.type.shape[last(x)[0] as number] as number;
  const { shifted, logarithm } = normalizer(x);
  const isIgnored = ignored === undefined ? undefined : eq(ids, constantLike(ids, ignored));
  const zeroed = (loss: Value): Value =>
    isIgnored === undefined ? loss : select(isIgnored, constantLike(loss, 0), loss);
  // Indexes count negative places from the end; class ids do not, so negative ones go out of range.
  const at = select(lt(ids, constantLike(ids, 0)), constantLike(ids, classes), ids);
  const weight = weights === undefined ? undefined : take([weights, at], { axis: 0, batch: 0 });
  const plain = sub(logarithm, pick([shifted, at], {}));
  let losses = weight === undefined ? plain : mul(plain, weight);
  if (smoothing > 0) {
    const smooth = sumOfLosses(shifted, logarithm, weights);
    losses = add(scaled(losses, 1 - smoothing), scaled(smooth, smoothing / classes));
  }
  losses = zeroed(losses);
  if (reduction === 'none') return losses;
  const sum = total(losses);
  if (reduction === 'sum') return sum;
  const counted = weight ?? constantLike(losses, 1);
  if (weight !== undefined || isIgnored !== undefined) return div(sum, total(zeroed(counted)));
  return div(
    sum,
    constantLike(
      sum,
      losses.type.shape.reduce((count, n) => count * n, 1),
    ),
  );
};

/** The loss for probabilities in the shape of the logits. */
export const emitProbabilities = (
  logits: Value,
  targets: Value,
  weights: Value | undefined,
  { smoothing, reduction }: Settings,
): Value => {
  const [x, given] = [classesLast(logits), classesLast(targets)];
  const { shape } = x.type;
  const { shifted, logarithm } = normalizer(x);
  const classes = shape[last(x)[0] as number] as number;
  const even = constantLike(given, smoothing / classes);
  const mixed = smoothing === 0 ? given : add(scaled(given, 1 - smoothing), even);
  const target = weights === undefined ? mixed : mul(mixed, broadcastValue(weights, shape));
  const perClass = mul(target, sub(spread(logarithm, shape, last(x)), shifted));
  const losses = reduceSum(perClass, { axes: last(x) });
  if (reduction === 'none') return losses;
  const sum = total(losses);
  if (reduction === 'sum') return sum;
  return div(
    sum,
    constantLike(
      sum,
      losses.type.shape.reduce((count, n) => count * n, 1),
    ),
  );
};
