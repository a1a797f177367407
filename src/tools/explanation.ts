/**
 * What `explain` finds out about one program: every stage as text, every launch with its costs, and
 * how to show them.
 */
import type { CodeCosts, MemoryUse } from '../backends/costs.ts';
import type { LaunchGraph } from './launch-graph.ts';
import type { MachineLimits } from './machine-limits.ts';
import type { Roofline } from './roofline.ts';

/** What a stage shows: whole arrays, groups of equations, loops, the plan, or generated code. */
export type StageKind = 'graph' | 'groups' | 'kernels' | 'plan' | 'source';

/** One stage of the compilation. */
export interface ExplainedStage {
  readonly name: string;
  readonly kind: StageKind;
  /** 0 when it is not known. */
  readonly milliseconds: number;
  /** The result of the stage, readable; equal values have equal numbers in all stages. */
  readonly text: string;
  /** How many equations, groups, kernels, launches or functions the result holds. */
  readonly count: number;
  /** Whether the stage before is of the same kind and has the same text. */
  readonly isUnchanged: boolean;
}

/** One launch: a run of one kernel. */
export interface ExplainedLaunch {
  readonly name: string;
  /** The ops the kernel computes: `dot · add · relu`. */
  readonly work: string;
  /** The user's source lines it stems from: `model.ts:12`. */
  readonly sites: readonly string[];
  /** Floating point operations of one run. */
  readonly flops: number;
  /** How often a call runs it: the product of the lengths of the loops around it. */
  readonly runs: number;
  /** What one run reads of its buffers, in bytes, each element once. */
  readonly bytesRead: number;
  /** What one run writes, in the same way. */
  readonly bytesWritten: number;
  /** The kernel as text, after `schedule`. */
  readonly kernel: string;
  /** The code the backend made of it; empty when the backend generates none. */
  readonly source: string;
  /** The time of one run in milliseconds, where it was measured. */
  readonly milliseconds?: number | undefined;
  /** What it takes at least on this machine, where its time was measured. */
  readonly roofline?: Roofline | undefined;
}

/** An argument or a result of the program. */
export interface ExplainedValue {
  /** Where it stands in its tree: `0.hidden.w`. */
  readonly name: string;
  /** `f32[784,128]`. */
  readonly type: string;
}

/** A range of the arena and the launches between which it is in use. */
export interface ExplainedBuffer {
  /** The values it holds: `%12`. */
  readonly name: string;
  readonly type: string;
  readonly offset: number;
  readonly bytes: number;
  readonly first: number;
  readonly last: number;
}

/** Everything that is known about the program. */
export interface ExplanationData {
  readonly name: string;
  readonly backend: string;
  readonly inputs: readonly ExplainedValue[];
  readonly outputs: readonly ExplainedValue[];
  readonly stages: readonly ExplainedStage[];
  /** In the order in which they run. */
  readonly launches: readonly ExplainedLaunch[];
  /** What the backend reaches on this machine, where times were measured. */
  readonly limits?: MachineLimits | undefined;
  /** Scratch memory that all launches share. */
  readonly arenaBytes: number;
  /** What the generated code cost, where the backend knows. */
  readonly code?: CodeCosts | undefined;
  /** What the backend takes of its memory once the program is there, where it keeps its own. */
  readonly memory?: MemoryUse | undefined;
  /** Where the arena is cut into several, in bytes. */
  readonly cuts: readonly number[];
  readonly arena: readonly ExplainedBuffer[];
  /** Which inputs give their memory to which outputs. */
  readonly donations: readonly (readonly [input: number, output: number])[];
  readonly graph: LaunchGraph;
}

/** A program explained. */
export interface Explanation extends ExplanationData {
  /**
   * A report for the terminal: summary, stages, launches, then the texts of the stages and kernels.
   */
  text(): string;
  /** The final graph in the language of Graphviz, one cluster per launch. */
  dot(): string;
  /** A page that stands alone: no file and no network beside it. */
  html(): string;
}

/** Sums over a program. */
export interface Totals {
  readonly milliseconds: number;
  readonly flops: number;
  readonly bytesRead: number;
  readonly bytesWritten: number;
  /** Equations when traced and after the last stage that still has equations. */
  readonly equationsBefore: number;
  readonly equationsAfter: number;
}

/** What the launches of one call take, and how near that is to the limits of the machine. */
export interface LaunchTime {
  readonly milliseconds: number;
  readonly leastMilliseconds: number;
  readonly share: number;
}

/** The sums over all runs of the launches that were measured; undefined where none was. */
export const launchTimeOf = ({
  launches,
}: Pick<ExplanationData, 'launches'>): LaunchTime | undefined => {
  let [total, least] = [0, 0];
  for (const { milliseconds, roofline, runs } of launches) {
    if (milliseconds === undefined || roofline === undefined) continue;
    total += milliseconds * runs;
    least += roofline.leastMilliseconds * runs;
  }
  if (total === 0) return undefined;
  return { milliseconds: total, leastMilliseconds: least, share: least / total };
};

/** The sums over all stages and launches. */
export const totalsOf = ({ stages, launches }: ExplanationData): Totals => {
  const sum = <T>(items: readonly T[], amount: (item: T) => number): number =>
    items.reduce((total, item) => total + amount(item), 0);
  const graphs = stages.filter(({ kind }) => kind === 'graph');
  return {
    milliseconds: sum(stages, (stage) => stage.milliseconds),
    flops: sum(launches, (launch) => launch.flops * launch.runs),
    bytesRead: sum(launches, (launch) => launch.bytesRead * launch.runs),
    bytesWritten: sum(launches, (launch) => launch.bytesWritten * launch.runs),
    equationsBefore: graphs[0]?.count ?? 0,
    equationsAfter: graphs[graphs.length - 1]?.count ?? 0,
  };
};
