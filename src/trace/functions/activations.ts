/**
 * Activation functions, element by element. Where a formula has branches, the one not taken is kept
 * finite, so that its derivative cannot turn into NaN.
 */

import { ArgumentError } from '../../ir/errors.ts';
import type { Value } from '../../ir/graph.ts';
import { constantLike } from '../../ir/ops/constants.ts';
import * as elementwise from '../../ir/ops/elementwise.ts';
import { abs, add, div, expm1, mul, neg } from '../../ir/ops/elementwise.ts';
import { ge, gt, lt, select } from '../../ir/ops/logic.ts';
import { normalCdf } from '../../ir/ops/special.ts';
import { tanh } from '../../ir/ops/trigonometry.ts';
import { checkOptions } from '../../ir/options.ts';
import type { FloatFunction, FloatTensor } from './function-types.ts';
import { applyUnary, requireNumber } from './operands.ts';

/** max(x, 0); the derivative at 0 is 0. */
export const relu: FloatFunction<'relu'> = (x) => applyUnary('relu', 'float', x, elementwise.relu);
/** min(max(x, 0), 6); the derivative at 0 and 6 is 0. */
export const relu6: FloatFunction<'relu6'> = (x) =>
  applyUnary('relu6', 'float', x, (value) => {
    const [low, six] = [elementwise.relu(value), constantLike(value, 6)];
    return select(ge(low, six), six, low);
  });
/** 1 / (1 + e^-x). */
export const sigmoid: FloatFunction<'sigmoid'> = (x) =>
  applyUnary('sigmoid', 'float', x, elementwise.sigmoid);
/** log(sigmoid(x)) without overflow. */
export const logSigmoid: FloatFunction<'logSigmoid'> = (x) =>
  applyUnary('logSigmoid', 'float', x, (value) => neg(elementwise.softplus(neg(value))));
/** log(1 + e^x) without overflow. */
export const softplus: FloatFunction<'softplus'> = (x) =>
  applyUnary('softplus', 'float', x, elementwise.softplus);
/** x * sigmoid(x), also called swish. */
export const silu: FloatFunction<'silu'> = (x) =>
  applyUnary('silu', 'float', x, (value) => mul(value, elementwise.sigmoid(value)));
/** x * tanh(softplus(x)). */
export const mish: FloatFunction<'mish'> = (x) =>
  applyUnary('mish', 'float', x, (value) => mul(value, tanh(elementwise.softplus(value))));
/** x / (1 + |x|). */
export const softsign: FloatFunction<'softsign'> = (x) =>
  applyUnary('softsign', 'float', x, (value) =>
    div(value, add(constantLike(value, 1), abs(value))),
  );
/** min(max((x + 3) / 6, 0), 1). */
export const hardSigmoid: FloatFunction<'hardSigmoid'> = (x) =>
  applyUnary('hardSigmoid', 'float', x, (value) => {
    const line = div(add(value, constantLike(value, 3)), constantLike(value, 6));
    return clampValue(line, 0, 1);
  });
/** x * min(max(x + 3, 0), 6) / 6. */
export const hardSwish: FloatFunction<'hardSwish'> = (x) =>
  applyUnary('hardSwish', 'float', x, (value) => {
    const gate = clampValue(add(value, constantLike(value, 3)), 0, 6);
    // Divided first, because the product with 6 could overflow.
    return mul(value, div(gate, constantLike(value, 6)));
  });
/**
 * x for x > 0, else scale * alpha * (e^x - 1), times the scale 1.0507...: keeps mean 0 and variance
 * 1.
 */
export const selu: FloatFunction<'selu'> = (x) =>
  applyUnary('selu', 'float', x, (value) => {
    const zero = constantLike(value, 0);
    const isAbove = gt(value, zero);
    const below = timesExactly(expm1(select(isAbove, zero, value)), SELU_SCALE * SELU_ALPHA);
    return select(isAbove, timesExactly(value, SELU_SCALE), below);
  });

const SELU_SCALE = 1.0507009873554805;
const SELU_ALPHA = 1.6732632423543772;

