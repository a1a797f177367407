/** The IRs read back from text; faults are FormatErrors that name the line and the column. */
export { parseGraph } from './parse-graph.ts';
export { parseKernel } from './parse-kernel.ts';
export { parsePlan } from './parse-plan.ts';
