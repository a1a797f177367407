/** Loops of known length over sequences: `scan`. */
import { ArgumentError, ShapeError } from '../../ir/errors.ts';
import { scan as scanOp } from '../../ir/ops/scan.ts';
import { checkOptions } from '../../ir/options.ts';
import { showShape } from '../../ir/types.ts';
import type { AnyTree, CarryCheck, DropAxis, Stacked, StepsOf } from '../../types/index.ts';
import { apply } from '../apply.ts';
import { type Flattened, flatten, unflatten } from '../flatten.ts';
import { located, requireFlag, requireWhole } from '../functions/operands.ts';
import { asTyped, type TensorImplementation } from '../tensor.ts';
import { showPath } from '../visit.ts';
import { capturedFirst, requirePair, requireSameCarry } from './held-functions.ts';
import {
  type AnyFunction,
  checkFunction,
  flattenResult,
  nameOf,
  traceCall,
} from './traced-call.ts';

/** Options of `scan`. */
export interface ScanOptions<Length extends number = number> {
  /** How many steps; needed when there is no sequence, else it must be the sequences' length. */
  readonly length?: Length | undefined;
  /** Whether the loop starts at the last slice; results keep their places. Default false. */
  readonly reverse?: boolean | undefined;
}

/** The length that all sequences and the option agree on. */
const lengthOf = (name: string, xs: Flattened, given: number | undefined): number => {
  let first: { readonly length: number; readonly place: string } | undefined;
  xs.leaves.forEach(({ shape }, leaf) => {
    const path = showPath(xs.paths[leaf] ?? []);
    const place = path === '' ? 'xs' : `xs${path.startsWith('[') ? '' : '.'}${path}`;
    const length = shape[0];
    if (length === undefined) {
      throw new ShapeError(`${name}: ${place} is a scalar and has no axis to loop along`, {
        hint: 'use a scalar from outside in the function, or carry it',
      });
    }
    first ??= { length, place };
    if (length === first.length) return;
    throw new ShapeError(`${name}: lengths ${first.length} and ${length} differ`, {
      got: `${first.length} in ${first.place}, ${length} in ${place} ${showShape(shape)}`,
    });
  });
  if (first === undefined && given === undefined) {
    throw new ArgumentError(`${name}: without sequences the number of steps must be given`, {
      hint: 'scan(f, init, null, { length: 10 })',
    });
  }
  if (given !== undefined) requireWhole(name, 'length', given, 0);
  if (first !== undefined && given !== undefined && first.length !== given) {
    throw new ShapeError(`${name}: length is ${given}, but ${first.place} has ${first.length}`);
  }
  return first?.length ?? (given as number);
};

/** The loop for functions of the library: `name` is what errors call it. */
export const loopOver = (
  name: string,
  f: AnyFunction,
  init: unknown,
  xs: unknown,
  options: ScanOptions,
): [carry: unknown, ys: unknown] => {
  const carry = flatten(init, name, 'the carry');
  const sequences = flatten(xs, name, 'xs');
  const length = lengthOf(name, sequences, options.length);
  const reverse = requireFlag(name, 'reverse', options.reverse);
  let after: Flattened | undefined;
  let stacked: Flattened | undefined;
  const step = (before: never, x: never): readonly [unknown, unknown] => {
    const result = f(before, x);
    flattenResult(name, result);
    const pair = requirePair(name, 'the function', '[carry, y]', result);
    after = flatten(pair[0], name, 'the carry');
    stacked = flatten(pair[1], name, 'the result of a step');
    return pair;
  };
  Object.defineProperty(step, 'name', { value: nameOf(f) });
  const call = traceCall(name, step, [carry, sequences], {
    typeOf: (leaf, input) =>
      input < carry.leaves.length ? leaf : { dtype: leaf.dtype, shape: leaf.shape.slice(1) },
  });
  requireSameCarry(name, carry, after as Flattened);
  const { graph, captured } = capturedFirst(call);
  const tensors = [...captured, ...carry.leaves, ...sequences.leaves];
  const params = {
    body: graph,
    length,
    reverse,
    constants: captured.length,
    carries: carry.leaves.length,
  };
  const results: TensorImplementation[] =
    graph.outputs.length === 0
      ? []
      : apply(name, tensors.map(asTyped<never>), (values) => scanOp(values, params));
  const last = unflatten(carry.structure, results.splice(0, carry.leaves.length));
  return [last, unflatten((stacked as Flattened).structure, results)];
};

/**
 * Loops along the first axis of every tensor of the tree `xs`: `f` takes the carry and one slice
 * and returns [next carry, y]. The result is [last carry, ys], where ys has the y of every step
 * stacked along a new first axis. The carry keeps its structure and types. Without sequences `xs`
 * is null and `length` says how many steps there are. Can be differentiated in both modes.
 */
export function scan<
  C extends AnyTree,
  Xs extends AnyTree,
  Next extends AnyTree,
  Y extends AnyTree,
  L extends number = number,
>(
  f: (carry: C, x: DropAxis<Xs>) => readonly [Next & CarryCheck<'scan', C, Next>, Y],
  init: C,
  xs: Xs,
  options?: ScanOptions<L>,
): [carry: C, ys: Stacked<Y, StepsOf<Xs, L>>];
export function scan(
  f: AnyFunction,
  init: unknown,
  xs: unknown,
  options: ScanOptions = {},
): unknown {
  return located(() => {
    checkFunction('scan', f);
    checkOptions('scan', options, ['length', 'reverse']);
    return loopOver('scan', f, init, xs, options);
  });
}
