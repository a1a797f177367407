/** Random programs in WGSL against the interpreter, within the effect of rounding. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { reference } from '../../src/backends/reference/index.ts';
import { interpret, runCompiled } from '../../src/testing/run-graph.ts';
import { excess, expectationsOf } from '../properties/accuracy.ts';
import { randomProgram, settings } from '../properties/random-program.ts';
import { openSwiftShader } from './swiftshader.ts';

const gpu = await openSwiftShader();
const dtypes = ['f32', 'f32', 'f32', 'i32', 'u32', 'bool', 'f16', 'bf16'] as const;

test('compiled programs give what the interpreter gives', { timeout: 120_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(randomProgram({ dtypes }), async (program) => {
      const { graph, arrays } = program;
      const values = [...graph.inputs, ...graph.eqns.flatMap(({ outputs }) => outputs)];
      fc.pre(values.every(({ type }) => type.dtype !== 'f64'));
      const expected = expectationsOf(program);
      const interpreted = interpret(reference, graph, arrays);
      const actual = await runCompiled(gpu, graph, arrays);
      expected.forEach((one, k) => {
        expect(excess(interpreted[k]!, one), `output ${k}: interpreter`).toBeLessThanOrEqual(1);
        expect(excess(actual[k]!, one), `output ${k}: webgpu`).toBeLessThanOrEqual(1);
      });
    }),
    settings(60),
  );
});
