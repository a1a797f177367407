/**
 * Elements at computed places. Negative indexes count from the end. Outside of traces an index out
 * of range throws; in compiled functions, where it cannot, reading there gives NaN (the least
 * integer) and writing there does nothing.
 */
import { DTypeError, ShapeError } from '../../ir/errors.ts';
import type { Value } from '../../ir/graph.ts';
import { constantLike, iota } from '../../ir/ops/constants.ts';
import { minimum } from '../../ir/ops/elementwise.ts';
import {
  argSort,
  pick as pickValue,
  scatterAdd as scatterValue,
  take as takeValue,
} from '../../ir/ops/indexing.ts';
import { cast, eq } from '../../ir/ops/logic.ts';
import { broadcast, permute } from '../../ir/ops/views.ts';
import { checkOptions } from '../../ir/options.ts';
import { normalizeAxis, type Shape, showShape, sizeOf } from '../../ir/types.ts';
import type {
  AnyTensor,
  Checked,
  CreationOptions,
  DType,
  DTypeOf,
  Dynamic,
  HasAxis,
  IntDType,
  OneHot,
  Result,
  ShapeOf,
  Take,
  Tensor,
} from '../../types/index.ts';
import { asTensor, type TensorImplementation } from '../tensor.ts';
import { currentTrace } from '../trace.ts';
import { requireDType } from './choices.ts';
import {
  applyOne,
  located,
  requireDomain,
  requireSameDType,
  requireWhole,
  reshapeValue,
} from './operands.ts';

/** A tensor of indexes. */
export type Indexes = Tensor<unknown, IntDType>;

const requireIndexes = (name: string, ids: unknown): TensorImplementation => {
  const tensor = asTensor(name, ids);
  if (tensor.dtype === 'i32' || tensor.dtype === 'u32') return tensor;
  throw new DTypeError(`${name}: the indexes are ${tensor.dtype}, not i32 or u32`, {
    hint: "convert them with cast(ids, 'i32')",
  });
};
/** Indexes as ops want them; u32 beyond i32 stay out of range instead of turning negative. */
const indexValue = (value: Value): Value => {
  if (value.type.dtype === 'i32') return value;
  return cast(minimum(value, constantLike(value, 2147483647)), { dtype: 'i32' });
};
/** Outside of traces, where indexes can be looked at, throws for those out of range. */
const requireInRange = (
  name: string,
  ids: TensorImplementation,
  shape: Shape,
  axis: number,
): void => {
  const { life } = ids;
  if (currentTrace() !== undefined || life.kind !== 'concrete') return;
  const data = life.backend.downloadSync?.(life.storage);
  const length = shape[axis] as number;
  const wrong = data?.find((index: number) => index < -length || index >= length);
  if (wrong === undefined) return;
  throw new ShapeError(
    `${name}: index ${wrong} is out of range for axis ${axis} of ${showShape(shape)}`,
  );
};

/**
 * The slices of x at indexes along an axis, by default the first: the axis is replaced by the shape
 * of the indexes.
 */
export const take = <X extends AnyTensor, I extends Indexes, Ax extends number = 0>(
  x: X,
  ids: I,
  axis?: Checked<Ax, Take<'take', ShapeOf<X>, ShapeOf<I>, Ax>>,
): Result<Take<'take', ShapeOf<X>, ShapeOf<I>, Ax>, DTypeOf<X>> =>
  takeAlong('take', x, ids, (axis ?? 0) as number);
/** The rows of a table by their numbers: ids [...] of a table [rows, ...row] give [..., ...row]. */
export const embedding = <X extends AnyTensor, I extends Indexes>(
  table: Checked<X, Take<'embedding', ShapeOf<X>, ShapeOf<I>, 0>>,
  ids: I,
): Result<Take<'embedding', ShapeOf<X>, ShapeOf<I>, 0>, DTypeOf<X>> =>
  takeAlong('embedding', table, ids, 0);
const takeAlong = (name: string, x: unknown, ids: unknown, axis: number): Dynamic =>
  located(() => {
    const tensor = asTensor(name, x);
    const indexes = requireIndexes(name, ids);
    const along = normalizeAxis(name, axis, tensor.shape);
    requireInRange(name, indexes, tensor.shape, along);
    return applyOne(name, [tensor, indexes], ([value, at]) =>
      takeValue([value!, indexValue(at!)], { axis: along, batch: 0 }),
    );
  });

/**
 * One element per row: x [..., n] at ids [...]. Its gradient is a comparison with the column number
 * and no scatter, so that losses over classes stay one kernel.
 */
