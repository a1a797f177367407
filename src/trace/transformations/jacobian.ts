/** All first derivatives of a function: `jacobian`. */
import { ArgumentError, DifferentiationError } from '../../ir/errors.ts';
import { checkOptions } from '../../ir/options.ts';
import { isDifferentiable, sizeOf, type TensorType } from '../../ir/types.ts';
import { jacobianGraph } from '../../passes/jacobian.ts';
import type { Jacobian, Params } from '../../types/index.ts';
import { applyGraph } from '../apply.ts';
import { type Flattened, unflatten } from '../flatten.ts';
import { describe } from '../tensor.ts';
import { verified } from '../verified.ts';
import { checkArgnums } from './grad.ts';
import {
  type AnyFunction,
  checkFunction,
  flattenArguments,
  named,
  nameOf,
  traceCall,
} from './traced-call.ts';
import { floatsOf } from './vjp.ts';

/** Options of `jacobian`. */
export interface JacobianOptions {
  /** The argument to differentiate by. Default 0. */
  readonly argnums?: number | undefined;
  /**
   * Whether to compute it column by column (forward, work per element of the argument) or row by
   * row (reverse, work per element of the result). By default reverse, unless the result has more
   * elements than the argument.
   */
  readonly mode?: 'forward' | 'reverse' | undefined;
}

const elementsOf = (types: readonly (TensorType | undefined)[]): number =>
  types.reduce((sum, type) => sum + (type === undefined ? 0 : sizeOf(type.shape)), 0);

/** The Jacobian of one call; `name` is the transformation that errors name. */
export const jacobianOf = (
  name: string,
  f: AnyFunction,
  values: readonly unknown[],
  { argnums = 0, mode }: JacobianOptions,
): unknown => {
  const args = flattenArguments(name, values);
  checkArgnums(name, [argnums], args);
  const { graph, starts, tensors, result } = traceCall(name, f, args);
  const argument = args[argnums] as Flattened;
  const sources = argument.leaves.map((_, k) => (starts[argnums] as number) + k);
  const types = graph.outputs.map((output) => output.type);
  const targets = floatsOf(types);
  if (targets.length === 0 || sources.length === 0) {
    const what = targets.length === 0 ? 'the result' : `argument ${argnums}`;
    throw new DifferentiationError(`${name}: ${what} holds no float tensor`);
  }
  const rows = elementsOf(targets.map((target) => types[target]));
  const chosen = mode ?? (rows > elementsOf(argument.leaves) ? 'forward' : 'reverse');
  const made = verified(name, jacobianGraph(graph, sources, targets, chosen));
  const blocks = applyGraph(made, tensors).slice(types.length);
  const leaves = types.map(({ dtype }) =>
    isDifferentiable(dtype)
      ? unflatten(argument.structure, blocks.splice(0, sources.length), () => null)
      : null,
  );
  return unflatten(result.structure, leaves, () => null);
};

/** Throws an ArgumentError unless `argnums` is one number. */
export const checkArgnum = (name: string, argnums: unknown): void => {
  if (argnums === undefined || typeof argnums === 'number') return;
  throw new ArgumentError(`${name}: argnums must be a number`, { got: describe(argnums) });
};

/**
 * The derivatives of every element of the result by every element of an argument (the first one, or
 * that of `argnums`). For tensors it is one tensor: the axes of the result, then those of the
 * argument. For trees it is a tree like the result that holds trees like the argument, with null
 * for what is no float tensor.
 */
export function jacobian<P, Rest extends unknown[], R>(
  f: (p: P, ...rest: Rest) => R,
  options?: JacobianOptions & { readonly argnums?: undefined },
): (p: P, ...rest: Params<Rest>) => Jacobian<R, P>;
export function jacobian<A extends unknown[], R, const I extends number>(
  f: (...args: A) => R,
  options: JacobianOptions & { readonly argnums: I },
): (...args: Params<A>) => Jacobian<R, A[I]>;
export function jacobian(f: AnyFunction, options: JacobianOptions = {}): AnyFunction {
  checkFunction('jacobian', f);
  checkOptions('jacobian', options, ['argnums', 'mode']);
  checkArgnum('jacobian', options.argnums);
  const { mode } = options;
  if (mode !== undefined && mode !== 'forward' && mode !== 'reverse') {
    throw new ArgumentError("jacobian: mode must be 'forward' or 'reverse'", {
      got: JSON.stringify(mode),
    });
  }
  return named(`${nameOf(f)}Jacobian`, (values) => jacobianOf('jacobian', f, values, options));
}
