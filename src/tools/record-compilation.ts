/**
 * Watches one compilation: collects what `makeProgram` shows of its stages and makes an explanation
 * of it.
 */
import type { Backend, Executable } from '../backends/backend.ts';
import { InternalError } from '../ir/errors.ts';
import type { Eqn, Graph, Value } from '../ir/graph.ts';
import { bytesInArena, type Step, stepsInside } from '../ir/plan.ts';
import { showType } from '../ir/types.ts';
import type { CompiledProgram, Stage } from '../passes/compile.ts';
import type { Lowered } from '../passes/steps.ts';
import { type DescribedStages, describeStages } from './describe-stages.ts';
import { dotText } from './dot.ts';
import type {
  ExplainedBuffer,
  ExplainedLaunch,
  ExplainedStage,
  ExplainedValue,
  Explanation,
  ExplanationData,
} from './explanation.ts';
import { groupMembers } from './group-members.ts';
import { launchGraph } from './launch-graph.ts';
import { type MachineLimits, machineLimits } from './machine-limits.ts';
import { measureLaunches } from './measure-launches.ts';
import { type MemoryTraffic, memoryTraffic } from './memory-traffic.ts';
import { explanationPage } from './page/explanation-page.ts';
import { rooflineOf } from './roofline.ts';
import { bufferUses, kernelText, showValues, workOf } from './stage-text.ts';
import { textReport } from './text-report.ts';

/** What the compilation itself does not know. */
export interface RecordOptions {
  /** Names of the arguments and results, where they have some. */
  readonly inputNames?: readonly string[] | undefined;
  readonly outputNames?: readonly string[] | undefined;
  /** How long tracing took; 0 when that is not known. */
  readonly traceMilliseconds?: number | undefined;
  /** Whether to take the times of kernels, on made-up data, and what the machine reaches. */
  readonly measure?: boolean | undefined;
}

/** `dir/model.ts:12:5` as `model.ts:12`. */
const shortSite = (site: string): string => {
  const file = site.slice(1 + Math.max(site.lastIndexOf('/'), site.lastIndexOf('\\')));
  return file.replace(/:\d+$/, '');
};

const sitesOf = (eqns: Iterable<Eqn>): string[] => {
  const sites = new Set<string>();
  for (const { site } of eqns) if (site !== undefined) sites.add(shortSite(site));
  return [...sites];
};

/** How often each launch runs; loops that end by themselves count as one run. */
const runsOf = (steps: readonly Step[], around = 1): Map<number, number> => {
  const runs = new Map<number, number>();
  for (const step of steps) {
    if (step.kind === 'launch') runs.set(step.launch, around);
    const times = step.kind === 'repeat' ? around * step.count : around;
    for (const body of stepsInside(step)) {
      for (const [launch, count] of runsOf(body, times)) runs.set(launch, count);
    }
  }
  return runs;
};

interface ExplainedLaunches {
  readonly launches: readonly ExplainedLaunch[];
  readonly limits: MachineLimits | undefined;
}

/** The launches; limits of the machine are asked for only where times were taken. */
const explainLaunches = (
  { plan, kernels, numbers }: DescribedStages,
  sources: readonly string[],
  times: readonly (number | undefined)[],
  backend: Backend,
): ExplainedLaunches => {
  const runs = runsOf(plan.steps);
  const traffic = plan.launches.map(({ kernel }) => memoryTraffic(kernel));
  const isTimed = times.some((time) => time !== undefined);
  const workingSets = traffic.map(({ workingSet }) => workingSet);
  const limits = isTimed ? machineLimits(backend, workingSets) : undefined;
  const launches = plan.launches.map(({ kernel }, k): ExplainedLaunch => {
    const lowered = kernels[k] as Lowered;
    const eqns = groupMembers(lowered.group, lowered.fused);
    const { bytesRead, bytesWritten, workingSet } = traffic[k] as MemoryTraffic;
    const milliseconds = times[k];
    const { flops } = kernel;
    const bytes = bytesRead + bytesWritten;
    const roofline =
      milliseconds === undefined || limits === undefined
        ? undefined
        : rooflineOf({ flops, bytes, workingSet, milliseconds }, limits);
    return {
      name: kernel.name,
      work: workOf(eqns),
      sites: sitesOf(eqns),
      flops,
      runs: runs.get(k) ?? 1,
      bytesRead,
      bytesWritten,
      kernel: kernelText(lowered, numbers),
      source: sources[k] ?? '',
      milliseconds,
      roofline,
    };
  });
  return { launches, limits };
};

