/** Directional derivatives: `jvp`. */
import { ArgumentError } from '../../ir/errors.ts';
import { isDifferentiable } from '../../ir/types.ts';
import { jvpGraph } from '../../passes/jvp.ts';
import type { Gradient, Params } from '../../types/tree.ts';
import { applyGraph } from '../apply.ts';
import { unflatten } from '../flatten.ts';
import { describe } from '../tensor.ts';
import { verified } from '../verified.ts';
import { leavesAlong } from './leaves-along.ts';
import {
  type AnyFunction,
  checkFunction,
  flattenArguments,
  named,
  traceCall,
} from './traced-call.ts';
import { floatsOf } from './vjp.ts';

/**
 * The result of `f` at the tuple of arguments `primals` and its derivative in the direction
 * `tangents`, a tuple shaped like the arguments with null for zeros and for what is no float
 * tensor. The derivative is shaped like the result, with null for what is no float tensor.
 */
export function jvp<A extends unknown[], R>(
  f: (...args: A) => R,
  primals: Params<A>,
  tangents: NoInfer<Gradient<Params<A>>>,
): [result: R, tangent: Gradient<R>];
export function jvp(f: AnyFunction, primals: unknown[], tangents: unknown): [unknown, unknown] {
  checkFunction('jvp', f);
  const run = named<() => [unknown, unknown]>('jvp', () => {
    for (const [what, list] of [
      ['primals', primals],
      ['tangents', tangents],
    ] as const) {
      if (Array.isArray(list)) continue;
      throw new ArgumentError(`jvp: the ${what} must be an array, one entry per argument`, {
        got: describe(list),
      });
    }
    const args = flattenArguments('jvp', primals);
    const { graph, tensors, result } = traceCall('jvp', f, args);
    const given = leavesAlong(
      'jvp',
      'the tangent',
      { kind: 'array', parts: args.map(({ structure }) => structure) },
      args.flatMap(({ leaves }) => leaves),
      tangents,
    );
    const types = graph.outputs.map((output) => output.type);
    const sources = given.map(({ leaf }) => leaf);
    const pushed = verified('jvp', jvpGraph(graph, sources, floatsOf(types)));
    const results = applyGraph(pushed, [...tensors, ...given.map(({ tensor }) => tensor)]);
    const outputs = results.splice(0, types.length);
    const leaves = types.map(({ dtype }) => (isDifferentiable(dtype) ? results.shift() : null));
    return [unflatten(result.structure, outputs), unflatten(result.structure, leaves, () => null)];
  });
  return run();
}
