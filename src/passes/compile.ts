/**
 * THE PIPELINE: from a traced graph to a plan, one straight line. Every stage is a pure function
 * with a name, can be switched off where the program stays correct without it, and shows its result
 * to whoever watches.
 */
import type { Graph } from '../ir/graph.ts';
import type { Kernel } from '../ir/kernel.ts';
import type { Plan } from '../ir/plan.ts';
import { sequentialTarget, type Target } from '../ir/target.ts';
import { verifyGraph, verifyKernel, verifyPlan } from '../ir/verify.ts';
import { eliminateCommonSubexpressions, eliminateDeadCode } from './eliminate.ts';
import { type Fused, fuse } from './fuse.ts';
import { hoistInvariants } from './hoist-invariants.ts';
import { inlineRegions } from './inline-regions.ts';
import { lower } from './lower.ts';
import { maySplit } from './may-split.ts';
import { planMemory } from './plan-memory.ts';
import { annotate, schedule } from './schedule.ts';
import { simplify } from './simplify.ts';
import { splitLoops } from './split-loops.ts';
import { launchesOf, mapLaunches, type ValueStep } from './steps.ts';
import { vectorize } from './vectorize.ts';
import { writeOutTaps } from './write-out-taps.ts';

/** Stages that can be switched off. All but `fuse` keep every bit of the result. */
export interface Switches {
  readonly simplify: boolean;
  readonly commonSubexpressions: boolean;
  readonly deadCode: boolean;
  readonly hoistInvariants: boolean;
  readonly fuse: boolean;
  readonly schedule: boolean;
  readonly planMemory: boolean;
}

/** What a stage made, for printing. */
export type StageResult =
  | { readonly kind: 'graph'; readonly graph: Graph }
  | { readonly kind: 'groups'; readonly fused: Fused }
  | { readonly kind: 'kernels'; readonly steps: readonly ValueStep[] }
  | { readonly kind: 'plan'; readonly plan: Plan };

/** One stage of one compilation. */
export interface Stage {
  readonly name: string;
  readonly milliseconds: number;
  readonly result: StageResult;
}

/** How to compile. */
export interface CompileOptions {
  /** Indexes of graph inputs whose memory may be taken over. */
  readonly donated?: readonly number[] | undefined;
  readonly switches?: Partial<Switches> | undefined;
  /** Runs the verifiers after every stage. */
  readonly verify?: boolean | undefined;
  readonly onStage?: ((stage: Stage) => void) | undefined;
}

/** A program ready for a backend (see backends/backend.ts). */
export interface CompiledProgram {
  readonly graph: Graph;
  readonly donated: readonly number[];
  /** The plan for a target; made once per target. */
  plan(target?: Target): Plan;
}

const check = ({ kind, ...result }: StageResult, stage: string): void => {
  if ('graph' in result) verifyGraph(result.graph, stage);
  if ('steps' in result) {
    for (const { kernel } of launchesOf(result.steps)) verifyKernel(kernel, stage);
  }
  if ('plan' in result) verifyPlan(result.plan, stage);
};

/** The kernel with its loops as a machine runs them best. */
const arrange = (kernel: Kernel, { lanes = 1, keepsOrder = false, joined = 1 }: Target): Kernel => {
  const split = maySplit(kernel.body) ? splitLoops(kernel, lanes) : kernel;
  // Engines that join vectors keep the order, too.
  const written = keepsOrder || joined > 1 ? writeOutTaps(split) : split;
  return vectorize(annotate(schedule(written, lanes)), lanes);
};

/** Compiles a graph: the graph passes run now, the plan is made when a backend asks for it. */
export const makeProgram = (source: Graph, options: CompileOptions = {}): CompiledProgram => {
  const { donated = [], onStage } = options;
  const on = (name: keyof Switches): boolean => options.switches?.[name] ?? true;
  const stage = <R extends StageResult>(name: string, body: () => R): R => {
    const start = performance.now();
    const result = body();
    const milliseconds = performance.now() - start;
    if (options.verify === true) check(result, name);
    onStage?.({ name, milliseconds, result });
    return result;
  };
  const rewrite = (
    name: string,
    enabled: boolean,
    pass: (graph: Graph) => Graph,
    graph: Graph,
  ): Graph =>
    enabled ? stage(name, () => ({ kind: 'graph', graph: pass(graph) }) as const).graph : graph;

  let graph = stage('traced', () => ({ kind: 'graph', graph: source }) as const).graph;
  graph = rewrite('simplify', on('simplify'), simplify, graph);
  graph = rewrite(
    'commonSubexpressions',
    on('commonSubexpressions'),
    eliminateCommonSubexpressions,
    graph,
  );
  graph = rewrite('deadCode', on('deadCode'), eliminateDeadCode, graph);

  const makePlan = (target: Target): Plan => {
    let flat = rewrite('inlineRegions', true, inlineRegions, graph);
    const hasLoops = flat.eqns.some(({ op }) => op.kind === 'scan' || op.kind === 'while');
    flat = rewrite('hoistInvariants', hasLoops && on('hoistInvariants'), hoistInvariants, flat);
    const { fused } = stage(
      'fuse',
      () => ({ kind: 'groups', fused: fuse(flat, on('fuse')) }) as const,
    );
    let { steps } = stage(
      'lower',
      () => ({ kind: 'kernels', steps: lower(fused, target) }) as const,
    );
    steps = stage(
      'schedule',
      () =>
        ({
          kind: 'kernels',
          steps: mapLaunches(steps, (launch) => ({
            ...launch,
            kernel: on('schedule') ? arrange(launch.kernel, target) : annotate(launch.kernel),
          })),
        }) as const,
    ).steps;
    return stage(
      'planMemory',
      () =>
        ({
          kind: 'plan',
          plan: planMemory(fused.graph, steps, donated, on('planMemory'), target),
        }) as const,
    ).plan;
  };
  const plans = new Map<string, Plan>();
  return {
    graph,
    donated,
    plan: (target = sequentialTarget) => {
      const key = JSON.stringify(target);
      const known = plans.get(key);
      if (known !== undefined) return known;
      const plan = makePlan(target);
      plans.set(key, plan);
      return plan;
    },
  };
};
