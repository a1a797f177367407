/** The negative logarithm of the probability of the target class. */
import { DTypeError, ShapeError } from '../../ir/errors.ts';
import { checkOptions } from '../../ir/options.ts';
import { sameShape, showShape } from '../../ir/types.ts';
import type { FloatTensor } from '../../trace/functions/function-types.ts';
import { applyOne, located } from '../../trace/functions/operands.ts';
import { requireFloatTensor } from '../../trace/functions/parameters.ts';
import { asTensor } from '../../trace/tensor.ts';
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
import { emitPicked } from './emit-cross-entropy.ts';
import { type Loss, type LossOptions, type Reduction, requireReduction } from './reduction.ts';

/** What `nllLoss` takes. */
export interface NllOptions<R extends Reduction = Reduction> extends LossOptions<R> {
  /** The class id whose examples do not count. */
  readonly ignoreIndex?: number;
  /** A weight per class, in the dtype of the log-probabilities. */
  readonly weights?: Tensor<Dynamic, FloatDType>;
}

type Rule<X, T> = Shapes<ShapeOf<X>, ShapeOf<T>, DTypeOf<T>>;
type Shapes<X, T, D> = D extends 'i32'
  ? IsDynamicRank<X> extends true
    ? Ok<Dynamic>
    : X extends readonly []
      ? ShapeMessage<'nllLoss: log-probabilities are [N, K] or [N, K, ...], not []'>
      : UnifyShapes<'nllLoss', Examples<X>, T> extends Ok<unknown>
        ? Ok<Examples<X>>
        : Unfit<Show<X>, Show<Examples<X>>, Show<T>>
  : ShapeMessage<`nllLoss: targets are class ids i32, not ${D & string}`>;
type Unfit<
  X extends string,
  Wanted extends string,
  T extends string,
> = ShapeMessage<`nllLoss: log-probabilities ${X} need class ids ${Wanted}, got ${T}`>;

/**
 * -x[n, t[n]] for log-probabilities x [N, K] or [N, K, ...d] (one example alone: [K]) and class ids
 * t i32 [N, ...d], times the weight of the class. The mean divides by the sum of the weights of the
 * examples that count, as PyTorch does. A class id out of range gives NaN.
 */
export const nllLoss = <X extends FloatTensor, T extends AnyTensor, R extends Reduction = 'mean'>(
  logProbabilities: X,
  targets: Checked<T, Rule<X, T>>,
  options?: NllOptions<R>,
): Loss<R, Rule<X, T>, DTypeOf<X>> =>
  located((): Dynamic => {
    checkOptions('nllLoss', options, ['reduction', 'ignoreIndex', 'weights']);
    const reduction = requireReduction('nllLoss', options);
    const ignored = requireIgnored('nllLoss', options?.ignoreIndex);
    const x = requireFloatTensor('nllLoss', logProbabilities);
    const t = asTensor('nllLoss', targets);
    if (t.dtype !== 'i32') {
      throw new DTypeError(`nllLoss: targets are class ids i32, not ${t.dtype}`, {
        hint: "convert them with cast(x, 'i32')",
      });
    }
    const shape = showShape(x.shape);
    if (x.rank === 0) {
      throw new ShapeError('nllLoss: log-probabilities are [N, K] or [N, K, ...], not []');
    }
    const wanted = examplesOf(x.shape);
    if (!sameShape(t.shape, wanted)) {
      const [need, got] = [showShape(wanted), showShape(t.shape)];
      throw new ShapeError(
        `nllLoss: log-probabilities ${shape} need class ids ${need}, got ${got}`,
      );
    }
    const weights = requireWeights('nllLoss', x, options?.weights);
    return applyOne('nllLoss', [x, t, ...weights], (values) =>
      emitPicked(values[0]!, values[1]!, values[2], { ignored, reduction }),
    );
  });
