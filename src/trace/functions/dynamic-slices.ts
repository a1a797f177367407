/**
 * Parts whose beginning is data: `dynamicSlice` reads one, `dynamicUpdateSlice` replaces one.
 * Beginnings beyond the edge are moved so that the part lies inside, as in JAX; nothing throws.
 */
import { ArgumentError, ShapeError } from '../../ir/errors.ts';
import type { Value } from '../../ir/graph.ts';
import { full } from '../../ir/ops/constants.ts';
import {
  dynamicSlice as sliceValue,
  dynamicUpdateSlice as updateValue,
} from '../../ir/ops/dynamic-slices.ts';
import { concat, slice } from '../../ir/ops/views.ts';
import { type Shape, showShape } from '../../ir/types.ts';
import type {
  AnyTensor,
  Checked,
  DimsOf,
  DTypeOf,
  Dynamic,
  DynamicSlice,
  DynamicUpdate,
  IntDType,
  Result,
  ShapeOf,
  Tensor,
} from '../../types/index.ts';
import { asTensor, describe, isTensor, type TensorImplementation } from '../tensor.ts';
import { type Indexes, indexValue, requireIndexes } from './indexing.ts';
import { applyOne, located, requireSameDType, reshapeValue } from './operands.ts';
import { requireShape } from './require-shape.ts';

/** Where a part begins: a number or an integer scalar per axis, or one vector for all axes. */
export type Starts = readonly (number | Tensor<[], IntDType>)[] | Indexes;

/** The tensors among the starts, and what makes one i32 vector of all. */
interface ResolvedStarts {
  readonly tensors: readonly TensorImplementation[];
  /** The starts themselves, when all are numbers. */
  readonly fixed?: readonly number[];
  readonly vector: (values: readonly Value[]) => Value;
}
const resolveStarts = (name: string, starts: unknown, shape: Shape): ResolvedStarts => {
  const rank = shape.length;
  if (isTensor(starts)) {
    const vector = requireIndexes(name, starts);
    if (vector.rank !== 1 || vector.shape[0] !== rank) {
      throw new ShapeError(
        `${name}: starts of shape ${showShape(vector.shape)}, expected [${rank}]`,
      );
    }
    return { tensors: [vector], vector: ([value]) => indexValue(value!) };
  }
  if (!Array.isArray(starts)) {
    throw new ArgumentError(`${name}: the starts must be an array, not ${describe(starts)}`);
  }
  if (starts.length !== rank) {
    throw new ShapeError(
      `${name}: ${starts.length} starts given for shape ${showShape(shape)} (rank ${rank})`,
    );
  }
  const entries = starts.map((start: unknown) => {
    if (isTensor(start)) {
      const scalar = requireIndexes(name, start);
      if (scalar.rank === 0) return scalar;
      throw new ShapeError(`${name}: a start is a scalar, not ${showShape(scalar.shape)}`);
    }
    if (typeof start === 'number' && Number.isInteger(start) && Math.abs(start) < 2 ** 31) {
      return start;
    }
    const got = typeof start === 'number' ? String(start) : describe(start);
    throw new ArgumentError(`${name}: a start must be a whole number or a tensor, not ${got}`);
  });
  const tensors = entries.filter((entry) => typeof entry !== 'number');
  return {
    tensors,
    ...(tensors.length === 0 && { fixed: entries.filter((entry) => typeof entry === 'number') }),
    vector: (values) => {
      let next = 0;
      const parts = entries.map((entry) =>
        typeof entry === 'number'
          ? full([], { value: entry, shape: [1], dtype: 'i32' })
          : reshapeValue(indexValue(values[next++] as Value), [1]),
      );
      if (parts.length === 0) return full([], { value: 0, shape: [0], dtype: 'i32' });
      return parts.length === 1 ? (parts[0] as Value) : concat(parts, { axis: 0 });
    },
  };
};

const requirePart = (name: string, shape: Shape, sizes: readonly number[]): void => {
  const wrong = sizes.findIndex((size, axis) => size > (shape[axis] as number));
  if (wrong < 0) return;
  throw new ShapeError(
    `${name}: size ${sizes[wrong]} is more than axis ${wrong} of ${showShape(shape)} has`,
  );
};

/** What the op does with a start, done for a number. */
const placeInside = (start: number, length: number, size: number): number =>
  Math.max(0, Math.min(start < 0 ? start + length : start, length - size));

/**
 * The part of x of the sizes given, one per axis, that begins at `starts`. Negative starts count
 * from the end. ShapeError when a size is more than its axis has; starts are never an error.
 */
export const dynamicSlice = <X extends AnyTensor, const Z extends readonly number[]>(
  x: X,
  starts: Starts,
  sizes: Checked<Z, DynamicSlice<ShapeOf<X>, DimsOf<Z>>>,
): Result<DynamicSlice<ShapeOf<X>, DimsOf<Z>>, DTypeOf<X>> =>
  located((): Dynamic => {
    const tensor = asTensor('dynamicSlice', x);
    const part = requireShape('dynamicSlice', sizes);
    if (part.length !== tensor.rank) {
      throw new ShapeError(
        `dynamicSlice: ${part.length} sizes given for shape ${showShape(tensor.shape)} ` +
          `(rank ${tensor.rank})`,
      );
    }
    requirePart('dynamicSlice', tensor.shape, part);
    const { tensors, fixed, vector } = resolveStarts('dynamicSlice', starts, tensor.shape);
    return applyOne('dynamicSlice', [tensor, ...tensors], ([value, ...rest]) => {
      if (fixed === undefined) return sliceValue([value!, vector(rest)], { sizes: part, batch: 0 });
      const start = fixed.map((at, axis) => placeInside(at, tensor.shape[axis]!, part[axis]!));
      return slice(value!, { start, size: part, step: part.map(() => 1) });
    });
  });

/**
 * x with `update`, of the same dtype and rank, in place of its part that begins at `starts`.
 * Negative starts count from the end. The gradient of x is 0 where the update stands.
 */
export const dynamicUpdateSlice = <X extends AnyTensor, U extends AnyTensor>(
  x: X,
  update: Checked<U, DynamicUpdate<ShapeOf<X>, ShapeOf<U>>>,
  starts: Starts,
): X =>
  located((): Dynamic => {
    const name = 'dynamicUpdateSlice';
    const [tensor, part] = [asTensor(name, x), asTensor(name, update)];
    requireSameDType(name, tensor.dtype, part.dtype);
    if (part.rank !== tensor.rank) {
      throw new ShapeError(
        `${name}: an update ${showShape(part.shape)} for shape ${showShape(tensor.shape)} ` +
          `(rank ${tensor.rank})`,
      );
    }
    requirePart(name, tensor.shape, part.shape);
    const { tensors, vector } = resolveStarts(name, starts, tensor.shape);
    return applyOne(name, [tensor, part, ...tensors], ([value, by, ...rest]) =>
      updateValue([value!, by!, vector(rest)], { batch: 0 }),
    );
  });
