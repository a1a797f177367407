/** Images as columns of windows, and columns summed back into images: each the other's gradient. */
import { ShapeError } from '../../ir/errors.ts';
import { reduceSum } from '../../ir/ops/reductions.ts';
import { permute } from '../../ir/ops/views.ts';
import { checkOptions } from '../../ir/options.ts';
import { showShape, sizeOf } from '../../ir/types.ts';
import type {
  AnyTensor,
  Checked,
  Columns,
  DimsOf,
  DTypeOf,
  Image,
  Padding,
  PerAxis,
  Result,
  ShapeOf,
} from '../../types/index.ts';
import { asTensor } from '../tensor.ts';
import { requireImage } from './convolution.ts';
import { applyOne, located, requireDomain, reshapeValue } from './operands.ts';
import type { PoolOptions } from './pooling.ts';
import { refold, unfold } from './unfold.ts';
import { layWindows, perAxis, type Windows } from './window-options.ts';

const lay = (
  name: string,
  shape: readonly number[],
  window: unknown,
  options: PoolOptions | undefined,
): Windows => {
  checkOptions(name, options, ['stride', 'padding', 'dilation']);
  const taps = perAxis(name, 'the window', window ?? Number.NaN, 2, 0);
  return layWindows(name, shape, taps, {
    stride: perAxis(name, 'stride', options?.stride, 2, 1),
    dilation: perAxis(name, 'dilation', options?.dilation, 2, 1),
    padding: options?.padding,
  });
};

/**
 * What each window of an image [N, C, H, W] sees, as a column: [N, C * KH * KW, places]. Rows run
 * over channels, then taps, and places over the image, all in row-major order; the padding is
 * zeros. The stride is 1 by default.
 */
export const im2col = <
  X extends AnyTensor,
  const K extends PerAxis,
  const S extends PerAxis = 1,
  const P extends Padding = 'valid',
  const D extends PerAxis = 1,
>(
  x: X,
  window: Checked<K, Columns<ShapeOf<X>, K, S, P, D>>,
  options?: PoolOptions<S, P, D>,
): Result<Columns<ShapeOf<X>, K, S, P, D>, DTypeOf<X>> =>
  located(() => {
    const tensor = asTensor('im2col', x);
    requireImage('im2col', tensor.shape, 2);
    const windows = lay('im2col', tensor.shape, window, options);
    const [n, channels] = tensor.shape as readonly [number, number];
    const to = [n, channels * sizeOf(windows.taps), sizeOf(windows.places)];
    sizeOf(to);
    return applyOne('im2col', [tensor], ([value]) => {
      const seen = unfold(value!, windows, 0);
      return reshapeValue(permute(seen, { axes: [0, 1, 4, 5, 2, 3] }), to);
    });
  });

/**
 * Columns [N, C * KH * KW, places] summed into images [N, C, ...size]: every element goes where
 * `im2col` with the same window and options takes it from, and what falls on padding is dropped.
 */
export const col2im = <
  X extends AnyTensor,
  const Z extends readonly [number, number],
  const K extends PerAxis,
>(
  columns: Checked<X, Image<ShapeOf<X>, DimsOf<Z>, K>>,
  size: Z,
  window: K,
  options?: PoolOptions,
): Result<Image<ShapeOf<X>, DimsOf<Z>, K>, DTypeOf<X>> =>
  located(() => {
    const tensor = asTensor('col2im', columns);
    requireDomain('col2im', 'number', tensor.dtype);
    if (tensor.rank !== 3) {
      throw new ShapeError(
        `col2im: expected columns [N, C*KH*KW, places], got ${showShape(tensor.shape)}`,
      );
    }
    const [n, rows, count] = tensor.shape as readonly [number, number, number];
    const lengths = perAxis('col2im', 'the size', size ?? Number.NaN, 2, 0, 0);
    const windows = lay('col2im', [n, 1, ...lengths], window, options);
    const taps = sizeOf(windows.taps);
    if (rows % taps !== 0) {
      throw new ShapeError(`col2im: ${rows} rows are no multiple of the ${taps} taps`);
    }
    if (count !== sizeOf(windows.places)) {
      const [wanted, image] = [sizeOf(windows.places), showShape(lengths)];
      throw new ShapeError(`col2im: ${count} places given, but an image ${image} has ${wanted}`);
    }
    const channels = rows / taps;
    sizeOf([n, channels, ...lengths]);
    return applyOne('col2im', [tensor], ([value]) => {
      const apart = reshapeValue(value!, [n, channels, ...windows.taps, ...windows.places]);
      const seen = permute(apart, { axes: [0, 1, 4, 5, 2, 3] });
      return reduceSum(refold(seen, windows, lengths), { axes: [4, 5] });
    });
  });
