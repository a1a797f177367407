/** The error of the conformance suite, and the check that something is an error. */
import { GradloomError } from '../ir/errors.ts';

/** A backend that does not do what the conformance suite asks. */
export class ConformanceError extends GradloomError {
  constructor(rule: string) {
    super('GL_CONFORMANCE', rule);
  }
}

/** The error of a failed check. */
export const fail = (rule: string): ConformanceError =>
  new ConformanceError(`conformance: ${rule}`);

/**
 * Runs `body`, which must throw one of the library's errors, at once or when its promise settles.
 */
export const expectError = async (what: string, body: () => unknown): Promise<void> => {
  try {
    await body();
  } catch (error) {
    if (error instanceof GradloomError) return;
    throw fail(`${what}: threw ${String(error)} instead of an error of the library`);
  }
  throw fail(`${what}: nothing was thrown`);
};
