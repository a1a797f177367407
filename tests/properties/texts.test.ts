/**
 * The texts of random programs, kernels and plans: what is printed reads back as the same thing.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { js } from '../../src/backends/js/index.ts';
import { parseGraph, parseKernel, parsePlan } from '../../src/ir/parse.ts';
import { printGraph, printKernel, printPlan } from '../../src/ir/print.ts';
import { makeProgram } from '../../src/passes/compile.ts';
import { mismatch } from '../../src/testing/mismatch.ts';
import { runCompiledSync } from '../../src/testing/run-graph.ts';
import { longTest, randomProgram, settings } from './random-program.ts';
import { runPlan } from './run-plan.ts';

test('texts read back and mean the same', longTest, () => {
  fc.assert(
    fc.property(randomProgram(), ({ graph, arrays }) => {
      const text = printGraph(graph);
      const again = parseGraph(text);
      expect(printGraph(again)).toBe(text);
      const expected = runCompiledSync(js, graph, arrays);
      const results = runCompiledSync(js, again, arrays);
      results.forEach((array, k) => {
        expect(mismatch(array, expected[k]!)).toBeUndefined();
      });

      const plan = makeProgram(graph).plan();
      for (const { kernel } of plan.launches) {
        const kernelText = printKernel(kernel);
        expect(printKernel(parseKernel(kernelText))).toBe(kernelText);
      }
      const planText = printPlan(plan);
      const plan2 = parsePlan(planText);
      expect(printPlan(plan2)).toBe(planText);
      runPlan(plan2, arrays).forEach((array, k) => {
        expect(mismatch(array, expected[k]!)).toBeUndefined();
      });
    }),
    settings(100),
  );
});
