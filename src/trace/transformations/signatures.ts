/** Static types of the transformations that are about functions rather than trees. */
import type {
  DTypeOf,
  Dynamic,
  FloatDType,
  IsDynamicRank,
  ShapeOf,
  Show,
  Tensor,
} from '../../types/core.ts';
import type { Gradient, NonDifferentiable } from '../../types/tree.ts';

/**
 * Whether a result may be differentiated: a float scalar, or a tensor about whose rank nothing is
 * known.
 */
type IsScalar<R> =
  R extends Tensor<infer S, FloatDType>
    ? IsDynamicRank<S> extends true
      ? true
      : S extends []
        ? true
        : false
    : false;

/**
 * Intersected with the result of the function to differentiate: `unknown` when all is well, else
 * the message.
 */
export type GradCheck<Name extends string, P, R, I = 0> =
  IsScalar<R> extends true
    ? [NonDifferentiable<P>] extends [never]
      ? unknown
      : `${Name}: ${NonDifferentiable<P, `argument ${I & number}`>} and cannot be differentiated`
    : `${Name}: the function must return a float scalar, not ${ShowTensor<R>}`;
type ShowTensor<R> = `${Show<ShapeOf<R>>} ${DTypeOf<R> & string}`;

/** The arguments that `argnums` names. */
export type PickArgs<A extends unknown[], I> = I extends number
  ? A[I]
  : { [K in keyof I]: A[I[K] & number] };

/** The gradients by the arguments that `argnums` names: one, or a tuple. */
export type Gradients<A extends unknown[], I> = I extends number
  ? Gradient<A[I]>
  : { -readonly [K in keyof I]: Gradient<A[I[K] & number]> };

/** A tree whose tensors have lost their static shapes, for axes that only the run time knows. */
export type DynamicShapes<T> =
  T extends Tensor<infer _S, infer D>
    ? Tensor<Dynamic, D>
    : T extends
          | string
          | number
          | boolean
          | bigint
          | null
          | undefined
          | ((...args: never[]) => unknown)
      ? T
      : { [K in keyof T]: DynamicShapes<T[K]> };
