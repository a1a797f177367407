/** Rules of attention: queries [..., T, D], keys [..., S, D], values [..., S, E]. */
import type { Broadcast, BroadcastTo } from './broadcast.ts';
import type {
  AnyTensor,
  Dynamic,
  IsDynamicRank,
  Ok,
  ShapeError,
  ShapeOf,
  Show,
  ShowDim,
} from './core.ts';
import type { BothKnown, Unify } from './dimensions.ts';
import type { SameDTypeThen } from './matmul.ts';

/** The rule of a shape [..., rows, columns], which Form shows. */
export type HasRows<Op extends string, What extends string, Form extends string, S> =
  IsDynamicRank<S> extends true
    ? Ok<S>
    : S extends readonly [...unknown[], unknown, unknown]
      ? Ok<S>
      : ShapeError<`${Op}: expected ${What} ${Form}, got ${Show<S>}`>;
type LeadOf<S> = S extends readonly [...infer Lead, unknown, unknown] ? Lead : Dynamic;
type RowsOf<S> = S extends readonly [...unknown[], infer Rows, unknown] ? Rows : number;
type ColumnsOf<S> = S extends readonly [...unknown[], infer Columns] ? Columns : number;

/** The rule of queries Q. */
export type Queries<Q> = HasRows<'attention', 'queries', '[..., T, D]', ShapeOf<Q>>;
/** The rule of keys K for queries Q: the same features, leading axes that broadcast. */
export type Keys<Q, K> = SameDTypeThen<'attention', Q, K, KeyShape<ShapeOf<Q>, ShapeOf<K>>>;
type KeyShape<Q, K> =
  HasRows<'attention', 'keys', '[..., S, D]', K> extends infer Rule
    ? Rule extends Ok<unknown>
      ? Unify<ColumnsOf<Q>, ColumnsOf<K>> extends [unknown]
        ? Leads<LeadOf<Q>, LeadOf<K>>
        : FeaturesDiffer<Show<Q>, Show<K>, ShowDim<ColumnsOf<Q>>, ShowDim<ColumnsOf<K>>>
      : Rule
    : never;
type FeaturesDiffer<
  Q extends string,
  K extends string,
  D extends string,
  D2 extends string,
> = ShapeError<`attention: queries ${Q} have ${D} features but keys ${K} have ${D2}`>;
type Leads<A, B> = Broadcast<'attention (batch dimensions)', A, B>;
/** The rule of values V for keys K: as many, and leading axes that broadcast with those of both. */
export type Values<Q, K, V> = SameDTypeThen<
  'attention',
  Q,
  V,
  ValueShape<ShapeOf<Q>, ShapeOf<K>, ShapeOf<V>>
>;
type ValueShape<Q, K, V> =
  HasRows<'attention', 'values', '[..., S, E]', V> extends infer Rule
    ? Rule extends Ok<unknown>
      ? Unify<RowsOf<K>, RowsOf<V>> extends [unknown]
        ? LeadsOfThree<LeadOf<Q>, LeadOf<K>, LeadOf<V>>
        : CountsDiffer<ShowDim<RowsOf<K>>, ShowDim<RowsOf<V>>, Show<K>, Show<V>>
      : Rule
    : never;
type CountsDiffer<
  N extends string,
  M extends string,
  K extends string,
  V extends string,
> = ShapeError<`attention: ${N} keys ${K} but ${M} values ${V}`>;
type LeadsOfThree<Q, K, V> =
  Leads<Q, K> extends infer Both ? (Both extends Ok<infer Lead> ? Leads<Lead, V> : Both) : never;
/** The shape of the result: [..., T, E]. */
export type Attended<Q, K, V> =
  IsDynamicRank<Q> extends true
    ? Ok<Dynamic>
    : LeadsOfThree<LeadOf<Q>, LeadOf<K>, LeadOf<V>> extends Ok<infer Lead>
      ? Lead extends readonly unknown[]
        ? Ok<[...Lead, RowsOf<Q>, ColumnsOf<V>]>
        : Ok<Dynamic>
      : Ok<Dynamic>;
/** The rule of a mask M: it broadcasts to the scores [..., T, S]. */
export type MaskRule<Q, K, M> = M extends AnyTensor
  ? Leads<LeadOf<ShapeOf<Q>>, LeadOf<ShapeOf<K>>> extends Ok<infer Lead>
    ? Lead extends readonly unknown[]
      ? BroadcastTo<'attention', ShapeOf<M>, [...Lead, RowsOf<ShapeOf<Q>>, RowsOf<ShapeOf<K>>]>
      : Ok<Dynamic>
    : Ok<Dynamic>
  : Ok<Dynamic>;

/** The rule of an input of `rope`: [..., T, D] with D even. */
export type Rotated<S> =
  HasRows<'rope', 'an input', '[..., T, D]', S> extends infer Rule
    ? Rule extends Ok<unknown>
      ? IsOdd<ColumnsOf<S>> extends true
        ? ShapeError<`rope: ${ShowDim<ColumnsOf<S>>} features are not pairs`>
        : Ok<S>
      : Rule
    : never;
type IsOdd<D> =
  BothKnown<D, 2> extends true
    ? `${D & number}` extends `${string}${'1' | '3' | '5' | '7' | '9'}`
      ? true
      : false
    : false;

/** Axis K of an input [N, T, D]; unknown where the shape is. */
export type AxisOf<S, K extends 0 | 1 | 2> =
  IsDynamicRank<S> extends true ? number : S extends readonly unknown[] ? S[K] : number;
/** The rule of an input [N, T, D] or of another form of rank 3. */
export type HasRank3<Op extends string, What extends string, Form extends string, S> =
  IsDynamicRank<S> extends true
    ? Ok<S>
    : S extends readonly [unknown, unknown, unknown]
      ? Ok<S>
      : ShapeError<`${Op}: expected ${What} ${Form}, got ${Show<S>}`>;
