/**
 * What all optimizers share: parameters, gradients and moments leaf by leaf in one program, so
 * that an update outside of `jit` is one launch of a compiled program too.
 */
import { ArgumentError, DTypeError, ShapeError } from '../../ir/errors.ts';
import type { Value } from '../../ir/graph.ts';
import { constantLike, full } from '../../ir/ops/constants.ts';
import { add, mul } from '../../ir/ops/elementwise.ts';
import { cast } from '../../ir/ops/logic.ts';
import { checkOptions } from '../../ir/options.ts';
import { isFloat, showShape, type TensorType } from '../../ir/types.ts';
import { apply } from '../../trace/apply.ts';
import { type Flattened, flatten, unflatten } from '../../trace/flatten.ts';
import { full as filled, zeros } from '../../trace/functions/creation.ts';
import { broadcastValue, requireNumber } from '../../trace/functions/operands.ts';
import {
  asTensor,
  asTyped,
  fromData,
  isTensor,
  type TensorImplementation,
} from '../../trace/tensor.ts';
import { currentTrace } from '../../trace/trace.ts';
import { leavesAlong } from '../../trace/transformations/leaves-along.ts';
import { showPath } from '../../trace/visit.ts';
import type { Dynamic, FloatDType, Tensor } from '../../types/index.ts';

/** The learning rate: a number, or a scalar tensor that a schedule computes. */
export type Rate = number | Tensor<[], FloatDType>;
/** What `update` of every optimizer takes. */
export interface UpdateOptions {
  /** The learning rate of this update, instead of the optimizer's own. */
  readonly rate?: Rate;
}

/** A finite number >= 0 among the settings of an optimizer, below `limit` where there is one. */
export const requireSetting = (
  name: string,
  word: string,
  x: unknown,
  limit: number = Number.POSITIVE_INFINITY,
): number => {
  const value = requireNumber(name, word, x);
  if (value >= 0 && value < limit) return value;
  const range = limit === Number.POSITIVE_INFINITY ? 'a finite number >= 0' : `in [0, ${limit})`;
  throw new ArgumentError(`${name}: ${word} must be ${range}, not ${value}`);
};

/** A rate in the settings of an optimizer. */
export const requireRate = (name: string, rate: unknown): Rate => {
  if (!isTensor(rate)) return requireSetting(name, 'rate', rate);
  if (!isFloat(rate.dtype))
    throw new DTypeError(`${name}: rate must be f32 or f64, not ${rate.dtype}`);
  if (rate.rank > 0) {
    throw new ShapeError(`${name}: rate must be a scalar, not ${showShape(rate.shape)}`);
  }
  return asTyped<Rate>(rate);
};

/** Parameters or gradients taken apart; throws for tensors that cannot be trained. */
export const flattenParameters = (
  name: string,
  params: unknown,
  word: 'parameter' | 'gradient' = 'parameter',
): Flattened => {
  const flat = flatten(params, name, `the ${word}s`);
  flat.leaves.forEach(({ dtype }, k) => {
    if (isFloat(dtype)) return;
    throw new DTypeError(`${name}: a ${word} must be f32 or f64, not ${dtype}`, {
      got: showPath(flat.paths[k] ?? []),
    });
  });
  return flat;
};

/** Zeros, or another number, in the place of every parameter. */
export const zeroMoments = <P>(name: string, params: P, value = 0): P => {
  const { leaves, structure } = flattenParameters(name, params);
  return unflatten(
    structure,
    leaves.map(({ shape, dtype }) => filled(shape, value, { dtype })),
  ) as P;
};

/** The count of updates at the start. */
export const firstStep = (): Tensor<[], 'i32'> => zeros([], { dtype: 'i32' });

/**
 * The values of one parameter in an update: its gradient, its moments, and what is common to all in
 * its dtype.
 */
export interface Leaf {
  readonly parameter: Value;
  readonly gradient: Value;
  readonly moments: readonly Value[];
  /** The learning rate over the shape of the parameter. */
  readonly rate: Value;
  /**
   * A function of the number of this update, the first being 1, spread over the shape of the
   * parameter.
   */
  ofStep(f: (step: Value) => Value): Value;
}
/**
 * The gradient plus `weightDecay` times the parameter: the derivative of the loss with weightDecay
 * / 2 times the squares of the parameters added.
 */
