/** Every kernel knows which ops it computes and which line of the user asked for them. */
import { jit, matmul, scan, type Tensor, tensor, toBackend } from 'gradloom';
import { expect, test } from 'vitest';
import type { Backend, Program } from '../../src/backends/backend.ts';
import { js } from '../../src/backends/js/index.ts';
import { describeKernel, type Kernel } from '../../src/ir/kernel.ts';
import { parseKernel } from '../../src/ir/parse.ts';
import { printKernel } from '../../src/ir/print.ts';
import { verifyKernel } from '../../src/ir/verify.ts';
import { makeProgram } from '../../src/passes/compile.ts';
import { programs } from './golden-programs.ts';

/** A backend that keeps the kernels of what it compiles. */
const watching = (kernels: Kernel[]): Backend => ({
  ...js,
  compile: (program: Program) => {
    kernels.push(...program.plan().launches.map(({ kernel }) => kernel));
    return js.compile(program);
  },
});

test('kernels name ops and lines', async () => {
  const kernels: Kernel[] = [];
  const backend = watching(kernels);
  const f = jit(
    (x: Tensor<[4, 4]>) => {
      const product = matmul(x, x).relu();
      return scan((h: Tensor<[4]>, row: Tensor<[4]>) => [h.add(row.tanh()), h], x.sum(0), product);
    },
    { backend },
  );
  f(await toBackend(tensor(new Float32Array(16), { shape: [4, 4] }), backend));
  const origins = kernels.map(({ name, origin }) => {
    const site = origin?.site?.replace(/^.*\//, '').replace(/:\d+$/, '');
    return `${name.replace(/\d/, '')} ${origin?.ops.join(' ')} ${site}`;
  });
  expect(origins).toMatchInlineSnapshot(`
    [
      "contract dot relu origins.test.ts:27",
      "rows reduceSum origins.test.ts:28",
      "map tanh add origins.test.ts:28",
    ]
  `);
  expect(describeKernel(kernels[0]!)).toMatch(/^kernel \w+\d \(\w+/);
});

test.each(programs.map(([name, graph, donated = []]) => [name, graph, donated] as const))(
  '%s',
  (_, graph, donated) => {
    const plan = makeProgram(graph, { donated, verify: true }).plan();
    for (const { kernel } of plan.launches) {
      expect(kernel.origin?.ops.length).toBeGreaterThan(0);
      // The text leaves them out.
      expect(parseKernel(printKernel(kernel)).origin).toBeUndefined();
    }
  },
);

test('long lists of ops are cut short, and empty ones are a fault', () => {
  const kernel = parseKernel('kernel map0(write b0: f32[1]) flops 0 {\n  b0[0] = 1_f32\n}\n');
  expect(describeKernel(kernel)).toBe('kernel map0');
  const ops = Array.from({ length: 11 }, (_, k) => `op${k}`);
  expect(describeKernel({ ...kernel, origin: { ops } })).toMatch(/\(op0, .*op7 and 3 more\)$/);
  expect(() => verifyKernel({ ...kernel, origin: { ops } }, 'test')).not.toThrow();
  expect(() => verifyKernel({ ...kernel, origin: { ops: [] } }, 'test')).toThrow(/names no op/);
});
