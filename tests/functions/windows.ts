/** Windows over images, done naively: what convolution and pooling are compared with. */
import fc from 'fast-check';

/** How windows lie on the spatial axes of an image. */
export interface Layout {
  readonly stride: number[];
  readonly dilation: number[];
  readonly padding: [number, number][];
}
/** How many windows there are along each axis. */
export const placesOf = (
  spatial: readonly number[],
  taps: readonly number[],
  layout: Layout,
): number[] =>
  spatial.map((n, k) => {
    const [low, high] = layout.padding[k]!;
    const span = (taps[k]! - 1) * layout.dilation[k]! + 1;
    return Math.floor((n + low + high - span) / layout.stride[k]!) + 1;
  });
/** Where tap `tap` of window `place` reads, or null in the padding. */
export const tapAt = (
  spatial: readonly number[],
  place: readonly number[],
  tap: readonly number[],
  { stride, dilation, padding }: Layout,
): number[] | null => {
  const at = place.map((p, k) => p * stride[k]! + tap[k]! * dilation[k]! - padding[k]![0]);
  return at.every((p, k) => p >= 0 && p < spatial[k]!) ? at : null;
};
/** Spatial lengths, taps and a layout in which every window fits. */
export const layouts = (
  axes: number,
): fc.Arbitrary<{ spatial: number[]; taps: number[]; layout: Layout }> => {
  const list = <T>(one: fc.Arbitrary<T>): fc.Arbitrary<T[]> =>
    fc.array(one, { minLength: axes, maxLength: axes });
  const whole = (min: number, max: number): fc.Arbitrary<number[]> =>
    list(fc.integer({ min, max }));
  return fc
    .record({
      spatial: whole(1, 6),
      taps: whole(1, 3),
      stride: whole(1, 3),
      dilation: whole(1, 2),
      padding: list(fc.tuple(fc.nat({ max: 2 }), fc.nat({ max: 2 }))),
    })
    .map(({ spatial, taps, ...layout }) => ({ spatial, taps, layout }))
    .filter(({ spatial, taps, layout }) => placesOf(spatial, taps, layout).every((p) => p >= 1));
};
