/** Every op in WGSL: the samples of all ops, their gradients and batches, against their meaning. */
import { expect, test } from 'vitest';
import { reference } from '../../src/backends/reference/index.ts';
import type { Graph } from '../../src/ir/graph.ts';
import type { TypedArray } from '../../src/ir/types.ts';
import { exactly, halfTolerance, mismatch, type Tolerance } from '../../src/testing/mismatch.ts';
import { interpret, runCompiled } from '../../src/testing/run-graph.ts';
import { sampleData } from '../../src/testing/sample-data.ts';
import { batchedGraph, joined } from '../ops/batches.ts';
import { type Case, caseData, caseGraph, cases, floatPositions } from '../ops/cases.ts';
import { cotangentGraph } from '../ops/derivatives.ts';
import { openSwiftShader } from './swiftshader.ts';
import { programTolerance } from './tolerances.ts';

const gpu = await openSwiftShader();

const toleranceFor = (array: TypedArray): Tolerance =>
  array instanceof Float32Array
    ? programTolerance
    : array instanceof Uint16Array
      ? halfTolerance
      : exactly;
const expectSame = async (graph: Graph, arrays: readonly TypedArray[]): Promise<void> => {
  const expected = interpret(reference, graph, arrays);
  const actual = await runCompiled(gpu, graph, arrays);
  expected.forEach((array, k) => {
    expect(mismatch(actual[k]!, array, toleranceFor(array)), `output ${k}`).toBeUndefined();
  });
};
const hasDoubles = (one: Case): boolean => {
  const graph = caseGraph(one);
  const values = [...graph.inputs, ...graph.eqns.flatMap(({ outputs }) => outputs)];
  return values.some(({ type }) => type.dtype === 'f64');
};
const table = (list: readonly Case[]): [string, Case][] => list.map((one) => [one.label, one]);
const computed = cases.filter((one) => !hasDoubles(one));

test.each(table(computed))('%s', async (_, one) => {
  await expectSame(caseGraph(one), caseData(one));
});

const positions = (one: Case): { sources: number[]; targets: number[] } => {
  const graph = caseGraph(one);
  return {
    sources: floatPositions(graph.inputs).slice(0, one.sample.isConstant ? 1 : undefined),
    targets: floatPositions(graph.outputs),
  };
};
const hasGradient = (one: Case): boolean => {
  const { sources, targets } = positions(one);
  const isReverse = one.sample.modes?.includes('reverse') !== false;
  return one.isOriginal && sources.length > 0 && targets.length > 0 && isReverse;
};
test.each(table(computed.filter(hasGradient)))('gradient of %s', async (_, one) => {
  const graph = caseGraph(one);
  const at = positions(one);
  const cotangents = at.targets.map((k) => sampleData(graph.outputs[k]!.type, 70 + k));
  await expectSame(cotangentGraph(graph, at), [...caseData(one), ...cotangents]);
});

const batchSize = 3;
const originals = computed.filter((one) => one.isOriginal && one.types.length > 0);
test.each(table(originals))('a batch of %s', async (_, one) => {
  const graph = caseGraph(one);
  const examples = Array.from({ length: batchSize }, (_unused, b) => caseData(one, b));
  const arrays = graph.inputs.map((_unused, k) => joined(examples.map((inputs) => inputs[k]!)));
  const marks = graph.inputs.map(() => true);
  await expectSame(batchedGraph(graph, marks, batchSize), arrays);
});
