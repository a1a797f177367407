/**
 * Remembers what functions were compiled with, so that tools can look at them under the same
 * conditions.
 */
import type { Backend } from '../backends/backend.ts';

/** The options of a compiled function that decide what its program is. */
export interface CompiledWith {
  readonly static?: readonly number[] | undefined;
  readonly donate?: readonly number[] | undefined;
  readonly backend?: Backend | undefined;
}

const known = new WeakMap<object, CompiledWith>();

/** Notes that `compiled` is a compiled function. */
export const rememberCompiled = (compiled: object, options: CompiledWith): void => {
  known.set(compiled, options);
};

/** The options of a compiled function; undefined for other functions. */
export const compiledWith = (f: object): CompiledWith | undefined => known.get(f);
