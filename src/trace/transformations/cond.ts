/** Choices between functions: `cond` and `switchCase`. */
import { ArgumentError } from '../../ir/errors.ts';
import type { Value } from '../../ir/graph.ts';
import { branch } from '../../ir/ops/branch.ts';
import { cast, not } from '../../ir/ops/logic.ts';
import type { AnyTensor, AnyTree, BranchCheck, Tensor } from '../../types/index.ts';
import { apply } from '../apply.ts';
import { unflatten } from '../flatten.ts';
import { located } from '../functions/operands.ts';
import { asTensor, asTyped, describe } from '../tensor.ts';
import { captureTogether, requirePredicate, requireSameTrees, showLeaf } from './held-functions.ts';
import { type AnyFunction, checkFunction, flattenArguments, traceCall } from './traced-call.ts';

/** `indexOf` makes the number of the branch from the value of the selector. */
const choose = (
  name: string,
  selector: AnyTensor,
  indexOf: (value: Value) => Value,
  functions: readonly AnyFunction[],
  operands: readonly unknown[],
): unknown => {
  const args = flattenArguments(name, operands);
  const declared = args.flatMap(({ leaves }) => leaves);
  const calls = functions.map((f) => traceCall(name, f, args));
  const [first, ...others] = calls.map(({ result }) => result);
  if (first === undefined) throw new ArgumentError(`${name}: at least one branch must be given`);
  for (const other of others) {
    requireSameTrees(
      name,
      'the result',
      first,
      other,
      'the branches give results of different structure',
      (place, a, b) =>
        place === 'the result'
          ? `the branches give ${a} and ${b}`
          : `the branches give ${a} and ${b} for ${place}`,
    );
  }
  const held = calls.map(({ graph, tensors }) => ({
    graph,
    captured: tensors.slice(declared.length),
  }));
  const { graphs, captured } = captureTogether(
    held,
    held.map(() => declared.length),
  );
  if (first.leaves.length === 0) return unflatten(first.structure, []);
  const tensors = [selector, ...[...declared, ...captured].map(asTyped<AnyTensor>)];
  const results = apply(name, tensors, ([value, ...rest]) =>
    branch([indexOf(value as Value), ...rest], { branches: graphs }),
  );
  return unflatten(first.structure, results);
};

/**
 * `onTrue(...operands)` where the predicate, a bool scalar, holds, else `onFalse(...operands)`.
 * Only one of them runs, unless `vmap` gives every example a predicate of its own: then both do.
 * The functions return trees of the same structure and types. A JavaScript boolean chooses while
 * tracing.
 */
export function cond<A extends unknown[], R extends AnyTree, Other extends AnyTree>(
  predicate: Tensor<[], 'bool'> | boolean,
  onTrue: (...operands: A) => R,
  onFalse: (...operands: A) => Other & BranchCheck<'cond', R, Other>,
  ...operands: A
): R;
export function cond(
  predicate: unknown,
  onTrue: AnyFunction,
  onFalse: AnyFunction,
  ...operands: unknown[]
): unknown {
  return located(() => {
    checkFunction('cond', onTrue);
    checkFunction('cond', onFalse);
    if (typeof predicate === 'boolean') {
      return (predicate ? onTrue : onFalse)(...(operands as never[]));
    }
    const tensor = asTensor('cond', predicate);
    requirePredicate('cond', 'the predicate', tensor);
    const toIndex = (value: Value): Value => cast(not(value), { dtype: 'i32' });
    return choose('cond', asTyped(tensor), toIndex, [onTrue, onFalse], operands);
  });
}

/**
 * `branches[index](...operands)`; the index, an i32 scalar, is clamped to the branches there are.
 * Only one of them runs, unless `vmap` gives every example an index of its own: then all do. The
 * functions return trees of the same structure and types.
 */
export function switchCase<A extends unknown[], R extends AnyTree>(
  index: Tensor<[], 'i32'> | number,
  branches: readonly [(...operands: A) => R, ...((...operands: A) => NoInfer<R>)[]],
  ...operands: A
): R;
export function switchCase(
  index: unknown,
  branches: readonly AnyFunction[],
  ...operands: unknown[]
): unknown {
  return located(() => {
    if (!Array.isArray(branches)) {
      throw new ArgumentError('switchCase: expected an array of functions', {
        got: describe(branches),
      });
    }
    if (branches.length === 0) {
      throw new ArgumentError('switchCase: at least one branch must be given');
    }
    for (const f of branches) checkFunction('switchCase', f);
    if (typeof index === 'number') {
      if (!Number.isInteger(index)) {
        throw new ArgumentError(`switchCase: the index must be a whole number, not ${index}`);
      }
      const which = Math.min(Math.max(index, 0), branches.length - 1);
      return (branches[which] as AnyFunction)(...(operands as never[]));
    }
    const tensor = asTensor('switchCase', index);
    if (tensor.dtype !== 'i32' || tensor.shape.length > 0) {
      throw new ArgumentError(
        `switchCase: the index must be an i32 scalar, not ${showLeaf(tensor)}`,
        { hint: "convert it with cast(index, 'i32')" },
      );
    }
    return choose('switchCase', asTyped(tensor), (value) => value, branches, operands);
  });
}
