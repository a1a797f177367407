/** The IRs read back from text; faults are FormatErrors that name the line and the column. */
import type { Graph } from './graph.ts';
import { registry } from './ops/registry.ts';
import { parseGraphWith } from './parse-graph.ts';

export { parseKernel } from './parse-kernel.ts';
export { parsePlan } from './parse-plan.ts';

/**
 * The graph of a text made by `printGraph`. Throws FormatError, with line and column, for anything
 * else; types are taken as they stand, so `verifyGraph` should follow for texts of unknown origin.
 */
export const parseGraph = (text: string): Graph => parseGraphWith(registry, text);
