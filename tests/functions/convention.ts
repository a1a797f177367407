/**
 * What the tests of conventions are written with: a sentence of docs/conventions.md and its check.
 */
import * as g from 'gradloom';
import type { Any } from './naive.ts';

/** Runs a function of tensors as it is, or compiled. */
export type Run = (f: (...xs: Any[]) => unknown, ...xs: unknown[]) => unknown;
/** A sentence of the documentation, and what holds it. */
export type Convention = readonly [string, (run: Run, backend: g.Backend) => void];
/** The functions of the library, without their types. */
export const loose: Record<string, (...args: unknown[]) => Any> = g as never;

/** The elements of a result. */
export const values = (x: unknown): unknown => (x as Any).toArray();
/** A vector of f32. */
export const f32 = (...xs: number[]): Any => g.tensor(xs) as unknown as Any;
/** A vector of i32. */
export const i32 = (...xs: number[]): Any => g.tensor(xs, { dtype: 'i32' }) as unknown as Any;
/** A vector of u32. */
export const u32 = (...xs: number[]): Any => g.tensor(xs, { dtype: 'u32' }) as unknown as Any;
/** The function of a name, its last arguments given. */
export const call =
  (name: string, ...rest: unknown[]) =>
  (...xs: Any[]): Any =>
    loose[name]!(...xs, ...rest);
/** The derivative of the sum of a function by its one operand. */
export const slopes =
  (f: (x: Any) => Any) =>
  (x: Any): Any =>
    g.grad(((y: Any) => g.sum(f(y))) as never)(x as never) as unknown as Any;
/** The numbers with 0 in place of -0. */
export const withoutMinus = (xs: unknown): number[] => (xs as number[]).map((x) => x + 0);
