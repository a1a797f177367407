/**
 * The message of the error that a call throws, without the line of the caller, for inline
 * snapshots.
 */
import { GradloomError } from '../../src/index.ts';

/** Runs `body`, which must throw an error of the library; its class and message. */
export const errorText = (body: () => unknown): string => {
  try {
    body();
  } catch (error) {
    if (!(error instanceof GradloomError)) throw error;
    return `${error.name}: ${error.message}`.replace(/\n {2}at: .*/, '');
  }
  throw new Error('the call did not throw');
};
