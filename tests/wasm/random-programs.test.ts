/** Random programs in WebAssembly give the very bits that the js backend gives. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { js } from '../../src/backends/js/index.ts';
import { openWasm } from '../../src/backends/wasm/index.ts';
import { mismatch } from '../../src/testing/mismatch.ts';
import { runCompiledSync } from '../../src/testing/run-graph.ts';
import { longTest, randomProgram, settings } from '../properties/random-program.ts';

const wasm = openWasm();

test('every result has the bits of the js backend', longTest, () => {
  fc.assert(
    fc.property(randomProgram(), fc.boolean(), ({ graph, arrays }, fuse) => {
      const expected = runCompiledSync(js, graph, arrays, { switches: { fuse } });
      runCompiledSync(wasm, graph, arrays, { switches: { fuse } }).forEach((array, k) => {
        expect(mismatch(array, expected[k]!), `output ${k}`).toBeUndefined();
      });
    }),
    settings(200),
  );
});
