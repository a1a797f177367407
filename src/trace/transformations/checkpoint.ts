/** Gradients that compute a part again instead of keeping its values: `checkpoint`. */
import { checkpoint as checkpointOp } from '../../ir/ops/regions.ts';
import type { Params } from '../../types/tree.ts';
import { apply } from '../apply.ts';
import { unflatten } from '../flatten.ts';
import { asTyped } from '../tensor.ts';
import {
  type AnyFunction,
  checkFunction,
  flattenArguments,
  named,
  nameOf,
  traceCall,
} from './traced-call.ts';

/**
 * The same function, whose gradient keeps only its arguments and computes everything in between
 * again: less memory for about a third more work (T. Chen et al., "Training deep nets with
 * sublinear memory cost", 2016).
 */
export function checkpoint<A extends unknown[], R>(f: (...args: A) => R): (...args: Params<A>) => R;
export function checkpoint(f: AnyFunction): AnyFunction {
  checkFunction('checkpoint', f);
  return named<AnyFunction>(nameOf(f), (values) => {
    const args = flattenArguments('checkpoint', values);
    const { graph, tensors, result } = traceCall('checkpoint', f, args);
    const results = apply(nameOf(f), tensors.map(asTyped<never>), (inputs) =>
      checkpointOp(inputs, { graph }),
    );
    return unflatten(result.structure, results);
  });
}
