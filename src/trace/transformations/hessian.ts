/** Second derivatives of functions with a scalar result: `hessian`, `hessianVectorProduct`. */
import { ArgumentError } from '../../ir/errors.ts';
import { checkOptions } from '../../ir/options.ts';
import { jvpGraph } from '../../passes/jvp.ts';
import type { Gradient, Jacobian, Params } from '../../types/index.ts';
import { applyGraph } from '../apply.ts';
import { type Flattened, unflatten } from '../flatten.ts';
import { verified } from '../verified.ts';
import { checkArgnums, differentiate } from './grad.ts';
import { checkArgnum, jacobianOf } from './jacobian.ts';
import { leavesAlong } from './leaves-along.ts';
import type { GradCheck } from './signatures.ts';
import {
  type AnyFunction,
  checkFunction,
  flattenArguments,
  named,
  nameOf,
  traceCall,
} from './traced-call.ts';
import { floatsOf } from './vjp.ts';

/** Options of `hessian` and `hessianVectorProduct`. */
export interface HessianOptions {
  /** The argument to differentiate by. Default 0. */
  readonly argnums?: number | undefined;
}

const gradientOf =
  (name: string, f: AnyFunction, options: HessianOptions): AnyFunction =>
  (...values: unknown[]) =>
    differentiate(name, f, values, options).gradients;

const check = (name: string, f: unknown, options: HessianOptions): void => {
  checkFunction(name, f);
  checkOptions(name, options, ['argnums']);
  checkArgnum(name, options.argnums);
};

/**
 * The second derivatives of a function with a float scalar result by all pairs of elements of an
 * argument: the Jacobian of its gradient, in forward mode over reverse mode.
 */
export function hessian<P, Rest extends unknown[], R>(
  f: (p: P, ...rest: Rest) => R & GradCheck<'hessian', P, R>,
  options?: { readonly argnums?: undefined },
): (p: P, ...rest: Params<Rest>) => Jacobian<Gradient<P>, P>;
export function hessian<A extends unknown[], R, const I extends number>(
  f: (...args: A) => R & GradCheck<'hessian', A[I], R, I>,
  options: { readonly argnums: I },
): (...args: Params<A>) => Jacobian<Gradient<A[I]>, A[I]>;
export function hessian(f: AnyFunction, options: HessianOptions = {}): AnyFunction {
  check('hessian', f, options);
  return named(`${nameOf(f)}Hessian`, (values) =>
    jacobianOf('hessian', gradientOf('hessian', f, options), values, {
      ...options,
      mode: 'forward',
    }),
  );
}

const multiply = (f: AnyFunction, values: unknown[], options: HessianOptions): unknown => {
  const name = 'hessianVectorProduct';
  const { argnums = 0 } = options;
  if (values.length < 2) {
    throw new ArgumentError(`${name}: expected the arguments of the function and a vector`);
  }
  const vector = values.pop();
  const args = flattenArguments(name, values);
  checkArgnums(name, [argnums], args);
  const { graph, starts, tensors } = traceCall(name, gradientOf(name, f, options), args);
  const { structure, leaves } = args[argnums] as Flattened;
  const along = leavesAlong(name, 'the vector', structure, leaves, vector);
  const sources = along.map(({ leaf }) => (starts[argnums] as number) + leaf);
  const targets = floatsOf(graph.outputs.map((output) => output.type));
  const pushed = verified(name, jvpGraph(graph, sources, targets));
  const results = applyGraph(pushed, [...tensors, ...along.map(({ tensor }) => tensor)]);
  return unflatten(structure, results.slice(graph.outputs.length), () => null);
};

/**
 * The product of the Hessian of a function with a float scalar result and a vector, without the
 * Hessian: about the cost of two gradients. The result takes the arguments of the function followed
 * by the vector, which is a tree like the argument that is differentiated (null for zeros).
 */
export function hessianVectorProduct<P, Rest extends unknown[], R>(
  f: (p: P, ...rest: Rest) => R & GradCheck<'hessianVectorProduct', P, R>,
  options?: { readonly argnums?: undefined },
): (p: P, ...restAndVector: [...Params<Rest>, vector: Gradient<P>]) => Gradient<P>;
export function hessianVectorProduct<A extends unknown[], R, const I extends number>(
  f: (...args: A) => R & GradCheck<'hessianVectorProduct', A[I], R, I>,
  options: { readonly argnums: I },
): (...argsAndVector: [...Params<A>, vector: Gradient<A[I]>]) => Gradient<A[I]>;
export function hessianVectorProduct(f: AnyFunction, options: HessianOptions = {}): AnyFunction {
  check('hessianVectorProduct', f, options);
  return named(`${nameOf(f)}HessianVectorProduct`, (values) => multiply(f, values, options));
}