export const pick = <X extends AnyTensor, I extends Indexes>(
  x: X,
  ids: I,
): Tensor<ShapeOf<I>, DTypeOf<X>> =>
  located(() => {
    const tensor = asTensor('pick', x);
    const indexes = requireIndexes('pick', ids);
    const { shape } = tensor;
    if (shape.length === 0 || showShape(shape.slice(0, -1)) !== showShape(indexes.shape)) {
      throw new ShapeError(
        `pick: indexes ${showShape(indexes.shape)} do not fit the rows of ${showShape(shape)}`,
      );
    }
    requireInRange('pick', indexes, shape, shape.length - 1);
    return applyOne('pick', [tensor, indexes], ([value, at]) =>
      pickValue([value!, indexValue(at!)], {}),
    );
  });

/**
 * 1 in the column that the index names and 0 elsewhere, along a new last axis; an index that is no
 * column gives zeros.
 */
export const oneHot = <I extends Indexes, const C extends number, D extends DType = 'f32'>(
  ids: I,
  classes: C,
  options?: CreationOptions<D>,
): Tensor<OneHot<ShapeOf<I>, C>, NoInfer<D>> =>
  located(() => {
    checkOptions('oneHot', options, ['dtype']);
    const dtype = options?.dtype === undefined ? 'f32' : requireDType('oneHot', options.dtype);
    const indexes = requireIndexes('oneHot', ids);
    const shape = [...indexes.shape, requireWhole('oneHot', 'the number of classes', classes, 0)];
    sizeOf(shape);
    const axis = shape.length - 1;
    return applyOne('oneHot', [indexes], ([value]) => {
      const columns = iota([], { axis, shape, dtype: 'i32' });
      const axes = indexes.shape.map((_, k) => k);
      return cast(eq(broadcast(indexValue(value!), { shape, axes }), columns), { dtype });
    });
  });

/** Both operands with the axis last and all others merged: x [rows, n], ids [rows, m]. */
interface Rows {
  readonly toRows: (value: Value) => Value;
  readonly fromRows: (value: Value, length: number) => Value;
}
const rowsOf = (shape: Shape, axis: number): Rows => {
  const last = [...shape.keys()].filter((k) => k !== axis).concat(axis);
  const others = last.slice(0, -1).map((k) => shape[k] as number);
  const count = sizeOf(others);
  const isLast = axis === shape.length - 1;
  const back = shape.map((_, k) => last.indexOf(k));
  return {
    toRows: (value) => {
      const length = value.type.shape[axis] as number;
      return reshapeValue(isLast ? value : permute(value, { axes: last }), [count, length]);
    },
    fromRows: (value, length) => {
      const apart = reshapeValue(value, [...others, length]);
      return isLast ? apart : permute(apart, { axes: back });
    },
  };
};
const requireAligned = (name: string, x: Shape, ids: Shape, axis: number): void => {
  if (x.length === ids.length && x.every((n, k) => k === axis || n === ids[k])) return;
  throw new ShapeError(
    `${name}: indexes ${showShape(ids)} and ${showShape(x)} differ beside axis ${axis}`,
  );
};

/**
 * The element of x at the index in each place of ids, along an axis; the other axes of both agree.
 */
export const takeAlongAxis = <X extends AnyTensor, I extends Indexes, Ax extends number>(
  x: X,
  ids: I,
  axis: Checked<Ax, HasAxis<'takeAlongAxis', ShapeOf<X>, Ax>>,
): Tensor<ShapeOf<I>, DTypeOf<X>> =>
  located(() => {
    const tensor = asTensor('takeAlongAxis', x);
    const indexes = requireIndexes('takeAlongAxis', ids);
    const along = normalizeAxis('takeAlongAxis', axis as number, tensor.shape);
    requireAligned('takeAlongAxis', tensor.shape, indexes.shape, along);
    requireInRange('takeAlongAxis', indexes, tensor.shape, along);
    const rows = rowsOf(tensor.shape, along);
    return applyOne('takeAlongAxis', [tensor, indexes], ([value, at]) => {
      const found = takeValue([rows.toRows(value!), rows.toRows(indexValue(at!))], {
        axis: 1,
        batch: 1,
      });
      return rows.fromRows(found, indexes.shape[along] as number);
    });
  });

/**
 * x with updates added at the index in each place of ids, along an axis; repeated indexes
 * accumulate.
 */
