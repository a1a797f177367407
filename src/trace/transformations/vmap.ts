/** Functions of one example applied to a batch: `vmap`. */
import { ArgumentError, ShapeError } from '../../ir/errors.ts';
import { checkOptions } from '../../ir/options.ts';
import { normalizeAxis, showShape } from '../../ir/types.ts';
import { vmapGraph } from '../../passes/vmap.ts';
import type { Dim } from '../../types/core.ts';
import type { AddAxis, AddAxisTo, Params } from '../../types/tree.ts';
import { applyGraph } from '../apply.ts';
import { type Flattened, type TreeStructure, unflatten } from '../flatten.ts';
import { describe, type TensorImplementation } from '../tensor.ts';
import { isPlainObject } from '../value-key.ts';
import { verified } from '../verified.ts';
import type { DynamicShapes } from './signatures.ts';
import {
  type AnyFunction,
  checkFunction,
  flattenArguments,
  leafName,
  named,
  nameOf,
  traceCall,
} from './traced-call.ts';

/**
 * One axis for all tensors of a tree (null: no batch), or a tree of axes that begins like the tree.
 */
export type AxisTree = number | null | readonly AxisTree[] | { readonly [key: string]: AxisTree };

/** Options of `vmap`. */
export interface VmapOptions {
  /**
   * The batch axis of every argument: one for all, or an array with one entry per argument. Default
   * 0.
   */
  readonly inAxes?: AxisTree | undefined;
  /**
   * Where the results get the batch axis. null: the result is the same for the whole batch. Default
   * 0.
   */
  readonly outAxes?: AxisTree | undefined;
}

/** One axis per tensor of a tree. */
const spreadAxes = (what: string, axes: unknown, structure: TreeStructure): (number | null)[] => {
  const found: (number | null)[] = [];
  const walk = (spec: unknown, part: TreeStructure): void => {
    if (part.kind === 'tensor') {
      if (spec !== null && typeof spec !== 'number') throw wrong(spec, 'a tensor');
      found.push(spec);
    } else if (part.kind === 'static') {
      return;
    } else if (typeof spec === 'number' || spec === null || part.kind === 'class') {
      for (const piece of part.parts) walk(spec, piece);
    } else if (part.kind === 'array') {
      if (!Array.isArray(spec)) throw wrong(spec, 'an array');
      if (spec.length !== part.parts.length) {
        throw new ArgumentError(
          `vmap: ${what} has ${spec.length} entries for ${part.parts.length} parts`,
        );
      }
      part.parts.forEach((piece, k) => {
        walk(spec[k], piece);
      });
    } else {
      if (typeof spec !== 'object' || !isPlainObject(spec as object))
        throw wrong(spec, 'an object');
      const entries = spec as Record<string, unknown>;
      for (const key of Object.keys(entries)) {
        if (!part.keys.includes(key)) {
          throw new ArgumentError(`vmap: ${what} names '${key}', which is not there`);
        }
      }
      part.keys.forEach((key, k) => {
        walk(entries[key], part.parts[k] as TreeStructure);
      });
    }
  };
  const wrong = (spec: unknown, part: string): ArgumentError =>
    new ArgumentError(`vmap: ${what} must be an axis, null or a tree of them`, {
      got: `${describe(spec)} for ${part}`,
    });
  walk(axes, structure);
  return found;
};

/**
 * The axis of every tensor of the arguments, counted from the front, and the size they agree on.
 */
