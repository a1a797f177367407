/** Several threads give the bits of one: the conformance suite and random programs. */
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { openWasm } from '../../src/backends/wasm/index.ts';
import { mismatch } from '../../src/testing/mismatch.ts';
import { runCompiledSync } from '../../src/testing/run-graph.ts';
import { conformance } from '../../src/testing.ts';
import { longTest, randomProgram, settings } from '../properties/random-program.ts';
import { openThreads } from './threaded-backends.ts';
import { vectorTolerance } from './tolerances.ts';

const one = openWasm();
const two = await openThreads(2);
const three = await openThreads(3);
const scalarOne = openWasm({ vectors: false });
const scalarThree = await openThreads(3, { vectors: false });
afterAll(() => {
  for (const backend of [two, three, scalarThree]) backend.endThreads();
});

describe('the conformance suite on three threads', () => {
  const suite = conformance(three, { tolerance: vectorTolerance });
  test.each(suite.map((one) => [one.name, one] as const))('%s', async (_name, one) => {
    await one.run();
  });
});

describe.each([
  ['vectors', one, [two, three]],
  ['scalar', scalarOne, [scalarThree]],
] as const)('random programs, %s', (_, alone, others) => {
  test('every result has the bits of one thread', longTest, () => {
    fc.assert(
      fc.property(randomProgram(), fc.boolean(), ({ graph, arrays }, fuse) => {
        const switches = { fuse };
        const expected = runCompiledSync(alone, graph, arrays, { switches });
        for (const backend of others) {
          runCompiledSync(backend, graph, arrays, { switches }).forEach((array, k) => {
            expect(mismatch(array, expected[k]!), `output ${k}`).toBeUndefined();
          });
        }
      }),
      settings(70),
    );
  });
});
