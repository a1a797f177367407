/**
 * Trees: tensors nested in tuples, arrays and plain objects. The mapped types are homomorphic, so
 * names, order, tuple lengths and optional fields of the user's own types survive.
 */
import type { DifferentiableDType, Dynamic, IntDType, Tensor } from './core.ts';

/** What a leaf of a parameter specification says: `spec.w: TensorSpec<[784, 10], 'f32'>`. */
export interface TensorSpec<S, D = 'f32'> {
  readonly spec: S;
  readonly dtype: D;
}
/** The tensors a specification describes. */
export type FromSpec<T> =
  T extends TensorSpec<infer S, infer D> ? Tensor<S, D> : { [K in keyof T]: FromSpec<T[K]> };

type Primitive =
  | string
  | number
  | boolean
  | bigint
  | null
  | undefined
  | symbol
  | ((...args: never[]) => unknown);

/** The gradient of a tree has its structure; what is no float tensor disappears into `null`. */
export type Gradient<P> =
  P extends Tensor<infer S, infer D>
    ? [D] extends [DifferentiableDType]
      ? Tensor<S, D>
      : [D] extends [IntDType | 'bool']
        ? null
        : Tensor<S, D>
    : P extends Primitive
      ? null
      : { [K in keyof P]: Gradient<P[K]> };

/**
 * The path of the first leaf that cannot be differentiated, or never; an argument that is a leaf
 * itself is called Root.
 */
export type NonDifferentiable<P, Root extends string = 'argument 0', Path extends string = ''> =
  P extends Tensor<unknown, infer D>
    ? [D] extends [DifferentiableDType]
      ? never
      : `${Path extends '' ? Root : Path} is ${D & string}`
    : P extends Primitive
      ? never
      : P extends readonly (infer E)[]
        ? NonDifferentiable<E, Root, `${Path}[]`>
        : {
            [K in keyof P & string]: NonDifferentiable<
              P[K],
              Root,
              Path extends '' ? K : `${Path}.${K}`
            >;
          }[keyof P & string];

// A leading axis.

/** The tree with a leading axis of length B on every tensor. */
export type AddAxis<T, B> =
  T extends Tensor<infer S, infer D>
    ? Tensor<S extends readonly unknown[] ? [B, ...S] : Dynamic, D>
    : T extends Primitive
      ? T
      : { [K in keyof T]: AddAxis<T[K], B> };
/** The tree without the leading axis of every tensor. */
export type DropAxis<T> =
  T extends Tensor<infer S, infer D>
    ? Tensor<S extends readonly [unknown, ...infer R] ? R : Dynamic, D>
    : T extends Primitive
      ? T
      : { [K in keyof T]: DropAxis<T[K]> };
/** The length of the leading axis of the first tensor found. */
export type LeadingDim<T> =
  T extends Tensor<infer S, unknown>
    ? S extends readonly [infer N, ...unknown[]]
      ? N
      : number
    : T extends Primitive
      ? never
      : T extends readonly (infer E)[]
        ? LeadingDim<E>
        : { [K in keyof T]: LeadingDim<T[K]> }[keyof T];
/** Axes per argument: 0 adds one, null passes the argument unchanged. */
export type AddAxisTo<A, In, B> = {
  [K in keyof A]: K extends keyof In
    ? In[K] extends null
      ? A[K]
      : AddAxis<A[K], B>
    : AddAxis<A[K], B>;
};

// Named dimensions.

/**
 * The bindings of a call are a union of pairs: ['N', 32] | ['T', 128]. An unknown dimension binds
 * nothing.
 */
type BindDims<SP, SX> = SP extends readonly [infer P, ...infer PT]
  ? SX extends readonly [infer X, ...infer XT]
    ? BindDims<PT, XT> | (P extends string ? (number extends X ? never : [P, X]) : never)
    : never
  : never;
type BindTree<P, X> =
  P extends Tensor<infer SP, unknown>
    ? X extends Tensor<infer SX, unknown>
      ? BindDims<SP, SX>
      : never
    : P extends Primitive
      ? never
      : P extends readonly (infer PE)[]
        ? X extends readonly (infer XE)[]
          ? BindTree<PE, XE>
          : never
        : { [K in keyof P & keyof X]: BindTree<P[K], X[K]> }[keyof P & keyof X];
/**
 * The first argument that names a dimension decides its size: a later one that differs is the one
 * reported.
 */
type BindArgs<A, X, E = never> = A extends readonly [infer P, ...infer AT]
  ? X extends readonly [infer Y, ...infer XT]
    ? BindArgs<AT, XT, E | Unbound<BindTree<P, Y>, NamesOf<E>>>
    : E
  : E;
type NamesOf<E> = E extends [infer N, unknown] ? N : never;
type Unbound<F, Names> = F extends [infer N, unknown] ? (N extends Names ? never : F) : never;
/** Two sizes inside one argument give a union, which Tensor reports as OneDimensionTwoSizes. */
type SubstDim<D, E> = D extends string
  ? [SizeIn<D, E>] extends [never]
    ? number
    : SizeIn<D, E>
  : D;
type SizeIn<D, E> = E extends [D, infer X] ? X : never;
/** The tree with its named dimensions replaced by what the bindings E say. */
export type Substitute<T, E> =
  T extends Tensor<infer S, infer D>
    ? Tensor<{ [K in keyof S]: SubstDim<S[K], E> }, D>
    : T extends Primitive
      ? T
      : { [K in keyof T]: Substitute<T[K], E> };

type NamesIn<T> =
  T extends Tensor<infer S, unknown>
    ? S extends readonly (infer D)[]
      ? D extends string
        ? string extends D
          ? never
          : D
        : never
      : never
    : T extends Primitive
      ? never
      : T extends readonly (infer E)[]
        ? NamesIn<E>
        : { [K in keyof T]: NamesIn<T[K]> }[keyof T];
type NamesOfArgs<A> = A extends readonly [infer H, ...infer T]
  ? NamesIn<H> | NamesOfArgs<T>
  : never;
/** Whether the parameters of a function name dimensions. */
export type HasNames<A> = [NamesOfArgs<A>] extends [never] ? false : true;

/**
 * A function whose parameters name dimensions: names are unified per call, and substituted in the
 * result. The second signature is for other transformations, which infer from the last one; its
 * extra parameter keeps it out of ordinary calls and, having the wrong number of parameters, out of
 * their error messages.
 */
export interface Polymorphic<A extends unknown[], R> {
  <X extends unknown[]>(...args: Accept<A, X>): Substitute<R, BindArgs<A, X>>;
  (...args: [...A, Declared]): R;
}
declare const declared: unique symbol;
interface Declared {
  readonly [declared]: true;
}
/** The parameters of a function given to a transformation, without that mark. */
export type Params<A extends unknown[]> = A extends [...infer Q extends unknown[], infer L]
  ? [L] extends [Declared]
    ? 0 extends 1 & L
      ? A
      : Q
    : A
  : A;

/**
 * The actual arguments when they fit; otherwise the parameters with the names replaced, which
 * TypeScript then reports.
 */
type Accept<A extends unknown[], X extends unknown[]> =
  Substitute<A, BindArgs<A, X>> extends infer Expected extends unknown[]
    ? X extends Expected
      ? X
      : Expected
    : never;
