/** Targets with workgroups on which small arrays are already divided, and plans run for them. */
import { expect } from 'vitest';
import { reference } from '../../src/backends/reference/index.ts';
import type { Graph } from '../../src/ir/graph.ts';
import type { Target } from '../../src/ir/target.ts';
import type { TypedArray } from '../../src/ir/types.ts';
import { makeProgram } from '../../src/passes/compile.ts';
import { mismatch, singleTolerance } from '../../src/testing/mismatch.ts';
import { interpret } from '../../src/testing/run-graph.ts';
import { runPlan } from '../properties/run-plan.ts';

/** Workgroups of 16 that share a kilobyte. */
export const tinyTarget: Target = { workgroup: { invocations: 16, memory: 1024, busy: 4 } };

/** Throws unless the plan for `target` computes what the graph means. */
export const expectPlanned = (
  graph: Graph,
  arrays: readonly TypedArray[],
  target: Target = tinyTarget,
): void => {
  const results = runPlan(makeProgram(graph, { verify: true }).plan(target), arrays);
  interpret(reference, graph, arrays).forEach((array, k) => {
    expect(mismatch(results[k]!, array, singleTolerance), `output ${k}`).toBeUndefined();
  });
};
