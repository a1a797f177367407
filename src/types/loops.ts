/** Static types of loops and choices: carries that keep their types, branches that agree. */
import type { Show, Tensor } from './core.ts';
import type { AddAxis, LeadingDim } from './tree.ts';

/** Any tree; the empty tuple makes TypeScript infer tuples for array literals. */
export type AnyTree = [] | object | string | number | boolean | bigint | null | undefined;

type Leaf = string | number | boolean | bigint | null | undefined;

/** A path with one more step, as code would write it: `blocks[0].w`. */
type Step<Path extends string, K> = K extends `${number}`
  ? `${Path}[${K}]`
  : K extends string
    ? Path extends ''
      ? K
      : `${Path}.${K}`
    : Path;

/** `[3] f32`. */
type ShowLeaf<S, D> = `${Show<S>} ${D & string}`;

/** The first leaf that differs: its path and both types, or 'structure'; never when none does. */
type Difference<A, B, Path extends string = ''> =
  A extends Tensor<infer S, infer D>
    ? B extends Tensor<infer S2, infer D2>
      ? [B] extends [A]
        ? never
        : [Path, ShowLeaf<S, D>, ShowLeaf<S2, D2>]
      : 'structure'
    : A extends Leaf
      ? B extends Tensor<unknown, unknown>
        ? 'structure'
        : never
      : A extends readonly unknown[]
        ? number extends A['length']
          ? B extends readonly unknown[]
            ? Difference<A[number], B[number], `${Path}[]`>
            : 'structure'
          : {
              [K in keyof A & `${number}`]: K extends keyof B
                ? Difference<A[K], B[K], Step<Path, K>>
                : 'structure';
            }[keyof A & `${number}`]
        : {
            [K in keyof A & string]: K extends keyof B
              ? Difference<A[K], B[K], Step<Path, K>>
              : 'structure';
          }[keyof A & string];

type Place<Path extends string, Root extends string> = Path extends ''
  ? Root
  : `${Path} in ${Root}`;

type CarryFault<F> = F extends [
  infer P extends string,
  infer X extends string,
  infer Y extends string,
]
  ? `${Place<P, 'the carry'>} is ${X} before and ${Y} after the step`
  : 'the carry has another structure after the step';

/**
 * Intersected with the carry that a step returns: `unknown` when it has the types of the carry that
 * the step got, else the message.
 */
export type CarryCheck<Name extends string, C, Next> = [Difference<C, Next>] extends [never]
  ? unknown
  : `${Name}: ${CarryFault<Difference<C, Next>>}`;

type BranchFault<F> = F extends [
  infer P extends string,
  infer X extends string,
  infer Y extends string,
]
  ? P extends ''
    ? `the branches give ${X} and ${Y}`
    : `the branches give ${X} and ${Y} for ${Place<P, 'the result'>}`
  : 'the branches give results of different structure';

/** The same for the result of a branch, compared with that of the first. */
export type BranchCheck<Name extends string, R, Other> = [Difference<R, Other>] extends [never]
  ? unknown
  : `${Name}: ${BranchFault<Difference<R, Other>>}`;

/** The number of steps: the length of the sequences, or what the option says without any. */
export type StepsOf<Xs, L> = [LeadingDim<Xs>] extends [never] ? L : LeadingDim<Xs>;
/** The results of all steps: one more axis. */
export type Stacked<Y, N> = AddAxis<Y, N>;
