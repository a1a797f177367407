/**
 * The graph of the CTC loss: the forward recursion of A. Graves et al. (2006) over the labels with
 * blanks between and around them, in logarithms.
 */
import type { Value } from '../../ir/graph.ts';
import { constantLike, full, iota } from '../../ir/ops/constants.ts';
import { add, exp, log, maximum, mul, neg, stopGradient, sub } from '../../ir/ops/elementwise.ts';
import { pick, take } from '../../ir/ops/indexing.ts';
import { and, eq, ge, lt, ne, or, select } from '../../ir/ops/logic.ts';
import { broadcast, concat, pad, reshape, slice } from '../../ir/ops/views.ts';
import { loopOverValues } from '../../trace/functions/value-scan.ts';
import { total } from './reduction.ts';

const NEVER = Number.NEGATIVE_INFINITY;
const like = (x: Value, value: number): Value => constantLike(x, value);

/** log of the sum of e^... of several logarithms; -infinity with gradient 0 where all are. */
const logSum = (terms: readonly Value[]): Value => {
  const lowest = terms[0]!.type.dtype === 'f64' ? -Number.MAX_VALUE : -3.4028234663852886e38;
  const largest = stopGradient(terms.reduce((most, term) => maximum(most, term)));
  const shift = maximum(largest, like(largest, lowest));
  const sum = terms.map((term) => exp(sub(term, shift))).reduce((all, term) => add(all, term));
  const isNothing = eq(sum, like(sum, 0));
  const logarithm = add(log(select(isNothing, like(sum, 1), sum)), shift);
  return select(isNothing, like(sum, NEVER), logarithm);
};

/** [N, L] moved `by` places to the right; -infinity moves in. */
const shifted = (x: Value, by: number): Value => {
  const [n, length] = x.type.shape as [number, number];
  const kept = Math.max(0, length - by);
  const part = slice(x, { start: [0, 0], size: [n, kept], step: [1, 1] });
  return pad(part, { low: [0, length - kept], high: [0, 0], interior: [0, 0], value: NEVER });
};

const column = (x: Value, length: number): Value =>
  broadcast(x, { shape: [x.type.shape[0] as number, length], axes: [0] });

/** Blanks and labels in turn, [N, 2 S + 1]: blank, first label, blank, second label... */
const withBlanks = (labels: Value): Value => {
  const [n, count] = labels.type.shape as [number, number];
  const pairs = concat(
    [like(reshape(labels, { shape: [n, count, 1] }), 0), reshape(labels, { shape: [n, count, 1] })],
    { axis: 2 },
  );
  const row = reshape(pairs, { shape: [n, 2 * count] });
  return pad(row, { low: [0, 0], high: [0, 1], interior: [0, 0], value: 0 });
};

/** The labels that count, with those that cannot be labels out of range, and 0 behind them. */
const validLabels = (targets: Value, targetLengths: Value, classes: number): Value => {
  const { shape, dtype } = targets.type;
  const place = iota([], { axis: 1, shape, dtype });
  const isCounted = lt(place, column(targetLengths, shape[1] as number));
  const isLabel = ge(targets, like(targets, 1));
  return select(isCounted, select(isLabel, targets, like(targets, classes)), like(targets, 0));
};

/** The loss of log-probabilities [T, N, C], targets [N, S] and lengths [N]. */
export const emitCtc = (
  logProbabilities: Value,
  targets: Value,
  inputLengths: Value,
  targetLengths: Value,
): Value => {
  const [steps, n, classes] = logProbabilities.type.shape as [number, number, number];
  const { dtype } = logProbabilities.type;
  const path = withBlanks(validLabels(targets, targetLengths, classes));
  const length = path.type.shape[1] as number;
  const at = broadcast(path, { shape: [steps, n, length], axes: [1, 2] });
  const emissions = take([logProbabilities, at], { axis: 2, batch: 2 });

  // A label may follow the one before it without a blank between them when they differ.
  const skipped = ne(path, previousLabels(path));
  const isLabel = ne(path, like(path, 0));
  const maySkip = and(skipped, isLabel);

  // The state before the first step: nothing was said, as if the first blank stood there.
  const places = iota([], { axis: 1, shape: [n, length], dtype: 'i32' });
  const zero = full([], { value: 0, shape: [n, length], dtype });
  const start = select(eq(places, like(places, 0)), zero, like(zero, NEVER));
  const counter = full([], { value: 0, shape: [n], dtype: 'i32' });

  const loop = {
    name: 'ctcLoss',
    constants: [maySkip, inputLengths],
    init: [start, counter],
    sequences: [emissions],
    reverse: false,
  };
  const [last] = loopOverValues(loop, ([may, lengths], [before, step], [emission]) => {
    const far = shifted(before!, 2);
    const ways = [before!, shifted(before!, 1), select(may!, far, like(far, NEVER))];
    const next = add(logSum(ways), emission!);
    const isRunning = column(lt(step!, lengths!), length);
    return [select(isRunning, next, before!), add(step!, like(step!, 1))];
  });

  const end = mul(targetLengths, like(targetLengths, 2));
  const beforeEnd = sub(end, like(end, 1));
  const atEnd = pick([last!, end], {});
  const isEmpty = lt(beforeEnd, like(beforeEnd, 0));
  const atLabel = pick([last!, select(isEmpty, like(end, 0), beforeEnd)], {});
  const found = logSum([atEnd, select(isEmpty, like(atLabel, NEVER), atLabel)]);
  const isWrong = or(
    outside(targetLengths, targets.type.shape[1] as number),
    outside(inputLengths, steps),
  );
  return total(select(isWrong, like(found, Number.NaN), neg(found)));
};

const outside = (lengths: Value, most: number): Value =>
  or(lt(lengths, like(lengths, 0)), lt(like(lengths, most), lengths));

/** The label two places before; a number that is none at the first two. */
const previousLabels = (path: Value): Value => {
  const [n, length] = path.type.shape as [number, number];
  const kept = Math.max(0, length - 2);
  const part = slice(path, { start: [0, 0], size: [n, kept], step: [1, 1] });
  return pad(part, { low: [0, length - kept], high: [0, 0], interior: [0, 0], value: -1 });
};
