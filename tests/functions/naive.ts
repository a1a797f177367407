/** Arrays of any rank done naively: what the array functions are compared with. */
import fc from 'fast-check';
import * as g from 'gradloom';

/** An array as its shape and its elements in row-major order. */
export interface Naive {
  readonly shape: readonly number[];
  readonly data: readonly number[];
}
/** A tensor about whose shape the checker knows nothing. */
export type Any = g.Tensor<g.Dynamic, 'f32'>;

/** All indexes of a shape in row-major order. */
export const indexes = (shape: readonly number[]): number[][] =>
  shape.reduce<number[][]>(
    (all, n) => all.flatMap((at) => Array.from({ length: n }, (_, k) => [...at, k])),
    [[]],
  );
/** The array whose element at an index is `f` of it. */
export const build = (shape: readonly number[], f: (at: number[]) => number): Naive => ({
  shape,
  data: indexes(shape).map(f),
});
/** The element at an index. */
export const read = ({ shape, data }: Naive, at: readonly number[]): number =>
  data[at.reduce((position, k, axis) => position * shape[axis]! + k, 0)]!;
/** The element at an index of a shape that x broadcasts to. */
export const readBroadcast = (x: Naive, at: readonly number[]): number =>
  read(
    x,
    x.shape.map((n, axis) => (n === 1 ? 0 : at[at.length - x.shape.length + axis]!)),
  );
/** The common shape of two, which must broadcast. */
export const broadcastShape = (a: readonly number[], b: readonly number[]): number[] => {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, k) => {
    const [x, y] = [a[k - rank + a.length] ?? 1, b[k - rank + b.length] ?? 1];
    return x === 1 ? y : x;
  });
};

/** The array as a tensor. */
export const toTensor = <D extends g.DType = 'f32'>(
  { shape, data }: Naive,
  dtype?: D,
): g.Tensor<g.Dynamic, D> =>
  g.tensor([...data], { shape: [...shape], dtype: (dtype ?? 'f32') as D }) as g.Tensor<
    g.Dynamic,
    D
  >;
/** The tensor as an array. */
export const fromTensor = (x: g.AnyTensor): Naive => ({
  shape: [...x.shape],
  data: Array.from(x.dataSync() as ArrayLike<number>),
});

/** Shapes of rank `least` to `most` with lengths 0 to `longest`, small ones first. */
export const shapes = (least: number, most: number, longest = 4): fc.Arbitrary<number[]> =>
  fc.array(fc.integer({ min: 0, max: longest }), { minLength: least, maxLength: most });
/** Numbers that f32 holds exactly, so that sums and products of a few of them do too. */
export const eighths: fc.Arbitrary<number> = fc.integer({ min: -40, max: 40 }).map((k) => k / 8);
/** Arrays of a shape. */
export const arrays = (shape: readonly number[]): fc.Arbitrary<Naive> => {
  const length = shape.reduce((product, n) => product * n, 1);
  return fc
    .array(eighths, { minLength: length, maxLength: length })
    .map((data) => ({ shape, data }));
};
/** Two shapes that broadcast. */
export const broadcastable: fc.Arbitrary<[number[], number[]]> = fc
  .tuple(shapes(0, 4, 3), fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 8, maxLength: 8 }))
  .map(([shape, choices]) => {
    const one = (offset: number): number[] => {
      const kept = shape.map((n, k) => (choices[offset + k]! === 0 ? 1 : n));
      return kept.slice(Math.min(kept.length, Math.max(0, choices[offset]! - 1)));
    };
    return [one(0), one(4)];
  });

/** The message of the library's error that `body` throws. */
export const errorOf = (body: () => unknown): string => {
  try {
    body();
  } catch (error) {
    if (!(error instanceof g.GradloomError)) throw error;
    const { hint, got } = error.parts;
    const more = [got && `got: ${got}`, hint && `hint: ${hint}`].filter(Boolean).join('; ');
    return `${error.name}: ${error.rule}${more === '' ? '' : ` (${more})`}`;
  }
  throw new Error('nothing was thrown');
};
