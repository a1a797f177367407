/**
 * The WGSL of the golden programs as text, each validated by Dawn, most without being run. `npx vitest run
 * tests/webgpu/golden.test.ts -u` writes the files anew.
 */
import { init } from 'gradloom';
import { describe, expect, test } from 'vitest';
import { dot } from '../../src/ir/ops/contractions.ts';
import { relu } from '../../src/ir/ops/elementwise.ts';
import { reduceSum } from '../../src/ir/ops/reductions.ts';
import type { Plan } from '../../src/ir/plan.ts';
import { allocate, sizeOf } from '../../src/ir/types.ts';
import { makeProgram } from '../../src/passes/compile.ts';
import { programs } from '../passes/golden-programs.ts';
import { of, single, softmax } from '../passes/models.ts';
import { openDawn, openSwiftShader } from './swiftshader.ts';

/** Programs large enough for workgroups. */
const product = (name: string, m: number, k: number, n: number) =>
  single(name, [of([m, k]), of([k, n])], (x, y) =>
    relu(dot([x, y], { batch: [[], []], contract: [[1], [0]] })),
  );
const largePrograms = [
  ['product-tiles', product('tiles', 70, 40, 66)],
  ['product-chunks', product('chunks', 8, 1030, 16)],
  ['sum-chunks', single('sum', [of([70_000])], (x) => reduceSum(x, { axes: [0] }))],
  ['sum-columns', single('columns', [of([9000, 20])], (x) => reduceSum(x, { axes: [0] }))],
  ['softmax-rows', single('softmax', [of([50, 300])], (x) => softmax(x))],
] as const;

const validator = openDawn('null').then((gpu) => init('webgpu', { gpu }));
/** Programs that read a value back to decide what runs next, which nobody answers here. */
const decides = (program: { plan(): Plan }): boolean =>
  program.plan().steps.some(({ kind }) => kind === 'while' || kind === 'branch');

describe('the WGSL of every program', () => {
  const all = [...programs, ...largePrograms];
  const table = all.map(([name, graph, donated = []]) => [name, graph, donated] as const);
  test.each(table)('%s', async (name, graph, donated) => {
    const program = makeProgram(graph, { donated, verify: true });
    const backend = await (decides(program) ? openSwiftShader() : validator);
    const executable = backend.compile(program);
    const inputs = graph.inputs.map(({ type: { dtype, shape } }) =>
      backend.upload(allocate(dtype, sizeOf(shape)), dtype),
    );
    // A kernel that is no WGSL makes its results fail; what they hold is not looked at.
    for (const result of executable.run(inputs)) await backend.download(result);
    const text = `${[...new Set(executable.sources)].join('\n\n')}\n`;
    await expect(text).toMatchFileSnapshot(`golden/${name}.wgsl`);
  });
});
