/**
 * Checks of graphs between stages, on when the environment says GRADLOOM_VERIFY=1, as all tests do.
 */
import type { Graph } from '../ir/graph.ts';
import { verifyGraph } from '../ir/verify.ts';

/** Whether every stage is to be checked. */
export const isVerifying = (): boolean =>
  (globalThis as { process?: { env?: Record<string, string | undefined> } }).process?.env
    ?.GRADLOOM_VERIFY === '1';

/** `graph`, checked when checks are on; the InternalError of a fault names `stage`. */
export const verified = (stage: string, graph: Graph): Graph => {
  if (isVerifying()) verifyGraph(graph, stage);
  return graph;
};
