/**
 * `einsum` specifications parsed at the type level: 'bij,bjk->bik', one letter per dimension. With
 * '...' or without '->' the result is dynamic and checked at run time.
 */

import type { Ranked } from './axes.ts';
import type { DTypesDiffer, SameDType } from './broadcast.ts';
import type {
  DTypeOf,
  Dynamic,
  IsDynamicRank,
  Ok,
  ShapeError,
  ShapeOf,
  Show,
  ShowDim,
} from './core.ts';
import type { Unify } from './dimensions.ts';

/** Bind the letters of one operand's term to its dimensions. */
type Bind<
  Term extends string,
  S,
  E,
  I extends number,
  T0 extends string,
  S0,
> = Term extends `${infer C}${infer Rest}`
  ? S extends readonly [infer D, ...infer ST]
    ? C extends keyof E
      ? Unify<E[C], D> extends [infer U]
        ? Bind<Rest, ST, { [K in keyof E]: K extends C ? U : E[K] }, I, T0, S0>
        : IndexDiffers<C, `${ShowDim<E[C]>} but ${ShowDim<D>}`, I, `'${T0}' on ${Show<S0>}`>
      : Bind<Rest, ST, E & { [K in C]: D }, I, T0, S0>
    : RankMismatch<T0, S0, I>
  : S extends readonly []
    ? E
    : RankMismatch<T0, S0, I>;
type IndexDiffers<
  C extends string,
  Sizes extends string,
  I extends number,
  Where extends string,
> = ShapeError<`einsum: index '${C}' is ${Sizes} in operand ${I} (${Where})`>;
type RankMismatch<
  T0 extends string,
  S0,
  I extends number,
> = ShapeError<`einsum: '${T0}' does not match operand ${I} of shape ${Ranked<S0>}`>;

type BindAll<Terms extends string, Ts, E, I extends 0[] = [0]> =
  E extends ShapeError<string>
    ? E
    : Terms extends `${infer Term},${infer More}`
      ? Ts extends readonly [infer T, ...infer Rest]
        ? BindAll<More, Rest, BindTerm<Term, ShapeOf<T>, E, I['length']>, [...I, 0]>
        : OperandCount
      : Ts extends readonly [infer T]
        ? BindTerm<Terms, ShapeOf<T>, E, I['length']>
        : OperandCount;
type OperandCount = ShapeError<'einsum: the spec and the operands differ in number'>;
type BindTerm<Term extends string, S, E, I extends number> =
  IsDynamicRank<S> extends true ? BindUnknown<Term, E> : Bind<Term, S, E, I, Term, S>;
/** An operand of unknown rank binds its new letters to unknown dimensions. */
type BindUnknown<Term extends string, E> = Term extends `${infer C}${infer Rest}`
  ? BindUnknown<Rest, C extends keyof E ? E : E & { [K in C]: number }>
  : E;

type OutDims<
  Out extends string,
  E,
  Dims extends unknown[] = [],
> = Out extends `${infer C}${infer Rest}`
  ? C extends keyof E
    ? OutDims<Rest, E, [...Dims, E[C]]>
    : ShapeError<`einsum: output index '${C}' is in no operand`>
  : Ok<Dims>;
type DTypes<Ts, D> = Ts extends readonly [infer H, ...infer T]
  ? SameDType<D, DTypeOf<H>> extends true
    ? DTypes<T, D>
    : DTypesDiffer<'einsum', D, DTypeOf<H>>
  : true;

/** The shape of `einsum(spec, ...operands)`: one axis per letter behind the arrow. */
export type Einsum<Spec extends string, Ts extends readonly unknown[]> = string extends Spec
  ? Ok<Dynamic>
  : Spec extends `${string}${'.' | ' '}${string}`
    ? Ok<Dynamic>
    : DTypes<Ts, DTypeOf<Ts[0]>> extends ShapeError<infer M>
      ? ShapeError<M>
      : Spec extends `${infer In}->${infer Out}`
        ? BindAll<In, Ts, unknown> extends infer E
          ? E extends ShapeError<string>
            ? E
            : OutDims<Out, E>
          : never
        : BindAll<Spec, Ts, unknown> extends infer E
          ? E extends ShapeError<string>
            ? E
            : Ok<Dynamic>
          : never;
