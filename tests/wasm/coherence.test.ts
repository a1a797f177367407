/**
 * Every op in WebAssembly with vectors: the samples of all ops, their gradients and batches, against
 * their meaning; the same bits on one, two and three threads.
 */
import { afterAll, test } from 'vitest';
import { reference } from '../../src/backends/reference/index.ts';
import { makeProgram } from '../../src/passes/compile.ts';
import { interpret } from '../../src/testing/run-graph.ts';
import { cases } from '../ops/cases.ts';
import { expectNear, joinedGraphs } from '../ops/generated-graphs.ts';
import { endFamilies, hasSingles, openFamilies, runFamily } from './backend-families.ts';
import { vectorTolerance } from './tolerances.ts';

const families = await openFamilies();
const [plain] = families;
afterAll(() => endFamilies(families));

test.each(joinedGraphs(cases))('%s, its gradient and a batch', (_, make) => {
  const { graph, arrays } = make();
  const expected = interpret(reference, graph, arrays);
  const program = makeProgram(graph, { verify: true });
  for (const family of hasSingles(graph) ? families : [plain]) {
    expectNear(runFamily(family, program, arrays), expected, vectorTolerance);
  }
});