const explainArena = ({ plan, kernels, numbers }: DescribedStages): ExplainedBuffer[] =>
  [...bufferUses(plan, kernels)].flatMap(([buffer, { values, first, last }]) => {
    const { place } = buffer;
    if (place.kind !== 'arena') return [];
    const { offset } = place;
    const bytes = bytesInArena(plan, buffer);
    const type = showType((values[0] as Value).type);
    return [{ name: showValues(values, numbers), type, offset, bytes, first, last }];
  });

const named = (
  values: readonly Value[],
  names: readonly string[] | undefined,
  word: string,
): ExplainedValue[] =>
  values.map(({ type }, k) => ({ name: names?.[k] ?? `${word} ${k}`, type: showType(type) }));

/** Collects the stages of one compilation; `finish` makes the explanation. */
export class CompilationRecorder {
  readonly #graph: Graph;
  readonly #backend: Backend;
  readonly #options: RecordOptions;
  readonly #stages: Stage[] = [];

  constructor(graph: Graph, backend: Backend, options: RecordOptions = {}) {
    this.#graph = graph;
    this.#backend = backend;
    this.#options = options;
  }

  /** To be given to `makeProgram`. */
  readonly onStage = (stage: Stage): void => {
    // The first stage is what tracing has made before; how long that took only the tracer knows.
    const isFirst = this.#stages.length === 0;
    const { traceMilliseconds = 0 } = this.#options;
    this.#stages.push(isFirst ? { ...stage, milliseconds: traceMilliseconds } : stage);
  };

  /** The explanation; `milliseconds` is how long the backend took to make code of the plan. */
  finish(program: CompiledProgram, executable: Executable, milliseconds: number): Explanation {
    // A backend that interprets the graph has not asked for the plan.
    program.plan(this.#backend.target);
    const described = describeStages(this.#stages);
    if (described === undefined) throw new InternalError('explain', 'no plan was made');
    const { plan, fused, kernels, numbers } = described;
    const stages: ExplainedStage[] = [...described.stages];
    const { sources } = executable;
    if (sources.length > 0) {
      const distinct = [...new Set(sources)];
      const text = distinct.join('\n\n');
      const count = distinct.length;
      stages.push({
        name: 'generate',
        kind: 'source',
        milliseconds,
        text,
        count,
        isUnchanged: false,
      });
    }
    const isMeasured = this.#options.measure === true && sources.length > 0;
    const times = isMeasured ? measureLaunches(plan, this.#backend, program.graph) : [];
    const { inputNames, outputNames } = this.#options;
    const inputs = named(this.#graph.inputs, inputNames, 'argument');
    const outputs = named(this.#graph.outputs, outputNames, 'result');
    return present({
      name: this.#graph.name,
      backend: this.#backend.name,
      inputs,
      outputs,
      stages,
      ...explainLaunches(described, sources, times, this.#backend),
      arenaBytes: plan.arenaBytes,
      code: executable.costs,
      memory: this.#backend.memory?.(),
      cuts: plan.cuts ?? [],
      arena: explainArena(described),
      donations: plan.donations,
      graph: launchGraph(fused, kernels, numbers, inputs, outputs),
    });
  }
}

/** Data with the ways to show them. */
export const present = (data: ExplanationData): Explanation => ({
  ...data,
  text: () => textReport(data),
  dot: () => dotText(data),
  html: () => explanationPage(data),
});
