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
  pick as pickValue,
  scatterAdd as scatterAddValue,
  scatterSet,
  take as takeValue,
} from '../../ir/ops/indexing.ts';
import { cast, eq } from '../../ir/ops/logic.ts';
import { broadcast } from '../../ir/ops/views.ts';
import { checkOptions } from '../../ir/options.ts';
import { normalizeAxis, type Shape, showShape, sizeOf } from '../../ir/types.ts';
import type {
  Aligned,
  AnyTensor,
  Checked,
  CreationOptions,
  DType,
  DTypeOf,
  Dynamic,
  HasAxis,
  IndexOperand,
  IntDType,
  Ok,
  OneHot,
  Result,
  ShapeOf,
  Take,
  Tensor,
  Updates,
} from '../../types/index.ts';
import { asTensor, type TensorImplementation } from '../tensor.ts';
import { currentTrace } from '../trace.ts';
import { requireDType } from './choices.ts';
import { applyOne, located, requireDomain, requireSameDType, requireWhole } from './operands.ts';
import { rowsOf } from './rows.ts';

/** A tensor of indexes. */
export type Indexes = Tensor<unknown, IntDType>;

/** The tensor of indexes; throws DTypeError unless it is i32 or u32. */
export const requireIndexes = (name: string, ids: unknown): TensorImplementation => {
  const tensor = asTensor(name, ids);
  if (tensor.dtype === 'i32' || tensor.dtype === 'u32') return tensor;
  throw new DTypeError(`${name}: the indexes are ${tensor.dtype}, not i32 or u32`, {
    hint: "convert them with cast(ids, 'i32')",
  });
};
/** Indexes as ops want them (i32); u32 beyond i32 stay out of range instead of turning negative. */
export const indexValue = (value: Value): Value => {
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
export const take = <X extends AnyTensor, I extends AnyTensor, Ax extends number = 0>(
  x: X,
  ids: IndexOperand<'take', I>,
  axis?: Checked<Ax, Take<'take', ShapeOf<X>, ShapeOf<I>, Ax>>,
): Result<Take<'take', ShapeOf<X>, ShapeOf<I>, Ax>, DTypeOf<X>> =>
  takeAlong('take', x, ids, (axis ?? 0) as number);
/** The rows of a table by their numbers: ids [...] of a table [rows, ...row] give [..., ...row]. */
export const embedding = <X extends AnyTensor, I extends AnyTensor>(
  table: Checked<X, Take<'embedding', ShapeOf<X>, ShapeOf<I>, 0>>,
  ids: IndexOperand<'embedding', I>,
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
export const pick = <X extends AnyTensor, I extends AnyTensor>(
  x: X,
  ids: IndexOperand<'pick', I>,
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
export const oneHot = <I extends AnyTensor, const C extends number, D extends DType = 'f32'>(
  ids: IndexOperand<'oneHot', I>,
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

const requireAligned = (name: string, x: Shape, ids: Shape, axis: number): void => {
  if (x.length === ids.length && x.every((n, k) => k === axis || n === ids[k])) return;
  throw new ShapeError(
    `${name}: indexes ${showShape(ids)} and ${showShape(x)} differ beside axis ${axis}`,
  );
};

/**
 * The element of x at the index in each place of ids, along an axis; the other axes of both agree.
 */
export const takeAlongAxis = <X extends AnyTensor, I extends AnyTensor, Ax extends number>(
  x: X,
  ids: Checked<
    IndexOperand<'takeAlongAxis', I>,
    Aligned<'takeAlongAxis', ShapeOf<X>, ShapeOf<I>, Ax>
  >,
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

/** What both scatters take: updates of the shape of the indexes, along an axis of x. */
type Scatter<Op extends string> = <
  X extends AnyTensor,
  I extends AnyTensor,
  U extends AnyTensor,
  Ax extends number,
>(
  x: X,
  ids: Checked<IndexOperand<Op, I>, Aligned<Op, ShapeOf<X>, ShapeOf<I>, Ax>>,
  updates: Checked<U, Updates<Op, X, U, ShapeOf<I>>>,
  axis: Checked<Ax, HasAxis<Op, ShapeOf<X>, Ax>>,
) => X;
/**
 * x with updates added at the index in each place of ids, along an axis; repeated indexes
 * accumulate, in row-major order. x and updates are numbers of one dtype, ids i32 or u32.
 */
export const scatterAdd: Scatter<'scatterAdd'> = (x, ids, updates, axis) =>
  scatterAlong('scatterAdd', scatterAddValue, x, ids, updates, axis);
/**
 * x with updates in place of what stands at the index in each place of ids, along an axis. Of
 * several updates for one place the last in row-major order stays, and it alone gets a gradient.
 */
export const scatter: Scatter<'scatter'> = (x, ids, updates, axis) =>
  scatterAlong('scatter', scatterSet, x, ids, updates, axis);
const scatterAlong = (
  name: string,
  combine: typeof scatterSet,
  x: unknown,
  ids: unknown,
  updates: unknown,
  axis: unknown,
): Dynamic =>
  located(() => {
    const [tensor, changes] = [asTensor(name, x), asTensor(name, updates)];
    const indexes = requireIndexes(name, ids);
    const along = normalizeAxis(name, axis as number, tensor.shape);
    requireDomain(name, combine === scatterSet ? 'any' : 'number', tensor.dtype);
    requireSameDType(name, tensor.dtype, changes.dtype);
    requireAligned(name, tensor.shape, indexes.shape, along);
    requireUpdates(name, changes.shape, indexes.shape);
    requireInRange(name, indexes, tensor.shape, along);
    const rows = rowsOf(tensor.shape, along);
    return applyOne(name, [tensor, indexes, changes], (values) => {
      const [value, at, by] = values.map((v, k) => rows.toRows(k === 1 ? indexValue(v) : v));
      const out = combine([value!, at!, by!], { axis: 1, batch: 1 });
      return rows.fromRows(out, tensor.shape[along] as number);
    });
  });

type TakenShape<Rule> = Rule extends Ok<infer S> ? S : Dynamic;
/**
 * x with the slices of updates along an axis added at the indexes of a vector; repeated indexes
 * accumulate.
 */
export const indexAdd = <
  X extends AnyTensor,
  I extends AnyTensor,
  U extends AnyTensor,
  Ax extends number = 0,
>(
  x: X,
  ids: IndexOperand<'indexAdd', I>,
  updates: Checked<
    U,
    Updates<'indexAdd', X, U, TakenShape<Take<'indexAdd', ShapeOf<X>, ShapeOf<I>, Ax>>>
  >,
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
      scatterAddValue([value!, indexValue(at!), by!], { axis: along, batch: 0 }),
    );
  });
const requireUpdates = (name: string, got: Shape, wanted: Shape): void => {
  if (showShape(got) === showShape(wanted)) return;
  throw new ShapeError(
    `${name}: updates of shape ${showShape(got)}, expected ${showShape(wanted)}`,
  );
};