const batchOf = (
  inAxes: unknown,
  args: readonly Flattened[],
): { axes: (number | null)[]; size: number } => {
  if (Array.isArray(inAxes) && inAxes.length !== args.length) {
    throw new ArgumentError(
      `vmap: inAxes has ${inAxes.length} entries for ${args.length} arguments`,
    );
  }
  let first: { readonly size: number; readonly place: string } | undefined;
  const axes = args.flatMap((argument, k) => {
    const spec: unknown = Array.isArray(inAxes) ? inAxes[k] : inAxes;
    return spreadAxes(`inAxes of argument ${k}`, spec, argument.structure).map((axis, leaf) => {
      if (axis === null) return null;
      const { shape } = argument.leaves[leaf] as TensorImplementation;
      const name = leafName(argument, leaf, k);
      const place = name.startsWith('argument') ? name : `${name} of argument ${k}`;
      if (shape.length === 0) {
        throw new ShapeError(`vmap: ${place} is a scalar and has no axis ${axis}`, {
          hint: 'give null for it in inAxes to use it for the whole batch',
        });
      }
      const counted = normalizeAxis('vmap', axis, shape);
      const size = shape[counted] as number;
      first ??= { size, place };
      if (size === first.size) return counted;
      throw new ShapeError(`vmap: batch sizes ${first.size} and ${size} differ`, {
        got: `${first.size} in ${first.place}, ${size} in ${place} ${showShape(shape)}`,
      });
    });
  });
  if (first === undefined) {
    throw new ArgumentError('vmap: no argument has a batch axis', {
      hint: 'at least one tensor must have an axis in inAxes',
    });
  }
  return { axes, size: first.size };
};

const outAxisOf = (axis: number | null, rank: number): number | null => {
  if (axis === null) return null;
  if (Number.isInteger(axis) && axis >= -rank - 1 && axis <= rank) {
    return axis < 0 ? axis + rank + 1 : axis;
  }
  throw new ShapeError(`vmap: outAxes ${axis} is out of range for a result of rank ${rank + 1}`);
};

/**
 * Makes a function of one example a function of a batch: every argument gets one more axis (the
 * leading one, or those that `inAxes` says; null leaves a tensor unbatched) and so does every
 * result (`outAxes`).
 */
export function vmap<A extends unknown[], R>(
  f: (...args: A) => R,
): <B extends Dim>(
  ...args: AddAxisTo<Params<A>, [], B> extends infer X extends unknown[] ? X : never
) => AddAxis<R, B>;
export function vmap<A extends unknown[], R, const In extends readonly (0 | null)[]>(
  f: (...args: A) => R,
  options: { readonly inAxes: In; readonly outAxes?: 0 },
): <B extends Dim>(
  ...args: AddAxisTo<Params<A>, In, B> extends infer X extends unknown[] ? X : never
) => AddAxis<R, B>;
export function vmap<A extends unknown[], R>(
  f: (...args: A) => R,
  options: VmapOptions,
): (...args: DynamicShapes<Params<A>>) => DynamicShapes<R>;
export function vmap(f: AnyFunction, options: VmapOptions = {}): AnyFunction {
  checkFunction('vmap', f);
  checkOptions('vmap', options, ['inAxes', 'outAxes']);
  const { inAxes = 0, outAxes = 0 } = options;
  return named(`${nameOf(f)}Vmap`, (values) => {
    const args = flattenArguments('vmap', values);
    const { axes, size } = batchOf(inAxes, args);
    const { graph, result, tensors } = traceCall('vmap', f, args, {
      typeOf: ({ dtype, shape }, input) => {
        const axis = axes[input];
        return { dtype, shape: shape.filter((_, k) => k !== axis) };
      },
    });
    const targets = spreadAxes('outAxes', outAxes, result.structure).map((axis, output) =>
      outAxisOf(axis, graph.outputs[output]?.type.shape.length ?? 0),
    );
    const batched = vmapGraph(graph, axes, targets, size, (output) => {
      throw new ArgumentError('vmap: outAxes is null for a result that depends on the batch', {
        got: `result ${output} ${showShape(graph.outputs[output]?.type.shape ?? [])}`,
        hint: 'give it an axis, or reduce it over the batch outside of vmap',
      });
    });
    return unflatten(result.structure, applyGraph(verified('vmap', batched), tensors));
  });
}
