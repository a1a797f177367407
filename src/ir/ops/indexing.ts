/** Elements chosen by computed indexes, elements added to and set at such places, and orders. */
import { DTypeError, ShapeError } from '../errors.ts';
import type { Value } from '../graph.ts';
import { refuseHalf } from '../half.ts';
import type { ElementContext, ScatterOp } from '../op.ts';
import type { Scalars } from '../scalar.ts';
import { type DType, isDifferentiable, showShape, sizeOf, type TensorType } from '../types.ts';
import { constantLike, iota } from './constants.ts';
import { element, type ParamOp, type PlainOp, scatter } from './define.ts';
import { order } from './define-sequential.ts';
import { sub } from './elementwise.ts';
import { and, eq, ge, lt, select, wideSum } from './logic.ts';
import { broadcast, reshape } from './views.ts';

/** What reading outside gives: NaN, or for integers the value farthest from any sensible one. */
const outside = (dtype: DType): number =>
  isDifferentiable(dtype)
    ? Number.NaN
    : dtype === 'i32'
      ? -2147483648
      : dtype === 'u32'
        ? 4294967295
        : 0;

/** A computed index with negative values counted from the end, and whether it is in range. */
const resolve = <E>(s: Scalars<E>, index: E, length: number): { at: E; inside: E } => {
  const i = s.as('i32');
  const zero = i.constant(0);
  const at = i.select(i.lt(index, zero), i.add(index, i.constant(length)), index);
  return { at, inside: s.as('bool').and(i.ge(at, zero), i.lt(at, i.constant(length))) };
};
const requireIndexes = (name: string, type: TensorType | undefined): void => {
  if (type?.dtype !== 'i32') {
    throw new DTypeError(`${name}: indexes must be i32, not ${type?.dtype}`);
  }
};

/**
 * The attributes of `take` and `scatterAdd`: the axis indexed, and how many leading axes both
 * operands share.
 */
export interface TakeParams {
  readonly axis: number;
  readonly batch: number;
}
const batchTake = ({ axis, batch }: TakeParams): TakeParams => ({
  axis: axis + 1,
  batch: batch + 1,
});
/** Splits an output index of `take` into the index of the indexes and that of the rest. */
const splitTake = <E>(
  out: readonly E[],
  { axis, batch }: TakeParams,
  idsRank: number,
): { ids: E[]; before: E[]; after: E[] } => {
  const free = idsRank - batch;
  return {
    ids: [...out.slice(0, batch), ...out.slice(axis, axis + free)],
    before: out.slice(0, axis),
    after: out.slice(axis + free),
  };
};

/**
 * Slices of x [...before, n, ...after] at indexes [...batch, ...ids]: [...before, ...ids,
 * ...after]. Negative indexes count from the end; an index out of range gives NaN (integers: the
 * least value).
 */
export const take: ParamOp<TakeParams> = element<TakeParams>('take', 'gather', {
  type: ([x, ids], { axis, batch }) => {
    requireIndexes('take', ids);
    const [a, b] = [x?.shape ?? [], ids?.shape ?? []];
    if (axis >= a.length || batch > axis || b.slice(0, batch).some((n, k) => n !== a[k])) {
      throw new ShapeError(`take: ${showShape(a)} at ${showShape(b)} along axis ${axis}`);
    }
    const shape = [...a.slice(0, axis), ...b.slice(batch), ...a.slice(axis + 1)];
    return [{ dtype: x?.dtype ?? 'f32', shape }];
  },
  element: (c) => {
    const [x, ids] = c.inputs as readonly [TensorType, TensorType];
    const parts = splitTake(c.out, c.params, ids.shape.length);
    const index = c.read(1, parts.ids);
    const length = x.shape[c.params.axis] ?? 0;
    const { at, inside } = resolve(c.s, index, length);
    const body = (): typeof index =>
      c.read(0, [...parts.before, c.bounded(at, length), ...parts.after]);
    return [c.when(inside, body, c.s.constant(outside(x.dtype)))];
  },
  vjp: (ct, [x, ids], params) => [
    wideSum(ct, (wide) => {
      const nothing = constantLike({ ...(x as Value).type, dtype: wide.type.dtype }, 0);
      return scatterAdd([nothing, ids as Value, wide], params);
    }),
    null,
  ],
  batch: batchTake,
});

type Update<E> = Omit<ElementContext<E, TakeParams>, 'out' | 'position'> & {
  readonly update: readonly E[];
};
/** What both scatters share: x, indexes, and updates shaped like the result of `take`. */
const scatterParts = (
  name: string,
): Pick<ScatterOp<TakeParams>, 'type' | 'updates' | 'target'> & { batch: typeof batchTake } => ({
  type: ([x, ids, updates], params) => {
    const type = take.type([x as TensorType, ids as TensorType], { ...params })[0] as TensorType;
    if (updates?.dtype !== type.dtype || showShape(updates.shape) !== showShape(type.shape)) {
      throw new ShapeError(
        `${name}: updates ${showShape(updates?.shape ?? [])} should be ${showShape(type.shape)}`,
      );
    }
    return [x as TensorType];
  },
  updates: (inputs) => (inputs[2] as TensorType).shape,
  target: <E>(c: Update<E>) => {
    const [x, ids] = c.inputs as readonly [TensorType, TensorType];
    const parts = splitTake(c.update, c.params, ids.shape.length);
    const { at, inside } = resolve(c.s, c.read(1, parts.ids), x.shape[c.params.axis] ?? 0);
    return { at: [...parts.before, at, ...parts.after], when: inside };
  },
  batch: batchTake,
});

