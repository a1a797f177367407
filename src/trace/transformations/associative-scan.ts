/** All partial results of an associative operation in logarithmic depth: `associativeScan`. */
import { ArgumentError, ShapeError } from '../../ir/errors.ts';
import type { Value } from '../../ir/graph.ts';
import { concat, reverse as flip, reshape, slice } from '../../ir/ops/views.ts';
import { checkOptions } from '../../ir/options.ts';
import { normalizeAxis, showShape } from '../../ir/types.ts';
import type { AnyTree } from '../../types/index.ts';
import { apply, applyGraph } from '../apply.ts';
import { type Flattened, flatten, unflatten } from '../flatten.ts';
import { located, requireFlag } from '../functions/operands.ts';
import { asTyped, type TensorImplementation } from '../tensor.ts';
import { verified } from '../verified.ts';
import { requireSameTrees } from './held-functions.ts';
import type { DynamicShapes } from './signatures.ts';
import { type AnyFunction, checkFunction, traceCall } from './traced-call.ts';

/** Options of `associativeScan`. */
export interface AssociativeScanOptions {
  /** Whether the combination starts at the end. Default false. */
  readonly reverse?: boolean | undefined;
}

const name = 'associativeScan';
type Leaves = readonly TensorImplementation[];

const emitEach = (
  lists: readonly Leaves[],
  emitOne: (values: readonly Value[], axis: number) => Value,
  axes: readonly number[],
): TensorImplementation[] => {
  const count = lists[0]?.length ?? 0;
  return Array.from({ length: count }, (_, k) => {
    const inputs = lists.map((list) => asTyped<never>(list[k] as TensorImplementation));
    const [result] = apply(name, inputs, (values) => emitOne(values, axes[k] as number));
    return result as TensorImplementation;
  });
};

/** Elements start, start + step, ... below `end` along the axis. */
const part = (xs: Leaves, axes: readonly number[], start: number, end: number, step: number) =>
  emitEach(
    [xs],
    ([x], axis) => {
      const { shape } = (x as Value).type;
      const along = <T>(at: T, other: (k: number) => T): T[] =>
        shape.map((_, k) => (k === axis ? at : other(k)));
      return slice(x as Value, {
        start: along(start, () => 0),
        size: along(Math.max(0, Math.ceil((end - start) / step)), (k) => shape[k] as number),
        step: along(step, () => 1),
      });
    },
    axes,
  );

/** x0 y0 x1 y1 ... along the axis; x has as many elements as y or one more. */
const interleave = (xs: Leaves, ys: Leaves, axes: readonly number[]): TensorImplementation[] =>
  emitEach(
    [xs, ys],
    ([x, y], axis) => {
      const { shape } = (x as Value).type;
      const count = shape[axis] as number;
      const odd = (y as Value).type.shape[axis] as number;
      // The last element of x stands in for the y that is missing, and is cut off again.
      const along = (n: number): number[] => shape.map((m, k) => (k === axis ? n : m));
      const step = shape.map(() => 1);
      const tail = slice(x as Value, {
        start: shape.map((_, k) => (k === axis ? odd : 0)),
        size: along(count - odd),
        step,
      });
      const full = count === odd ? (y as Value) : concat([y as Value, tail], { axis });
      const pairs = [x as Value, full].map((value) =>
        reshape(value, { shape: [...shape.slice(0, axis + 1), 1, ...shape.slice(axis + 1)] }),
      );
      const both = reshape(concat(pairs, { axis: axis + 1 }), { shape: along(2 * count) });
      return slice(both, { start: shape.map(() => 0), size: along(count + odd), step });
    },
    axes,
  );

const combineAll = (
  combine: (left: Leaves, right: Leaves) => TensorImplementation[],
  xs: Leaves,
  axes: readonly number[],
  length: number,
): Leaves => {
  if (length < 2) return xs;
  const pairs = combine(part(xs, axes, 0, length - 1, 2), part(xs, axes, 1, length, 2));
  const half = Math.floor(length / 2);
  const odd = combineAll(combine, pairs, axes, half);
  const rest = part(xs, axes, 2, length, 2);
  const first = part(xs, axes, 0, 1, 1);
  if (length === 2) return interleave(first, odd, axes);
  const before = length % 2 === 0 ? part(odd, axes, 0, half - 1, 1) : odd;
  const later = combine(before, rest);
  const even = emitEach([first, later], (values, axis) => concat(values, { axis }), axes);
  return interleave(even, odd, axes);
};

/** The axis of every leaf counted from the front, and the length they share. */
const lengthAlong = (xs: Flattened, axis: number): { axes: number[]; length: number } => {
  const axes = xs.leaves.map(({ shape }) => normalizeAxis(name, axis, shape));
  const lengths = xs.leaves.map(({ shape }, k) => shape[axes[k] as number] as number);
  const length = lengths[0];
  if (length === undefined) throw new ArgumentError(`${name}: there is no tensor to combine`);
  const other = lengths.findIndex((n) => n !== length);
  if (other >= 0) {
    throw new ShapeError(`${name}: lengths ${length} and ${lengths[other]} differ`, {
      got: [0, other].map((k) => showShape(xs.leaves[k]?.shape ?? [])).join(' and '),
    });
  }
  return { axes, length };
};

/**
 * The results of combining the elements 0 to k along an axis, for every k: sums for an addition,
 * products for a multiplication. `combine` must be associative; it gets trees like `xs` with any
 * number of elements along the axis and combines them element by element. Takes about log2(n)
 * steps of whole arrays instead of n, for about twice the work (G. Blelloch, "Prefix sums and their
 * applications", 1990).
 */
export function associativeScan<Xs extends AnyTree>(
  combine: (left: DynamicShapes<Xs>, right: DynamicShapes<Xs>) => DynamicShapes<Xs>,
  xs: Xs,
  axis?: number,
  options?: AssociativeScanOptions,
): Xs;
export function associativeScan(
  combine: AnyFunction,
  xs: unknown,
  axis = 0,
  options: AssociativeScanOptions = {},
): unknown {
  return located(() => {
    checkFunction(name, combine);
    checkOptions(name, options, ['reverse']);
    const flat = flatten(xs, name, 'xs');
    const { axes, length } = lengthAlong(flat, axis);
    const isReversed = requireFlag(name, 'reverse', options.reverse);
    const turned = (leaves: Leaves): Leaves =>
      isReversed
        ? emitEach([leaves], ([x], along) => flip(x as Value, { axes: [along] }), axes)
        : leaves;
    const combineLeaves = (left: Leaves, right: Leaves): TensorImplementation[] => {
      const [a, b] = [left, right].map((leaves) => unflatten(flat.structure, leaves));
      const result = flatten(combine(a as never, b as never), name, 'the combination');
      const before: Flattened = { leaves: [...left], paths: flat.paths, structure: flat.structure };
      requireSameTrees(
        name,
        'the operand',
        before,
        result,
        'the combination has another structure than its operands',
        (place, one, other) => `${place} is ${one} before and ${other} after it is combined`,
      );
      return result.leaves;
    };
    const run = (tree: never): unknown => {
      const leaves = flatten(tree, name, 'xs').leaves;
      return unflatten(
        flat.structure,
        turned(combineAll(combineLeaves, turned(leaves), axes, length)),
      );
    };
    const { graph, tensors, result } = traceCall(name, run, [flat]);
    return unflatten(result.structure, applyGraph(verified(name, graph), tensors));
  });
}
