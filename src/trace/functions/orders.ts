/**
 * Elements in order along an axis. NaN counts as larger than every number: it comes last in
 * ascending order and first in descending order. Equal elements keep their order in both.
 */
import { ShapeError } from '../../ir/errors.ts';
import type { Value } from '../../ir/graph.ts';
import { constantLike } from '../../ir/ops/constants.ts';
import { sub } from '../../ir/ops/elementwise.ts';
import { argSort, take } from '../../ir/ops/indexing.ts';
import { reverse, slice } from '../../ir/ops/views.ts';
import { checkOptions } from '../../ir/options.ts';
import { normalizeAxis, showShape } from '../../ir/types.ts';
import type {
  AnyTensor,
  Checked,
  DTypeOf,
  Dynamic,
  HasAxis,
  Result,
  ShapeOf,
  Tensor,
  TopK,
} from '../../types/index.ts';
import { apply } from '../apply.ts';
import { asTensor, asTyped, type TensorImplementation } from '../tensor.ts';
import { applyOne, located, requireDomain, requireFlag, requireWhole } from './operands.ts';
import { type Rows, rowsOf } from './rows.ts';

/** What `sort` and `argsort` take beside the axis. */
export interface SortOptions {
  /** The largest first; false by default. */
  readonly descending?: boolean;
}
/** What `topk` takes beside the axis. */
export interface TopKOptions {
  /** The largest (the default) or the smallest. */
  readonly largest?: boolean;
}

/** The places that sort the rows of a matrix. Descending is ascending of the mirror image. */
const orderOf = (rows: Value, isDescending: boolean): Value => {
  if (!isDescending) return argSort(rows);
  const mirrored = argSort(reverse(rows, { axes: [1] }));
  const last = (rows.type.shape[1] as number) - 1;
  return sub(constantLike(mirrored, last), reverse(mirrored, { axes: [1] }));
};

interface Sorting {
  readonly tensor: TensorImplementation;
  readonly along: number;
  readonly rows: Rows;
}
const prepare = (name: string, x: unknown, axis: unknown): Sorting => {
  const tensor = asTensor(name, x);
  requireDomain(name, 'number', tensor.dtype);
  const along = normalizeAxis(name, (axis ?? -1) as number, tensor.shape);
  return { tensor, along, rows: rowsOf(tensor.shape, along) };
};
const isDescending = (name: string, options: SortOptions | undefined): boolean => {
  checkOptions(name, options, ['descending']);
  return requireFlag(name, 'descending', options?.descending);
};

/**
 * The order of the elements along an axis, by default the last: the places that sort it, i32,
 * stably; NaN counts as the largest.
 */
export const argsort = <X extends AnyTensor, Ax extends number = -1>(
  x: X,
  axis?: Checked<Ax, HasAxis<'argsort', ShapeOf<X>, Ax>>,
  options?: SortOptions,
): Tensor<ShapeOf<X>, 'i32'> =>
  located(() => {
    const { tensor, along, rows } = prepare('argsort', x, axis);
    const descending = isDescending('argsort', options);
    return applyOne('argsort', [tensor], ([value]) =>
      rows.fromRows(orderOf(rows.toRows(value!), descending), tensor.shape[along] as number),
    );
  });
/**
 * The elements along an axis, by default the last, in ascending order unless asked otherwise, and
 * where they stood (i32). Stable; NaN counts as the largest. The gradient follows the elements.
 */
export const sort = <X extends AnyTensor, Ax extends number = -1>(
  x: X,
  axis?: Checked<Ax, HasAxis<'sort', ShapeOf<X>, Ax>>,
  options?: SortOptions,
): [values: X, places: Tensor<ShapeOf<X>, 'i32'>] =>
  located((): Dynamic => {
    const { tensor, along, rows } = prepare('sort', x, axis);
    const descending = isDescending('sort', options);
    const results = apply('sort', [asTyped(tensor)], ([value]) => {
      const row = rows.toRows(value!);
      const places = orderOf(row, descending);
      const values = take([row, places], { axis: 1, batch: 1 });
      const length = tensor.shape[along] as number;
      return [rows.fromRows(values, length), rows.fromRows(places, length)];
    });
    return results.map((result) => asTyped(result));
  });

/**
 * The `count` largest elements along an axis, by default the last, in descending order (or the
 * smallest in ascending order), and their places (i32). Of equals the first ones are chosen; NaN
 * counts as the largest. The gradient goes to what was chosen. ShapeError when there are fewer.
 */
export const topk = <X extends AnyTensor, const K extends number, Ax extends number = -1>(
  x: X,
  count: Checked<K, TopK<ShapeOf<X>, K, Ax>>,
  axis?: Checked<Ax, HasAxis<'topk', ShapeOf<X>, Ax>>,
  options?: TopKOptions,
): [
  values: Result<TopK<ShapeOf<X>, K, Ax>, DTypeOf<X>>,
  places: Result<TopK<ShapeOf<X>, K, Ax>, 'i32'>,
] =>
  located((): Dynamic => {
    const { tensor, along, rows } = prepare('topk', x, axis);
    checkOptions('topk', options, ['largest']);
    const k = requireWhole('topk', 'the number of elements', count, 0);
    const length = tensor.shape[along] as number;
    if (k > length) {
      const where = `axis ${along} of ${showShape(tensor.shape)}`;
      throw new ShapeError(`topk: ${where} has fewer than ${k} elements`);
    }
    const isLargest = requireFlag('topk', 'largest', options?.largest ?? true);
    const results = apply('topk', [asTyped(tensor)], ([value]) => {
      const row = rows.toRows(value!);
      const order = orderOf(row, isLargest);
      const places = slice(order, {
        start: [0, 0],
        size: [order.type.shape[0] as number, k],
        step: [1, 1],
      });
      const values = take([row, places], { axis: 1, batch: 1 });
      return [rows.fromRows(values, k), rows.fromRows(places, k)];
    });
    return results.map((result) => asTyped(result));
  });
