/**
 * Turns the stages that `makeProgram` shows into texts, with the same numbers for the same values
 * in all of them.
 */
import type { Graph } from '../ir/graph.ts';
import type { Plan } from '../ir/plan.ts';
import type { Stage } from '../passes/compile.ts';
import type { Fused } from '../passes/fuse.ts';
import { type Lowered, launchesOf } from '../passes/steps.ts';
import type { ExplainedStage, StageKind } from './explanation.ts';
import { Numbering, type Numbers, numberInside } from './number-values.ts';
import { graphText, groupsText, kernelsText, planText } from './stage-text.ts';

/** The texts of the stages, and what the last ones made. */
export interface DescribedStages {
  readonly stages: readonly ExplainedStage[];
  readonly fused: Fused;
  /** As scheduled; launch k of the plan runs kernel k. */
  readonly kernels: readonly Lowered[];
  readonly plan: Plan;
  readonly numbers: Numbers;
}

/** The graphs of loops and branches, at any depth. */
const graphsInside = ({ inside }: Fused): Graph[] =>
  [...inside.values()].flat().flatMap((inner) => [inner.graph, ...graphsInside(inner)]);

/**
 * The texts of all stages of one compilation, in order; undefined when it did not come as far as a
 * plan.
 */
export const describeStages = (made: readonly Stage[]): DescribedStages | undefined => {
  const stages: ExplainedStage[] = [];
  const numbering = new Numbering();
  let numbers: Numbers = new Map();
  let fused: Fused | undefined;
  let kernels: readonly Lowered[] = [];
  let plan: Plan | undefined;
  for (const { name, milliseconds, result } of made) {
    const add = (kind: StageKind, text: string, count: number): void => {
      const before = stages[stages.length - 1];
      const isUnchanged = before?.kind === kind && before.text === text;
      stages.push({ name, kind, milliseconds, text, count, isUnchanged });
    };
    switch (result.kind) {
      case 'graph':
        numbers = numbering.number(result.graph);
        add('graph', graphText(result.graph, numbers), result.graph.eqns.length);
        break;
      case 'groups':
        fused = result.fused;
        numbers = numberInside(numbering.number(fused.graph), graphsInside(fused));
        add('groups', groupsText(fused, numbers), fused.groups.length);
        break;
      case 'kernels':
        kernels = launchesOf(result.steps);
        add('kernels', kernelsText(kernels, numbers), kernels.length);
        break;
      case 'plan':
        plan = result.plan;
        add('plan', planText(plan, kernels, numbers), plan.launches.length);
        break;
    }
  }
  return fused === undefined || plan === undefined
    ? undefined
    : { stages, fused, kernels, plan, numbers };
};
