/**
 * What all transformations share: the arguments of a call taken apart, the function traced on them,
 * and the results checked and put together again.
 */
import type { Backend } from '../../backends/backend.ts';
import { ArgumentError, TraceError } from '../../ir/errors.ts';
import type { Graph } from '../../ir/graph.ts';
import type { TensorType } from '../../ir/types.ts';
import { locate } from '../call-site.ts';
import { type Flattened, flatten, unflatten } from '../flatten.ts';
import { describe, isTensor, type TensorImplementation } from '../tensor.ts';
import { checkUsable, trace } from '../trace.ts';
import { Visit } from '../visit.ts';

/** Any function that can be transformed. */
export type AnyFunction = (...args: never[]) => unknown;

/** Throws an ArgumentError unless `f` is a function: "grad: expected a function, not a number". */
export const checkFunction = (name: string, f: unknown): void => {
  if (typeof f === 'function') return;
  const hint = isTensor(f)
    ? `give ${name} the function, and call the result on tensors`
    : undefined;
  throw new ArgumentError(`${name}: expected a function, not ${describe(f)}`, { hint });
};

/** The name of a function, for graphs and messages. */
export const nameOf = (f: AnyFunction): string => (f.name === '' ? 'anonymous' : f.name);

/**
 * A function of the library around one of the user's: has a name, and its errors show the user's
 * line.
 */
export const named = <F>(name: string, body: (args: unknown[]) => unknown): F => {
  const outermost = (...args: unknown[]): unknown => {
    try {
      return body(args);
    } catch (error) {
      throw locate(error, outermost);
    }
  };
  Object.defineProperty(outermost, 'name', { value: name, configurable: true });
  return outermost as F;
};

/** The arguments of a call, each taken apart. */
export const flattenArguments = (name: string, args: readonly unknown[]): Flattened[] =>
  args.map((argument, k) => flatten(argument, name, `argument ${k}`));

/**
 * What a leaf is called in messages: `opt.step`, or `argument 0` for an argument that is one
 * tensor.
 */
export const leafName = (flat: Flattened, leaf: number, argument: number): string => {
  const path = flat.paths[leaf] ?? [];
  const visit = new Visit('', `argument ${argument}`);
  visit.path.push(...path);
  return visit.place();
};

const badResult = (name: string, what: string, hint: string): TraceError =>
  new TraceError(`${name}: the function returned ${what}`, { hint });

const checkStatic = (name: string, value: unknown): unknown => {
  if (typeof value !== 'function') return value;
  throw badResult(name, 'a function', 'return tensors, or trees of tensors');
};

/**
 * The result of a function being traced, taken apart; a TraceError for what no transformation can
 * return.
 */
export const flattenResult = (name: string, result: unknown): Flattened => {
  if (result === undefined) {
    throw badResult(
      name,
      'nothing',
      'return a tensor or a tree of tensors; check for a missing return',
    );
  }
  const then: unknown = isTensor(result) ? undefined : (result as { then?: unknown } | null)?.then;
  if (typeof then === 'function') {
    throw badResult(name, 'a promise', 'tracing is synchronous: load data first and pass it in');
  }
  const flat = flatten(result, name, 'the result');
  unflatten(flat.structure, flat.leaves, (value) => checkStatic(name, value));
  return flat;
};

/** A function traced on the arguments of one call. */
export interface TracedCall {
  /** Its inputs are the tensors of the arguments followed by the captured ones. */
  readonly graph: Graph;
  readonly args: readonly Flattened[];
  /** The number of the first leaf of each argument among the inputs. */
  readonly starts: readonly number[];
  /** What the inputs are: the tensors of the arguments, then the captured ones. */
  readonly tensors: readonly TensorImplementation[];
  readonly result: Flattened;
}

/** Where the tensors of each argument start among the tensors of all of them. */
export const startsOf = (args: readonly Flattened[]): number[] => {
  let next = 0;
  return args.map(({ leaves }) => {
    const start = next;
    next += leaves.length;
    return start;
  });
};

/** How `traceCall` traces. */
export interface TraceCallOptions {
  /** What the function sees of a tensor; its own type if absent. */
  readonly typeOf?: ((leaf: TensorImplementation, input: number) => TensorType) | undefined;
  /** Where captured tensors must live, when that is known. */
  readonly backend?: Backend | undefined;
}

/** Traces `f` on the arguments of a call; `name` is the transformation that errors name. */
export const traceCall = (
  name: string,
  f: AnyFunction,
  args: readonly Flattened[],
  options: TraceCallOptions = {},
): TracedCall => {
  const { typeOf = (leaf: TensorImplementation): TensorType => leaf, backend } = options;
  const starts = startsOf(args);
  const leaves = args.flatMap((argument) => argument.leaves);
  checkUsable(nameOf(f), leaves);
  const types = leaves.map((leaf, input) => {
    const { dtype, shape } = typeOf(leaf, input);
    return { dtype, shape };
  });
  let result: Flattened | undefined;
  const { graph, captured } = trace(
    nameOf(f),
    (symbols) => {
      const actual = args.map(({ structure, leaves: own }, k) => {
        const start = starts[k] as number;
        return unflatten(structure, symbols.slice(start, start + own.length));
      });
      result = flattenResult(name, f(...(actual as never[])));
      return result.leaves;
    },
    types,
    backend,
  );
  return { graph, args, starts, tensors: [...leaves, ...captured], result: result as Flattened };
};
