/** Shapes as values: sizes that remember their names, and checks that give a static shape back. */
import { DTypeError, ShapeError } from '../../ir/errors.ts';
import { sameShape, showShape } from '../../ir/types.ts';
import type { AnyTensor, DimsOf, DTypeOf, ShapeOf, Sizes, Tensor } from '../../types/index.ts';
import { asTensor, asTyped } from '../tensor.ts';
import { located } from './operands.ts';
import { requireShape } from './require-shape.ts';

/**
 * The lengths of the axes: literals and names survive in the types, so that `reshape(x, [n, 400])`
 * keeps 'N'.
 */
export const shape = <X extends AnyTensor>(x: X): Sizes<ShapeOf<X>> =>
  located(() => [...asTensor('shape', x).shape] as Sizes<ShapeOf<X>>);

/**
 * x itself, once its shape is checked to be the one given: how a dynamic shape becomes a static
 * one.
 */
export const expectShape = <X extends AnyTensor, const S extends readonly number[]>(
  x: X,
  shape: S,
): Tensor<DimsOf<S>, DTypeOf<X>> =>
  located(() => {
    const tensor = asTensor('expectShape', x);
    const wanted = requireShape('expectShape', shape);
    if (sameShape(tensor.shape, wanted)) return asTyped(tensor);
    throw new ShapeError(
      `expectShape: expected ${showShape(wanted)}, got ${showShape(tensor.shape)}`,
    );
  });

/** x itself, once its shape and dtype are checked to be those of `like`. */
export const expectLike = <T extends AnyTensor>(x: AnyTensor, like: T): T =>
  located(() => {
    const [tensor, model] = [asTensor('expectLike', x), asTensor('expectLike', like)];
    if (!sameShape(tensor.shape, model.shape)) {
      throw new ShapeError(
        `expectLike: expected ${showShape(model.shape)}, got ${showShape(tensor.shape)}`,
      );
    }
    if (tensor.dtype !== model.dtype) {
      throw new DTypeError(`expectLike: expected ${model.dtype}, got ${tensor.dtype}`);
    }
    return asTyped(tensor);
  });
