/** The error of the conformance suite. */
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
