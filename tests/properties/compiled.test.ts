/**
 * Random programs through the whole compiler: compiled code gives what the interpreter gives.
 * Integers, bools and floats that no operation rounds must agree bit for bit; other floats within
 * the effect of rounding (accuracy.ts). Fused kernels keep doubles where separate ones round, so
 * they may not be less accurate.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { js } from '../../src/backends/js/index.ts';
import { reference } from '../../src/backends/reference/index.ts';
import { registry } from '../../src/ir/ops/registry.ts';
import { interpret, runCompiledSync } from '../../src/testing/run-graph.ts';
import { excess, expectationsOf } from './accuracy.ts';
import { generators } from './generators.ts';
import { longTest, randomProgram, settings } from './random-program.ts';

test('programs are drawn over all ops', () => {
  expect([...generators.keys()].sort()).toEqual(Object.keys(registry).sort());
});

test('interpreted, compiled and unfused programs agree', longTest, () => {
  fc.assert(
    fc.property(randomProgram(), (program) => {
      const { graph, arrays } = program;
      const interpreted = interpret(reference, graph, arrays);
      const fused = runCompiledSync(js, graph, arrays);
      const separate = runCompiledSync(js, graph, arrays, { switches: { fuse: false } });
      expectationsOf(program).forEach((one, k) => {
        const [a, b, c] = [interpreted[k]!, fused[k]!, separate[k]!].map((x) => excess(x, one));
        expect(a, `output ${k}: interpreter`).toBeLessThanOrEqual(1);
        expect(b, `output ${k}: compiled`).toBeLessThanOrEqual(1);
        expect(c, `output ${k}: not fused`).toBeLessThanOrEqual(1);
        // In units of what is allowed, which is 32 times the effect of rounding once everywhere.
        expect(b, `output ${k}: fused against not fused`).toBeLessThanOrEqual(1.5 * c! + 1 / 8);
      });
    }),
    settings(150),
  );
});
