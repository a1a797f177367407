/**
 * Matrices in the last two axes, as values of a graph: what the gradients of factorisations and
 * solutions are written in.
 */
import type { Value } from '../graph.ts';
import { constantLike, iota } from './constants.ts';
import { dot } from './contractions.ts';
import { eq, ge, gt, select } from './logic.ts';
import { permute } from './views.ts';

/** The transposed matrices. */
export const transposed = (x: Value): Value => {
  const rank = x.type.shape.length;
  const axes = x.type.shape.map((_, axis) => axis);
  return permute(x, { axes: [...axes.slice(0, -2), rank - 1, rank - 2] });
};

/** The matrix products. */
export const product = (x: Value, y: Value): Value => {
  const rank = x.type.shape.length;
  const lead = x.type.shape.slice(0, -2).map((_, axis) => axis);
  return dot([x, y], { contract: [[rank - 1], [rank - 2]], batch: [lead, lead] });
};

/** One matrix below or above the diagonal, others elsewhere. */
export interface Parts {
  readonly below?: Value;
  readonly diagonal?: Value;
  readonly above?: Value;
}
/** Puts matrices of the type of `like` together by parts; what is not given is 0. */
export const assemble = (like: Value, { below, diagonal, above }: Parts): Value => {
  const { shape } = like.type;
  const [row, column] = [2, 1].map((back) =>
    iota([], { axis: shape.length - back, shape, dtype: 'i32' }),
  ) as [Value, Value];
  const zero = constantLike(like, 0);
  const beside = select(gt(row, column), below ?? zero, above ?? zero);
  if (diagonal === below) return select(ge(row, column), below ?? zero, above ?? zero);
  if (diagonal === above) return beside;
  return select(eq(row, column), diagonal ?? zero, beside);
};
