/** Gradients of functions with a scalar result: `grad` and `valueAndGrad`. */
import { ArgumentError, DifferentiationError, TraceError } from '../../ir/errors.ts';
import { checkOptions } from '../../ir/options.ts';
import { isDifferentiable, isFloat, showShape } from '../../ir/types.ts';
import { gradGraph } from '../../passes/grad.ts';
import type { Gradient, Params } from '../../types/tree.ts';
import { applyGraph } from '../apply.ts';
import { type Flattened, type TreeStructure, unflatten } from '../flatten.ts';
import { describe } from '../tensor.ts';
import { verified } from '../verified.ts';
import type { GradCheck, Gradients, PickArgs } from './signatures.ts';
import {
  type AnyFunction,
  checkFunction,
  flattenArguments,
  leafName,
  named,
  nameOf,
  type TracedCall,
  traceCall,
} from './traced-call.ts';

/** Options of `grad` and `valueAndGrad`. */
export interface GradOptions {
  /**
   * The argument to differentiate by, or several: then the gradients come as a tuple. Default 0.
   */
  readonly argnums?: number | readonly number[] | undefined;
  /** Whether the function returns [loss, aux]; aux is passed through. Default false. */
  readonly hasAux?: boolean | undefined;
}

/** The static parts of gradient trees. */
const noGradient = (): null => null;

/** Throws unless the call has the arguments named and they hold float tensors only. */
export const checkArgnums = (
  name: string,
  argnums: readonly number[],
  args: readonly Flattened[],
): void => {
  argnums.forEach((argnum, k) => {
    if (!Number.isInteger(argnum) || argnum < 0 || argnum >= args.length) {
      const count = `${args.length} argument${args.length === 1 ? '' : 's'}`;
      throw new ArgumentError(`${name}: there is no argument ${argnum} in a call with ${count}`);
    }
    if (argnums.indexOf(argnum) !== k) {
      throw new ArgumentError(`${name}: argument ${argnum} is given twice in argnums`);
    }
    const { structure, leaves, paths } = args[argnum] as Flattened;
    if (structure.kind === 'static' && typeof structure.value === 'number') {
      throw new ArgumentError(`${name}: argument ${argnum} is a number, not a tensor`, {
        hint: 'make a tensor of it: tensor(2)',
      });
    }
    leaves.forEach((leaf, which) => {
      if (isDifferentiable(leaf.dtype)) return;
      const path = leafName({ structure, leaves, paths }, which, argnum);
      throw new DifferentiationError(
        `${name}: ${path} is ${leaf.dtype} and cannot be differentiated`,
        { hint: 'pass it in an argument of its own, or convert it with cast to f32' },
      );
    });
  });
};

const partsOf = ({ structure }: Flattened): readonly TreeStructure[] =>
  structure.kind === 'array' ? structure.parts : [];

const checkLoss = (name: string, call: TracedCall, hasAux: boolean): void => {
  const { result, graph } = call;
  const parts = hasAux ? partsOf(result) : [result.structure];
  if (hasAux && parts.length !== 2) {
    throw new TraceError(`${name}: with hasAux the function must return [loss, aux]`, {
      got: describeResult(result),
    });
  }
  const type = graph.outputs[0]?.type;
  if (parts[0]?.kind !== 'tensor' || type === undefined) {
    const got = hasAux ? 'what stands there' : describeResult(result);
    throw new DifferentiationError(`${name}: the function must return a float scalar, not ${got}`, {
      hint: hasAux ? 'return [loss, aux]' : 'to return more than the loss use { hasAux: true }',
    });
  }
  if (type.shape.length === 0 && isFloat(type.dtype)) return;
  throw new DifferentiationError(
    `${name}: the function must return a float scalar, not ${showShape(type.shape)} ${type.dtype}`,
    { hint: isFloat(type.dtype) ? 'reduce it with mean or sum' : 'convert it with cast to f32' },
  );
};

const describeResult = ({ structure }: Flattened): string =>
  structure.kind === 'static'
    ? describe(structure.value)
    : structure.kind === 'array'
      ? 'an array'
      : structure.kind === 'tensor'
        ? 'a tensor'
        : 'an object';

