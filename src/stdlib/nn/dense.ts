/** The dense layer, x W + b, and what layers with weights share. */
import { ShapeError } from '../../ir/errors.ts';
import { checkOptions } from '../../ir/options.ts';
import { sameShape, showShape } from '../../ir/types.ts';
import { add } from '../../trace/functions/arithmetic.ts';
import { located, requireWhole } from '../../trace/functions/operands.ts';
import { matmul } from '../../trace/functions/products.ts';
import { asTensor, asTyped, type TensorImplementation } from '../../trace/tensor.ts';
import type {
  AnyTensor,
  Checked,
  Dim,
  DTypeOf,
  Dynamic,
  FloatDType,
  Product,
  Result,
  Tensor,
} from '../../types/index.ts';
import { heUniform, type Initializer, zeros } from '../init/index.ts';
import type { FloatDrawOptions } from '../random/draw.ts';
import type { Key } from '../random/key.ts';
import { requireObject } from '../require-object.ts';

/** The parameters of a dense layer from I to O features: weights [I, O] and one bias per output. */
export interface Dense<I extends Dim, O extends Dim, D = 'f32'> {
  readonly w: Tensor<[I, O], D>;
  readonly b: Tensor<[O], D>;
}
/** The parameters as the layers take them: the bias may be left out. */
export interface Affine<W, B> {
  readonly w: W;
  readonly b?: B | undefined;
}
/** What constructors of layers with weights take. */
export interface LayerOptions<D extends FloatDType = FloatDType> extends FloatDrawOptions<D> {
  /**
   * What gives the weights their first values, `init.heUniform` by default; biases start as zeros.
   */
  readonly init?: Initializer;
}

/** First parameters of a dense layer: `initDense(key, 784, 128)`. */
export const initDense = <
  const I extends number,
  const O extends number,
  D extends FloatDType = 'f32',
>(
  key: Key,
  inputs: I,
  outputs: O,
  options?: LayerOptions<D>,
): Dense<I, O, NoInfer<D>> =>
  located((): Dynamic => {
    checkOptions('initDense', options, ['init', 'dtype']);
    const shape = [
      requireWhole('initDense', 'the number of inputs', inputs, 1),
      requireWhole('initDense', 'the number of outputs', outputs, 1),
    ];
    return initAffine(key, shape, outputs, options);
  });

/** Weights by the initialiser of the options and zero biases. */
export const initAffine = (
  key: Key,
  shape: readonly number[],
  outputs: number,
  options: LayerOptions | undefined,
): Affine<Dynamic, Dynamic> => {
  const { init = heUniform, dtype = 'f32' } = options ?? {};
  return { w: init(key, shape, { dtype }), b: zeros(key, [outputs], { dtype }) };
};

/**
 * The weights and the bias of a layer; throws when they are missing or the bias does not have
 * `outputs` elements.
 */
export const requireAffine = (
  name: string,
  p: Affine<AnyTensor, AnyTensor>,
  outputs: (weights: readonly number[]) => number | undefined,
): { w: TensorImplementation; b: TensorImplementation | undefined } => {
  requireObject(name, 'the parameters', p);
  const w = asTensor(name, p.w);
  if (p.b === undefined) return { w, b: undefined };
  const b = asTensor(name, p.b);
  const expected = outputs(w.shape);
  if (expected !== undefined && !sameShape(b.shape, [expected])) {
    throw new ShapeError(
      `${name}: the bias must have shape [${expected}], not ${showShape(b.shape)}`,
      { got: `weights ${showShape(w.shape)}` },
    );
  }
  return { w, b };
};

/**
 * x W + b: x [..., I] with parameters of `initDense` gives [..., O]. For weights [O, I] as
 * PyTorch stores them see the function `linear`.
 */
export const dense = <I extends Dim, O extends Dim, D extends FloatDType, X extends AnyTensor>(
  p: Affine<Tensor<[I, O], D>, Tensor<[O], D>>,
  x: Checked<X, Product<X, Tensor<[I, O], D>>>,
): Result<Product<X, Tensor<[I, O], D>>, DTypeOf<X>> =>
  located((): Dynamic => {
    const { w, b } = requireAffine('dense', p, ([, out]) => out);
    const y: Dynamic = matmul(x as Dynamic, asTyped<Dynamic>(w));
    return b === undefined ? y : add(y, asTyped<Dynamic>(b));
  });
