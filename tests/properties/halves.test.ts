/**
 * Random programs about 16 bit floats: moved, chosen, compared and converted, with arithmetic in
 * f32 between. Compiled and interpreted agree bit for bit where nothing else rounds, the memory plan
 * holds, and donated inputs may be overwritten.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { js } from '../../src/backends/js/index.ts';
import { reference } from '../../src/backends/reference/index.ts';
import { isHalf } from '../../src/ir/types.ts';
import { makeProgram } from '../../src/passes/compile.ts';
import { mismatch } from '../../src/testing/mismatch.ts';
import { interpret, runCompiledSync } from '../../src/testing/run-graph.ts';
import { excess, expectationsOf } from './accuracy.ts';
import { halfPrograms } from './half-programs.ts';
import { longTest, settings } from './random-program.ts';
import { runPlan } from './run-plan.ts';

test('interpreted, compiled and unfused programs agree', longTest, () => {
  let halves = 0;
  fc.assert(
    fc.property(halfPrograms(), (program) => {
      const { graph, arrays } = program;
      halves += graph.outputs.filter(({ type }) => isHalf(type.dtype)).length;
      const results = [
        interpret(reference, graph, arrays),
        runCompiledSync(js, graph, arrays),
        runCompiledSync(js, graph, arrays, { switches: { fuse: false } }),
      ];
      expectationsOf(program).forEach((one, k) => {
        for (const result of results) expect(excess(result[k]!, one)).toBeLessThanOrEqual(1);
      });
    }),
    settings(120),
  );
  expect(halves).toBeGreaterThan(60);
});

test('plans hold, also where inputs are donated', longTest, () => {
  const donations = fc.subarray([0, 1, 2, 3], { minLength: 1 });
  fc.assert(
    fc.property(halfPrograms(), donations, ({ graph, arrays }, wanted) => {
      const plain = runCompiledSync(js, graph, arrays);
      const donated = wanted.filter((input) => graph.inputs[input] !== undefined);
      const program = makeProgram(graph, { donated, verify: true });
      runPlan(program.plan(), arrays).forEach((array, k) => {
        expect(mismatch(array, plain[k]!), `output ${k}`).toBeUndefined();
      });
      runCompiledSync(js, graph, arrays, { donated }).forEach((array, k) => {
        expect(mismatch(array, plain[k]!), `donated, output ${k}`).toBeUndefined();
      });
    }),
    settings(100),
  );
});
