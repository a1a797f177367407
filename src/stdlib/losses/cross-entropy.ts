/** The cross entropy of classes: logits against class ids or against probabilities. */
import { ArgumentError, DTypeError, ShapeError } from '../../ir/errors.ts';
import { checkOptions } from '../../ir/options.ts';
import { isFloat, sameShape, showShape } from '../../ir/types.ts';
import type { FloatTensor } from '../../trace/functions/function-types.ts';
import {
  applyOne,
  located,
  requireDomain,
  requireNumber,
  requireSameDType,
} from '../../trace/functions/operands.ts';
import { asTensor, type TensorImplementation } from '../../trace/tensor.ts';
import type {
  AnyTensor,
  Checked,
  DTypeOf,
  Dynamic,
  FloatDType,
  IsDynamicRank,
  Ok,
  ShapeError as ShapeMessage,
  ShapeOf,
  Show,
  Tensor,
  UnifyShapes,
} from '../../types/index.ts';
import { type Examples, examplesOf, requireIgnored, requireWeights } from './class-targets.ts';
import { emitIds, emitProbabilities, type Settings } from './emit-cross-entropy.ts';
import { type Loss, type LossOptions, type Reduction, requireReduction } from './reduction.ts';

/** What `crossEntropy` takes. */
export interface CrossEntropyOptions<R extends Reduction = Reduction> extends LossOptions<R> {
  /**
   * The share e of the target that is spread evenly over all classes: (1 - e) * target + e / K. 0
   * by default.
   */
  readonly labelSmoothing?: number;
  /** The class id whose examples do not count; only for class ids. */
  readonly ignoreIndex?: number;
  /** A weight per class, in the dtype of the logits. */
  readonly weights?: Tensor<Dynamic, FloatDType>;
}

type Fitting<X, T, Message extends string> =
  UnifyShapes<'crossEntropy', X, T> extends Ok<unknown> ? Ok<unknown> : ShapeMessage<Message>;
/** The rule of `crossEntropy` for logits X and targets T: the shape per example, or a message. */
export type CrossEntropyShape<X, T, D> =
  IsDynamicRank<X> extends true
    ? Ok<Dynamic>
    : X extends readonly []
      ? ShapeMessage<'crossEntropy: logits are [N, K] or [N, K, ...], not []'>
      : Targets<X, T, D> extends infer Rule
        ? Rule extends Ok<unknown>
          ? Ok<Examples<X>>
          : Rule
        : never;
type Targets<X, T, D> = D extends 'i32'
  ? Fitting<
      Examples<X>,
      T,
      `crossEntropy: logits ${Show<X>} need class ids ${Show<Examples<X>>}, got ${Show<T>}`
    >
  : D extends FloatDType
    ? Fitting<X, T, `crossEntropy: logits ${Show<X>} need probabilities ${Show<X>}, got ${Show<T>}`>
    : ShapeMessage<`crossEntropy: targets are class ids i32 or probabilities, not ${D & string}`>;
type Rule<X, T> = CrossEntropyShape<ShapeOf<X>, ShapeOf<T>, DTypeOf<T>>;

const requireTargets = (logits: TensorImplementation, targets: TensorImplementation): boolean => {
  const { shape } = logits;
  if (shape.length === 0) {
    throw new ShapeError('crossEntropy: logits are [N, K] or [N, K, ...], not []');
  }
  const examples = examplesOf(shape);
  const isIds = targets.dtype === 'i32';
  if (!isIds) {
    if (!isFloat(targets.dtype)) {
      throw new DTypeError(
        `crossEntropy: targets are class ids i32 or probabilities, not ${targets.dtype}`,
        { hint: "convert class ids with cast(x, 'i32')" },
      );
    }
    requireSameDType('crossEntropy', logits.dtype, targets.dtype);
  }
  const wanted = isIds ? examples : shape;
  if (!sameShape(targets.shape, wanted)) {
    const what = isIds ? 'class ids' : 'probabilities';
    const got = showShape(targets.shape);
    throw new ShapeError(
      `crossEntropy: logits ${showShape(shape)} need ${what} ${showShape(wanted)}, got ${got}`,
    );
  }
  return isIds;
};

const readSettings = (options: CrossEntropyOptions | undefined): Settings => {
  const smoothing = requireNumber('crossEntropy', 'labelSmoothing', options?.labelSmoothing ?? 0);
  if (!(smoothing >= 0 && smoothing <= 1)) {
    throw new ArgumentError(`crossEntropy: labelSmoothing must be in [0, 1], not ${smoothing}`);
  }
  const ignored = requireIgnored('crossEntropy', options?.ignoreIndex);
  return { smoothing, ignored, reduction: requireReduction('crossEntropy', options) };
};

/**
 * -log softmax(logits) of the target, by default the mean over the examples. Logits are [N, K] or
 * [N, K, ...d] (one example alone: [K]); targets are class ids i32 [N, ...d] or probabilities in
 * the shape of the logits. The mean of class ids divides by the sum of the weights of the examples
 * that count, that of probabilities by the number of examples; the formulas are those of PyTorch's
 * `cross_entropy`. A class id out of range gives NaN.
 */
export const crossEntropy = <
  X extends FloatTensor,
  T extends AnyTensor,
  R extends Reduction = 'mean',
>(
  logits: X,
  targets: Checked<T, Rule<X, T>>,
  options?: CrossEntropyOptions<R>,
): Loss<R, Rule<X, T>, DTypeOf<X>> =>
  located((): Dynamic => {
    checkOptions('crossEntropy', options, [
      'reduction',
      'labelSmoothing',
      'ignoreIndex',
      'weights',
    ]);
    const settings = readSettings(options);
    const [x, t] = [asTensor('crossEntropy', logits), asTensor('crossEntropy', targets)];
    requireDomain('crossEntropy', 'float', x.dtype);
    const isIds = requireTargets(x, t);
    if (!isIds && settings.ignored !== undefined) {
      throw new ArgumentError('crossEntropy: ignoreIndex is for class ids, not for probabilities');
    }
    const emit = isIds ? emitIds : emitProbabilities;
    return applyOne(
      'crossEntropy',
      [x, t, ...requireWeights('crossEntropy', x, options?.weights)],
      (values) => emit(values[0]!, values[1]!, values[2], settings),
    );
  });
