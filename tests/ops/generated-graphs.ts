/** What is compiled of every sample, on every backend: the op alone, its gradient and a batch. */
import { expect } from 'vitest';
import { buildGraph, type Graph, inline } from '../../src/ir/graph.ts';
import type { TypedArray } from '../../src/ir/types.ts';
import { mismatch, type Tolerance, toleranceFor } from '../../src/testing/mismatch.ts';
import { sampleData } from '../../src/testing/sample-data.ts';
import { batchedGraph, joined } from './batches.ts';
import { type Case, caseData, caseGraph, floatPositions } from './cases.ts';
import { cotangentGraph, type Directions } from './derivatives.ts';

/** The length of the batch axis: no other axis of the samples needs it to be anything. */
export const batchSize = 3;

/** The inputs that may move: those that are floats, or the first one where the sample says so. */
export const directionsOf = (one: Case, graph: Graph): Directions => ({
  sources: floatPositions(graph.inputs).slice(0, one.sample.isConstant ? 1 : undefined),
  targets: floatPositions(graph.outputs),
});
/** Whether a float of the results depends on one of the inputs. */
export const isDifferentiable = (one: Case): boolean => {
  const graph = caseGraph(one);
  return floatPositions(graph.inputs).length > 0 && floatPositions(graph.outputs).length > 0;
};
/** Whether there is a gradient. */
export const hasGradient = (one: Case): boolean =>
  isDifferentiable(one) && one.sample.modes?.includes('reverse') !== false;

/** A graph with data for its inputs. */
export interface GeneratedGraph {
  readonly graph: Graph;
  readonly arrays: readonly TypedArray[];
}
/** The op of a case. */
export const forwardOf = (one: Case): GeneratedGraph => ({
  graph: caseGraph(one),
  arrays: caseData(one),
});
/** The gradient of a case that has one. */
export const gradientOf = (one: Case): GeneratedGraph => {
  const graph = caseGraph(one);
  const at = directionsOf(one, graph);
  const cotangents = at.targets.map((k) => sampleData(graph.outputs[k]!.type, 70 + k));
  return { graph: cotangentGraph(graph, at), arrays: [...caseData(one), ...cotangents] };
};
/** A case with a batch on all of its inputs. */
export const batchOf = (one: Case): GeneratedGraph => {
  const graph = caseGraph(one);
  const examples = Array.from({ length: batchSize }, (_, b) => caseData(one, b));
  const marks = graph.inputs.map(() => true);
  const arrays = marks.map((_, k) => joined(examples.map((inputs) => inputs[k]!)));
  return { graph: batchedGraph(graph, marks, batchSize), arrays };
};

/** All graphs of some cases, by name; batches of those that stand in their own dtype. */
export const generatedGraphs = (
  cases: readonly Case[],
): (readonly [name: string, make: () => GeneratedGraph])[] => [
  ...cases.map((one) => [one.label, () => forwardOf(one)] as const),
  ...cases
    .filter(hasGradient)
    .map((one) => [`gradient of ${one.label}`, () => gradientOf(one)] as const),
  ...cases
    .filter((one) => one.isOriginal && one.types.length > 0)
    .map((one) => [`a batch of ${one.label}`, () => batchOf(one)] as const),
];

/**
 * The same of each case as one graph, which computes them side by side: what costs time for every
 * program is spent once.
 */
export const joinedGraphs = (
  cases: readonly Case[],
): (readonly [name: string, make: () => GeneratedGraph])[] =>
  cases.map((one) => [
    one.label,
    () => {
      const parts = generatedGraphs([one]).map(([, make]) => make());
      const types = parts.flatMap(({ graph }) => graph.inputs.map(({ type }) => type));
      const graph = buildGraph('joined', types, (values) => {
        const rest = [...values];
        return parts.flatMap((part) => inline(part.graph, rest.splice(0, part.arrays.length)));
      });
      return { graph, arrays: parts.flatMap(({ arrays }) => arrays) };
    },
  ]);

/** Expects results to be near what they should be; floats of 32 bits within `single`. */
export const expectNear = (
  actual: readonly TypedArray[],
  expected: readonly TypedArray[],
  single?: Tolerance,
): void => {
  expect(actual.length).toBe(expected.length);
  expected.forEach((array, k) => {
    const difference = mismatch(actual[k]!, array, toleranceFor(array, single));
    expect(difference, `output ${k}`).toBeUndefined();
  });
};
