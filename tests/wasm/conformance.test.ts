/**
 * The conformance suite on the wasm backend: without vector instructions; with them, on one, two and
 * three threads, with products and sums in two instructions and in one.
 */
import { afterAll, describe, expect, test } from 'vitest';
import type { Backend } from '../../src/backends/backend.ts';
import { openWasm } from '../../src/backends/wasm/index.ts';
import { makeProgram } from '../../src/passes/compile.ts';
import { contractCases } from '../../src/testing/contract.ts';
import { conformancePrograms } from '../../src/testing/programs.ts';
import { sampleData } from '../../src/testing/sample-data.ts';
import { type ConformanceCase, conformance } from '../../src/testing.ts';
import { endFamilies, hasSingles, openFamilies, runFamily } from './backend-families.ts';
import { vectorTolerance } from './tolerances.ts';

const families = await openFamilies();
const [plain] = families;
afterAll(() => endFamilies(families));

const suiteOf = (backend: Backend): ConformanceCase[] =>
  conformance(backend, { tolerance: vectorTolerance });
const [, three] = plain.others;

describe.each([
  ['scalar', conformance(openWasm({ vectors: false }))],
  ...families.map(({ name, one }) => [name, suiteOf(one)] as const),
  ['three threads', suiteOf(three)],
  // Their programs are compared with those of one thread below.
  ...families.flatMap(({ name, others }) =>
    others
      .filter((backend) => backend !== three)
      .map(
        (backend) => [`${name}, threads: ${backend.threads}`, contractCases(backend, [])] as const,
      ),
  ),
] as const)('%s', (_, suite) => {
  test.each(suite.map((one) => [one.name, one] as const))('%s', async (_name, one) => {
    await one.run();
  });
});

describe('the same bits on every number of threads', () => {
  const programs = conformancePrograms().map((one) => [one.name, one] as const);
  test.each(programs)('%s', (_, { graph, ranges }) => {
    const arrays = graph.inputs.map(({ type }, k) => sampleData(type, k + 1, ranges[k]));
    const program = makeProgram(graph, { verify: true });
    for (const family of hasSingles(graph) ? families : [plain]) {
      expect(runFamily(family, program, arrays)).toHaveLength(graph.outputs.length);
    }
  });
});