export const scatterAdd = <X extends AnyTensor, I extends Indexes, Ax extends number>(
  x: X,
  ids: I,
  updates: Tensor<ShapeOf<I>, DTypeOf<X>>,
  axis: Checked<Ax, HasAxis<'scatterAdd', ShapeOf<X>, Ax>>,
): X =>
  located((): Dynamic => {
    const [tensor, added] = [asTensor('scatterAdd', x), asTensor('scatterAdd', updates)];
    const indexes = requireIndexes('scatterAdd', ids);
    const along = normalizeAxis('scatterAdd', axis as number, tensor.shape);
    requireDomain('scatterAdd', 'number', tensor.dtype);
    requireSameDType('scatterAdd', tensor.dtype, added.dtype);
    requireAligned('scatterAdd', tensor.shape, indexes.shape, along);
    requireUpdates('scatterAdd', added.shape, indexes.shape);
    requireInRange('scatterAdd', indexes, tensor.shape, along);
    const rows = rowsOf(tensor.shape, along);
    return applyOne('scatterAdd', [tensor, indexes, added], (values) => {
      const [value, at, by] = values.map((v, k) => rows.toRows(k === 1 ? indexValue(v) : v));
      const out = scatterValue([value!, at!, by!], { axis: 1, batch: 1 });
      return rows.fromRows(out, tensor.shape[along] as number);
    });
  });

/**
 * x with the slices of updates along an axis added at the indexes of a vector; repeated indexes
 * accumulate.
 */
export const indexAdd = <X extends AnyTensor, I extends Indexes, Ax extends number = 0>(
  x: X,
  ids: I,
  updates: Result<Take<'indexAdd', ShapeOf<X>, ShapeOf<I>, Ax>, DTypeOf<X>>,
  axis?: Checked<Ax, HasAxis<'indexAdd', ShapeOf<X>, Ax>>,
): X =>
  located((): Dynamic => {
    const [tensor, added] = [asTensor('indexAdd', x), asTensor('indexAdd', updates)];
    const indexes = requireIndexes('indexAdd', ids);
    const along = normalizeAxis('indexAdd', (axis ?? 0) as number, tensor.shape);
    requireDomain('indexAdd', 'number', tensor.dtype);
    requireSameDType('indexAdd', tensor.dtype, added.dtype);
    const before = tensor.shape.slice(0, along);
    const expected = [...before, ...indexes.shape, ...tensor.shape.slice(along + 1)];
    requireUpdates('indexAdd', added.shape, expected);
    requireInRange('indexAdd', indexes, tensor.shape, along);
    return applyOne('indexAdd', [tensor, indexes, added], ([value, at, by]) =>
      scatterValue([value!, indexValue(at!), by!], { axis: along, batch: 0 }),
    );
  });
const requireUpdates = (name: string, got: Shape, wanted: Shape): void => {
  if (showShape(got) === showShape(wanted)) return;
  throw new ShapeError(
    `${name}: updates of shape ${showShape(got)}, expected ${showShape(wanted)}`,
  );
};

/**
 * The order of the elements along an axis, by default the last: the places that sort it, stably,
 * NaN last.
 */
export const argsort = <X extends AnyTensor, Ax extends number = -1>(
  x: X,
  axis?: Checked<Ax, HasAxis<'argsort', ShapeOf<X>, Ax>>,
): Tensor<ShapeOf<X>, 'i32'> =>
  located(() => {
    const tensor = asTensor('argsort', x);
    requireDomain('argsort', 'number', tensor.dtype);
    const along = normalizeAxis('argsort', (axis ?? -1) as number, tensor.shape);
    const rows = rowsOf(tensor.shape, along);
    return applyOne('argsort', [tensor], ([value]) =>
      rows.fromRows(argSort(rows.toRows(value!)), tensor.shape[along] as number),
    );
  });
/** The elements along an axis, by default the last, in ascending order, NaN last. */
export const sort = <X extends AnyTensor, Ax extends number = -1>(
  x: X,
  axis?: Checked<Ax, HasAxis<'sort', ShapeOf<X>, Ax>>,
): X =>
  located((): Dynamic => {
    const tensor = asTensor('sort', x);
    requireDomain('sort', 'number', tensor.dtype);
    const along = normalizeAxis('sort', (axis ?? -1) as number, tensor.shape);
    const rows = rowsOf(tensor.shape, along);
    return applyOne('sort', [tensor], ([value]) => {
      const row = rows.toRows(value!);
      const sorted = takeValue([row, argSort(row)], { axis: 1, batch: 1 });
      return rows.fromRows(sorted, tensor.shape[along] as number);
    });
  });
