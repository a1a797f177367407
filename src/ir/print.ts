/**
 * The IRs as text. `parse(print(x))` equals `x` up to the numbers of values, locals and buffers.
 */
export { printGraph } from './print-graph.ts';
export { printKernel } from './print-kernel.ts';
export { printPlan } from './print-plan.ts';
