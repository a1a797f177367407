/** Checks of tensors that go with an input, such as gains and weights; see `Parameter` in types. */
import { ShapeError } from '../../ir/errors.ts';
import { type Shape, showShape } from '../../ir/types.ts';
import { asTensor, type TensorImplementation } from '../tensor.ts';
import { requireDomain, requireSameDType } from './operands.ts';

/** A shape of which some lengths may be unknown. */
export type PartialShape = readonly (number | undefined)[];

/** `[4, ?]`: a shape in a message. */
const showPartial = (shape: PartialShape): string => `[${shape.map((n) => n ?? '?').join(', ')}]`;

/** A tensor of floats, the input of a function. */
export const requireFloatTensor = (name: string, x: unknown): TensorImplementation => {
  const tensor = asTensor(name, x);
  requireDomain(name, 'float', tensor.dtype);
  return tensor;
};

/**
 * The tensor called `word` with the dtype of x and the shape wanted; throws a DTypeError or a
 * ShapeError otherwise.
 */
export const requireParameter = (
  name: string,
  word: string,
  x: TensorImplementation,
  wanted: PartialShape,
  parameter: unknown,
): TensorImplementation => {
  const tensor = asTensor(name, parameter);
  requireSameDType(name, x.dtype, tensor.dtype);
  const { shape } = tensor;
  const isFitting =
    shape.length === wanted.length && wanted.every((n, k) => n === undefined || n === shape[k]);
  if (isFitting) return tensor;
  throw new ShapeError(
    `${name}: ${word} must have shape ${showPartial(wanted)}, not ${showShape(shape)}`,
    { got: `input ${showShape(x.shape)}` },
  );
};

/** Named tensors of one shape, in their order. */
export const requireParameters = (
  name: string,
  x: TensorImplementation,
  wanted: PartialShape,
  parameters: Readonly<Record<string, unknown>>,
): TensorImplementation[] =>
  Object.entries(parameters).map(([word, one]) => requireParameter(name, word, x, wanted, one));

/** The number of channels of an input [N, C, ...]; `form` says how the input must look. */
export const requireChannels = (
  name: string,
  x: TensorImplementation,
  rank: number,
  form: string,
): number => {
  if (x.rank >= rank) return x.shape[1] as number;
  throw new ShapeError(`${name}: expected an input ${form}, got ${showShape(x.shape)}`);
};

/** Throws a ShapeError unless a number of parts divides a length. */
export const requireDivides = (
  name: string,
  count: number,
  parts: string,
  length: number,
  whole: string,
): void => {
  if (length % count === 0) return;
  throw new ShapeError(`${name}: ${count} ${parts} do not divide ${length} ${whole}`);
};

/** Throws a ShapeError unless a shape broadcasts to another one by the rules of NumPy. */
export const requireBroadcasts = (name: string, from: Shape, to: Shape): void => {
  const what = `${name}: cannot broadcast ${showShape(from)} to ${showShape(to)}`;
  const lead = to.length - from.length;
  for (let k = from.length - 1; k >= 0; k--) {
    if (lead + k < 0) throw new ShapeError(`${what}: it has fewer dimensions`);
    if (from[k] !== 1 && from[k] !== to[lead + k]) {
      throw new ShapeError(`${what}: dimensions ${from[k]} and ${to[lead + k]} differ`);
    }
  }
};
