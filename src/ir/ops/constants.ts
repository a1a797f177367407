/** Ops without inputs: a value repeated, and the index along an axis. */
import { ArgumentError } from '../errors.ts';
import type { Value } from '../graph.ts';
import { type DType, type Shape, sizeOf, type TensorType } from '../types.ts';
import { element, type ParamOp } from './define.ts';

/** The attributes of `full`. */
export interface FullParams {
  readonly value: number;
  readonly shape: Shape;
  readonly dtype: DType;
}
/** One value everywhere. */
export const full: ParamOp<FullParams> = element('full', 'constant', {
  type: (_, { shape, dtype }) => {
    sizeOf(shape);
    return [{ dtype, shape }];
  },
  element: (c) => [c.s.constant(c.params.value)],
  uniform: ({ value }) => value,
  vjp: () => [],
  batch: (params, _, size) => ({ ...params, shape: [size, ...params.shape] }),
});

/** The attributes of `iota`. */
export interface IotaParams {
  readonly axis: number;
  readonly shape: Shape;
  readonly dtype: DType;
}
/** The index along `axis`: 0, 1, 2... */
export const iota: ParamOp<IotaParams> = element('iota', 'constant', {
  type: (_, { shape, axis, dtype }) => {
    sizeOf(shape);
    if (axis < 0 || axis >= shape.length) throw new ArgumentError(`iota: no axis ${axis}`);
    return [{ dtype, shape }];
  },
  element: (c) => {
    const index = c.out[c.params.axis] as (typeof c.out)[number];
    return [c.params.dtype === 'i32' ? index : c.i.cast(index, c.params.dtype)];
  },
  vjp: () => [],
  batch: (params, _, size) => ({
    ...params,
    axis: params.axis + 1,
    shape: [size, ...params.shape],
  }),
});

/** A constant of the type of `like`. */
export const constantLike = (like: Value | TensorType, value: number): Value => {
  const { shape, dtype } = 'type' in like ? like.type : like;
  return full([], { value, shape, dtype });
};
