/** Diagonals and triangles of matrices: parts taken out, and vectors put on diagonals. */
import { ArgumentError, ShapeError } from '../../ir/errors.ts';
import type { Value } from '../../ir/graph.ts';
import { constantLike, iota } from '../../ir/ops/constants.ts';
import { sub } from '../../ir/ops/elementwise.ts';
import { ge, le, select } from '../../ir/ops/logic.ts';
import { reduceSum } from '../../ir/ops/reductions.ts';
import { pad, slice } from '../../ir/ops/views.ts';
import { checkOptions } from '../../ir/options.ts';
import { showShape, sizeOf } from '../../ir/types.ts';
import type {
  AnyTensor,
  Checked,
  Computed,
  Diag,
  Diagonal,
  DTypeOf,
  Dynamic,
  Result,
  ShapeOf,
  Triangle,
  WithoutMatrix,
} from '../../types/index.ts';
import { asTensor, describe, type TensorImplementation } from '../tensor.ts';
import { applyOne, located, requireDomain, reshapeValue } from './operands.ts';

/** Which diagonal: 0 is the main one, positive ones lie to the right of it. */
export interface DiagonalOptions<K extends number = number> {
  /** How far to the right of the main diagonal; 0 by default. */
  readonly offset?: K;
}

/** A whole number of either sign; throws ArgumentError otherwise. */
export const requireOffset = (name: string, offset: unknown): number => {
  if (typeof offset === 'number' && Number.isSafeInteger(offset)) return offset;
  const got = typeof offset === 'number' ? `${offset}` : describe(offset);
  throw new ArgumentError(`${name}: offset must be a whole number, not ${got}`);
};
const offsetIn = (name: string, options: DiagonalOptions | undefined): number => {
  checkOptions(name, options, ['offset']);
  return requireOffset(name, options?.offset ?? 0);
};
const requireMatrix = (name: string, x: unknown): TensorImplementation => {
  const tensor = asTensor(name, x);
  if (tensor.rank >= 2) return tensor;
  throw new ShapeError(`${name}: shape ${showShape(tensor.shape)} has fewer than 2 dimensions`);
};

/**
 * A diagonal of the matrices in the last two axes: every (columns + 1)-th element of their rows.
 */
export const diagonalValue = (value: Value, offset: number): Value => {
  const { shape } = value.type;
  const lead = shape.slice(0, -2);
  const [rows, columns] = shape.slice(-2) as [number, number];
  const length = Math.max(0, Math.min(rows - Math.max(0, -offset), columns - Math.max(0, offset)));
  const first = offset >= 0 ? offset : -offset * columns;
  return slice(reshapeValue(value, [...lead, rows * columns]), {
    start: [...lead.map(() => 0), length === 0 ? 0 : first],
    size: [...lead, length],
    step: [...lead.map(() => 1), columns + 1],
  });
};

/** The matrix with a vector on one diagonal and zeros elsewhere: its elements, spaced out. */
const diagonalMatrix = (value: Value, offset: number): Value => {
  const length = value.type.shape[0] as number;
  const size = length + Math.abs(offset);
  sizeOf([size, size]);
  const span = length === 0 ? 0 : (length - 1) * (size + 1) + 1;
  const low = offset >= 0 ? offset : -offset * size;
  const flat = pad(value, {
    low: [low],
    high: [size * size - low - span],
    interior: [size],
    value: 0,
  });
  return reshapeValue(flat, [size, size]);
};

/** A diagonal of the matrices in the last two axes. */
export const diagonal = <X extends AnyTensor, K extends number = 0>(
  x: Checked<X, Diagonal<'diagonal', ShapeOf<X>, K>>,
  options?: DiagonalOptions<K>,
): Result<Diagonal<'diagonal', ShapeOf<X>, K>, DTypeOf<X>> =>
  located(() => {
    const offset = offsetIn('diagonal', options);
    return applyOne('diagonal', [requireMatrix('diagonal', x)], ([value]) =>
      diagonalValue(value!, offset),
    );
  });

/** Of a vector the square matrix with it on a diagonal; of a matrix its diagonal. */
export const diag = <X extends AnyTensor, K extends number = 0>(
  x: Checked<X, Diag<ShapeOf<X>, K>>,
  options?: DiagonalOptions<K>,
): Result<Diag<ShapeOf<X>, K>, DTypeOf<X>> =>
  located(() => {
    const tensor = asTensor('diag', x);
    const offset = offsetIn('diag', options);
    if (tensor.rank !== 1 && tensor.rank !== 2) {
      throw new ShapeError(`diag: expected a vector or a matrix, got ${showShape(tensor.shape)}`);
    }
    return applyOne('diag', [tensor], ([value]) =>
      tensor.rank === 1 ? diagonalMatrix(value!, offset) : diagonalValue(value!, offset),
    );
  });

/** The sum of a diagonal of the matrices in the last two axes, by default the main one. */
export const trace = <X extends AnyTensor>(
  x: Checked<Computed<'trace', X>, WithoutMatrix<'trace', ShapeOf<X>>>,
  options?: DiagonalOptions,
): Result<WithoutMatrix<'trace', ShapeOf<X>>, DTypeOf<X>> =>
  located(() => {
    const tensor = requireMatrix('trace', x);
    requireDomain('trace', 'number', tensor.dtype);
    const offset = offsetIn('trace', options);
    return applyOne('trace', [tensor], ([value]) => {
      const elements = diagonalValue(value!, offset);
      return reduceSum(elements, { axes: [elements.type.shape.length - 1] });
    });
  });

/** Keeps elements by the distance of the column from the row over the last two axes. */
const triangle = (
  name: string,
  x: unknown,
  options: DiagonalOptions | undefined,
  keeps: (distance: Value, limit: Value) => Value,
): Dynamic =>
  located(() => {
    const tensor = requireMatrix(name, x);
    const offset = offsetIn(name, options);
    const { shape, rank } = tensor;
    return applyOne(name, [tensor], ([value]) => {
      const place = (axis: number): Value => iota([], { axis, shape, dtype: 'i32' });
      const distance = sub(place(rank - 1), place(rank - 2));
      const isKept = keeps(distance, constantLike(distance, offset));
      return select(isKept, value!, constantLike(value!, 0));
    });
  });
/** The lower triangle of the last two axes up to a diagonal, zeros above it. */
export const tril = <X extends AnyTensor>(
  x: Checked<X, Triangle<'tril', ShapeOf<X>>>,
  options?: DiagonalOptions,
): X => triangle('tril', x, options, le);
/** The upper triangle of the last two axes from a diagonal on, zeros below it. */
export const triu = <X extends AnyTensor>(
  x: Checked<X, Triangle<'triu', ShapeOf<X>>>,
  options?: DiagonalOptions,
): X => triangle('triu', x, options, ge);
