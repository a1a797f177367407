/**
 * Verifiers of the IRs: run after every stage in tests; a fault is an InternalError that names the
 * stage.
 */
export { verifyGraph } from './verify-graph.ts';
export { verifyKernel } from './verify-kernel.ts';
export { verifyPlan } from './verify-plan.ts';
