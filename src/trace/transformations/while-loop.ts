/** Loops that end when a condition fails, and loops that count: `whileLoop` and `foriLoop`. */
import { ArgumentError } from '../../ir/errors.ts';
import { constantLike, iota } from '../../ir/ops/constants.ts';
import { add } from '../../ir/ops/elementwise.ts';
import { lt } from '../../ir/ops/logic.ts';
import { whileLoop as whileLoopOp } from '../../ir/ops/while-loop.ts';
import type { TensorType } from '../../ir/types.ts';
import type { AnyTensor, AnyTree, CarryCheck, Tensor } from '../../types/index.ts';
import { apply } from '../apply.ts';
import { flatten, unflatten } from '../flatten.ts';
import { located } from '../functions/operands.ts';
import { asTyped, describe, isTensor, type TensorImplementation } from '../tensor.ts';
import { capturedFirst, requirePredicate, requireSameCarry, showLeaf } from './held-functions.ts';
import { loopOver } from './scan.ts';
import { type AnyFunction, checkFunction, traceCall } from './traced-call.ts';

const loopWhile = (
  name: string,
  condition: AnyFunction,
  body: AnyFunction,
  init: unknown,
): unknown => {
  const carry = flatten(init, name, 'the carry');
  const test = traceCall(name, condition, [carry]);
  const [truth] = test.result.leaves;
  if (test.result.structure.kind !== 'tensor' || truth === undefined) {
    const { structure } = test.result;
    const got = structure.kind === 'static' ? describe(structure.value) : `an ${structure.kind}`;
    throw new ArgumentError(`${name}: the condition must return a bool scalar, not ${got}`, {
      hint: 'compare with lt, gt, eq...',
    });
  }
  requirePredicate(name, 'the condition', truth);
  const step = traceCall(name, body, [carry]);
  requireSameCarry(name, carry, step.result);
  if (carry.leaves.length === 0) {
    throw new ArgumentError(`${name}: the carry holds no tensor, so the loop would never end`, {
      hint: 'carry what the condition tests',
    });
  }
  const forTest = capturedFirst(test);
  const forStep = capturedFirst(step);
  const tensors = [...forTest.captured, ...forStep.captured, ...carry.leaves];
  const results = apply(name, tensors.map(asTyped<never>), (values) =>
    whileLoopOp(values, {
      condition: forTest.graph,
      body: forStep.graph,
      conditionConstants: forTest.captured.length,
      bodyConstants: forStep.captured.length,
    }),
  );
  return unflatten(carry.structure, results);
};

/**
 * Repeats `body`, which takes the carry and returns the next one, as long as `condition`, which
 * takes the carry, returns true. The carry keeps its structure and types. Forward mode works;
 * reverse mode cannot know how many values it would have to keep and is a DifferentiationError.
 */
export function whileLoop<C extends AnyTree, Next extends AnyTree>(
  condition: (carry: C) => Tensor<[], 'bool'>,
  body: (carry: C) => Next & CarryCheck<'whileLoop', C, Next>,
  init: C,
): C;
export function whileLoop(condition: AnyFunction, body: AnyFunction, init: unknown): unknown {
  return located(() => {
    checkFunction('whileLoop', condition);
    checkFunction('whileLoop', body);
    return loopWhile('whileLoop', condition, body, init);
  });
}

const counter: TensorType = { dtype: 'i32', shape: [] };

const requireBound = (what: string, bound: unknown): number | TensorImplementation => {
  if (typeof bound === 'number') {
    if (Number.isInteger(bound) && Math.abs(bound) <= 2147483647) return bound;
    throw new ArgumentError(`foriLoop: ${what} must be a whole number of 32 bits, not ${bound}`);
  }
  if (!isTensor(bound)) {
    throw new ArgumentError(`foriLoop: ${what} must be a number or an i32 scalar`, {
      got: describe(bound),
    });
  }
  if (bound.dtype === 'i32' && bound.shape.length === 0) return bound;
  throw new ArgumentError(`foriLoop: ${what} must be an i32 scalar, not ${showLeaf(bound)}`);
};

/** A bound as a tensor, and tensors made by a function of values. */
const scalar = (bound: number | TensorImplementation): TensorImplementation =>
  isTensor(bound)
    ? bound
    : (apply('foriLoop', [], () => constantLike(counter, bound))[0] as TensorImplementation);

const countTo = (
  lower: number | TensorImplementation,
  upper: number | TensorImplementation,
  body: AnyFunction,
  init: unknown,
): unknown => {
  const call = body as unknown as (i: unknown, carry: unknown) => unknown;
  if (typeof lower === 'number' && typeof upper === 'number') {
    const length = Math.max(0, upper - lower);
    const [counts] = apply('foriLoop', [], () => {
      const steps = iota([], { axis: 0, shape: [length], dtype: 'i32' });
      return lower === 0 ? steps : add(steps, constantLike(steps, lower));
    });
    const step = (carry: never, i: never): unknown => [call(i, carry), null];
    return loopOver('foriLoop', step, init, counts, {})[0];
  }
  const end = scalar(upper);
  const [, last] = loopWhile(
    'foriLoop',
    ([i]: [TensorImplementation, unknown]) =>
      apply('foriLoop', [i, end].map(asTyped<AnyTensor>), ([a, b]) => lt(a!, b!))[0],
    ([i, carry]: [TensorImplementation, unknown]) => {
      const [next] = apply('foriLoop', [asTyped(i)], ([a]) => add(a!, constantLike(a!, 1)));
      return [next, call(i, carry)];
    },
    [scalar(lower), init],
  ) as [unknown, unknown];
  return last;
};

/**
 * Repeats `body`, which takes the counter (i32) and the carry and returns the next carry, for
 * lower, lower + 1, ... upper - 1. With bounds that are numbers the loop can be differentiated in
 * both modes; with a bound that is a tensor it is a `whileLoop`.
 */
export function foriLoop<C extends AnyTree, Next extends AnyTree>(
  lower: number | Tensor<[], 'i32'>,
  upper: number | Tensor<[], 'i32'>,
  body: (i: Tensor<[], 'i32'>, carry: C) => Next & CarryCheck<'foriLoop', C, Next>,
  init: C,
): C;
export function foriLoop(
  lower: unknown,
  upper: unknown,
  body: AnyFunction,
  init: unknown,
): unknown {
  return located(() => {
    checkFunction('foriLoop', body);
    const from = requireBound('the lower bound', lower);
    return countTo(from, requireBound('the upper bound', upper), body, init);
  });
}
