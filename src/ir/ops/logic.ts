/**
 * Comparisons, choices, bits and conversions. Only `select` and `cast` between floats carry
 * gradients.
 */
import { DTypeError, ShapeError } from '../errors.ts';
import type { Value } from '../graph.ts';
import type { ElementOp, Params } from '../op.ts';
import { bytesOf, type DType, isDifferentiable, isHalf, sameShape } from '../types.ts';
import { constantLike } from './constants.ts';
import { batchAll, binary, element, type ParamOp, type PlainOp, plain, unary } from './define.ts';

/** x == y. */
export const eq: PlainOp = binary('eq', {
  domain: 'any',
  exact: true,
  result: 'bool',
  scalar: (s, x, y) => s.eq(x, y),
  vjp: 'zero',
});
/** x != y; true with NaN. */
export const ne: PlainOp = binary('ne', {
  domain: 'any',
  exact: true,
  result: 'bool',
  scalar: (s, x, y) => s.ne(x, y),
  vjp: 'zero',
});
/** x < y. */
export const lt: PlainOp = binary('lt', {
  result: 'bool',
  scalar: (s, x, y) => s.lt(x, y),
  vjp: 'zero',
});
/** x <= y. */
export const le: PlainOp = binary('le', {
  result: 'bool',
  scalar: (s, x, y) => s.le(x, y),
  vjp: 'zero',
});
/** x > y. */
export const gt: PlainOp = binary('gt', {
  result: 'bool',
  scalar: (s, x, y) => s.gt(x, y),
  vjp: 'zero',
});
/** x >= y. */
export const ge: PlainOp = binary('ge', {
  result: 'bool',
  scalar: (s, x, y) => s.ge(x, y),
  vjp: 'zero',
});
/** Bitwise or logical and. */
export const and: PlainOp = binary('and', {
  domain: 'bits',
  scalar: (s, x, y) => s.and(x, y),
  vjp: 'zero',
});
/** Bitwise or logical or. */
export const or: PlainOp = binary('or', {
  domain: 'bits',
  scalar: (s, x, y) => s.or(x, y),
  vjp: 'zero',
});
/** Bitwise or logical exclusive or. */
export const xor: PlainOp = binary('xor', {
  domain: 'bits',
  scalar: (s, x, y) => s.xor(x, y),
  vjp: 'zero',
});
/** Bitwise or logical not. */
export const not: PlainOp = unary('not', {
  domain: 'bits',
  scalar: (s, x) => s.not(x),
  vjp: 'zero',
});
/** x << y; the low 5 bits of y count. */
export const shiftLeft: PlainOp = binary('shiftLeft', {
  domain: 'integer',
  scalar: (s, x, y) => s.shl(x, y),
  vjp: 'zero',
});
/** x >> y, with the sign for i32 and with zeros for u32. */
export const shiftRight: PlainOp = binary('shiftRight', {
  domain: 'integer',
  scalar: (s, x, y) => s.shr(x, y),
  vjp: 'zero',
});

const selectDefinition: ElementOp<Params> = {
  name: 'select',
  kind: 'elementwise',
  type: ([condition, x, y]) => {
    if (condition?.dtype !== 'bool' || x === undefined || x.dtype !== y?.dtype) {
      throw new DTypeError(`select: dtypes ${condition?.dtype}, ${x?.dtype} and ${y?.dtype}`);
    }
    if (!sameShape(condition.shape, x.shape) || !sameShape(x.shape, y.shape)) {
      throw new ShapeError('select: shapes differ');
    }
    return [x];
  },
  element: (c) => {
    const s = c.s.as(c.output.dtype);
    return [s.select(c.read(0, c.out), c.read(1, c.out), c.read(2, c.out))];
  },
  vjp: ([ct], [condition]) => {
    if (ct == null || condition === undefined) return [null, null, null];
    const zero = constantLike(ct, 0);
    return [null, select(condition, ct, zero), select(condition, zero, ct)];
  },
  batch: (inputs, size) => {
    const [condition, x, y] = batchAll(inputs, size) as [Value, Value, Value];
    return [select(condition, x, y)];
  },
  simplify: ([condition, x, y], _, { uniform }) => {
    if (x === y) return x;
    const known = uniform(condition as Value);
    return known === undefined ? undefined : known ? x : y;
  },
};
/**
 * `condition ? x : y`, element by element. The side not taken gets no gradient, whatever its value.
 */
export const select: PlainOp = plain(selectDefinition);

/**
 * A conversion to another dtype: floats to integers truncate and saturate, NaN becomes 0; whatever
 * does not fit a float is rounded once, to nearest even.
 */
export const cast: ParamOp<{ readonly dtype: DType }> = element('cast', 'elementwise', {
  type: ([x], { dtype }) => [{ dtype, shape: x?.shape ?? [] }],
  element: (c) => [c.s.cast(c.read(0, c.out), c.params.dtype)],
  vjp: (ct, [x]) => {
    const from = x?.type.dtype ?? 'f32';
    const both = isDifferentiable(from) && isDifferentiable(ct.type.dtype);
    return [both ? cast(ct, { dtype: from }) : null];
  },
  batch: (params) => params,
  simplify: ([x], { dtype }) => ((x as Value).type.dtype === dtype ? x : undefined),
});
/** `sum(x)`, where a sum of 16 bit floats is made in f32 and rounded once. */
export const wideSum = (x: Value, sum: (wide: Value) => Value): Value => {
  const { dtype } = x.type;
  return isHalf(dtype) ? cast(sum(cast(x, { dtype: 'f32' })), { dtype }) : sum(x);
};
/** The same bits as another dtype of the same width. */
export const bitcast: ParamOp<{ readonly dtype: DType }> = element('bitcast', 'elementwise', {
  type: ([x], { dtype }) => {
    if (x === undefined || bytesOf[x.dtype] !== 4 || bytesOf[dtype] !== 4) {
      throw new DTypeError(`bitcast: ${x?.dtype} and ${dtype} are not both of 32 bits`);
    }
    return [{ dtype, shape: x.shape }];
  },
  element: (c) => [c.s.bitcast(c.read(0, c.out), c.params.dtype)],
  vjp: 'zero',
  batch: (params) => params,
});
