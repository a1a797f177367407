/** Named dimensions without compilation: `fn`. */
import type { Params, Polymorphic } from '../../types/tree.ts';
import { checkFunction } from './traced-call.ts';

/**
 * Makes a function polymorphic in the dimensions that its parameters name ('N'): they are unified
 * at each call, in the editor only. At run time it is the same function.
 */
export const fn = <A extends unknown[], R>(f: (...args: A) => R): Polymorphic<Params<A>, R> => {
  checkFunction('fn', f);
  return f as unknown as Polymorphic<Params<A>, R>;
};
