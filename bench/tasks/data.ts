/** Numbers that all contenders compute with: the same at every run, in every language. */

/** A shape by name of parameter; `hidden.w` is part `w` of layer `hidden`. */
export type Shapes = Readonly<Record<string, readonly number[]>>;
/** An array and its shape. */
export interface ArrayOf {
  readonly data: Float32Array<ArrayBuffer>;
  readonly shape: readonly number[];
}
/** First parameters by name. */
export type Parameters = Readonly<Record<string, ArrayOf>>;

/** How many elements a shape has. */
export const sizeOf = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

/**
 * Numbers between -1 and 1: multiples of the golden ratio, without their whole part. Python makes
 * the same ones in `peers.py`. A loop leaves no garbage that would be collected in what is timed.
 */
export const made = (length: number, seed: number): Float32Array<ArrayBuffer> => {
  const data = new Float32Array(length);
  for (let k = 0; k < length; k++) data[k] = (((k + 31 * seed) * 0.6180339887498949) % 1) * 2 - 1;
  return data;
};

/** Numbers like those of `made`, with their shape. */
export const madeArray = (shape: readonly number[], seed: number): ArrayOf => ({
  data: made(sizeOf(shape), seed),
  shape,
});

/** Class ids from 0 to 9. */
export const madeLabels = (count: number): Int32Array<ArrayBuffer> =>
  Int32Array.from({ length: count }, (_, k) => (7 * k) % 10);

/** How many inputs an output of a weight sees. */
const inputsOf = (shape: readonly number[]): number =>
  shape.length === 4 ? sizeOf(shape.slice(1)) : (shape[0] as number);

/** First parameters: weights of the usual size, scales of 1, everything else in one axis 0. */
export const firstParameters = (shapes: Shapes): Parameters =>
  Object.fromEntries(
    Object.entries(shapes).map(([name, shape], seed) => {
      const data = made(sizeOf(shape), seed + 1);
      if (shape.length === 1) data.fill(name.endsWith('scale') ? 1 : 0);
      else {
        const root = Math.sqrt(inputsOf(shape));
        for (let k = 0; k < data.length; k++) data[k] = (data[k] as number) / root;
      }
      return [name, { data, shape }];
    }),
  );

/** Positions of the elements that are compared where a result is large: evenly spread. */
export const chosenElements = (length: number, most: number = 4096): number[] =>
  length <= most
    ? Array.from({ length }, (_, k) => k)
    : Array.from({ length: most }, (_, k) => Math.floor((k * length) / most));

/** A square matrix with ones on its diagonal. */
export const identity = (side: number): ArrayOf => ({
  data: Float32Array.from({ length: side * side }, (_, k) => (k % (side + 1) === 0 ? 1 : 0)),
  shape: [side, side],
});
