/** Products that make larger tensors of smaller ones, cross products, and grids of coordinates. */
import { ArgumentError, ShapeError } from '../../ir/errors.ts';
import type { Value } from '../../ir/graph.ts';
import { mul, sub } from '../../ir/ops/elementwise.ts';
import { broadcast, concat, slice } from '../../ir/ops/views.ts';
import { checkOptions } from '../../ir/options.ts';
import { broadcastShapes, normalizeAxis, type Shape, showShape, sizeOf } from '../../ir/types.ts';
import type {
  AnyTensor,
  Checked,
  Computed,
  Cross,
  DTypeOf,
  Dynamic,
  Grids,
  Kron,
  Result,
  SameDTypeThen,
  ShapeOf,
  Vectors,
} from '../../types/index.ts';
import { apply } from '../apply.ts';
import { asTensor, asTyped } from '../tensor.ts';
import {
  applyOne,
  broadcastValue,
  located,
  requireDomain,
  requireSameDType,
  requireTensors,
  reshapeValue,
} from './operands.ts';

/**
 * The Kronecker product: every element of a times all of b, in place of that element. The shorter
 * shape gets axes of length 1 in front.
 */
export const kron = <A extends AnyTensor, B extends AnyTensor>(
  a: Computed<'kron', A>,
  b: Checked<B, SameDTypeThen<'kron', A, B, Kron<ShapeOf<A>, ShapeOf<B>>>>,
): Result<Kron<ShapeOf<A>, ShapeOf<B>>, DTypeOf<A>> =>
  located(() => {
    const [x, y] = [asTensor('kron', a), asTensor('kron', b)];
    requireSameDType('kron', x.dtype, y.dtype);
    requireDomain('kron', 'number', x.dtype);
    const rank = Math.max(x.rank, y.rank);
    const padded = (shape: Shape): number[] => [
      ...Array.from({ length: rank - shape.length }, () => 1),
      ...shape,
    ];
    const [m, n] = [padded(x.shape), padded(y.shape)];
    const out = m.map((size, axis) => size * (n[axis] as number));
    sizeOf(out);
    const apart = m.flatMap((size, axis) => [size, n[axis] as number]);
    return applyOne('kron', [x, y], ([v, w]) => {
      const outer = reshapeValue(
        v!,
        m.flatMap((size) => [size, 1]),
      );
      const inner = reshapeValue(
        w!,
        n.flatMap((size) => [1, size]),
      );
      return reshapeValue(mul(broadcastValue(outer, apart), broadcastValue(inner, apart)), out);
    });
  });

/** The elements of a value in cyclic order along an axis of length 3, from number `first` on. */
const turned = (value: Value, axis: number, first: number): Value => {
  const { shape } = value.type;
  const part = (start: number, count: number): Value =>
    slice(value, {
      start: shape.map((_, k) => (k === axis ? start : 0)),
      size: shape.map((n, k) => (k === axis ? count : n)),
      step: shape.map(() => 1),
    });
  return concat([part(first, 3 - first), part(0, first)], { axis });
};
/** The cross product of vectors of 3 elements along an axis, by default the last. */
export const cross = <A extends AnyTensor, B extends AnyTensor, Ax extends number = -1>(
  a: Computed<'cross', A>,
  b: Checked<B, SameDTypeThen<'cross', A, B, Cross<ShapeOf<A>, ShapeOf<B>, Ax>>>,
  axis?: Ax,
): Result<Cross<ShapeOf<A>, ShapeOf<B>, Ax>, DTypeOf<A>> =>
  located(() => {
    const [x, y] = [asTensor('cross', a), asTensor('cross', b)];
    requireSameDType('cross', x.dtype, y.dtype);
    requireDomain('cross', 'number', x.dtype);
    const shape = broadcastShapes('cross', x.shape, y.shape);
    const asked = axis ?? -1;
    const along = normalizeAxis('cross', asked, shape);
    for (const each of [shape, x.shape, y.shape]) {
      const length = each[along - shape.length + each.length] ?? 1;
      if (length === 3) continue;
      throw new ShapeError(
        `cross: axis ${asked} of ${showShape(each)} has length ${length}, not 3`,
      );
    }
    return applyOne('cross', [x, y], ([v, w]) => {
      const [p, q] = [broadcastValue(v!, shape), broadcastValue(w!, shape)];
      const term = (i: number, j: number): Value => mul(turned(p, along, i), turned(q, along, j));
      return sub(term(1, 2), term(2, 1));
    });
  });

/** What `meshgrid` takes. */
export interface MeshgridOptions<Indexing extends 'xy' | 'ij' = 'xy' | 'ij'> {
  /**
   * 'ij': vector k runs along axis k. 'xy', the default: the first runs along axis 1 and the second
   * along axis 0, as in pictures.
   */
  readonly indexing?: Indexing;
}
/** For every vector a tensor that repeats it along the axes of all the others. */
export const meshgrid = <
  const Ts extends readonly AnyTensor[],
  Indexing extends 'xy' | 'ij' = 'xy',
>(
  xs: Checked<Ts, Vectors<Ts>>,
  options?: MeshgridOptions<Indexing>,
): Grids<Ts, Indexing> =>
  located((): Dynamic => {
    checkOptions('meshgrid', options, ['indexing']);
    const indexing: unknown = options?.indexing ?? 'xy';
    if (indexing !== 'xy' && indexing !== 'ij') {
      throw new ArgumentError(`meshgrid: indexing must be 'xy' or 'ij', not ${String(indexing)}`);
    }
    const tensors = requireTensors('meshgrid', xs);
    for (const { rank, shape } of tensors) {
      if (rank !== 1) {
        throw new ShapeError(`meshgrid: expected vectors, got ${showShape(shape)}`);
      }
    }
    const isSwapped = indexing === 'xy' && tensors.length > 1;
    const axisOf = (k: number): number => (isSwapped && k < 2 ? 1 - k : k);
    const shape = tensors.map((_, axis) => tensors[axisOf(axis)]?.shape[0] as number);
    sizeOf(shape);
    return apply(
      'meshgrid',
      tensors.map((tensor) => asTyped<AnyTensor>(tensor)),
      (values) => values.map((value, k) => broadcast(value, { shape, axes: [axisOf(k)] })),
    );
  });
