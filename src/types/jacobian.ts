/** Static types of Jacobians: trees of results, in whose leaves stand trees of arguments. */
import type { Dynamic, FloatDType, Tensor } from './core.ts';

type Leaf = string | number | boolean | bigint | null | undefined | ((...args: never[]) => unknown);

type Joined<A, B> = A extends readonly unknown[]
  ? B extends readonly unknown[]
    ? [...A, ...B]
    : Dynamic
  : Dynamic;

/** The derivatives of one result of shape S by every float tensor of the tree P. */
type Columns<S, P> =
  P extends Tensor<infer SP, infer D>
    ? [D] extends [FloatDType]
      ? Tensor<Joined<S, SP>, D>
      : null
    : P extends Leaf
      ? null
      : { [K in keyof P]: Columns<S, P[K]> };

/** The derivatives of every float tensor of the tree R by every float tensor of the tree P. */
export type Jacobian<R, P> =
  R extends Tensor<infer S, infer D>
    ? [D] extends [FloatDType]
      ? Columns<S, P>
      : null
    : R extends Leaf
      ? null
      : { [K in keyof R]: Jacobian<R[K], P> };
