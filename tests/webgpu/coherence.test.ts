/** Every op in WGSL: the samples of all ops, their gradients and batches, against their meaning. */
import { test } from 'vitest';
import { reference } from '../../src/backends/reference/index.ts';
import { interpret, runCompiled } from '../../src/testing/run-graph.ts';
import { type Case, caseGraph, cases } from '../ops/cases.ts';
import { expectNear, generatedGraphs } from '../ops/generated-graphs.ts';
import { openSwiftShader } from './swiftshader.ts';
import { programTolerance } from './tolerances.ts';

const gpu = await openSwiftShader();

const hasDoubles = (one: Case): boolean => {
  const graph = caseGraph(one);
  const values = [...graph.inputs, ...graph.eqns.flatMap(({ outputs }) => outputs)];
  return values.some(({ type }) => type.dtype === 'f64');
};

test.each(generatedGraphs(cases.filter((one) => !hasDoubles(one))))('%s', async (_, make) => {
  const { graph, arrays } = make();
  const actual = await runCompiled(gpu, graph, arrays);
  expectNear(actual, interpret(reference, graph, arrays), programTolerance);
});
