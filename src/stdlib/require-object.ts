/** The check of arguments that hold parameters or a state, before their fields are read. */
import { ArgumentError } from '../ir/errors.ts';
import { describe } from '../trace/tensor.ts';

/** Throws an ArgumentError unless `x` is an object; `what` is its part in the message. */
export const requireObject = (name: string, what: string, x: unknown): void => {
  if (typeof x === 'object' && x !== null) return;
  throw new ArgumentError(`${name}: ${what} must be an object, not ${describe(x)}`);
};
