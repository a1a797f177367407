/**
 * What the functions that repeat or choose share: functions traced to graphs that an equation
 * holds, with what they capture in the place where the op wants it, and checks that results agree.
 */
import { ArgumentError, ShapeError, TraceError } from '../../ir/errors.ts';
import { type Graph, newValue, type Value } from '../../ir/graph.ts';
import { sameType, showShape, type TensorType } from '../../ir/types.ts';
import { type Flattened, structureKey } from '../flatten.ts';
import { describe, type TensorImplementation } from '../tensor.ts';
import { showPath } from '../visit.ts';
import type { TracedCall } from './traced-call.ts';

/** A graph that takes what its function captured first, and the tensors that were captured. */
export interface HeldGraph {
  readonly graph: Graph;
  readonly captured: readonly TensorImplementation[];
}

/** The graph of a traced call with the captured tensors before the arguments. */
export const capturedFirst = ({ graph, tensors, args }: TracedCall): HeldGraph => {
  const declared = args.reduce((sum, { leaves }) => sum + leaves.length, 0);
  const inputs = [...graph.inputs.slice(declared), ...graph.inputs.slice(0, declared)];
  return { graph: { ...graph, inputs }, captured: tensors.slice(declared) };
};

/**
 * Graphs that take `declared` inputs each, followed by everything that any of them captured; and
 * what that is.
 */
export const captureTogether = (
  calls: readonly { readonly graph: Graph; readonly captured: readonly TensorImplementation[] }[],
  declared: readonly number[],
): { graphs: Graph[]; captured: TensorImplementation[] } => {
  const captured = [...new Set(calls.flatMap((call) => call.captured))];
  const graphs = calls.map(({ graph, captured: own }, which): Graph => {
    const count = declared[which] as number;
    const inputs = captured.map((tensor): Value => {
      const at = own.indexOf(tensor);
      const value = at < 0 ? undefined : graph.inputs[count + at];
      return value ?? newValue({ dtype: tensor.dtype, shape: tensor.shape });
    });
    return { ...graph, inputs: [...graph.inputs.slice(0, count), ...inputs] };
  });
  return { graphs, captured };
};

/** A type as messages show it: `[3] f32`. */
export const showLeaf = ({ dtype, shape }: TensorType): string => `${showShape(shape)} ${dtype}`;

/** Where a leaf stands: `the carry`, or `w in the carry`. */
const placeOf = (flat: Flattened, leaf: number, root: string): string => {
  const path = showPath(flat.paths[leaf] ?? []);
  return path === '' ? root : `${path} in ${root}`;
};

/** What differs between two structures, in words. */
const differenceOf = (first: Flattened, second: Flattened): string => {
  const [a, b] = [first, second].map(({ paths }) => paths.map(showPath)) as [string[], string[]];
  const name = (path: string): string => (path === '' ? 'the whole' : path);
  const gone = a.find((path) => !b.includes(path));
  if (gone !== undefined) return `${name(gone)} is a tensor first, but not then`;
  const added = b.find((path) => !a.includes(path));
  if (added !== undefined) return `${name(added)} is a tensor then, but not first`;
  return 'something that is no tensor differs';
};

/**
 * Throws unless two trees have the same structure and the same types. `rule` composes the message
 * from the place and the two types.
 */
export const requireSameTrees = (
  name: string,
  root: string,
  first: Flattened,
  second: Flattened,
  structureRule: string,
  rule: (place: string, first: string, second: string) => string,
): void => {
  if (structureKey(first.structure) !== structureKey(second.structure)) {
    throw new TraceError(`${name}: ${structureRule}`, {
      got: differenceOf(first, second),
      hint: 'numbers are no tensors: make a tensor of each, as in tensor(0)',
    });
  }
  first.leaves.forEach((leaf, k) => {
    const other = second.leaves[k] as TensorImplementation;
    if (sameType(leaf, other)) return;
    throw new ShapeError(
      `${name}: ${rule(placeOf(first, k, root), showLeaf(leaf), showLeaf(other))}`,
    );
  });
};

/** Throws unless the carry is the same tree of types after a step as before. */
export const requireSameCarry = (name: string, before: Flattened, after: Flattened): void =>
  requireSameTrees(
    name,
    'the carry',
    before,
    after,
    'the carry has another structure after the step',
    (place, first, second) => `${place} is ${first} before and ${second} after the step`,
  );

/** The two entries of what a function returned; a TraceError that says `wanted` otherwise. */
export const requirePair = (
  name: string,
  who: string,
  wanted: string,
  result: unknown,
): readonly [unknown, unknown] => {
  if (Array.isArray(result) && result.length === 2) return [result[0], result[1]];
  const got = Array.isArray(result) ? `an array of ${result.length}` : describe(result);
  throw new TraceError(`${name}: ${who} must return ${wanted}`, { got });
};

/** A bool scalar; an ArgumentError that names `what` otherwise. */
export const requirePredicate = (name: string, what: string, x: TensorImplementation): void => {
  if (x.dtype === 'bool' && x.shape.length === 0) return;
  throw new ArgumentError(`${name}: ${what} must be a bool scalar, not ${showLeaf(x)}`, {
    hint: 'compare with lt, gt, eq...; reduce with all or any',
  });
};
