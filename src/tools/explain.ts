/** `explain`: what the compiler makes of a function, stage by stage. */
import type { Backend } from '../backends/backend.ts';
import { ArgumentError } from '../ir/errors.ts';
import { checkOptions } from '../ir/options.ts';
import type { Switches } from '../passes/compile.ts';
import { compiledWith } from '../trace/compiled-functions.ts';
import { defaultBackend } from '../trace/default-backend.ts';
import { type Flattened, flatten } from '../trace/flatten.ts';
import type { TensorImplementation } from '../trace/tensor.ts';
import {
  type AnyFunction,
  checkFunction,
  nameOf,
  traceCall,
} from '../trace/transformations/traced-call.ts';
import { showPath } from '../trace/visit.ts';
import type { HasNames, Params, Polymorphic } from '../types/tree.ts';
import { explainGraph } from './explain-graph.ts';
import type { Explanation } from './explanation.ts';

/**
 * Options of `explain`; what a compiled function was compiled with counts where nothing else is
 * said.
 */
export interface ExplainOptions {
  /** What the program is compiled for; by default where its arguments are. */
  readonly backend?: Backend | undefined;
  /** Indexes of arguments whose memory the program may reuse. Nothing runs, so they stay usable. */
  readonly donate?: readonly number[] | undefined;
  /** Indexes of arguments whose value is part of the program. */
  readonly static?: readonly number[] | undefined;
  /** Stages to leave out: `{ fuse: false }`. */
  readonly switches?: Partial<Switches> | undefined;
  /**
   * Runs every kernel alone on made-up data and takes its time, and holds that against what the
   * backend reaches on this machine. Default false.
   */
  readonly measure?: boolean | undefined;
}

const optionNames = ['backend', 'donate', 'static', 'switches', 'measure'];
const switchNames: readonly (keyof Switches)[] = [
  'simplify',
  'commonSubexpressions',
  'deadCode',
  'hoistInvariants',
  'fuse',
  'schedule',
  'planMemory',
];

const checkIndexes = (option: string, list: readonly number[], count: number): void => {
  const isList = Array.isArray(list);
  const wrong = isList ? list.find((k) => !Number.isInteger(k) || k < 0 || k >= count) : list;
  if (isList && wrong === undefined) return;
  throw new ArgumentError(`explain: ${option} must be an array of argument indexes`, {
    got: isList ? `${wrong} in a call with ${count} arguments` : String(wrong),
  });
};

/** `arg0.hidden.w`, `result[1]`: a root with a path below it. */
const placeOf = (root: string, path: readonly (string | number)[]): string => {
  if (path.length === 0) return root;
  const below = showPath(path);
  return below.startsWith('[') ? `${root}${below}` : `${root}.${below}`;
};

const homeOf = (tensors: readonly TensorImplementation[]): Backend | undefined => {
  for (const { life } of tensors) if (life.kind === 'concrete') return life.backend;
  return undefined;
};

const explainCall = (
  f: AnyFunction,
  options: ExplainOptions,
  values: readonly unknown[],
): Explanation => {
  const compiled = compiledWith(f);
  const statics = options.static ?? compiled?.static ?? [];
  const donate = options.donate ?? compiled?.donate ?? [];
  checkIndexes('static', statics, values.length);
  checkIndexes('donate', donate, values.length);
  const name = nameOf(f);
  const args = values.map(
    (value, k): Flattened =>
      statics.includes(k)
        ? { leaves: [], paths: [], structure: { kind: 'static', value } }
        : flatten(value, name, `argument ${k}`),
  );
  const wanted = options.backend ?? compiled?.backend;
  const start = performance.now();
  const call = traceCall('explain', f, args, { backend: wanted });
  const traceMilliseconds = performance.now() - start;
  const { graph, starts, tensors, result } = call;
  const leaves = args.reduce((sum, argument) => sum + argument.leaves.length, 0);
  const inputNames = [
    ...args.flatMap(({ paths }, k) => paths.map((path) => placeOf(`arg${k}`, path))),
    ...tensors.slice(leaves).map((_, k) => `captured${k}`),
  ];
  return explainGraph(graph, wanted ?? homeOf(tensors) ?? defaultBackend(), {
    donated: donate.flatMap((k) =>
      (args[k]?.leaves ?? []).map((_, leaf) => (starts[k] as number) + leaf),
    ),
    switches: options.switches,
    measure: options.measure,
    traceMilliseconds,
    inputNames,
    outputNames: result.paths.map((path) => placeOf('result', path)),
  });
};

/**
 * Shows what the compiler makes of a function: `explain(step)(params, x, y).text()`. The function
 * is traced and compiled for these arguments but not run; only their shapes and dtypes matter. The
 * result has every stage with its text and time (`stages`), every launch with its costs and code
 * (`launches`), and shows itself as a report for the terminal (`text()`), a page that stands alone
 * (`html()`) and a graph for Graphviz (`dot()`). Works on plain and on compiled functions.
 */
export function explain<A extends unknown[], R>(
  f: (...args: A) => R,
  ...unnamed: HasNames<A> extends true ? [never] : [options?: ExplainOptions]
): (...args: Params<A>) => Explanation;
export function explain<A extends unknown[], R>(
  f: (...args: A) => R,
  options?: ExplainOptions,
): Polymorphic<Params<A>, Explanation>;
export function explain(
  f: AnyFunction,
  options: ExplainOptions = {},
): (...args: unknown[]) => Explanation {
  checkFunction('explain', f);
  checkOptions('explain', options, optionNames);
  checkOptions('explain: switches', options.switches, switchNames);
  return (...args) => explainCall(f, options, args);
}