/** What `leakyRelu`, `elu` and `celu` take. */
export interface AlphaOptions {
  /** The slope, or the depth, below 0. */
  readonly alpha?: number;
}
const alphaOf = (name: string, options: AlphaOptions | undefined, otherwise: number): number => {
  checkOptions(name, options, ['alpha']);
  return requireNumber(name, 'alpha', options?.alpha ?? otherwise);
};
/** x for x > 0, else alpha * x; alpha is 0.01 by default. */
export const leakyRelu = <T extends FloatTensor>(x: T, options?: AlphaOptions): T => {
  const alpha = alphaOf('leakyRelu', options, 0.01);
  return applyUnary('leakyRelu', 'float', x, (value) =>
    select(gt(value, constantLike(value, 0)), value, mul(value, constantLike(value, alpha))),
  );
};
/** x for x > 0, else alpha * (e^x - 1); alpha is 1 by default. */
export const elu = <T extends FloatTensor>(x: T, options?: AlphaOptions): T => {
  const alpha = alphaOf('elu', options, 1);
  return applyUnary('elu', 'float', x, (value) => exponentialUnit(value, alpha, 1));
};
/** x for x > 0, else alpha * (e^(x / alpha) - 1); alpha is 1 by default. */
export const celu = <T extends FloatTensor>(x: T, options?: AlphaOptions): T => {
  const alpha = alphaOf('celu', options, 1);
  if (alpha === 0) throw new ArgumentError('celu: alpha must not be 0');
  return applyUnary('celu', 'float', x, (value) => exponentialUnit(value, alpha, alpha));
};

/** What `gelu` takes. */
export interface GeluOptions {
  /**
   * 'none' is exact, by the error function; 'tanh' is the approximation of Hendrycks and Gimpel.
   */
  readonly approximate?: 'none' | 'tanh';
}
/**
 * x times the normal distribution function of x: D. Hendrycks and K. Gimpel, "Gaussian error linear
 * units" (2016).
 */
export const gelu = <T extends FloatTensor>(x: T, options?: GeluOptions): T => {
  checkOptions('gelu', options, ['approximate']);
  const approximate = options?.approximate ?? 'none';
  if (approximate !== 'none' && approximate !== 'tanh') {
    throw new ArgumentError(`gelu: approximate must be 'none' or 'tanh', not '${approximate}'`);
  }
  return applyUnary('gelu', 'float', x, (value) => {
    if (approximate === 'none') return mul(value, normalCdf(value));
    // (1 + tanh(z)) / 2 is sigmoid(2z), which keeps its digits where tanh is near -1.
    const root = Math.sqrt(8 / Math.PI);
    const square = mul(value, value);
    const cubic = add(timesExactly(value, root), timesExactly(mul(square, value), root * 0.044715));
    return mul(value, elementwise.sigmoid(cubic));
  });
};

/** What `hardTanh` takes. */
export interface HardTanhOptions {
  /** The lower bound, -1 by default. */
  readonly min?: number;
  /** The upper bound, 1 by default. */
  readonly max?: number;
}
/** min(max(x, min), max). */
export const hardTanh = <T extends FloatTensor>(x: T, options?: HardTanhOptions): T => {
  checkOptions('hardTanh', options, ['min', 'max']);
  const min = requireNumber('hardTanh', 'min', options?.min ?? -1);
  const max = requireNumber('hardTanh', 'max', options?.max ?? 1);
  return applyUnary('hardTanh', 'float', x, (value) => clampValue(value, min, max));
};

/**
 * min(max(x, min), max), where null is no bound; the derivative is 1 inside and on the bounds, NaN
 * stays.
 */
export const clampValue = (value: Value, min: number | null, max: number | null): Value => {
  let out = value;
  if (min !== null) {
    const low = constantLike(value, min);
    out = select(lt(out, low), low, out);
  }
  if (max !== null) {
    const high = constantLike(value, max);
    out = select(gt(out, high), high, out);
  }
  return out;
};

/**
 * A positive constant times a value. Rounded to f32 the constant alone would be wrong by half an
 * ulp, so it comes in two parts, the second not negative, which keeps the sign of zero.
 */
const timesExactly = (value: Value, constant: number): Value => {
  const high = value.type.dtype === 'f32' ? Math.fround(constant * (1 - 2 ** -24)) : constant;
  const product = mul(value, constantLike(value, high));
  if (high === constant) return product;
  return add(product, mul(value, constantLike(value, constant - high)));
};

/** x for x > 0, else alpha * (e^(x / width) - 1). */
const exponentialUnit = (value: Value, alpha: number, width: number): Value => {
  const zero = constantLike(value, 0);
  const isAbove = gt(value, zero);
  const below = select(isAbove, zero, value);
  const scaled = width === 1 ? below : div(below, constantLike(value, width));
  return select(isAbove, value, mul(constantLike(value, alpha), expm1(scaled)));
};
