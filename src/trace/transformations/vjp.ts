/** The cotangent map of a function: `vjp`. */
import { isDifferentiable } from '../../ir/types.ts';
import { vjpGraphs } from '../../passes/grad.ts';
import type { Gradient, Params } from '../../types/tree.ts';
import { applyGraph } from '../apply.ts';
import { unflatten } from '../flatten.ts';
import type { TensorImplementation } from '../tensor.ts';
import { verified } from '../verified.ts';
import { leavesAlong } from './leaves-along.ts';
import {
  type AnyFunction,
  checkFunction,
  flattenArguments,
  named,
  nameOf,
  traceCall,
} from './traced-call.ts';

/** The numbers of the values with a float dtype. */
export const floatsOf = (
  values: readonly { readonly dtype: TensorImplementation['dtype'] }[],
): number[] =>
  values
    .map((_, k) => k)
    .filter((k) => isDifferentiable(values[k]?.dtype as TensorImplementation['dtype']));

/**
 * The result of `f` together with its cotangent map, which takes a cotangent shaped like the result
 * (null for zeros and for what is no float tensor) to a tuple of cotangents, one per argument, with
 * null for what is no float tensor. The values that the map needs are computed once and kept in it,
 * so it may be called several times.
 */
export function vjp<A extends unknown[], R>(
  f: (...args: A) => R,
  ...primals: Params<A>
): [result: R, pullback: (cotangent: Gradient<R>) => Gradient<Params<A>>];
export function vjp(f: AnyFunction, ...primals: unknown[]): [unknown, AnyFunction] {
  checkFunction('vjp', f);
  const run = named<() => [unknown, AnyFunction]>('vjp', () => {
    const args = flattenArguments('vjp', primals);
    const { graph, tensors, result } = traceCall('vjp', f, args);
    const arguments_ = args.flatMap(({ leaves }) => leaves);
    const sources = floatsOf(arguments_);
    const outputTypes = graph.outputs.map((output) => output.type);
    const parts = vjpGraphs(graph, sources, floatsOf(outputTypes));
    const results = applyGraph(verified('vjp', parts.forward), tensors);
    const kept = results.splice(result.leaves.length);
    const needed = parts.needed.map((input) => tensors[input] as TensorImplementation);
    const transposed = verified('vjp', parts.backward);

    const pullback = named<AnyFunction>(`${nameOf(f)}Vjp`, ([cotangent]) => {
      const given = leavesAlong('vjp', 'the cotangent', result.structure, outputTypes, cotangent);
      const inputs = [...needed, ...kept, ...given.map(({ tensor }) => tensor)];
      const cotangents = applyGraph(transposed, inputs);
      const leaves = arguments_.map(({ dtype }) =>
        isDifferentiable(dtype) ? cotangents.shift() : null,
      );
      return args.map((argument) =>
        unflatten(argument.structure, leaves.splice(0, argument.leaves.length), () => null),
      );
    });
    return [unflatten(result.structure, results), pullback];
  });
  return run();
}
