/** The conformance suite on the wasm backend, with vector instructions and without. */
import { describe, test } from 'vitest';
import { openWasm } from '../../src/backends/wasm/index.ts';
import { conformance } from '../../src/testing.ts';
import { vectorTolerance } from './tolerances.ts';

const scalar = conformance(openWasm({ vectors: false }));
const vectors = conformance(openWasm(), { tolerance: vectorTolerance });

describe.each([
  ['scalar', scalar],
  ['vectors', vectors],
] as const)('%s', (_, suite) => {
  test.each(suite.map((one) => [one.name, one] as const))('%s', async (_name, one) => {
    await one.run();
  });
});
