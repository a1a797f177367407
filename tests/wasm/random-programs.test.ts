/** Random programs in WebAssembly against the interpreter, within the effect of rounding. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { js } from '../../src/backends/js/index.ts';
import { openWasm } from '../../src/backends/wasm/index.ts';
import { mismatch } from '../../src/testing/mismatch.ts';
import { runCompiledSync } from '../../src/testing/run-graph.ts';
import { excess, expectationsOf } from '../properties/accuracy.ts';
import { longTest, randomProgram, settings } from '../properties/random-program.ts';

const wasm = openWasm();
const scalar = openWasm({ vectors: false });

test('results are within the effect of rounding', longTest, () => {
  fc.assert(
    fc.property(randomProgram(), (program) => {
      const expected = expectationsOf(program);
      runCompiledSync(wasm, program.graph, program.arrays).forEach((array, k) => {
        expect(excess(array, expected[k]!), `output ${k}`).toBeLessThanOrEqual(1);
      });
    }),
    settings(120),
  );
});

test('without vectors every result has the bits of the js backend', longTest, () => {
  fc.assert(
    fc.property(randomProgram(), fc.boolean(), ({ graph, arrays }, fuse) => {
      const switches = { fuse };
      const expected = runCompiledSync(js, graph, arrays, { switches });
      runCompiledSync(scalar, graph, arrays, { switches }).forEach((array, k) => {
        expect(mismatch(array, expected[k]!), `output ${k}`).toBeUndefined();
      });
    }),
    settings(60),
  );
});
