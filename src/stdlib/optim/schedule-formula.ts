/**
 * Formulas of learning rates, written once over an arithmetic: of JavaScript numbers for steps that
 * are numbers, of values in a graph for steps that are tensors.
 */
import { DTypeError, ShapeError } from '../../ir/errors.ts';
import type { Value } from '../../ir/graph.ts';
import { constantLike } from '../../ir/ops/constants.ts';
import * as ops from '../../ir/ops/elementwise.ts';
import { cast, le, select } from '../../ir/ops/logic.ts';
import { cos } from '../../ir/ops/trigonometry.ts';
import { showShape } from '../../ir/types.ts';
import { applyOne, located } from '../../trace/functions/operands.ts';
import { isTensor, type TensorImplementation } from '../../trace/tensor.ts';
import type { Dynamic, FloatDType, IntDType, Tensor } from '../../types/index.ts';
import { requireSetting } from './update.ts';

/** The number of a step, the first being 0. */
export type ScheduleStep = number | Tensor<[], FloatDType | IntDType>;
/** A learning rate by step: a number for a number, an f32 scalar for a tensor. */
export type Schedule = <S extends ScheduleStep>(
  step: S,
) => S extends number ? number : Tensor<[], 'f32'>;

/** What formulas are written in. */
export interface Arithmetic<E> {
  constant(value: number): E;
  add(x: E, y: E): E;
  sub(x: E, y: E): E;
  mul(x: E, y: E): E;
  min(x: E, y: E): E;
  floor(x: E): E;
  cos(x: E): E;
  /** base^x for a number > 0. */
  power(base: number, x: E): E;
  /** `first` where x <= limit, else `second`. */
  upTo(x: E, limit: number, first: E, second: E): E;
}
/** A rate as a formula of the step t. */
export type Formula = <E>(a: Arithmetic<E>, t: E) => E;

const ofNumbers: Arithmetic<number> = {
  constant: (value) => value,
  add: (x, y) => x + y,
  sub: (x, y) => x - y,
  mul: (x, y) => x * y,
  min: Math.min,
  floor: Math.floor,
  cos: Math.cos,
  power: (base, x) => base ** x,
  upTo: (x, limit, first, second) => (x <= limit ? first : second),
};
const ofValues = (like: Value): Arithmetic<Value> => ({
  constant: (value) => constantLike(like, value),
  add: ops.add,
  sub: ops.sub,
  mul: ops.mul,
  min: ops.minimum,
  floor: ops.floor,
  cos,
  power: (base, x) => ops.pow(constantLike(like, base), x),
  upTo: (x, limit, first, second) => select(le(x, constantLike(like, limit)), first, second),
});

const requireScalar = (name: string, step: TensorImplementation): TensorImplementation => {
  if (step.dtype === 'bool') throw new DTypeError(`${name}: the step must be a number, not bool`);
  if (step.rank === 0) return step;
  throw new ShapeError(`${name}: the step must be a scalar, not ${showShape(step.shape)}`);
};

/** The schedule of a formula. */
export const scheduleOf = (name: string, formula: Formula): Schedule =>
  ((step: unknown): Dynamic =>
    located(() => {
      if (!isTensor(step)) return formula(ofNumbers, requireSetting(name, 'the step', step));
      return applyOne(name, [requireScalar(name, step)], ([value]) => {
        const t = value!.type.dtype === 'f32' ? value! : cast(value!, { dtype: 'f32' });
        return formula(ofValues(t), t);
      });
    })) as Schedule;
