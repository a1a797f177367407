/** Tensors and functions about whose types nothing is known at compile time, and their numbers. */
import { add, sum } from '../../src/trace/functions/index.ts';
import type { Dynamic, Tensor } from '../../src/types/index.ts';

/** A tensor of any shape and dtype. */
export type AnyLeaf = Tensor<Dynamic, Dynamic>;
/** A function of tensors. */
export type AnyFunction = (...xs: AnyLeaf[]) => AnyLeaf;

/** The elements as a plain array in row-major order. */
export const flat = (x: unknown): number[] => [...(x as AnyLeaf).dataSync()];

/** Central differences of the scalar function `f` of plain numbers at `x`. */
export const differences = (f: (x: number[]) => number, x: readonly number[]): number[] =>
  x.map((value, k) => {
    const step = 1e-5 * Math.max(1, Math.abs(value));
    const at = (moved: number): number => f(x.map((other, n) => (n === k ? moved : other)));
    return (at(value + step) - at(value - step)) / (2 * step);
  });

/** The sum of all elements of all tensors as one scalar. */
export const total = (...xs: AnyLeaf[]): AnyLeaf =>
  xs.map((x): AnyLeaf => sum(x) as AnyLeaf).reduce((a, b): AnyLeaf => add(a, b) as AnyLeaf);

/** The text of the error that `body` throws; fails when it throws none. */
export const errorOf = (body: () => unknown): string => {
  try {
    body();
  } catch (error) {
    const { name, message } = error as Error;
    return `${name}: ${message.replace(/\n {2}at: .*$/, '')}`;
  }
  throw new Error('nothing was thrown');
};
