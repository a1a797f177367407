/** What losses of classes share: the shape of their targets, weights per class, ignored ids. */
import { ArgumentError, ShapeError } from '../../ir/errors.ts';
import { type Shape, sameShape, showShape } from '../../ir/types.ts';
import { requireSameDType } from '../../trace/functions/operands.ts';
import { asTensor, type TensorImplementation } from '../../trace/tensor.ts';

/**
 * The shape of one loss per example: the logits without their class axis, which is axis 1, or 0 of
 * a vector.
 */
export type Examples<X> = X extends readonly [unknown]
  ? []
  : X extends readonly [infer N, unknown, ...infer Rest]
    ? [N, ...Rest]
    : never;
/** The same at run time. */
export const examplesOf = (shape: Shape): number[] =>
  shape.length === 1 ? [] : [shape[0] as number, ...shape.slice(2)];

/** The weights per class where there are any: a list of none or one. */
export const requireWeights = (
  name: string,
  logits: TensorImplementation,
  weights: unknown,
): TensorImplementation[] => {
  if (weights === undefined) return [];
  const tensor = asTensor(name, weights);
  requireSameDType(name, logits.dtype, tensor.dtype);
  const classes = logits.shape[logits.shape.length === 1 ? 0 : 1] as number;
  if (!sameShape(tensor.shape, [classes])) {
    const got = showShape(tensor.shape);
    throw new ShapeError(
      `${name}: weights must have shape [${classes}], one per class, not ${got}`,
    );
  }
  return [tensor];
};

/** The id of examples that do not count. */
export const requireIgnored = (name: string, ignored: unknown): number | undefined => {
  if (ignored === undefined) return undefined;
  if (Number.isInteger(ignored) && Math.abs(ignored as number) < 2 ** 31) return ignored as number;
  throw new ArgumentError(`${name}: ignoreIndex must be an integer, not ${String(ignored)}`);
};
