/** Random programs on a target with tiny workgroups, run by the second reader of plans. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { makeProgram } from '../../src/passes/compile.ts';
import { excess, expectationsOf } from '../properties/accuracy.ts';
import { longTest, randomProgram, settings } from '../properties/random-program.ts';
import { runPlan } from '../properties/run-plan.ts';
import { tinyTarget } from './workgroup-targets.ts';

const moving = ['scatterAdd', 'scatterSet', 'take', 'argSort', 'slice', 'reshape', 'permute'];
const running = [
  'cumulativeSum',
  'cumulativeProduct',
  'cumulativeArgMax',
  'cumulativeArgMin',
  'cumulativeLogSumExp',
];
const others = ['add', 'mul', 'broadcast', 'reduceSum', 'select', 'neg', 'concat', 'scan'];
/** Extents from which on scatters, orders and running folds are divided. */
const extents = fc.constantFrom(2, 3, 33, 40, 64, 65, 130);

test('plans for workgroups give what the interpreter gives', longTest, () => {
  const ops = [...moving, ...moving, ...running, ...others];
  fc.assert(
    fc.property(randomProgram({ ops, extents, mostSteps: 10 }), (program) => {
      const plan = makeProgram(program.graph, { verify: true }).plan(tinyTarget);
      const results = runPlan(plan, program.arrays);
      expectationsOf(program).forEach((one, k) => {
        expect(excess(results[k]!, one), `output ${k}`).toBeLessThanOrEqual(1);
      });
    }),
    settings(60),
  );
});
