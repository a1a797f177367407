/**
 * Turns drawn strokes into the pictures the network knows. They were made from bitmaps of 32 x 32
 * pixels, whose ink was counted in blocks of 4 x 4; the digits fill the bitmap and hold about as
 * much ink each, whichever digit it is.
 */

/** A point of a stroke; any unit. */
export interface Point {
  readonly x: number;
  readonly y: number;
}
/** One movement of the pen. */
export type Stroke = readonly Point[];

const side = 32;
const block = 4;
/** The mean number of black pixels of a bitmap in the data. */
const wantedInk = 310;
/** The radius of the pen in pixels of the bitmap. */
const radii = { least: 1, most: 6 };

const distanceToSegment = (x: number, y: number, a: Point, b: Point): number => {
  const [dx, dy] = [b.x - a.x, b.y - a.y];
  const length = dx * dx + dy * dy;
  const along = length === 0 ? 0 : ((x - a.x) * dx + (y - a.y) * dy) / length;
  const t = Math.min(1, Math.max(0, along));
  return Math.hypot(x - a.x - t * dx, y - a.y - t * dy);
};

/** The strokes in the middle of the bitmap, so large that a pen of `radius` fills it with them. */
const place = (strokes: readonly Stroke[], radius: number): Stroke[] => {
  const points = strokes.flat();
  const [xs, ys] = [points.map(({ x }) => x), points.map(({ y }) => y)];
  const [left, top] = [Math.min(...xs), Math.min(...ys)];
  const [width, height] = [Math.max(...xs) - left, Math.max(...ys) - top];
  // A dot has no size; it stays a dot.
  const scale = (side - 2 * radius) / Math.max(width, height, Number.MIN_VALUE);
  const limited = Number.isFinite(scale) ? scale : 1;
  return strokes.map((stroke) =>
    stroke.map(({ x, y }) => ({
      x: (x - left - width / 2) * limited + side / 2,
      y: (y - top - height / 2) * limited + side / 2,
    })),
  );
};

/** 1 where the middle of a pixel is under the pen. */
const fill = (strokes: readonly Stroke[], radius: number): Uint8Array => {
  const bitmap = new Uint8Array(side * side);
  for (const stroke of place(strokes, radius)) {
    stroke.forEach((a, k) => {
      const b = stroke[k + 1] ?? a;
      const range = (p: number, q: number): [number, number] => [
        Math.max(0, Math.floor(Math.min(p, q) - radius)),
        Math.min(side - 1, Math.ceil(Math.max(p, q) + radius)),
      ];
      const [top, bottom] = range(a.y, b.y);
      const [left, right] = range(a.x, b.x);
      for (let y = top; y <= bottom; y++) {
        for (let x = left; x <= right; x++) {
          if (distanceToSegment(x + 0.5, y + 0.5, a, b) <= radius) bitmap[y * side + x] = 1;
        }
      }
    });
  }
  return bitmap;
};

const inkOf = (bitmap: Uint8Array): number => bitmap.reduce((sum, pixel) => sum + pixel, 0);

/** The picture of the strokes: 8 x 8 shares of ink in [0, 1]; all 0 when nothing was drawn. */
export const raster = (strokes: readonly Stroke[]): Float32Array => {
  const picture = new Float32Array(64);
  if (strokes.every((stroke) => stroke.length === 0)) return picture;
  let { least, most } = radii;
  for (let k = 0; k < 8; k++) {
    const middle = (least + most) / 2;
    if (inkOf(fill(strokes, middle)) < wantedInk) least = middle;
    else most = middle;
  }
  const bitmap = fill(strokes, (least + most) / 2);
  bitmap.forEach((pixel, k) => {
    const [row, column] = [Math.floor(k / side / block), Math.floor((k % side) / block)];
    const index = row * (side / block) + column;
    picture[index] = (picture[index] ?? 0) + pixel / block ** 2;
  });
  return picture;
};