/** Value, gradients and (with hasAux) the rest, of one call. */
export const differentiate = (
  name: string,
  f: AnyFunction,
  values: readonly unknown[],
  options: GradOptions,
): { value: unknown; gradients: unknown } => {
  const { argnums = 0, hasAux = false } = options;
  const wanted = typeof argnums === 'number' ? [argnums] : argnums;
  const args = flattenArguments(name, values);
  checkArgnums(name, wanted, args);
  const call = traceCall(name, f, args);
  checkLoss(name, call, hasAux);
  const sources = wanted.flatMap((argnum) =>
    (args[argnum] as Flattened).leaves.map((_, k) => (call.starts[argnum] as number) + k),
  );
  const results = applyGraph(verified(name, gradGraph(call.graph, sources)), call.tensors);
  const value = unflatten(call.result.structure, results.splice(0, call.result.leaves.length));
  const trees = wanted.map((argnum) => {
    const { structure, leaves } = args[argnum] as Flattened;
    return unflatten(structure, results.splice(0, leaves.length), noGradient);
  });
  return { value, gradients: typeof argnums === 'number' ? trees[0] : trees };
};

const checkGradOptions = (name: string, f: unknown, options: GradOptions | undefined): void => {
  checkFunction(name, f);
  checkOptions(name, options, ['argnums', 'hasAux']);
  const argnums: unknown = options?.argnums ?? 0;
  if (typeof argnums !== 'number' && !Array.isArray(argnums)) {
    throw new ArgumentError(`${name}: argnums must be a number or an array of numbers`, {
      got: describe(argnums),
    });
  }
};

/**
 * The gradient of a function with a float scalar result, by its first argument or by those that
 * `argnums` names. The gradient of a tree has its structure, with null for what is no tensor. With
 * `hasAux` the function returns [loss, aux] and the result is [gradient, aux].
 */
export function grad<P, Rest extends unknown[], R>(
  f: (p: P, ...rest: Rest) => R & GradCheck<'grad', P, R>,
): (p: P, ...rest: Params<Rest>) => Gradient<P>;
export function grad<A extends unknown[], R, const I extends number | readonly number[]>(
  f: (...args: A) => R & GradCheck<'grad', PickArgs<A, I>, R, I>,
  options: { readonly argnums: I; readonly hasAux?: false },
): (...args: Params<A>) => Gradients<A, I>;
export function grad<P, Rest extends unknown[], R, Aux>(
  f: (p: P, ...rest: Rest) => readonly [R & GradCheck<'grad', P, R>, Aux],
  options: { readonly argnums?: undefined; readonly hasAux: true },
): (p: P, ...rest: Params<Rest>) => [Gradient<P>, Aux];
export function grad<A extends unknown[], R, Aux, const I extends number | readonly number[]>(
  f: (...args: A) => readonly [R & GradCheck<'grad', PickArgs<A, I>, R, I>, Aux],
  options: { readonly argnums: I; readonly hasAux: true },
): (...args: Params<A>) => [Gradients<A, I>, Aux];
export function grad(f: AnyFunction, options?: GradOptions): AnyFunction {
  checkGradOptions('grad', f, options);
  return named(`${nameOf(f)}Grad`, (args) => {
    const { value, gradients } = differentiate('grad', f, args, options ?? {});
    return options?.hasAux === true ? [gradients, (value as unknown[])[1]] : gradients;
  });
}

/**
 * The value of a function with a float scalar result together with its gradient: [value, gradient],
 * computed in one program. With `hasAux` the function returns [loss, aux] and the result is [[loss,
 * aux], gradient].
 */
export function valueAndGrad<P, Rest extends unknown[], R>(
  f: (p: P, ...rest: Rest) => R & GradCheck<'valueAndGrad', P, R>,
): (p: P, ...rest: Params<Rest>) => [R, Gradient<P>];
export function valueAndGrad<A extends unknown[], R, const I extends number | readonly number[]>(
  f: (...args: A) => R & GradCheck<'valueAndGrad', PickArgs<A, I>, R, I>,
  options: { readonly argnums: I; readonly hasAux?: false },
): (...args: Params<A>) => [R, Gradients<A, I>];
export function valueAndGrad<P, Rest extends unknown[], R, Aux>(
  f: (p: P, ...rest: Rest) => readonly [R & GradCheck<'valueAndGrad', P, R>, Aux],
  options: { readonly argnums?: undefined; readonly hasAux: true },
): (p: P, ...rest: Params<Rest>) => [[R, Aux], Gradient<P>];
export function valueAndGrad<
  A extends unknown[],
  R,
  Aux,
  const I extends number | readonly number[],
>(
  f: (...args: A) => readonly [R & GradCheck<'valueAndGrad', PickArgs<A, I>, R, I>, Aux],
  options: { readonly argnums: I; readonly hasAux: true },
): (...args: Params<A>) => [[R, Aux], Gradients<A, I>];
export function valueAndGrad(f: AnyFunction, options?: GradOptions): AnyFunction {
  checkGradOptions('valueAndGrad', f, options);
  return named(`${nameOf(f)}ValueAndGrad`, (args) => {
    const { value, gradients } = differentiate('valueAndGrad', f, args, options ?? {});
    return [value, gradients];
  });
}
