/** What windows over images see, as one view: the base of pooling and of `im2col`. */
import type { Value } from '../../ir/graph.ts';
import { broadcast, pad, slice, unwindow, window } from '../../ir/ops/views.ts';
import type { Windows } from './window-options.ts';

const none = [0, 0];
const hasFrame = ({ low, high }: Windows): boolean => [...low, ...high].some((n) => n > 0);

/** [N, C, ...spatial] to [N, C, ...places, ...taps]; elements of the padding are `fill`. */
export const unfold = (value: Value, windows: Windows, fill: number): Value => {
  const { taps, stride, dilation, low, high, places } = windows;
  const framed = hasFrame(windows)
    ? pad(value, {
        low: [...none, ...low],
        high: [...none, ...high],
        interior: [...none, ...low.map(() => 0)],
        value: fill,
      })
    : value;
  const { shape } = framed.type;
  const axes = shape.map((_, k) => k);
  const spread = broadcast(framed, { shape: [...shape, ...taps], axes });
  return window(spread, { leading: 2, length: shape.slice(2), windows: places, stride, dilation });
};

/**
 * The transpose of `unfold`: what windows over images of spatial lengths `size` hold, [N, C,
 * ...places, ...taps], put back where they saw it, per tap: [N, C, ...size, ...taps].
 */
export const refold = (value: Value, windows: Windows, size: readonly number[]): Value => {
  const { taps, stride, dilation, low, high, places } = windows;
  const length = size.map((n, k) => n + low[k]! + high[k]!);
  const back = unwindow(value, { leading: 2, length, windows: places, stride, dilation });
  if (!hasFrame(windows)) return back;
  return slice(back, {
    start: [...none, ...low, ...taps.map(() => 0)],
    size: [...value.type.shape.slice(0, 2), ...size, ...taps],
    step: back.type.shape.map(() => 1),
  });
};
