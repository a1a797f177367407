/**
 * Rules about single dimensions: equality, stretching and arithmetic of known, symbolic and unknown
 * ones.
 */
import type { Add, FloorDiv, LessThan, Mul, Sub } from './arith.ts';
import type { Dim, Equal, Ok } from './core.ts';

type ToNumber<S extends string> = S extends `${infer N extends number}` ? N : never;
/**
 * True only for a number literal: false, not deferred, for symbols, type parameters and `number`.
 */
export type IsKnown<D> = Equal<D, number> extends true ? false : Equal<D, ToNumber<`${D & Dim}`>>;
/** Whether both dimensions are number literals. */
export type BothKnown<A, B> = IsKnown<A> extends true ? IsKnown<B> : false;

/** The common dimension of two that must agree, boxed: [D], or [] when they differ. */
export type Unify<A, B> =
  Equal<A, B> extends true ? [A] : number extends B ? [A] : number extends A ? [B] : [];
/**
 * The same, where 1 stretches; symbols are taken to differ from 1. "The right one is 1 or the left
 * one" is one question because it is decided for two type parameters (N, N) as well as for (D, 1):
 * x - mean(x, -1, { keepDims: true }).
 */
export type Stretch<A, B> =
  Ok<B> extends Ok<1 | A>
    ? [A]
    : Ok<A> extends Ok<1>
      ? [B]
      : number extends B
        ? [A]
        : number extends A
          ? [B]
          : [];

/** A + B; a symbol survives only an addition of 0. */
export type AddDim<A, B> =
  BothKnown<A, B> extends true
    ? Add<A & number, B & number>
    : Equal<A, 0> extends true
      ? B
      : Equal<B, 0> extends true
        ? A
        : number;
/** A - B, `never` when negative. */
export type SubDim<A, B> =
  BothKnown<A, B> extends true
    ? Sub<A & number, B & number>
    : Equal<B, 0> extends true
      ? A
      : number;
/** A * B; a symbol survives only a multiplication by 1. */
export type MulDim<A, B> =
  BothKnown<A, B> extends true
    ? Mul<A & number, B & number>
    : Equal<A, 1> extends true
      ? B
      : Equal<B, 1> extends true
        ? A
        : number;
/** floor(A / B). */
export type DivDim<A, B> =
  BothKnown<A, B> extends true
    ? FloorDiv<A & number, B & number>
    : Equal<B, 1> extends true
      ? A
      : number;
/** The smaller of two; unknown unless both are literals. */
export type MinDim<A, B> =
  BothKnown<A, B> extends true ? (LessThan<A & number, B & number> extends true ? A : B) : number;
