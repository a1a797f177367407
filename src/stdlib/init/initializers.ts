/**
 * First values of parameters: each is a function of a key and a shape, drawn so that signals keep
 * their size.
 */
import { ArgumentError } from '../../ir/errors.ts';
import { checkOptions } from '../../ir/options.ts';
import { ones as filledOnes, zeros as filledZeros } from '../../trace/functions/creation.ts';
import { located, requireNumber } from '../../trace/functions/operands.ts';
import { requireShape } from '../../trace/functions/require-shape.ts';
import type { DimsOf, Dynamic, FloatDType, Tensor } from '../../types/index.ts';
import { type FloatDrawOptions, requireFloat } from '../random/draw.ts';
import { type Key, requireKey } from '../random/key.ts';
import { normal } from '../random/normal.ts';
import { uniform } from '../random/uniform.ts';
import { type Fans, fansOf } from './fans.ts';

/** What gives a parameter its first values. */
export type Initializer = <const S extends readonly number[], D extends FloatDType = 'f32'>(
  key: Key,
  shape: S,
  options?: FloatDrawOptions<D>,
) => Tensor<DimsOf<S>, NoInfer<D>>;
/** What initialisers with a gain take. */
export interface GainOptions<D extends FloatDType = FloatDType> extends FloatDrawOptions<D> {
  /** What the values are multiplied by, to make up for the activation that follows. */
  readonly gain?: number;
}
/** An initialiser with a gain. */
export type GainInitializer = <const S extends readonly number[], D extends FloatDType = 'f32'>(
  key: Key,
  shape: S,
  options?: GainOptions<D>,
) => Tensor<DimsOf<S>, NoInfer<D>>;

/** The standard deviation that an initialiser wants for given fans. */
type Spread = (fans: Fans) => number;

const drawn = (
  name: string,
  draw: (key: Key, shape: readonly number[], std: number, dtype: FloatDType) => Dynamic,
  gain: number,
  spread: Spread,
): GainInitializer =>
  ((key: Key, shape: readonly number[], options?: GainOptions): Dynamic =>
    located(() => {
      checkOptions(name, options, ['gain', 'dtype']);
      const factor = requireNumber(name, 'gain', options?.gain ?? gain);
      if (!(factor >= 0) || !Number.isFinite(factor)) {
        throw new ArgumentError(`${name}: gain must be a number >= 0, not ${factor}`);
      }
      requireKey(name, key);
      const size = requireShape(name, shape);
      const dtype = requireFloat(name, options?.dtype);
      return draw(key, size, factor * spread(fansOf(name, size)), dtype);
    })) as GainInitializer;
const drawUniform = (
  key: Key,
  shape: readonly number[],
  std: number,
  dtype: FloatDType,
): Dynamic => {
  const bound = Math.sqrt(3) * std;
  return uniform(key, shape, { min: -bound, max: bound, dtype });
};
const drawNormal = (key: Key, shape: readonly number[], std: number, dtype: FloatDType): Dynamic =>
  normal(key, shape, { std, dtype });

const meanOfFans: Spread = ({ fanIn, fanOut }) => Math.sqrt(2 / (fanIn + fanOut));
const inputs: Spread = ({ fanIn }) => Math.sqrt(1 / fanIn);

/**
 * Even in +-gain * sqrt(6 / (fanIn + fanOut)), gain 1: X. Glorot and Y. Bengio, "Understanding
 * the difficulty of training deep feedforward neural networks" (2010). For tanh, sigmoid and the
 * last layer.
 */
export const xavierUniform: GainInitializer = drawn('xavierUniform', drawUniform, 1, meanOfFans);
/**
 * Normal with standard deviation gain * sqrt(2 / (fanIn + fanOut)), gain 1 (Glorot and Bengio,
 * 2010).
 */
export const xavierNormal: GainInitializer = drawn('xavierNormal', drawNormal, 1, meanOfFans);
/**
 * Even in +-gain * sqrt(3 / fanIn), gain sqrt(2): K. He et al., "Delving deep into rectifiers"
 * (2015). For relu.
 */
export const heUniform: GainInitializer = drawn('heUniform', drawUniform, Math.SQRT2, inputs);
/** Normal with standard deviation gain / sqrt(fanIn), gain sqrt(2) (He et al., 2015). */
export const heNormal: GainInitializer = drawn('heNormal', drawNormal, Math.SQRT2, inputs);

const filled = (name: string, fill: typeof filledZeros): Initializer =>
  ((_key: Key, shape: readonly number[], options?: FloatDrawOptions): Dynamic =>
    located(() => {
      checkOptions(name, options, ['dtype']);
      return fill(shape, { dtype: requireFloat(name, options?.dtype) });
    })) as Initializer;
/** Zeros; the key is not used. */
export const zeros: Initializer = filled('zeros', filledZeros);
/** Ones; the key is not used. */
export const ones: Initializer = filled('ones', filledOnes);
