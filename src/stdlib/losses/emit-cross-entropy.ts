/**
 * The graph of the cross entropy. Per example it is logsumexp minus what the target picks, in the
 * order in which one row kernel can do it; the gradient is softmax minus target.
 */
import type { Value } from '../../ir/graph.ts';
import { constantLike } from '../../ir/ops/constants.ts';
import { add, exp, log, mul, neg, sub } from '../../ir/ops/elementwise.ts';
import { pick, take } from '../../ir/ops/indexing.ts';
import { eq, lt, select } from '../../ir/ops/logic.ts';
import { reduceSum } from '../../ir/ops/reductions.ts';
import { permute } from '../../ir/ops/views.ts';
import { broadcastValue } from '../../trace/functions/operands.ts';
import { spread } from '../../trace/functions/reductions.ts';
import { shiftOf } from '../../trace/functions/statistics.ts';
import { type Reduction, reduced } from './reduction.ts';

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

/** Class ids as losses use them. */
interface Targets {
  /** The ids, negative ones out of range: indexes would count them from the end. */
  readonly at: Value;
  /** The weight of each target, or undefined when all are 1. */
  readonly weight: Value | undefined;
  /** The reduced loss, without the ids that do not count. */
  readonly finish: (losses: Value, reduction: Reduction) => Value;
}
const targetsOf = (
  ids: Value,
  classes: number,
  weights: Value | undefined,
  ignored: number | undefined,
): Targets => {
  const at = select(lt(ids, constantLike(ids, 0)), constantLike(ids, classes), ids);
  const weight = weights === undefined ? undefined : take([weights, at], { axis: 0, batch: 0 });
  const isIgnored = ignored === undefined ? undefined : eq(ids, constantLike(ids, ignored));
  const zeroed = (loss: Value): Value =>
    isIgnored === undefined ? loss : select(isIgnored, constantLike(loss, 0), loss);
  const isEven = weight === undefined && isIgnored === undefined;
  const finish = (losses: Value, reduction: Reduction): Value => {
    const counted = isEven ? undefined : zeroed(weight ?? constantLike(losses, 1));
    return reduced(zeroed(losses), reduction, counted);
  };
  return { at, weight, finish };
};
const classesOf = (x: Value): number => x.type.shape[last(x)[0] as number] as number;

/** The loss for class ids: `ids` has the shape of the logits without the class axis. */
export const emitIds = (
  logits: Value,
  ids: Value,
  weights: Value | undefined,
  { smoothing, ignored, reduction }: Settings,
): Value => {
  const x = classesLast(logits);
  const classes = classesOf(x);
  const { shifted, logarithm } = normalizer(x);
  const { at, weight, finish } = targetsOf(ids, classes, weights, ignored);
  const plain = sub(logarithm, pick([shifted, at], {}));
  let losses = weight === undefined ? plain : mul(plain, weight);
  if (smoothing > 0) {
    const smooth = sumOfLosses(shifted, logarithm, weights);
    losses = add(scaled(losses, 1 - smoothing), scaled(smooth, smoothing / classes));
  }
  return finish(losses, reduction);
};

/** The loss for class ids of log-probabilities, which are taken as they are. */
export const emitPicked = (
  logProbabilities: Value,
  ids: Value,
  weights: Value | undefined,
  { ignored, reduction }: Omit<Settings, 'smoothing'>,
): Value => {
  const x = classesLast(logProbabilities);
  const { at, weight, finish } = targetsOf(ids, classesOf(x), weights, ignored);
  const plain = neg(pick([x, at], {}));
  return finish(weight === undefined ? plain : mul(plain, weight), reduction);
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
  const even = constantLike(given, smoothing / classesOf(x));
  const mixed = smoothing === 0 ? given : add(scaled(given, 1 - smoothing), even);
  const target = weights === undefined ? mixed : mul(mixed, broadcastValue(weights, shape));
  const perClass = mul(target, sub(spread(logarithm, shape, last(x)), shifted));
  return reduced(reduceSum(perClass, { axes: last(x) }), reduction);
};
