/**
 * How verifiers report: an InternalError that names the stage and shows the IR around the fault.
 */
import { InternalError } from './errors.ts';

/** Throws the InternalError of a fault at line `at` of a text. */
export const reportFault = (
  stage: string,
  rule: string,
  lines: readonly string[],
  at: number,
): never => {
  const from = Math.max(0, at - 3);
  const shown = lines
    .slice(from, at + 4)
    .map((line, k) => `${from + k === at ? '>' : ' '} ${line}`);
  throw new InternalError(stage, rule, { got: `\n${shown.join('\n')}` });
};
