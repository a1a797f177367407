/**
 * Sums on their way: in registers while a loop adds to them, in memory while another loop needs the
 * registers.
 */
import { expressions } from '../ir/expressions.ts';
import type { Expr, KernelBuffer } from '../ir/kernel.ts';
import type { DType } from '../ir/types.ts';
import type { Emitter } from './emitter.ts';

/** A sum to which terms are added. */
export interface Accumulator {
  add(term: Expr): void;
  /** The sum so far. */
  value(): Expr;
  /** The same for who uses it in this very statement. */
  now(): Expr;
}

/** Rows of sums. */
export type AccumulatorGrid = readonly (readonly Accumulator[])[];

/** A sum that begins with 0, in a local. */
export const accumulateInRegister = (emitter: Emitter, dtype: DType): Accumulator => {
  const s = expressions(dtype);
  const local = emitter.variable(s.constant(0));
  return {
    add: (term) => emitter.set(local, s.add(local, term)),
    value: () => emitter.freeze(local),
    now: () => local,
  };
};

/** A sum that begins with 0, at a place in scratch memory. */
export const accumulateInMemory = (
  emitter: Emitter,
  buffer: KernelBuffer,
  at: Expr,
): Accumulator => {
  const s = expressions(buffer.dtype);
  emitter.store(buffer, at, s.constant(0));
  const value = (): Expr => emitter.loadHere(buffer, at);
  return {
    add: (term) => emitter.store(buffer, at, s.add(value(), term)),
    value,
    now: value,
  };
};

/** Adds every sum of one grid to that of another. */
export const addGrid = (to: AccumulatorGrid, from: AccumulatorGrid): void =>
  to.forEach((list, r) => {
    list.forEach((sum, c) => {
      sum.add((from[r] as readonly Accumulator[])[c]?.now() as Expr);
    });
  });
