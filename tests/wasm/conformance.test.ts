/** The conformance suite on the wasm backend. */
import { test } from 'vitest';
import { openWasm } from '../../src/backends/wasm/index.ts';
import { conformance } from '../../src/testing.ts';

const wasm = openWasm();

test.each(conformance(wasm).map((one) => [one.name, one] as const))('%s', async (_name, one) => {
  await one.run();
});
