/** Checks that the graphs an op holds fit its inputs and each other. */
import { DTypeError, ShapeError } from '../errors.ts';
import { sameType, showType, type TensorType } from '../types.ts';

const show = (types: readonly TensorType[]): string => types.map(showType).join(', ');

const requireSame = (
  wanted: readonly TensorType[],
  got: readonly TensorType[],
  rule: string,
): void => {
  if (wanted.length !== got.length) throw new ShapeError(rule);
  wanted.forEach((type, k) => {
    const other = got[k] as TensorType;
    if (type.dtype !== other.dtype) throw new DTypeError(rule);
    if (!sameType(type, other)) throw new ShapeError(rule);
  });
};

/** Throws unless the inputs of an op have the types that its graph takes. */
export const requireInputs = (
  name: string,
  taken: readonly TensorType[],
  given: readonly TensorType[],
): void =>
  requireSame(
    taken,
    given,
    `${name}: its graph takes (${show(taken)}) but is given (${show(given)})`,
  );

/** Throws unless a graph gives results of the wanted types. */
export const requireOutputs = (
  name: string,
  wanted: readonly TensorType[],
  outputs: readonly TensorType[],
): void =>
  requireSame(
    wanted,
    outputs,
    `${name}: its graph must give (${show(wanted)}) but gives (${show(outputs)})`,
  );
