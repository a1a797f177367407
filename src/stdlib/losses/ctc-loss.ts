/** The loss of sequences whose alignment with their labels is unknown. */
import { ArgumentError, DTypeError, ShapeError } from '../../ir/errors.ts';
import { checkOptions } from '../../ir/options.ts';
import { showShape } from '../../ir/types.ts';
import type { FloatTensor } from '../../trace/functions/function-types.ts';
import { applyOne, located, requireWhole } from '../../trace/functions/operands.ts';
import { requireFloatTensor } from '../../trace/functions/parameters.ts';
import { asTensor, fromData, isTensor, type TensorImplementation } from '../../trace/tensor.ts';
import type {
  AnyTensor,
  AxisOf,
  Checked,
  DTypeOf,
  Dynamic,
  HasRank3,
  HasShape,
  ShapeError as ShapeMessage,
  ShapeOf,
  Tensor,
} from '../../types/index.ts';
import { emitCtc } from './emit-ctc.ts';

/** One length for all examples, one per example, or these as a tensor [N]. */
export type CtcLengths = number | readonly number[] | Tensor<Dynamic, 'i32'>;
/** What `ctcLoss` takes. */
export interface CtcOptions {
  /** How many steps of each example count, by default all. */
  readonly inputLengths?: CtcLengths;
  /** How many labels of each example count, by default all. */
  readonly targetLengths?: CtcLengths;
}
type Labels<X, T> =
  DTypeOf<T> extends 'i32'
    ? HasShape<'ctcLoss', 'targets', [AxisOf<ShapeOf<X>, 1>, number], ShapeOf<T>>
    : ShapeMessage<`ctcLoss: targets are class ids i32, not ${DTypeOf<T> & string}`>;

/** CtcLengths as a tensor [N]; numbers are checked, elements of tensors cannot be. */
const lengthsOf = (
  word: string,
  lengths: unknown,
  most: number,
  x: TensorImplementation,
): TensorImplementation => {
  const count = x.shape[1] as number;
  if (isTensor(lengths)) {
    if (lengths.dtype !== 'i32') {
      throw new DTypeError(`ctcLoss: ${word} must be i32, not ${lengths.dtype}`);
    }
    if (lengths.rank === 1 && lengths.shape[0] === count) return lengths;
    throw new ShapeError(
      `ctcLoss: ${word} must have shape [${count}], not ${showShape(lengths.shape)}`,
    );
  }
  const given: unknown = lengths ?? most;
  const list: readonly unknown[] = Array.isArray(given)
    ? given
    : Array.from({ length: count }, () => given);
  if (list.length !== count) {
    throw new ShapeError(`ctcLoss: ${word} has ${list.length} numbers for ${count} examples`);
  }
  const data = Int32Array.from(list, (length) => {
    const whole = requireWhole('ctcLoss', word, length, 0);
    if (whole <= most) return whole;
    throw new ArgumentError(`ctcLoss: ${word} must be at most ${most}, not ${whole}`);
  });
  const backend = x.life.kind === 'concrete' ? x.life.backend : undefined;
  return fromData(data, 'i32', [count], backend);
};

const requireTargets = (x: TensorImplementation, targets: unknown): TensorImplementation => {
  const tensor = asTensor('ctcLoss', targets);
  if (tensor.dtype !== 'i32') {
    throw new DTypeError(`ctcLoss: targets are class ids i32, not ${tensor.dtype}`, {
      hint: "convert them with cast(x, 'i32')",
    });
  }
  if (tensor.rank === 2 && tensor.shape[0] === x.shape[1]) return tensor;
  const got = showShape(tensor.shape);
  throw new ShapeError(`ctcLoss: targets must have shape [${x.shape[1]}, ?], not ${got}`, {
    got: `log-probabilities ${showShape(x.shape)}`,
  });
};

/**
 * The negative logarithm of the probability of the labels, summed over all ways to align them with
 * the steps, and over the batch. Log-probabilities are [T, N, C], of which class 0 is the blank;
 * they are taken and differentiated as they are. Targets are class ids i32 [N, S]; what stands
 * beyond the length of an example does not count. Labels that do not fit into the steps give
 * infinity with gradient 0; ids outside of [1, C) and lengths out of range give NaN. A. Graves et
 * al., "Connectionist temporal classification" (2006).
 */
export const ctcLoss = <X extends FloatTensor, T extends AnyTensor>(
  logProbabilities: Checked<X, HasRank3<'ctcLoss', 'log-probabilities', '[T, N, C]', ShapeOf<X>>>,
  targets: Checked<T, Labels<X, T>>,
  options?: CtcOptions,
): Tensor<[], DTypeOf<X>> =>
  located((): Dynamic => {
    checkOptions('ctcLoss', options, ['inputLengths', 'targetLengths']);
    const x = requireFloatTensor('ctcLoss', logProbabilities);
    if (x.rank !== 3) {
      throw new ShapeError(
        `ctcLoss: expected log-probabilities [T, N, C], got ${showShape(x.shape)}`,
      );
    }
    const labels = requireTargets(x, targets);
    const steps = x.shape[0] as number;
    const inputLengths = lengthsOf('inputLengths', options?.inputLengths, steps, x);
    const most = labels.shape[1] as number;
    const targetLengths = lengthsOf('targetLengths', options?.targetLengths, most, x);
    return applyOne('ctcLoss', [x, labels, inputLengths, targetLengths], ([a, b, c, d]) =>
      emitCtc(a!, b!, c!, d!),
    );
  });
