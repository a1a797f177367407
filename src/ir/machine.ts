/**
 * What the algorithms of sequential ops are written over: scalars, memory and control. With E =
 * number the reference interpreter runs an algorithm; with E = Expr the lowering writes it down as
 * the body of a kernel. Control must not depend on E but through `loop` and `when`.
 */
import type { Scalars } from './scalar.ts';
import type { DType } from './types.ts';

/** Scratch memory of one run. What was not stored holds no particular value. */
export interface Cells<E> {
  /** The value at a position. */
  load(at: E): E;
  /** Replaces the value at a position. */
  store(at: E, value: E): void;
}

/** A scalar that changes while an algorithm runs. */
export interface Variable<E> {
  /** The value it has here; later changes do not reach what was got before. */
  get(): E;
  /** Gives it another value. */
  set(value: E): void;
}

/** The machine that runs an algorithm on one block: the trailing axes of the inputs and outputs. */
export interface Machine<E> {
  /**
   * Instructions at the dtype of the first input. Like accumulators, values are wide while the
   * algorithm runs: outputs are rounded once. Comparisons see values rounded.
   */
  readonly s: Scalars<E>;
  /** 32 bit index arithmetic. */
  readonly i: Scalars<E>;
  /** The element of input `input` at an index of its block. */
  read(input: number, at: readonly E[]): E;
  /** Gives output `output` its element at an index of its block; every element exactly once. */
  write(output: number, at: readonly E[], value: E): void;
  /** New scratch memory. */
  cells(dtype: DType, length: number): Cells<E>;
  /** A new variable. */
  variable(init: E): Variable<E>;
  /** Runs `body` for 0, 1... below `length`, in order. */
  loop(length: number, body: (index: E) => void): void;
  /** Runs `body` where the condition holds, else `otherwise`. */
  when(condition: E, body: () => void, otherwise?: () => void): void;
  /** `index`, which is known to lie in [0, length). */
  bounded(index: E, length: number): E;
}