export const decayedGradient = ({ parameter, gradient }: Leaf, weightDecay: number): Value =>
  weightDecay === 0
    ? gradient
    : add(gradient, mul(constantLike(parameter, weightDecay), parameter));

/** The next parameter, followed by the next moments. */
export type LeafUpdate = (leaf: Leaf) => readonly [Value, ...Value[]];

/** What an update works on. */
interface Update {
  readonly params: unknown;
  readonly gradients: unknown;
  readonly moments: readonly unknown[];
  readonly step: unknown;
  readonly rate: Rate;
  readonly options: UpdateOptions | undefined;
}

const requireStep = (name: string, step: unknown): TensorImplementation => {
  const tensor = asTensor(name, step);
  if (tensor.dtype === 'i32' && tensor.rank === 0) return tensor;
  throw new ArgumentError(`${name}: the step of the state must be an i32 scalar`, {
    got: `${showShape(tensor.shape)} ${tensor.dtype}`,
    hint: `the state is what init and update of ${name} return`,
  });
};

/**
 * A rate given for one update is an input outside of a trace: a program per number would be a
 * waste.
 */
const rateInput = (
  name: string,
  rate: Rate,
  options: UpdateOptions | undefined,
  isDouble: boolean,
): Rate => {
  checkOptions(name, options, ['rate']);
  if (options?.rate === undefined) return rate;
  const given = requireRate(name, options.rate);
  if (typeof given !== 'number' || currentTrace() !== undefined) return given;
  return asTyped<Rate>(
    isDouble
      ? fromData(Float64Array.of(given), 'f64', [])
      : fromData(Float32Array.of(given), 'f32', []),
  );
};

const common = (value: Value, { dtype, shape }: TensorType): Value =>
  broadcastValue(value.type.dtype === dtype ? value : cast(value, { dtype }), shape);

/** Updates every parameter by `f`; the next parameters, moments and step. */
export const updateAll = (name: string, update: Update, f: LeafUpdate): Dynamic => {
  const flat = flattenParameters(name, update.params);
  const { leaves, structure } = flat;
  const along = (what: string, tree: unknown): TensorImplementation[] =>
    leavesAlong(name, what, structure, leaves, tree).map(({ tensor }) => tensor);
  const trees = [
    along('the gradient', update.gradients),
    ...update.moments.map((tree) => along('the state', tree)),
  ];
  const isDouble = leaves.some(({ dtype }) => dtype === 'f64');
  const rate = rateInput(name, update.rate, update.options, isDouble);
  const inputs = [...leaves, ...trees.flat(), requireStep(name, update.step)];
  if (typeof rate !== 'number') inputs.push(asTensor(name, rate));
  const n = leaves.length;
  const results = apply(name, inputs.map(asTyped<Dynamic>), (values) => {
    const last = values[n * (trees.length + 1)] as Value;
    const step = add(last, constantLike(last, 1));
    const given = values[n * (trees.length + 1) + 1];
    const next = leaves.map((_, k) => {
      const [parameter, gradient, ...moments] = Array.from(
        { length: trees.length + 1 },
        (__, tree) => values[tree * n + k] as Value,
      ) as [Value, Value, ...Value[]];
      const { type } = parameter;
      return f({
        parameter,
        gradient,
        moments,
        rate:
          given === undefined ? full([], { value: rate as number, ...type }) : common(given, type),
        ofStep: (g) => broadcastValue(g(cast(step, { dtype: type.dtype })), type.shape),
      });
    });
    const columns = Array.from({ length: trees.length }, (_, k) => next.map((row) => row[k]!));
    return [...columns.flat(), step];
  });
  const part = (k: number): unknown => unflatten(structure, results.slice(k * n, (k + 1) * n));
  return {
    params: part(0),
    moments: update.moments.map((_, k) => part(k + 1)),
    step: results[results.length - 1],
  };
};