/**
 * x with `updates`, shaped like the result of `take`, added at the places the indexes name; others
 * go nowhere.
 */
export const scatterAdd: ParamOp<TakeParams> = scatter<TakeParams>('scatterAdd', {
  ...scatterParts('scatterAdd'),
  type: (inputs, params) => {
    refuseHalf('scatterAdd', inputs[0]?.dtype ?? 'f32');
    return scatterParts('scatterAdd').type(inputs, params);
  },
  combine: 'add',
  vjp: (ct, [, ids], params) => {
    const index = ids as Value;
    const taken = take([ct, index], params);
    // What went nowhere gets no gradient, though reading there gives NaN.
    const length = ct.type.shape[params.axis] ?? 0;
    const isInside = and(
      ge(index, constantLike(index, -length)),
      lt(index, constantLike(index, length)),
    );
    const axes = index.type.shape.map((_, k) =>
      k < params.batch ? k : params.axis + k - params.batch,
    );
    const spread = broadcast(isInside, { shape: taken.type.shape, axes });
    return [ct, null, select(spread, taken, constantLike(taken, 0))];
  },
});

/**
 * x with `updates`, shaped like the result of `take`, in place of what stands where the indexes
 * say. Of several for one place the last in row-major order stays, and it alone gets a gradient;
 * others go nowhere.
 */
export const scatterSet: ParamOp<TakeParams> = scatter<TakeParams>('scatterSet', {
  ...scatterParts('scatterSet'),
  combine: 'set',
  vjp: (ct, [x, ids, updates], params) => {
    const [{ shape }, from] = [(x as Value).type, (updates as Value).type.shape];
    const at = ids as Value;
    // Who stays is found by scattering the numbers of the updates themselves.
    const count = iota([], { axis: 0, shape: [sizeOf(from)], dtype: 'i32' });
    const numbers = reshape(count, { shape: from });
    const nobody = constantLike({ dtype: 'i32', shape }, -1);
    const winners = scatterSet([nobody, at, numbers], params);
    const stays = eq(take([winners, at], params), numbers);
    const taken = take([ct, at], params);
    return [
      scatterSet([ct, at, constantLike(taken, 0)], params),
      null,
      select(stays, taken, constantLike(taken, 0)),
    ];
  },
});

/**
 * One element per row: x [..., n] at indexes [...]. Indexes as in `take`. The gradient is written
 * as a comparison with the column number, so that it fuses into whatever reads it.
 */
export const pick: ParamOp<Record<string, never>> = element('pick', 'gather', {
  type: ([x, ids]) => {
    requireIndexes('pick', ids);
    const rows = x?.shape.slice(0, -1) ?? [];
    if (
      x === undefined ||
      x.shape.length === 0 ||
      showShape(rows) !== showShape(ids?.shape ?? [])
    ) {
      throw new ShapeError(
        `pick: indexes ${showShape(ids?.shape ?? [])} for rows of ${showShape(x?.shape ?? [])}`,
      );
    }
    return [{ dtype: x.dtype, shape: rows }];
  },
  element: (c) => {
    const x = c.inputs[0] as TensorType;
    const index = c.read(1, c.out);
    const length = x.shape[x.shape.length - 1] ?? 0;
    const { at, inside } = resolve(c.s, index, length);
    const body = (): typeof index => c.read(0, [...c.out, c.bounded(at, length)]);
    return [c.when(inside, body, c.s.constant(outside(x.dtype)))];
  },
  vjp: (ct, [x, ids]) => {
    const { shape } = (x as Value).type;
    const rows = shape.map((_, axis) => axis).slice(0, -1);
    const axis = shape.length - 1;
    const index = broadcast(ids as Value, { shape, axes: rows });
    const columns = iota([], { axis, shape, dtype: 'i32' });
    const fromEnd = sub(columns, constantLike(columns, shape[axis] ?? 0));
    const spread = broadcast(ct, { shape, axes: rows });
    const zero = constantLike(spread, 0);
    return [select(eq(index, columns), spread, select(eq(index, fromEnd), spread, zero)), null];
  },
  batch: (params) => params,
});
const isNaN = <E>(s: Scalars<E>, x: E): E => s.ne(x, x);
/** The places of the elements of the last axis in ascending order, stably; NaN comes last. */
export const argSort: PlainOp = order('argSort', (s, x, y) => {
  const bool = s.as('bool');
  return bool.or(s.lt(x, y), bool.and(isNaN(s, y), bool.not(isNaN(s, x))));
});
