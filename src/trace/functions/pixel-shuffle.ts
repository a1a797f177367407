/** Channels traded for resolution and back: views, no data move. */
import { ShapeError } from '../../ir/errors.ts';
import { permute } from '../../ir/ops/views.ts';
import { sizeOf } from '../../ir/types.ts';
import type {
  AnyTensor,
  Checked,
  DTypeOf,
  PixelShuffle,
  PixelUnshuffle,
  Result,
  ShapeOf,
} from '../../types/index.ts';
import { asTensor } from '../tensor.ts';
import { requireImage } from './convolution.ts';
import { applyOne, located, requireWhole, reshapeValue } from './operands.ts';

/**
 * [N, C * r * r, H, W] to [N, C, H * r, W * r]: r * r neighbouring channels become squares of r by
 * r elements, in row-major order.
 */
export const pixelShuffle = <X extends AnyTensor, const F extends number>(
  x: X,
  factor: Checked<F, PixelShuffle<ShapeOf<X>, F>>,
): Result<PixelShuffle<ShapeOf<X>, F>, DTypeOf<X>> =>
  located(() => {
    const tensor = asTensor('pixelShuffle', x);
    requireImage('pixelShuffle', tensor.shape, 2);
    const r = requireWhole('pixelShuffle', 'the factor', factor, 1);
    const [n, c, h, w] = tensor.shape as readonly [number, number, number, number];
    if (c % (r * r) !== 0) {
      throw new ShapeError(`pixelShuffle: ${c} channels are no multiple of ${r} * ${r}`);
    }
    const left = c / (r * r);
    return applyOne('pixelShuffle', [tensor], ([value]) => {
      const apart = reshapeValue(value!, [n, left, r, r, h, w]);
      return reshapeValue(permute(apart, { axes: [0, 1, 4, 2, 5, 3] }), [n, left, h * r, w * r]);
    });
  });

/** The inverse of `pixelShuffle`: [N, C, H * r, W * r] to [N, C * r * r, H, W]. */
export const pixelUnshuffle = <X extends AnyTensor, const F extends number>(
  x: X,
  factor: Checked<F, PixelUnshuffle<ShapeOf<X>, F>>,
): Result<PixelUnshuffle<ShapeOf<X>, F>, DTypeOf<X>> =>
  located(() => {
    const tensor = asTensor('pixelUnshuffle', x);
    requireImage('pixelUnshuffle', tensor.shape, 2);
    const r = requireWhole('pixelUnshuffle', 'the factor', factor, 1);
    const [n, c, h, w] = tensor.shape as readonly [number, number, number, number];
    if (h % r !== 0 || w % r !== 0) {
      throw new ShapeError(`pixelUnshuffle: ${h} by ${w} does not part into squares of ${r}`);
    }
    sizeOf([n, c, r, r, h / r, w / r]);
    return applyOne('pixelUnshuffle', [tensor], ([value]) => {
      const apart = reshapeValue(value!, [n, c, h / r, r, w / r, r]);
      const moved = permute(apart, { axes: [0, 1, 3, 5, 2, 4] });
      return reshapeValue(moved, [n, c * r * r, h / r, w / r]);
    });
  });
